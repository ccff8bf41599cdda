"""智联招聘: list pages (state, cards of two designs), detail pages, and the JSON of its own front end.

A list shows the salary; a detail page masks it (**-**元) for visitors without an account. What is masked is kept as
found where nothing better is known; it is no salary, and reads as none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler.contract import Posting
from crawler.markup import html_to_text
from crawler.problems import Blocked, FormatChanged, LoginRequired
from crawler.readers.page import completed, mapping_of, script_object
from crawler.readers.saved_shapes import Shape, is_markup, read_as, unreadable_rows, with_search
from crawler.readers.zhaopin_pages import CARDS, CARDS_B, TEXT, last_page, number_of, read_card, read_shown
from crawler.readers.zhaopin_rows import SITE, detail_address, read_detailed, read_former_row, read_row, whole_number
from crawler.reply import Reply

MOST_ANONYMOUS_PAGES = 5
"""Pages that a visitor without an account is shown; `pages` then says 5 of any longer list."""

NOTHING_FOUND = "您搜索的职位找不到"
ONLY_FOR_ACCOUNTS = "登录之后再搜索"
"""What an anonymous visitor is told who filters a list; it is not that there are no postings."""

_STATE = "__INITIAL_STATE__"
_OK = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """One list page.

    Attributes:
        postings: Its rows; those without an address have no page of their own.
        unreadable: Rows that could not be read.
        count: How many rows the site says the list has; None where it does not say.
        pages: How many pages it says the list has; None where it does not say.
        anonymous: Whether it was made for a visitor without an account.
    """

    postings: Sequence[Posting]
    unreadable: int = 0
    count: int | None = None
    pages: int | None = None
    anonymous: bool = True


def read_list_page(reply: Reply, site: str = SITE) -> Listing:
    """Read a list page, from the state in its script where it has one, else from its cards.

    Args:
        reply: The page.
        site: The server on which postings have their pages.

    Raises:
        LoginRequired: the list is filtered, which is for accounts.
        Blocked: it counts rows and shows none, the site's soft refusal.
        FormatChanged: neither rows nor the words for none.
    """
    state = script_object(reply, _STATE) or {}
    if isinstance(rows := state.get("positionList"), list) and rows:
        postings = [posting for row in rows if (posting := read_row(mapping_of(row), site)) is not None]
    else:
        rows = reply.html.css(CARDS) or reply.html.css(CARDS_B)
        postings = [posting for card in rows if (posting := read_card(card, site)) is not None]
    count, pages = whole_number(state.get("positionCount")), whole_number(state.get("pages")) or last_page(reply)
    if not rows:
        said = html_to_text(reply.text)
        if ONLY_FOR_ACCOUNTS in said:
            raise LoginRequired(f"filters are for accounts ({ONLY_FOR_ACCOUNTS})")
        if count and (whole_number(state.get("pageIndex")) or 1) <= (pages or 1):
            raise Blocked(f"counts {count} rows and shows none, the site's soft refusal")
        if count is None and NOTHING_FOUND not in said:
            raise FormatChanged("neither rows nor the words for none")
    elif not postings:
        raise FormatChanged("no row has a title")
    return Listing(postings, len(rows) - len(postings), count, pages, state.get("isLogged") is not True)


def read_positions(reply: Reply) -> Listing:
    """Read an answer of `/c/i/search/positions`, or of its predecessor `/c/i/sou`.

    Raises:
        Blocked: it counts rows and shows none.
        FormatChanged: it is no list.
    """
    data = _data(reply)
    former = "results" in data
    rows, count = data["results" if former else "list"], int(data["numFound" if former else "count"])
    if not isinstance(rows, list):
        raise FormatChanged("the list is none")
    if count and not rows and not data.get("isEndPage"):
        raise Blocked(f"counts {count} rows and shows none, the site's soft refusal")
    read = read_former_row if former else read_row
    postings = [posting for row in rows if (posting := read(mapping_of(row))) is not None]
    if rows and not postings:
        raise FormatChanged("no row has a number and a title")
    return Listing(postings, len(rows) - len(postings), count)


def read_detail_page(reply: Reply, source_id: str = "") -> Posting:
    """Read the page of a posting, from the state in its script where it has one, else from its elements.

    Args:
        reply: The page.
        source_id: The posting's number, where it is known; else the address or the page has to say it.

    Raises:
        FormatChanged: it has no text or no number.
    """
    shown = read_shown(reply)
    state = mapping_of((script_object(reply, _STATE) or {}).get("jobDetail"))
    if state.get("detailedPosition"):
        shown = completed(read_detailed(state), shown)
    source_id = source_id or shown.source_id or number_of(reply.url)
    if not shown.description:
        raise FormatChanged("no text of the posting")
    if not source_id:
        raise FormatChanged("the page does not say its number: save it together with its address")
    return replace(shown, source_id=source_id, url=detail_address(source_id))


def read_position(reply: Reply) -> Posting:
    """Read an answer of `/c/i/jobs/position-detail-new`.

    Raises:
        FormatChanged: it holds no posting.
    """
    posting = read_detailed(_data(reply))
    if not posting.source_id or not posting.title:
        raise FormatChanged("no number or no title")
    return replace(posting, url=detail_address(posting.source_id))


def read_saved(reply: Reply) -> Sequence[Posting] | None:
    """Read a page or answer that an operator saved.

    Returns:
        Its postings, with the search's keyword where the page's request tells it; one without title is a row that
        could not be read. None when it is none of this site's pages.

    Raises:
        PageProblem: it cannot be read, or says that the site refused it.
    """
    postings = read_as(_SHAPES, "zhaopin.com", reply)
    return with_search(with_search(postings, reply, "kw"), reply, "S_SOU_FULL_INDEX")


def with_row(detail: Posting, row: Posting) -> Posting:
    """What the list and the page of a posting state together: a masked salary gives way to one that is not."""
    salaries = [text for text in (row.salary_text, detail.salary_text) if text]
    clear = [text for text in salaries if "*" not in text]
    # A list row's text is a summary.
    both = completed(replace(row, description=detail.description), detail)
    return replace(both, salary_text=next(iter(clear or salaries), None))


def _data(reply: Reply) -> Mapping[str, Any]:
    """What an answer of the front end's server holds.

    Raises:
        FormatChanged: it reports an error.
    """
    answer = reply.json()
    if answer["code"] != _OK:
        raise FormatChanged(f"code {answer['code']}: {answer.get('message') or answer.get('taskId')}")
    data: Mapping[str, Any] = answer["data"]
    return data


def _saved(listing: Listing) -> list[Posting]:
    return [*listing.postings, *unreadable_rows(listing.unreadable)]


def _has_rows(reply: Reply) -> bool:
    return "positionList" in (script_object(reply, _STATE) or {}) or bool(
        reply.html.css(f"{CARDS} .jobinfo__name, {CARDS_B} .job-card__salary")
    )


def _json_of(reply: Reply) -> Mapping[str, Any]:
    """The data of an answer; empty for a web page."""
    return {} if is_markup(reply) else mapping_of(mapping_of(reply.json()).get("data"))


def _is_row(row: Any) -> bool:  # noqa: ANN401 - as above
    keys = mapping_of(row).keys()
    return {"number", "companyName", "workingExp"} <= keys or {"number", "jobName", "workingExp", "eduLevel"} <= keys


_SHAPES = (
    Shape(
        re.compile(r"[^/]+/c/i/(?:search/positions|sou)$"),
        lambda reply: _is_row(next(iter(_json_of(reply).get("list") or _json_of(reply).get("results") or ()), None)),
        lambda reply: _saved(read_positions(reply)),
    ),
    Shape(
        re.compile(r"[^/]+/c/i/jobs/position-detail"),
        lambda reply: "detailedPosition" in _json_of(reply),
        lambda reply: [read_position(reply)],
        detail=True,
    ),
    Shape(
        re.compile(r"(?:www|m)\.zhaopin\.com/jobdetail/|jobs\.zhaopin\.com/\w+\.htm"),
        lambda reply: is_markup(reply) and bool(reply.html.css(TEXT)),
        lambda reply: [read_detail_page(reply)],
        detail=True,
    ),
    Shape(
        re.compile(r"www\.zhaopin\.com/(?:sou|jobs)\b"),
        lambda reply: is_markup(reply) and _has_rows(reply),
        lambda reply: _saved(read_list_page(reply)),
    ),
)
