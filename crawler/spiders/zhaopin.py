"""智联招聘: list pages that the operator names by their path, and the pages of their postings.

Its robots.txt forbids every address with a query, so there is no search to ask: the site alone makes the token that
stands for a keyword in a path (/sou/jl765/kw01500O80EO062/p2). Postings are matched to the plan after reading.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from crawler.cleaning import clean
from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.readers import zhaopin
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

_PAGE = re.compile(r"/p([1-9]\d{0,3})/?$")


class ZhaopinSpider(SourceSpider):
    """The lists that the operator named."""

    name = "zhaopin"
    searches_keywords = False
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The pages that the operator named."""
        return [Task("list", {"url": url}, query) for url in self.source.start_urls]

    def ask(self, task: Task) -> Call:
        """Pages by their address."""
        return Call(str(task.params["url"]))

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows, whose text is on a page of its own."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The page of a posting, with what its row states and the page masks."""
        return [read_detail(task, reply)]


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read a list page, and turn to the next one as long as the site says that there is one.

    Raises:
        PageProblem: see `crawler.readers.zhaopin.read_list_page`.
    """
    url = str(task.params["url"])
    parts = urlsplit(url)
    listing = zhaopin.read_list_page(reply, f"{parts.scheme}://{parts.netloc}")
    number = page_number(url)
    pages = listing.pages or number
    more = number < pages and listing.postings
    rows = [row for posting in listing.postings if (row := clean(posting)) is not None]
    return ListPage(
        postings=[row for row in rows if row.url is None],
        # A row waits in the ledger for its text; it is cleaned here because nothing personal may lie there either.
        links=[Link(row.source_id, _version(row), {"url": row.url, "row": row.to_json()}) for row in rows if row.url],
        further=[task.turn(url=address_of_page(url, number + 1))] if more else [],
        reported_total=listing.count if number == 1 else None,
        unreadable=listing.unreadable + len(listing.postings) - len(rows),
        # The site counts no more rows than it shows, so a list of all these pages may be longer.
        cut=number == 1 and listing.anonymous and pages >= zhaopin.MOST_ANONYMOUS_PAGES,
    )


def read_detail(task: Task, reply: Reply) -> Posting:
    """Read the page of a posting.

    Raises:
        FormatChanged: it has no text.
    """
    row = Posting.from_json(str(task.params["row"]))
    return zhaopin.with_row(zhaopin.read_detail_page(reply, task.source_id), row)


def page_number(url: str) -> int:
    """The number of a list page in its address; the first page has none."""
    found = _PAGE.search(urlsplit(url).path)
    return int(found[1]) if found else 1


def address_of_page(url: str, number: int) -> str:
    """The address of another page of the same list."""
    parts = urlsplit(url)
    return parts._replace(path=f"{_PAGE.sub('', parts.path).rstrip('/')}/p{number}").geturl()


def _version(row: Posting) -> str:
    """What a row says, apart from its date, which recruiters renew every day."""
    return row_version(row.title, row.company, row.salary_text, row.city_text, row.experience_text, row.education_text)
