"""What the sources of one host hand on to each other in a sitting, and how long a host is left alone."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.clock import next_china_day
from crawler.outcomes import NotRead
from crawler.problems import Blocked, FormatChanged, SessionLost, WrongChannel
from crawler.source_info import SourceInfo

if TYPE_CHECKING:
    from protego import Protego

REFUSAL_REST_PACES = 600
"""How many of its delays a host is left alone after a refusal."""

FAILURE_REST_PACES = 100
"""The same after pages that were lost in a row."""


ANSWERED = frozenset({FormatChanged.kind, SessionLost.kind, WrongChannel.kind})
"""What a page can be that its host gave without failing: it says something of the source, not of the host."""


@dataclass(slots=True)
class HostMemory:
    """A host in a sitting.

    Attributes:
        robots: The rules of each scheme, host and port whose robots.txt was read.
        lost_in_a_row: Pages lost to the network or the server since the host last answered.
    """

    robots: "dict[str, Protego]" = field(default_factory=dict)
    lost_in_a_row: int = 0


def rest_until(outcome: NotRead, source: SourceInfo) -> float | None:
    """Until when the host is left alone after what stopped its source, in seconds since 1970; None if it need not be.

    Like all waits it grows with the source's pace: at 3 seconds between requests, half an hour after a refusal and five
    minutes after a failing network or server.
    """
    now = time.time()
    if source.cautious:
        return next_china_day(now)
    if outcome.stops and outcome.kind != Blocked.kind:
        return None  # says something of this source, not of its host
    if outcome.kind in ANSWERED:
        return None
    paces = REFUSAL_REST_PACES if outcome.stops else FAILURE_REST_PACES
    seconds = max(outcome.rest_seconds or 0.0, source.delay_seconds * paces)
    return now + seconds if seconds else None
