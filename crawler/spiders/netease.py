"""网易's own portal (hr.163.com). Lists carry the full text; the keyword is the only filter that it heeds.

Pages are counted in `currentPage`; the `pageNum` of other sites is passed over without a word.
"""

from collections.abc import Iterable
from typing import Any

from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import FormatChanged, LoginRequired
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 100
"""The site takes 200 at most and answers code 402 beyond."""

SUCCESS = 200
NOT_LOGGED_IN = 406

WORK_TYPES = {"0": "社招", "1": "校招/实习", "2": None}
"""The lists, and what their postings are; what the few postings of the third have in common is not known."""


class NeteaseSpider(SourceSpider):
    """One list for each work type."""

    name = "netease"
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each list."""
        return [Task("list", {"type": kind, **FIRST_PAGE}, query) for kind in WORK_TYPES]

    def ask(self, task: Task) -> Call:
        """The search."""
        return Call(
            f"{self.source.base_url}/api/hr163/position/queryPage",
            json={
                "currentPage": task.params["page"],
                "pageSize": PAGE_SIZE,
                "workType": task.params["type"],
                "keyword": task.query.keyword,
            },
            headers={"Referer": f"{self.source.base_url}/job-list.html"},
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        return read_list(self.source, task, reply)


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        LoginRequired: the portal says that it wants an account.
        FormatChanged: anything but a list of postings with their total.
    """
    answer = reply.json()
    code, message = answer["code"], text_of(answer, "msg", "message")
    if code == NOT_LOGGED_IN:
        raise LoginRequired(f"code {code}: {message}")
    if code != SUCCESS:
        raise FormatChanged(f"code {code}: {message}")
    data = answer["data"]
    kind = str(task.params["type"])
    return numbered_page(
        task, data["list"] or [], lambda row: _posting(source, kind, row), total=int(data["total"]), size=PAGE_SIZE
    )


def _posting(source: SourceInfo, kind: str, row: Row) -> Posting | None:
    """A row as a posting; None when it has no id or title."""
    position_id, title = row.get("id"), text_of(row, "name")
    if not position_id or not title:
        return None
    stated = row.get("workType")
    # The site tells when a posting was last renewed, not when it was first shown.
    day, day_text = published(row, "updateTime")
    return Posting(
        source_id=str(position_id),
        url=f"{source.base_url}/job-detail.html?id={position_id}",
        title=title,
        company=source.company,
        description=joined_description(row, "description", "requirement"),
        city_text="/".join(_names(row.get("workPlaceNameList"))) or None,
        experience_text=text_of(row, "reqWorkYearsName"),
        education_text=text_of(row, "reqEducationName"),
        employment_text=WORK_TYPES.get(kind if stated is None else str(stated)),
        published_on=day,
        published_text=day_text,
        site_category=text_of(row, "firstPostTypeName"),
    )


def _names(places: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    return [place for place in places if isinstance(place, str)] if isinstance(places, list) else []
