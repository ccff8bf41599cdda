"""One sitting of a run: all sources of the plan, those on different hosts side by side, until all is read."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.board.server import serve_in_background
from crawler.ledger.desk import Desk
from crawler.open_run import OpenRun
from crawler.plan import Budget, CrawlPlan, CrawlSettings
from crawler.registry import resolve
from crawler.result import Progress, RunResult
from crawler.source_info import SourceInfo
from crawler.source_settings import source_settings
from crawler.source_spider import SourceSpider
from taxonomy.errors import JobAtlasError

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
        self._states: dict[str, Literal["waiting", "running", "ended"]] = {}
        self._spiders: dict[str, SourceSpider] = {}
        self._interrupted = False
        self._fatal: BaseException | None = None

    def interrupt(self) -> None:
        """End soon: each source finishes the page in flight."""
        self._interrupted = True
        for spider in self._spiders.values():
            spider.stopping.set()

    async def run(self) -> RunResult:
        """Crawl, write the summary, and say how it went.

        Raises:
            JobAtlasError: the plan, the settings or the data folder cannot be used, or the disk is full.
        """
        with ExitStack() as held:
            sources = resolve(self._plan, self._settings)
            run = held.enter_context(OpenRun(self._plan, self._data_root))
            held.enter_context(_log_to(run.folder / "crawl.log"))
            for number, source in enumerate(sources):
                if source.family == "demo" and not source.base_url:
                    board = held.enter_context(serve_in_background())
                    sources[number] = replace(source, base_url=board.url)
                self._desks[source.name] = run.desk(sources[number])
                self._states[source.name] = "waiting"
            await self._crawl(sources)
            return run.conclude(sources, interrupted=self._interrupted)

    async def _crawl(self, sources: Sequence[SourceInfo]) -> None:
        lanes: dict[str, list[SourceInfo]] = {}
        for source in sources:
            lanes.setdefault(source.host, []).append(source)
        settings = Settings()
        settings.setmodule("crawler.settings")
        slots = asyncio.Semaphore(MOST_HOSTS_AT_ONCE)
        reporting = asyncio.create_task(self._report())
        try:
            endings = await asyncio.gather(
                *(self._crawl_lane(settings, lane, slots) for lane in lanes.values()), return_exceptions=True
            )
        finally:
            reporting.cancel()
        self._on_progress(self._progress())
        # What ended one lane has not stopped the others, but it is a fault of this program and must be seen.
        for ending in endings:
            if isinstance(ending, BaseException):
                raise ending
        if self._fatal is not None:
            raise JobAtlasError(
                f"{self._data_root}: the crawl could not store what it read ({self._fatal}). Make room or mend the"
                " folder, then run the same crawl again: it carries on where it stopped."
            ) from self._fatal

    async def _crawl_lane(self, settings: Settings, lane: Sequence[SourceInfo], slots: asyncio.Semaphore) -> None:
        """The sources of one host, one after another, so that the host never gets two requests at a time."""
        async with slots:
            for source in lane:
                desk = self._desks[source.name]
                if not self._interrupted and not desk.done:
                    self._states[source.name] = "running"
                    await self._crawl_source(settings, source, desk)
                self._states[source.name] = "ended"

    async def _crawl_source(self, settings: Settings, source: SourceInfo, desk: Desk) -> None:
        if not source.on_this_machine and not self._settings.contact:
            desk.stop("no_contact", "set a contact (mail address or page), so that the site can reach you")
            return
        family = SpiderLoader.from_settings(settings).load(source.family)
        own_settings = settings.copy()
        own_settings.setdict(source_settings(source, self._settings))
        crawler = Crawler(family, own_settings)
        crawl = asyncio.create_task(
            crawler.crawl_async(
                source=source,
                desk=desk,
                plan=self._plan,
                budget=self._budget,
                first_page_only=self._settings.first_page_only,
            )
        )
        # The spider exists after the first step of its crawl.
        await asyncio.sleep(0)
        spider = crawler.spider
        if isinstance(spider, SourceSpider):
            self._spiders[source.name] = spider
            if self._interrupted:
                spider.stopping.set()
        try:
            await crawl
            desk.close()
        except (OSError, sqlite3.Error) as error:
            self._abort(error)
        crash = self._spiders.pop(source.name).crash if source.name in self._spiders else None
        if isinstance(crash, OSError | sqlite3.Error):
            self._abort(crash)
        elif crash is not None:
            desk.stop("internal_error", f"{type(crash).__name__}: {crash}; the log has more", pages=1)

    def _abort(self, error: BaseException) -> None:
        """The disk or the ledger failed: no source can go on."""
        self._fatal = self._fatal or error
        _logger.error("cannot store what was read", exc_info=error)
        self.interrupt()

    async def _report(self) -> None:
        while True:
            self._on_progress(self._progress())
            await asyncio.sleep(PROGRESS_SECONDS)

    def _progress(self) -> list[Progress]:
        lines = []
        for name, desk in self._desks.items():
            counts = desk.counts()
            collected = counts.get("collected", 0)
            lines.append(
                Progress(
                    name, self._states[name], counts.get("requests", 0), counts.get("listed", 0), collected, desk.left
                )
            )
        return lines


@contextmanager
def _log_to(path: Path) -> Iterator[None]:
    """Send the log of the process to a file and nowhere else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.handlers, root.level
    root.handlers, root.level = [handler], logging.INFO
    logging.getLogger("scrapy").setLevel(logging.INFO)
    try:
        yield
    finally:
        root.handlers, root.level = before
        handler.close()
