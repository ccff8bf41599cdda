"""BOSS直聘, with the operator's own session: a search of at most 300 rows, and one request for each new posting.

Its robots.txt and its user agreement keep programs away, so that it is asked only after the operator has confirmed to
go there, slowly, and not again that day once it shows the first sign of refusal. No token is made and no page is
solved: what the operator's browser got is sent, and when it is used up the day is over.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from crawler.codes import load_codes
from crawler.contract import Call, Link, ListPage, Posting, Query, Task
from crawler.problems import FormatChanged
from crawler.readers.zhipin_answers import Row, RowPage, posting_url, read_posting, read_rows
from crawler.readers.zhipin_refusals import data_of
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

PAGE_SIZE = 15
MOST_PAGES = 20
"""The site shows 300 rows of a search, whatever it counts."""

MOST_PAGES_WITHOUT_NEWS = 3
"""Pages in a row that hold nothing but rows seen before: then the list only turns in a circle."""

TICKET_SECONDS = 2 * 60 * 60
"""A row's ticket for its detail expires, nobody knows when; one of another day is refused as a wrong parameter."""

_WHOLE_COUNTRY = "100010000"
_HEADERS: Final = {"Accept": "application/json, text/plain, */*", "X-Requested-With": "XMLHttpRequest"}


class ZhipinSpider(SourceSpider):
    """The search, and detail.json of each posting."""

    name = "zhipin"

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search."""
        return [Task("list", {"page": 1, "seen": "", "stale": 0}, query)]

    def ask(self, task: Task) -> Call:
        """The calls of the site's own pages."""
        if task.kind == "detail":
            ticket = urlencode({name: task.params[name] for name in ("securityId", "lid")})
            return Call(f"{self.source.base_url}/wapi/zpgeek/job/detail.json?{ticket}", headers=_HEADERS)
        form = {
            "scene": "1",
            "query": task.query.keyword,
            "city": load_codes("zhipin_cities").get(task.query.city, _WHOLE_COUNTRY),
            "page": str(task.params["page"]),
            "pageSize": str(PAGE_SIZE),
        }
        return Call(f"{self.source.base_url}/wapi/zpgeek/search/joblist.json", form=form, headers=_HEADERS)

    def expired(self, task: Task) -> bool:
        """Whether a posting's ticket is too old to be shown."""
        return task.kind == "detail" and time.time() - int(task.params["listed"]) > TICKET_SECONDS

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows as links to their details."""
        return read_list(task, read_rows(data_of(reply)), int(time.time()))

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The posting, with what only its row states."""
        return [read_detail(task, read_posting(data_of(reply)), self.source.base_url)]


def read_list(task: Task, page: RowPage, now: int) -> ListPage:
    """One page of a search, and whether the next one is worth a request.

    Args:
        task: The page.
        page: What it holds.
        now: Seconds since 1970.

    Raises:
        FormatChanged: the first page is empty and the total is not.
    """
    first = task.params["page"] == 1
    if first and page.reported_total and not page.rows:
        raise FormatChanged(f"a total of {page.reported_total} and no rows")
    seen = str(task.params["seen"]).split()
    new = [mark for row in page.rows if (mark := _mark(row)) not in seen]
    stale = 0 if new else int(task.params["stale"]) + 1
    more = page.more and page.rows and task.params["page"] != MOST_PAGES and stale < MOST_PAGES_WITHOUT_NEWS
    following = task.turn(page=int(task.params["page"]) + 1, seen=" ".join([*seen, *new]), stale=stale)
    return ListPage(
        links=[_link(row, now) for row in page.rows],
        further=[following] if more else [],
        reported_total=page.reported_total if first else None,
        unreadable=page.unreadable,
        cut=first and (page.reported_total or 0) >= MOST_PAGES * PAGE_SIZE,
    )


def read_detail(task: Task, posting: Posting, site: str) -> Posting:
    """A posting by the id under which it was listed, with its district and the day of its last change."""
    place, changed = str(task.params["place"]), str(task.params["changed"])
    return replace(
        posting,
        source_id=task.source_id,
        url=posting_url(task.source_id, site),
        city_text=place if place.startswith(posting.city_text or "") else posting.city_text,
        published_text=changed or None,
        published_on=date.fromisoformat(changed) if changed else None,
    )


def _link(row: Row, now: int) -> Link:
    posting = row.posting
    return Link(
        posting.source_id,
        row.version,
        {
            "securityId": row.security_id,
            "lid": row.lid,
            "listed": now,
            "place": posting.city_text or "",
            "changed": posting.published_text or "",
        },
    )


def _mark(row: Row) -> str:
    """A few letters that stand for a row: the ledger keeps those of all pages before."""
    return hashlib.sha256(row.posting.source_id.encode()).hexdigest()[:8]
