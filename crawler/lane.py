"""The sources of one host, read one after another, so that the host never gets two requests at a time."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.host_memory import HostMemory
from crawler.ledger.interface import RequestBudget, SourceDesk
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.result import State
from crawler.source_info import SourceInfo
from crawler.source_settings import source_settings
from crawler.source_spider import SourceSpider


def lanes(sources: Sequence[SourceInfo]) -> list[list[SourceInfo]]:
    """The sources by the host that they ask first."""
    by_host: dict[str, list[SourceInfo]] = {}
    for source in sources:
        by_host.setdefault(source.host, []).append(source)
    return list(by_host.values())


class Lane:
    """Crawls the sources of one host. Runs in Twisted's reactor.

    Args:
        sources: The sources, resolved.
        desks: The ledger of each by name.
        plan: What is crawled.
        budget: Requests left to the sitting.
        settings: How.
        on_state: Called when a source begins and when it ends.
    """

    def __init__(
        self,
        sources: Sequence[SourceInfo],
        desks: Mapping[str, SourceDesk],
        plan: CrawlPlan,
        budget: RequestBudget,
        settings: CrawlSettings,
        on_state: Callable[[str, State], None],
    ) -> None:
        self._sources = sources
        self._desks = desks
        self._plan = plan
        self._budget = budget
        self._settings = settings
        self._on_state = on_state
        self._stopping = asyncio.Event()
        self._spider: SourceSpider | None = None
        self._host = HostMemory()

    def stop(self) -> None:
        """End soon: the page in flight is finished, and no further one asked for."""
        self._stopping.set()
        if self._spider is not None:
            self._spider.stopping.set()

    async def run(self) -> None:
        """Read all sources; those that an earlier sitting has read to the end are passed over.

        Raises:
            OSError: the disk is full or broken.
            sqlite3.Error: the ledger is.
        """
        for number, source in enumerate(self._sources):
            desk = self._desks[source.name]
            if not self._stopping.is_set() and not desk.done:
                if number and self._host.robots:
                    await self._pause(source.delay_seconds)
                self._on_state(source.name, "running")
                await self._crawl(source, desk)
            self._on_state(source.name, "ended")

    async def _pause(self, seconds: float) -> None:
        """Keep the host's pace between two of its sources."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _crawl(self, source: SourceInfo, desk: SourceDesk) -> None:
        if not source.on_this_machine and not self._settings.contact:
            desk.stop("no_contact", "set a contact (mail address or page), so that the site can reach you")
            return
        settings = Settings()
        settings.setmodule("crawler.settings")
        family = SpiderLoader.from_settings(settings).load(source.family)
        settings.setdict(source_settings(source, self._settings))
        crawler = Crawler(family, settings)
        crawl = asyncio.create_task(
            crawler.crawl_async(
                source=source,
                desk=desk,
                plan=self._plan,
                budget=self._budget,
                first_page_only=self._settings.first_page_only,
                host=self._host,
            )
        )
        # The spider exists after the first step of its crawl.
        await asyncio.sleep(0)
        spider = crawler.spider
        if isinstance(spider, SourceSpider):
            self._spider = spider
            if self._stopping.is_set():
                spider.stopping.set()
        await crawl
        desk.close()
        crash = self._spider.crash if self._spider is not None else None
        self._spider = None
        if isinstance(crash, OSError | sqlite3.Error):
            raise crash
        if crash is not None:
            desk.stop("internal_error", f"{type(crash).__name__}: {crash}; the log has more", pages=1)
