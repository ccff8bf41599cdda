"""robots.txt as RFC 9309 has it, read strictly where the RFC leaves a choice.

2xx             its rules hold, wildcards and Crawl-delay among them (protego)
4xx             there is none: everything is allowed; but 429 is no answer
3xx, 5xx, 429   it cannot be read: nothing is allowed in this run; so for time-outs and broken connections
a web page      a challenge page means that nothing is allowed; any other page, that there is no robots.txt
"""

from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from protego import Protego
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetched import NETWORK_ERRORS, reply_of
from crawler.problems import (
    Blocked,
    FormatChanged,
    LoginRequired,
    Misconfigured,
    PageProblem,
    RobotsForbidden,
    Stopping,
)
from crawler.reply import Reply, diagnose

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.source_spider import SourceSpider

AGENT = "JobAtlas"
"""The name by which robots.txt files address this program."""

_ALLOW_ALL = Protego.parse("")
_UNREADABLE: tuple[type[Exception], ...] = (IgnoreRequest, PageProblem, *NETWORK_ERRORS)
_ALLOW_NONE = Protego.parse("User-agent: *\nDisallow: /")


class RobotsMiddleware:
    """Asks each host for its robots.txt once in a sitting, and drops requests that it forbids."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler
        self._paced: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Called by Scrapy before a request is sent.

        Raises:
            RobotsForbidden: robots.txt forbids the address or could not be read.
            Misconfigured: the source's proxy refuses.
        """
        if request.meta.get("robots") or self._spider.source.waives_robots:
            return
        parts = urlparse_cached(request)
        host = f"{parts.scheme}://{parts.netloc}"
        known = self._spider.host.robots
        if host not in known:
            # A host gets one request at a time, so no second one can wait for the same file.
            known[host] = await self._fetch(f"{host}/robots.txt")
        rules = known[host]
        if host not in self._paced:
            self._paced.add(host)
            self._slow_down(request, rules)
        if not rules.can_fetch(request.url, AGENT):
            unread = rules is _ALLOW_NONE
            raise RobotsForbidden("robots.txt cannot be read" if unread else f"robots.txt forbids {parts.path}")

    @property
    def _spider(self) -> "SourceSpider":
        spider = self._crawler.spider
        if TYPE_CHECKING:
            assert isinstance(spider, SourceSpider)
        return spider

    async def _fetch(self, url: str) -> Protego:
        request = Request(url, meta={"robots": True}, callback=NO_CALLBACK)
        try:
            response = await self._crawler.engine.download_async(request)
        except (Stopping, Misconfigured):
            raise
        except _UNREADABLE:
            return _ALLOW_NONE
        return _parse(reply_of(response))

    def _slow_down(self, request: Request, rules: Protego) -> None:
        """Keep to a Crawl-delay that is longer than our own."""
        delay = rules.crawl_delay(AGENT) or 0.0
        throttle = self._crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
        slot = self._crawler.engine.downloader.slots.get(urlparse_cached(request).hostname or "")
        if slot is not None:
            slot.delay = max(slot.delay, delay)


def _parse(reply: Reply) -> Protego:
    if HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _ALLOW_NONE if reply.status == HTTPStatus.TOO_MANY_REQUESTS else _ALLOW_ALL
    if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
        return _ALLOW_NONE
    if reply.body.lstrip()[:1] == b"<":
        problem = diagnose(reply, FormatChanged("a web page"))
        return _ALLOW_NONE if isinstance(problem, Blocked | LoginRequired) else _ALLOW_ALL
    return Protego.parse(reply.text)
