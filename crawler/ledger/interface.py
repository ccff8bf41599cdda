"""What a spider asks of its ledger and its budget, wherever these are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from crawler.contract import ListPage, Posting, Task


@dataclass(frozen=True, slots=True)
class Ticket:
    """A task that was given out."""

    number: int
    task: Task


@dataclass(frozen=True, slots=True)
class Rest:
    """A host that is left alone.

    Attributes:
        until: Seconds since 1970.
        reason: Why.
    """

    until: float
    reason: str


class SourceDesk(Protocol):
    """The ledger of one source in one run. What each part means is said at `crawler.ledger.desk.Desk`."""

    source: str

    @property
    def stopped(self) -> bool:
        """Whether nothing more is asked of the source in this run."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""

    @property
    def rest(self) -> Rest | None:
        """Until when the source's host is left alone; None when it may be asked."""

    @property
    def requests_today(self) -> int:
        """Requests that the source's host got today."""

    def seed(self, tasks: Iterable[Task]) -> None:
        """Enter the pages that a source begins with."""

    def next_ticket(self) -> Ticket | None:
        """The next page to fetch; None when there is none."""

    def count_request(self) -> None:
        """One HTTP request was sent."""

    def hand_in_list(self, ticket: Ticket, page: ListPage, *, off_plan: int = 0) -> None:
        """A list page was read."""

    def hand_in_detail(self, ticket: Ticket, postings: Sequence[Posting], *, off_plan: int = 0) -> None:
        """A detail page was read."""

    def hand_in_nothing(self, ticket: Ticket, kind: str) -> None:
        """A detail page was read and holds no posting."""

    def hand_in_failure(self, ticket: Ticket, kind: str, reason: str) -> None:
        """A page could not be read."""

    def stop(self, kind: str, reason: str, *, pages: int = 0, rest_until: float | None = None) -> None:
        """Ask the source nothing more in this run."""

    def close(self) -> None:
        """Write what has piled up."""


class RequestBudget(Protocol):
    """Requests that a sitting may still send, shared by its sources."""

    @property
    def left(self) -> int:
        """How many."""

    def spend(self) -> None:
        """One request was sent."""
