"""The spider behind every family: takes pages from the ledger, asks for them one after another, hands in what it read.

A family subclasses it, names itself, and says how to ask and how to read. The next request is sent only when what the
last one brought is in the ledger, so that a kill costs the page in flight and no more.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.cleaning import clean
from crawler.clock import CHINA
from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fetched import network_error_kind, reply_of, request_of
from crawler.host_memory import ANSWERED, HostMemory, rest_until
from crawler.ledger.interface import RequestBudget, SourceDesk, Ticket
from crawler.outcomes import DetailRead, ListRead, NotRead, Outcome, not_read
from crawler.plan import CrawlPlan
from crawler.problems import (
    FormatChanged,
    OtherHost,
    PageProblem,
    RobotsForbidden,
    SessionLost,
    Stopping,
    Unwilling,
)
from crawler.reply import Reply, diagnose, read_soundly, refusal
from crawler.selection import links_on_plan, on_plan
from crawler.source_info import SourceInfo
from crawler.standalone import Standalone

MOST_FAILURES_IN_A_ROW = 3
"""Pages lost to the network or the server, each asked for several times, after which a source is left alone."""

MOST_UNREADABLE_IN_A_ROW = 10
"""The same for pages that came but could not be read: some sites have a few broken ones side by side."""


class SourceSpider(Spider, ABC):
    """One source in one sitting.

    Args:
        source: The tenant.
        desk: Its ledger.
        plan: What to ask for.
        budget: Requests left to the sitting.
        first_page_only: Ask for one page and end.
        host: What the host's sources before this one have left; None for the first.
    """

    searches_keywords: ClassVar[bool] = True
    """Whether the source has a keyword search. Otherwise its postings are matched after reading."""
    searches_cities: ClassVar[bool] = True
    """The same for cities."""
    worldwide: ClassVar[bool] = False
    """Whether its postings are in many countries, so that a place in which no Chinese city is read is likely abroad."""
    refusals_worth_a_wait: ClassVar[frozenset[int]] = frozenset()
    """Statuses by which the source refuses what it may grant after a rest; asked once more."""

    def __init__(
        self,
        source: SourceInfo,
        desk: SourceDesk,
        plan: CrawlPlan,
        budget: RequestBudget,
        *,
        first_page_only: bool = False,
        host: HostMemory | None = None,
    ) -> None:
        super().__init__()
        self.source = source
        self.plan = plan
        self.stopping = asyncio.Event()
        self.crash: BaseException | None = None
        self.alone: Standalone | None = None
        self._desk = desk
        self._budget = budget
        self._first_page_only = first_page_only
        self.session: Mapping[str, str] | None = None
        self._asked_twice: set[int] = set()
        self._reopened_for: set[int] = set()
        self._pages_settled = 0
        self._failures_in_a_row = 0
        self.host = host or HostMemory()

    # What a family says.

    @abstractmethod
    def first_pages(self, query: Query) -> Iterable[Task]:
        """The list pages with which a query begins."""

    @abstractmethod
    def ask(self, task: Task) -> Call:
        """How to ask for a page."""

    @abstractmethod
    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Read a list page.

        Raises:
            PageProblem: it cannot be read. A page without rows that does not say so itself is FormatChanged.
        """

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """Read the page of a posting; families whose lists carry the whole text have none.

        Raises:
            PageProblem: it cannot be read, or the posting is closed.
        """
        raise RuntimeError(f"{self.name} lists links but reads no detail page")

    def opening(self) -> Call | None:
        """The page that begins a session or tells what every further call needs; None where there is none.

        It is asked for once in a sitting, and again when a page raises SessionLost. A family whose session lives in
        cookies switches them on: `custom_settings = {"COOKIES_ENABLED": True}`.
        """
        return None

    def read_opening(self, reply: Reply) -> Mapping[str, str]:
        """What the opening page tells; `session` holds it from then on.

        Raises:
            PageProblem: it cannot be read.
        """
        raise RuntimeError(f"{self.name} has an opening page and does not read it")

    def needs_session(self, task: Task) -> bool:
        """Whether a page needs what the opening page tells; of a source with several hosts, perhaps only some do."""
        return True

    def opening_refusal(self, reply: Reply) -> PageProblem | None:
        """What the status of the opening page says, before it is read; None when it is to be read."""
        return refusal(reply, detail=False)

    def expired(self, task: Task) -> bool:
        """Whether a page can no longer be asked for as its list said; a later run lists it anew."""
        return False

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """What the status of a reply says, before it is read; None when it is to be read."""
        return refusal(reply, detail=task.kind == "detail")

    # What follows is the same for all.

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> "SourceSpider":  # noqa: ANN401 - Scrapy's signature
        """Called by Scrapy: by a sitting with all that a source needs, by Scrapy's own command with words."""
        alone = None if "desk" in kwargs else Standalone(cls.name, crawler, **kwargs)
        spider = super().from_crawler(crawler, *args, **(alone.spider_arguments if alone else kwargs))
        spider.alone = alone
        crawler.signals.connect(spider.note_request, signals.request_reached_downloader)
        crawler.signals.connect(spider.note_crash, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Called by Scrapy: the first request. Each further one is given by what receives the answer to the last."""
        if (rest := self._desk.rest) is not None:
            until = datetime.fromtimestamp(rest.until, CHINA)
            self._desk.stop("resting", f"left alone until {until:%Y-%m-%d %H:%M} (China), since {rest.reason}")
        self._desk.seed(task for query in self._queries() for task in self.first_pages(query))
        for request in self._next_request():
            yield request

    # Lists, not generators: Scrapy reads the source code of a generator each time it calls it.

    def receive(self, response: Response, ticket: Ticket) -> list[Request]:
        """Called by Scrapy with an answer: reads it, settles it, and gives the next request."""
        return self._go_on(self._try_to_read(response, ticket))

    def receive_opening(self, response: Response, ticket: Ticket) -> list[Request]:
        """Called by Scrapy with the opening page; a page of the source follows."""
        reply = reply_of(response)
        try:
            if (refused := self.opening_refusal(reply)) is not None:
                raise refused
            self.session = read_soundly(self.read_opening, reply)
        except PageProblem as problem:
            return self._go_on(not_read(ticket, problem))
        return [self._request(ticket)]

    def receive_failure(self, failure: Failure) -> list[Request]:
        """Called by Scrapy when no answer came."""
        error = failure.value
        # Scrapy adds the request to its failures.
        ticket: Ticket = failure.request.cb_kwargs["ticket"]  # type: ignore[attr-defined]
        if isinstance(error, Stopping):
            return []
        if isinstance(error, PageProblem):
            return self._go_on(not_read(ticket, error))
        if isinstance(error, RobotsForbidden):
            # What is forbidden on another host, or after other lists were read, says nothing of the rest.
            first_host = urlsplit(failure.request.url).netloc == self.source.host  # type: ignore[attr-defined]
            stops = ticket.task.kind == "list" and first_host and not self._pages_settled
            return self._go_on(NotRead(ticket, "robots", str(error), stops=stops))
        if isinstance(error, OtherHost):
            return self._go_on(NotRead(ticket, "other_host", str(error)))
        kind = (error and network_error_kind(error)) or type(error).__name__
        return self._go_on(NotRead(ticket, kind, str(error) or kind))

    def _try_to_read(self, response: Response, ticket: Ticket) -> Request | Outcome:
        """What an answer holds; or a request, where something has to be asked first or once more."""
        try:
            return self._read(ticket, reply_of(response))
        except SessionLost as problem:
            if ticket.number in self._reopened_for:
                return NotRead(ticket, problem.kind, str(problem))
            self._reopened_for.add(ticket.number)
            return self._request_opening(ticket)
        except (FormatChanged, Unwilling) as problem:
            # One more look tells a hiccup from a change, and a moment's refusal from one that stays.
            if self.source.cautious or ticket.number in self._asked_twice:
                return not_read(ticket, problem)
            self._asked_twice.add(ticket.number)
            request = self._request(ticket)
            request.meta["rests_first"] = isinstance(problem, Unwilling)
            return request
        except PageProblem as problem:
            return not_read(ticket, problem)

    def _go_on(self, found: Request | Outcome) -> list[Request]:
        """Enter what was found into the ledger, and only then give the next request."""
        if isinstance(found, Request):
            return [found]
        self._settle(found)
        return self._next_request()

    def _settle(self, outcome: Outcome) -> None:
        ticket = outcome.ticket
        self._pages_settled += 1
        if isinstance(outcome, NotRead):
            self._settle_problem(outcome)
            return
        self._failures_in_a_row = self.host.lost_in_a_row = 0
        if isinstance(outcome, ListRead):
            self._desk.hand_in_list(ticket, outcome.page, off_plan=outcome.off_plan)
        else:
            self._desk.hand_in_detail(ticket, outcome.postings, off_plan=outcome.off_plan)

    def _next_request(self) -> list[Request]:
        """The request for the next page; none when the source is read or is to be left."""
        ticket = self._next_ticket()
        if ticket is None:
            return []
        return [self._request(ticket) if self._has_session(ticket.task) else self._request_opening(ticket)]

    def note_request(self) -> None:
        """Called by Scrapy with every request that is sent, robots.txt and retries among them."""
        self._budget.spend()
        self._desk.count_request()

    def note_crash(self, failure: Failure) -> None:
        """Called by Scrapy when a reader or the ledger itself failed."""
        self.crash = failure.value
        self.stopping.set()

    def _queries(self) -> Iterator[Query]:
        keywords = self.plan.keywords if self.searches_keywords and self.plan.keywords else ("",)
        cities = self.plan.cities if self.searches_cities and self.plan.cities else ("",)
        return (Query(keyword, city) for keyword, city in product(keywords, cities))

    def _next_ticket(self) -> Ticket | None:
        if self.stopping.is_set() or self._budget.left <= 0 or self._desk.stopped:
            return None
        if self._first_page_only and self._pages_settled:
            return None
        most = self.source.requests_per_day
        if most is not None and self._desk.requests_today >= most:
            return None
        while (ticket := self._desk.next_ticket()) is not None and self.expired(ticket.task):
            self._desk.hand_in_failure(ticket, "expired", "listed too long ago; a later run lists it anew")
        return ticket

    def _request(self, ticket: Ticket) -> Request:
        return self._request_of(self.ask(ticket.task), self.receive, ticket)

    def _request_of(self, call: Call, callback: Callable[[Response, Ticket], list[Request]], ticket: Ticket) -> Request:
        return request_of(call, callback=callback, errback=self.receive_failure, cb_kwargs={"ticket": ticket})

    def _has_session(self, task: Task) -> bool:
        return self.session is not None or self.opening() is None or not self.needs_session(task)

    def _request_opening(self, ticket: Ticket) -> Request:
        """The opening page, in front of a page that needs what it tells."""
        call = self.opening()
        if call is None:
            raise RuntimeError(f"{self.name} has no opening page")
        return self._request_of(call, self.receive_opening, ticket)

    def _read(self, ticket: Ticket, reply: Reply) -> ListRead | DetailRead:
        task = ticket.task
        refused = self.refusal(task, reply)
        if refused is not None:
            raise refused
        if task.kind == "list":
            page = read_soundly(lambda reply: self.read_list(task, reply), reply)
            sound = _sound(page.postings)
            kept = self._on_plan(task.query, sound)
            unreadable = page.unreadable + len(page.postings) - len(sound)
            links = links_on_plan(page.links, task.query, self.plan, worldwide=self.worldwide)
            off_plan = len(sound) - len(kept) + len(page.links) - len(links)
            return ListRead(ticket, replace(page, postings=kept, links=links, unreadable=unreadable), off_plan)
        sound = _sound(read_soundly(lambda reply: self.read_detail(task, reply), reply))
        if not sound:
            raise diagnose(reply, FormatChanged("the posting has no title"))
        kept = self._on_plan(task.query, sound)
        return DetailRead(ticket, kept, len(sound) - len(kept))

    def _on_plan(self, query: Query, postings: Sequence[Posting]) -> list[Posting]:
        return on_plan(postings, query, self.plan, searched=self.searches_keywords, worldwide=self.worldwide)

    def _settle_problem(self, outcome: NotRead) -> None:
        ticket, kind = outcome.ticket, outcome.kind
        if kind in {"closed", "not_a_posting"}:
            self._failures_in_a_row = self.host.lost_in_a_row = 0
            self._desk.hand_in_nothing(ticket, kind)
            return
        self.logger.warning("%s: %s: %s (%s)", self.source.name, ticket.task.key, kind, outcome.reason)
        if outcome.stops:
            self.host.lost_in_a_row = 0
            self._desk.stop(kind, outcome.reason, pages=1, rest_until=rest_until(outcome, self.source))
            return
        self._desk.hand_in_failure(ticket, kind, outcome.reason)
        if kind in {"robots", "other_host"}:
            return  # nothing was asked
        answered = kind in ANSWERED
        self.host.lost_in_a_row = 0 if answered else self.host.lost_in_a_row + 1
        self._failures_in_a_row += 1
        failures = max(self._failures_in_a_row, self.host.lost_in_a_row)
        limit = MOST_UNREADABLE_IN_A_ROW if answered else MOST_FAILURES_IN_A_ROW
        if self.source.cautious:
            limit = 1
        if failures >= limit:
            reason = f"{failures} pages in a row failed, the last with: {outcome.reason}"
            self._desk.stop(kind, reason, rest_until=rest_until(outcome, self.source))


def _sound(postings: Sequence[Posting]) -> list[Posting]:
    """The postings, cleaned; those of which no title is left are missing."""
    return [cleaned for posting in postings if (cleaned := clean(posting)) is not None]
