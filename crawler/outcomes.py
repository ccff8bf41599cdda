"""What becomes of a page that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.contract import ListPage, Posting
from crawler.ledger.interface import Ticket
from crawler.problems import Blocked, PageProblem


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list page, read and cleaned, on its way to the ledger."""

    ticket: Ticket
    page: ListPage
    off_plan: int


@dataclass(frozen=True, slots=True)
class DetailRead:
    """The postings of a detail page, read and cleaned, on their way to the ledger."""

    ticket: Ticket
    postings: Sequence[Posting]
    off_plan: int


@dataclass(frozen=True, slots=True)
class NotRead:
    """A page that gave nothing, and why."""

    ticket: Ticket
    kind: str
    reason: str
    stops: bool = False
    rest_seconds: float | None = None


Outcome = ListRead | DetailRead | NotRead


def not_read(ticket: Ticket, problem: PageProblem) -> NotRead:
    """The outcome of a page with a problem."""
    rest_seconds = problem.rest_seconds if isinstance(problem, Blocked) else None
    return NotRead(ticket, problem.kind, str(problem), problem.stops, rest_seconds)
