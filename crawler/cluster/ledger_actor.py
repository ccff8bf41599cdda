"""The one writer of a crawl over several machines: the ledger and the dataset, beside the operator's data folder."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from crawler.crawl_log import crawl_log
from crawler.open_run import OpenRun
from crawler.plan import Budget, CrawlPlan
from crawler.result import Progress, RunResult, State
from crawler.source_info import SourceInfo

_logger = logging.getLogger(__name__)


class Superseded(Exception):  # noqa: N818 - what has happened; no error
    """Another actor has taken a source over."""


class LedgerActor:
    """An open run whose desks are asked from afar. Calls are carried out one after another, in the order they come.

    Args:
        plan: What is crawled.
        data_root: The data folder, on the machine where this actor runs.
        sources: The sources, resolved.
        max_requests: The budget of all machines together.
    """

    def __init__(self, plan: CrawlPlan, data_root: Path, sources: Sequence[SourceInfo], max_requests: int) -> None:
        self._plan = plan
        self._data_root = data_root
        self._sources = sources
        self._budget = Budget(max_requests)
        self._interrupted = False
        self._held = ExitStack()

    def open(self) -> None:
        """Open the run: a new one, or an unfinished one of the same plan.

        Raises:
            JobAtlasError: another crawl uses the folder, or its ledger cannot be used.
        """
        self._run = self._held.enter_context(OpenRun(self._plan, self._data_root))
        self._held.enter_context(crawl_log(self._run.folder / "crawl.log"))
        self._desks = {source.name: self._run.desk(source) for source in self._sources}
        self._states: dict[str, State] = dict.fromkeys(self._desks, "waiting")
        self._shifts = dict.fromkeys(self._desks, 0)

    def begin_shift(self, sources: Sequence[str]) -> int:
        """Give some sources to the actor that asks, and to no other from now on.

        A machine that was given up for dead may still be at work. What it hands in after another one has taken its
        sources over is refused, so that two never ask one host.
        """
        shift = max(self._shifts[source] for source in sources) + 1
        self._shifts.update(dict.fromkeys(sources, shift))
        return shift

    def call(self, source: str, shift: int, name: str, values: Sequence[Any], named: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what it gives
        """Ask a source's desk: the value of a property, or what a method gives.

        Raises:
            Superseded: another actor has the source.
            OSError: the disk is full or broken.
            sqlite3.Error: the ledger is.
        """
        if shift != self._shifts[source]:
            raise Superseded(source)
        if name == "next_ticket" and self._interrupted:
            return None
        asked = getattr(self._desks[source], name)
        return asked(*values, **named) if callable(asked) else asked

    def budget_left(self) -> int:
        """Requests left to all machines together."""
        return self._budget.left

    def spend(self) -> None:
        """One request was sent."""
        self._budget.spend()

    def note_state(self, source: str, state: State) -> None:
        """A source has begun or ended."""
        self._states[source] = state

    def log(self, line: str) -> None:
        """Add a line of another machine to the crawl's log."""
        _logger.warning("%s", line)

    def interrupt(self) -> None:
        """Give no page out any more."""
        self._interrupted = True

    def progress(self) -> list[Progress]:
        """Where each source stands."""
        return [desk.progress(self._states[name]) for name, desk in self._desks.items()]

    def conclude(self) -> RunResult:
        """Write what has piled up, sum the run up, and close the ledger."""
        with self._held:
            for desk in self._desks.values():
                desk.close()
            return self._run.conclude(self._sources, interrupted=self._interrupted)
