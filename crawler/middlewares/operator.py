"""What the operator lends a source: a proxy, and for the few that want one the session of their own browser."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.request import Request as UrllibRequest

from scrapy.http import Request, Response

from crawler.cookie_file import read_cookie_file
from crawler.problems import Misconfigured

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from scrapy.crawler import Crawler

    from crawler.source_spider import SourceSpider


class OperatorMiddleware:
    """Sends every request through the source's proxy, and all but robots.txt with the operator's cookies.

    The cookies of a file go only to the hosts that they were set for. Nothing of either is logged.
    """

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler
        self._jar: CookieJar | None = None

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Called by Scrapy before a request is sent."""
        spider = self._crawler.spider
        if TYPE_CHECKING:
            assert isinstance(spider, SourceSpider)
        source = spider.source
        if source.proxy is not None:
            request.meta.setdefault("proxy", source.proxy)
        if source.cookie_file is None or request.meta.get("robots"):
            return
        if self._jar is None:
            self._jar = read_cookie_file(source.cookie_file)
        asking = UrllibRequest(request.url)  # noqa: S310 - asks nothing; the jar wants one to choose its cookies for
        self._jar.add_cookie_header(asking)
        if cookies := asking.get_header("Cookie"):
            request.headers["Cookie"] = cookies

    def process_response(self, request: Request, response: Response) -> Response:
        """Called by Scrapy with every response.

        Raises:
            Misconfigured: the proxy answered in the place of the source.
        """
        if response.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            raise Misconfigured("the proxy refuses its user name or password (HTTP 407)")
        return response
