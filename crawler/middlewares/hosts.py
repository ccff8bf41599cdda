"""No request leaves the source's own hosts: not by a link, not by a redirect."""

from typing import TYPE_CHECKING, Self

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Request, Response

from crawler.fetched import cookies_set
from crawler.problems import OtherHost

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.source_spider import SourceSpider


class OwnHostsMiddleware:
    """Drops every request whose host and port are not the source's. Scrapy's own filter knows exceptions, this none."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Called by Scrapy before a request is sent.

        Raises:
            OtherHost: the request would leave the source's hosts.
        """
        if not _source_spider(self._crawler).source.owns(request.url):
            raise OtherHost(request.url)


class OwnHostsRedirectMiddleware(RedirectMiddleware):
    """Follows redirects on the source's own hosts; others reach the spider as they are, and say that it was refused."""

    def process_response(  # type: ignore[override] # Scrapy is about to drop the spider argument
        self, request: Request, response: Response
    ) -> Request | Response:
        """Called by Scrapy with every response."""
        result = super().process_response(request, response)
        if isinstance(result, Request):
            if not _source_spider(self.crawler).source.owns(result.url):
                return response
            # A session often begins on the way: the reader of its end sees the cookies of all steps.
            result.meta["cookies_set"] = cookies_set(response, request.meta)
        return result


def _source_spider(crawler: "Crawler") -> "SourceSpider":
    spider = crawler.spider
    if TYPE_CHECKING:
        assert isinstance(spider, SourceSpider)
    return spider
