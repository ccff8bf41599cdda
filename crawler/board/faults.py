"""Slow and broken answers on demand, so that a crawler can be watched where the web is at its worst."""

import random
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Fault = Literal["error", "truncate", "throttle", "challenge", "closed"]


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong. Shares are of pages, and strike a page's first request only: the second one is answered.

    Attributes:
        latency_seconds: Every answer waits so long.
        error_share: Pages that answer HTTP 503 at first.
        truncate_share: Pages whose first answer breaks off in the middle.
        throttle_every: Every so many requests one is answered with HTTP 429 and Retry-After; 0 is never.
        retry_after_seconds: What that header says.
        challenge_after: From this many requests on, only a challenge page is shown; 0 is never.
        closed_share: Postings that are closed: HTTP 410, every time.
        seed: Chooses the pages.
    """

    latency_seconds: float = 0.0
    error_share: float = 0.0
    truncate_share: float = 0.0
    throttle_every: int = 0
    retry_after_seconds: int = 1
    challenge_after: int = 0
    closed_share: float = 0.0
    seed: int = 0


class FaultMaker:
    """Decides what goes wrong with each request; used by all threads of a server.

    Args:
        faults: What may go wrong.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._lock = threading.Lock()
        self._requests = 0
        self._asked: Counter[str] = Counter()

    def next(self, path: str) -> Fault | None:
        """What goes wrong with a request for this path."""
        faults = self.faults
        with self._lock:
            self._requests += 1
            self._asked[path] += 1
            request, time = self._requests, self._asked[path]
        if faults.challenge_after and request > faults.challenge_after:
            return "challenge"
        if path.startswith("/job/") and self._chance("closed", path) < faults.closed_share:
            return "closed"
        if faults.throttle_every and request % faults.throttle_every == 0:
            return "throttle"
        if time == 1 and self._chance("error", path) < faults.error_share:
            return "error"
        if time == 1 and self._chance("truncate", path) < faults.truncate_share:
            return "truncate"
        return None

    def _chance(self, kind: str, path: str) -> float:
        """A number from 0 to 1 that is always the same for one kind of fault and path."""
        return random.Random(f"{self.faults.seed} {kind} {path}").random()
