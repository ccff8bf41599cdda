"""One sitting of a run: all sources of the plan, those on different hosts side by side, until all is read."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.crawl_log import crawl_log
from crawler.lane import Lane, lanes
from crawler.ledger.store import storing
from crawler.open_run import OpenRun
from crawler.plan import Budget, CrawlPlan, CrawlSettings
from crawler.registry import resolve
from crawler.result import Progress, RunResult, State
from crawler.source_info import SourceInfo

if TYPE_CHECKING:
    from crawler.ledger.desk import Desk

MOST_HOSTS_AT_ONCE = 16
"""Hosts that are asked at the same time, each one request at a time."""

PROGRESS_SECONDS = 0.5

_logger = logging.getLogger(__name__)


class Sitting:
    """Carries a plan out, or a run of it on.

    Args:
        plan: What to crawl.
        data_root: The data folder.
        settings: How.
        on_progress: Called twice a second with where each source stands.
    """

    def __init__(
        self,
        plan: CrawlPlan,
        data_root: Path,
        settings: CrawlSettings,
        on_progress: Callable[[list[Progress]], None],
    ) -> None:
        self._plan = plan
        self._data_root = data_root
        self._settings = settings
        self._on_progress = on_progress
        self._budget = Budget(settings.max_requests)
        self._desks: dict[str, Desk] = {}
        self._states: dict[str, State] = {}
        self._lanes: list[Lane] = []
        self._interrupted = False
        self._fatal: BaseException | None = None

    def interrupt(self) -> None:
        """End soon: each source finishes the page in flight."""
        self._interrupted = True
        for lane in self._lanes:
            lane.stop()

    async def run(self) -> RunResult:
        """Crawl, write the summary, and say how it went.

        Raises:
            JobAtlasError: the plan, the settings or the data folder cannot be used, or the disk is full.
        """
        sources = resolve(self._plan, self._settings)
        with storing(self._data_root), ExitStack() as held:
            run = held.enter_context(OpenRun(self._plan, self._data_root))
            held.enter_context(crawl_log(run.folder / "crawl.log"))
            for number, source in enumerate(sources):
                if source.family == "demo" and not source.base_url:
                    # Here, because the vocabulary it loads is of no use to other sources and takes a while.
                    from crawler.board.server import serve_in_background

                    board = held.enter_context(serve_in_background())
                    sources[number] = replace(source, base_url=board.url)
                self._desks[source.name] = run.desk(sources[number])
                self._states[source.name] = "waiting"
            await self._crawl(sources)
            return run.conclude(sources, interrupted=self._interrupted)

    async def _crawl(self, sources: Sequence[SourceInfo]) -> None:
        slots = asyncio.Semaphore(MOST_HOSTS_AT_ONCE)
        reporting = asyncio.create_task(self._report())
        self._lanes = [
            Lane(lane, self._desks, self._plan, self._budget, self._settings, self._states.__setitem__)
            for lane in lanes(sources)
        ]
        if self._interrupted:
            self.interrupt()
        try:
            endings = await asyncio.gather(*(self._run(lane, slots) for lane in self._lanes), return_exceptions=True)
        finally:
            reporting.cancel()
        self._on_progress(self._progress())
        # What ended one lane has not stopped the others, but it is a fault of this program and must be seen.
        for ending in endings:
            if isinstance(ending, BaseException):
                raise ending
        if self._fatal is not None:
            raise self._fatal

    async def _run(self, lane: Lane, slots: asyncio.Semaphore) -> None:
        async with slots:
            try:
                await lane.run()
            except (OSError, sqlite3.Error) as error:
                # The disk or the ledger failed: no source can go on.
                self._fatal = self._fatal or error
                _logger.error("cannot store what was read", exc_info=error)
                self.interrupt()

    async def _report(self) -> None:
        while True:
            self._on_progress(self._progress())
            await asyncio.sleep(PROGRESS_SECONDS)

    def _progress(self) -> list[Progress]:
        return [desk.progress(self._states[name]) for name, desk in self._desks.items()]
