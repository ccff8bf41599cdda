"""Waiting: as long as a server asks to be left alone, and longer after each failure.

All waits but Retry-After grow with the source's own delay, its pace: a source that is asked every 3 seconds is asked
again 6 and 12 seconds after a failure.
"""

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from scrapy.http import Request, Response

from crawler.fetched import network_error_kind
from crawler.problems import Blocked, Stopping

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.source_spider import SourceSpider

MOST_TRIES = 3
"""Requests for one page that fails, the first among them; a source that is read with caution gets one."""

LONGEST_WAIT_SECONDS = 120.0
"""A Retry-After beyond this ends the source's run instead."""

_LEAST_PACE_SECONDS = 0.05
_REFUSAL_PACES = 15
_TRANSIENT = frozenset({408, 500, 502, 503, 504, 520, 521, 522, 523, 524})


class PatienceMiddleware:
    """Asks again after transient failures, after waiting."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Called by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Called by Scrapy before a request is sent: one that was refused is sent again after a rest.

        Raises:
            Stopping: the run ended while waiting.
        """
        if request.meta.pop("rests_first", False):
            await self._wait(self._pace * _REFUSAL_PACES)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Called by Scrapy with every response.

        Raises:
            Blocked: the server asks to be left alone for longer than a run can wait.
            Stopping: the run ended while waiting.
        """
        tries = request.meta.get("tries", 1)
        if response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status in _TRANSIENT:
            asked = _retry_after(response)
            if asked is not None and asked > LONGEST_WAIT_SECONDS:
                raise Blocked(f"HTTP {response.status}, asks to wait {asked:.0f} seconds", asked)
            if tries < self._most_tries:
                await self._wait(self._backoff(tries) if asked is None else asked)
                return _again(request, tries)
        elif response.status in self._spider.refusals_worth_a_wait and tries == 1:
            await self._wait(self._pace * _REFUSAL_PACES)
            return _again(request, tries)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Called by Scrapy when no response came.

        Raises:
            Stopping: the run ended while waiting.
        """
        tries = request.meta.get("tries", 1)
        if network_error_kind(exception) in {None, "too_large"} or tries >= self._most_tries:
            return None
        await self._wait(self._backoff(tries))
        return _again(request, tries)

    @property
    def _spider(self) -> "SourceSpider":
        spider = self._crawler.spider
        if TYPE_CHECKING:
            assert isinstance(spider, SourceSpider)
        return spider

    @property
    def _most_tries(self) -> int:
        return 1 if self._spider.source.cautious else MOST_TRIES

    @property
    def _pace(self) -> float:
        return max(self._crawler.settings.getfloat("DOWNLOAD_DELAY"), _LEAST_PACE_SECONDS)

    def _backoff(self, tries: int) -> float:
        return float(self._pace * 2**tries * random.uniform(1.0, 1.5))

    async def _wait(self, seconds: float) -> None:
        """Sleep, unless the run is stopped meanwhile."""
        try:
            await asyncio.wait_for(self._spider.stopping.wait(), seconds)
        except TimeoutError:
            return
        raise Stopping


def _again(request: Request, tries: int) -> Request:
    again = request.copy()
    again.dont_filter = True
    again.meta["tries"] = tries + 1
    return again


def _retry_after(response: Response) -> float | None:
    """The seconds of a Retry-After header, which is a number or a date; None when there is none to be read."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
