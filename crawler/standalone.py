"""A source that Scrapy's own command starts: `scrapy crawl demo -a keywords=大模型,AIGC -a data=data`.

`jobatlas crawl` does more: several sources at a time, resolved settings, Ctrl-C that ends in a summary.
"""

import logging
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.open_run import OpenRun
from crawler.plan import Budget, CrawlPlan, CrawlSettings
from crawler.registry import resolve
from crawler.source_settings import source_settings
from taxonomy.errors import JobAtlasError

_logger = logging.getLogger(__name__)


class Standalone:
    """The run of one source, opened for a spider and concluded when it closes.

    Args:
        family: The spider's name.
        crawler: Its crawler, whose settings are not yet frozen.
        source: The source, where the family has several.
        keywords: Search words, with commas between them.
        cities: City names, likewise.
        start_urls: Pages to start from, likewise.
        contact: Mail address or page named in the User-Agent.
        data: The data folder.

    Raises:
        JobAtlasError: the arguments or the folder cannot be used.
    """

    def __init__(
        self,
        family: str,
        crawler: Crawler,
        source: str = "",
        keywords: str = "",
        cities: str = "",
        start_urls: str = "",
        contact: str = "",
        data: str = "data",
    ) -> None:
        name = source or family
        plan = CrawlPlan((name,), _split(keywords), _split(cities))
        settings = CrawlSettings(contact=contact, start_urls={name: _split(start_urls)} if start_urls else {})
        (info, *others) = resolve(plan, settings)
        if others:
            raise JobAtlasError(f"{family} has several sources: name one with -a source={info.name}.")
        if not contact and not info.on_this_machine:
            raise JobAtlasError(f"{name} is on the internet: name a contact with -a contact=you@example.org.")
        self._held = ExitStack()
        if info.family == "demo" and not info.base_url:
            # Here, because the vocabulary it loads is of no use to other sources and takes a while.
            from crawler.board.server import serve_in_background

            info = replace(info, base_url=self._held.enter_context(serve_in_background()).url)
        self._source = info
        self._run = self._held.enter_context(OpenRun(plan, Path(data)))
        crawler.settings.setdict(source_settings(info, settings), priority="spider")
        crawler.signals.connect(self.conclude, signals.spider_closed)
        self.spider_arguments: dict[str, Any] = {
            "source": info,
            "desk": self._run.desk(info),
            "plan": plan,
            "budget": Budget(),
        }

    def conclude(self, reason: str) -> None:
        """Called by Scrapy when the spider closes."""
        with self._held:
            self._run.desks[self._source.name].close()
            result = self._run.conclude([self._source], interrupted=reason == "shutdown")
        (source,) = result.sources
        _logger.info("%s: %s %s; %s", source.name, source.verdict, source.reason, result.summary)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
