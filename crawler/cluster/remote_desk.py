"""The ledger and the budget as an actor on another machine sees them: each call goes to the one that writes."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

import ray

from crawler.cluster.ledger_actor import Superseded
from crawler.contract import ListPage, Posting, Task
from crawler.ledger.interface import Rest, Ticket


class RemoteBudget:
    """The requests left to the whole cluster.

    Args:
        ledger: Handle of the `LedgerActor`.
    """

    def __init__(self, ledger: Any) -> None:  # noqa: ANN401 - Ray's handles have no type
        self._ledger = ledger

    @property
    def left(self) -> int:
        """Asked for with every page: others spend from it as well."""
        return int(ray.get(self._ledger.budget_left.remote()))

    def spend(self) -> None:
        """One request was sent."""
        self._ledger.spend.remote()


class RemoteDesk:
    """One source's desk, kept by the `LedgerActor`.

    Args:
        ledger: Its handle.
        source: The source's name.
        shift: What the ledger gave this actor when it took the source.
    """

    def __init__(self, ledger: Any, source: str, shift: int) -> None:  # noqa: ANN401 - as above
        self._ledger = ledger
        self.source = source
        self._shift = shift

    def _call(self, method: str, *values: object, **named: object) -> Any:  # noqa: ANN401 - what the method gives
        try:
            return ray.get(self._ledger.call.remote(self.source, self._shift, method, values, named))
        except Superseded:
            # This process was given up for dead, and another one asks the host now: not one request more.
            os._exit(1)

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called in this run."""
        return bool(self._call("stopped"))

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return bool(self._call("done"))

    @property
    def rest(self) -> Rest | None:
        """Until when the source's host is left alone."""
        rest: Rest | None = self._call("rest")
        return rest

    @property
    def requests_today(self) -> int:
        """Requests that the source's host got today."""
        return int(self._call("requests_today"))

    def seed(self, tasks: Iterable[Task]) -> None:
        """Enter the pages that a source begins with."""
        self._call("seed", list(tasks))

    def next_ticket(self) -> Ticket | None:
        """The next page to fetch; None when none is left or the crawl is being stopped."""
        ticket: Ticket | None = self._call("next_ticket")
        return ticket

    def count_request(self) -> None:
        """One HTTP request was sent. Not waited for: calls of one actor arrive in order."""
        self._ledger.call.remote(self.source, self._shift, "count_request", (), {})

    def hand_in_list(self, ticket: Ticket, page: ListPage, *, off_plan: int = 0) -> None:
        """A list page was read."""
        self._call("hand_in_list", ticket, page, off_plan=off_plan)

    def hand_in_detail(self, ticket: Ticket, postings: Sequence[Posting], *, off_plan: int = 0) -> None:
        """A detail page was read."""
        self._call("hand_in_detail", ticket, postings, off_plan=off_plan)

    def hand_in_nothing(self, ticket: Ticket, kind: str) -> None:
        """A detail page holds no posting."""
        self._call("hand_in_nothing", ticket, kind)

    def hand_in_failure(self, ticket: Ticket, kind: str, reason: str) -> None:
        """A page could not be read."""
        self._call("hand_in_failure", ticket, kind, reason)

    def stop(self, kind: str, reason: str, *, pages: int = 0, rest_until: float | None = None) -> None:
        """Nothing more is asked of the source in this run."""
        self._call("stop", kind, reason, pages=pages, rest_until=rest_until)

    def close(self) -> None:
        """Write what has piled up into the dataset."""
        self._call("close")
