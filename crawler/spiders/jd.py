"""京东's portal for 社招. Lists carry the full text; they come as a bare array, and their total from another address.

The first page tells whether the portal is in order, so it is asked first and the total after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import FormatChanged
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 100
ROWS, COUNT = "rows", "count"
RECRUIT_TYPE = "社招"
"""The portal has no other; 校招 is on campus.jd.com."""


class JdSpider(SourceSpider):
    """One list, and its total."""

    name = "jd"
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the list; it leads to the total."""
        return [Task("list", {"part": ROWS, "total": 0, **FIRST_PAGE}, query)]

    def ask(self, task: Task) -> Call:
        """The search, or its total: both take the same form."""
        search = {"workCityJson": "[]", "jobTypeJson": "[]", "jobSearch": task.query.keyword, "depTypeJson": "[]"}
        counts = task.params["part"] == COUNT
        paging = {} if counts else {"pageIndex": str(task.params["page"]), "pageSize": str(PAGE_SIZE)}
        return Call(
            f"{self.source.base_url}/web/job/job_{'count' if counts else 'list'}",
            form={**paging, **search},
            headers={
                "Referer": f"{self.source.base_url}/web/job/job_info_list/3",
                "X-Requested-With": "XMLHttpRequest",
            },
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text, or their total."""
        if task.params["part"] == COUNT:
            return read_count(task, reply)
        return read_list(self.source, task, reply)


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        FormatChanged: anything but an array of postings.
    """
    rows: Sequence[Any] = reply.json()
    if not isinstance(rows, list):
        raise FormatChanged("no array of postings")
    total = int(task.params["total"])
    page = numbered_page(task, rows, lambda row: _posting(source, row), total=total or None, size=PAGE_SIZE)
    if task.params["page"] != FIRST_PAGE["page"]:
        return page
    return replace(page, further=[task.turn(part=COUNT, seen=len(rows)), *page.further])


def read_count(task: Task, reply: Reply) -> ListPage:
    """Read the total of a search.

    Raises:
        FormatChanged: it is no number, or promises rows where the list has none.
    """
    total = reply.json()
    if isinstance(total, str) and total.isdecimal():
        total = int(total)
    if isinstance(total, bool) or not isinstance(total, int):
        raise FormatChanged("no total")
    seen = int(task.params["seen"])
    if total and not seen:
        raise FormatChanged(f"a total of {total} and no rows")
    # A full page has led on already. One that is not full and not all is one of a site that serves less than asked for.
    more = seen < min(total, PAGE_SIZE)
    return ListPage(reported_total=total, further=[task.turn(part=ROWS, page=2, total=total)] if more else [])


def _posting(source: SourceInfo, row: Row) -> Posting | None:
    """A row as a posting; None when it has no id or title."""
    requirement_id, title = row.get("requirementId"), text_of(row, "positionNameOpen", "positionName")
    if not requirement_id or not title:
        return None
    day, day_text = published(row, "formatPublishTime", "publishTime")
    return Posting(
        source_id=str(requirement_id),
        # The site spells it so.
        url=f"{source.base_url}/web/job-info-detail?requementId={requirement_id}",
        title=title,
        company=source.company,
        description=joined_description(row, "workContent", "qualification"),
        city_text=text_of(row, "workCity"),
        employment_text=RECRUIT_TYPE,
        published_on=day,
        published_text=day_text,
        site_category=text_of(row, "jobType"),
    )
