"""拉勾: its search, asked with the operator's own session, and the pages of postings.

The site shows the first 30 pages of a list. Longer ones are not read in parts, for which a day's budget would not do:
an operator who wants more names cities.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from crawler.cleaning import clean
from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.readers import lagou
from crawler.readers.page import completed
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

PAGE_SIZE = 15
MOST_PAGES = 30
EVERYWHERE = "全国"


class LagouSpider(SourceSpider):
    """The search, and a page for each posting."""

    name = "lagou"

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search; cities have no codes here."""
        return [Task("list", {**FIRST_PAGE, "show_id": ""}, query)]

    def ask(self, task: Task) -> Call:
        """A page of the search as it was asked in plain, or the page of a posting. Nothing is encrypted."""
        site = self.source.base_url
        if task.kind == "detail":
            return Call(f"{site}{lagou.path_of(task.source_id)}")
        city = task.query.city or EVERYWHERE
        first = task.params["page"] == FIRST_PAGE["page"]
        wanted = {"first": str(first).lower(), "pn": str(task.params["page"]), "kd": task.query.keyword}
        order = urlencode({"px": "default", "city": city, "needAddtionalResult": "false"})
        return Call(
            f"{site}/jobs/positionAjax.json?{order}",
            form=wanted if first else {**wanted, "sid": str(task.params["show_id"])},
            headers={
                "Referer": f"{site}/jobs/list_{quote(task.query.keyword, safe='')}?{urlencode({'city': city})}",
                # The site's own page sends these words where it has no token.
                "X-Anit-Forge-Code": "0",
                "X-Anit-Forge-Token": "None",
            },
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows, whose text is on a page of its own."""
        answer = lagou.read_answer(reply)
        page = numbered_page(task, answer.rows, _link, total=answer.total, size=PAGE_SIZE)
        if int(task.params["page"]) >= MOST_PAGES and page.further:
            return replace(page, further=[], cut=True)
        return replace(page, further=[following.turn(show_id=answer.show_id) for following in page.further])

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The page of a posting; what its row states goes before."""
        row = Posting.from_json(str(task.params["row"]))
        address = f"{self.source.base_url}{lagou.path_of(task.source_id)}"
        return [completed(replace(row, url=address), lagou.read_detail(reply, task.source_id))]


def _link(found: Row) -> Link | None:
    """A row and where its text is; the row waits in the ledger and is cleaned before. None where it has no title."""
    posting = lagou.read_row(found)
    row = posting and clean(posting)
    if row is None:
        return None
    states = (row.title, row.company, row.city_text, row.salary_text, row.experience_text, row.education_text)
    return Link(row.source_id, row_version(*states), {"row": row.to_json()})
