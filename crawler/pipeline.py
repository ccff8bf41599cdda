"""The item pipeline: what a spider has read goes into the ledger, and from there into Parquet."""

from typing import TYPE_CHECKING, Self

from crawler.source_spider import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.source_spider import SourceSpider


class LedgerPipeline:
    """Enters each page's outcome into the ledger, in one transaction."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    def process_item(self, item: Outcome) -> Outcome:
        """Called by Scrapy with each outcome."""
        spider = self._crawler.spider
        if TYPE_CHECKING:
            assert isinstance(spider, SourceSpider)
        spider.settle(item)
        return item
