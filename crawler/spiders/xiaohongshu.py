"""小红书's own portal. Lists carry the full text; its search looks at titles.

Only `positionName`, `recruitType` and the page count: the site passes over every other field of a search (`keyword`,
`page`, `workplaceIds`, `jobType`) without a word, so cities are picked out after reading.
"""

from collections.abc import Iterable
from dataclasses import replace

from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import FormatChanged, LoginRequired, WrongChannel
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 50
SUCCESS = 200
NO_SUCH_TYPE = 999
NOT_LOGGED_IN = 320001

INTERN = "intern"
RECRUIT_TYPES = {"social": "社招", "campus": "校招", INTERN: "实习"}
SECTIONS = {"social": "social", "campus": "campus", INTERN: "campus"}
"""The part of the human address by recruit type."""


class XiaohongshuSpider(SourceSpider):
    """Three lists: 社招, 校招, and 实习, whose postings stand in 校招 as well."""

    name = "xiaohongshu"
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the lists; that of 实习 follows 校招, so that the narrower word is the one that stays."""
        return [Task("list", {"type": kind, **FIRST_PAGE}, query) for kind in RECRUIT_TYPES if kind != INTERN]

    def ask(self, task: Task) -> Call:
        """The search."""
        return Call(
            f"{self.source.base_url}/websiterecruit/position/pageQueryPosition",
            json={
                "positionName": task.query.keyword,
                "recruitType": task.params["type"],
                "pageNum": task.params["page"],
                "pageSize": PAGE_SIZE,
            },
            headers={"Referer": f"{self.source.base_url}/"},
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        return read_list(self.source, task, reply)


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        WrongChannel: the portal has no such recruit type.
        LoginRequired: the portal says that it wants an account.
        FormatChanged: anything but a list of postings with their total.
    """
    kind = str(task.params["type"])
    answer = reply.json()
    codes = {answer.get(name) for name in ("statusCode", "errorCode", "code")}
    message = text_of(answer, "alertMsg", "errorMsg", "msg", "message")
    if NO_SUCH_TYPE in codes:
        raise WrongChannel(f"recruit type {kind!r}: {message}")
    if NOT_LOGGED_IN in codes:
        raise LoginRequired(f"code {NOT_LOGGED_IN}: {message}")
    if SUCCESS not in codes or answer.get("success") is False:
        raise FormatChanged(f"statusCode {answer.get('statusCode')}: {message}")
    data = answer["data"]
    # The site sets sizes that it finds too large back to its own, and says so.
    size = min(PAGE_SIZE, int(data.get("pageSize") or PAGE_SIZE))
    page = numbered_page(
        task, data["list"] or [], lambda row: _posting(source, kind, row), total=int(data["total"]), size=size
    )
    if kind == "campus" and not page.further:
        return replace(page, further=[Task("list", {"type": INTERN, **FIRST_PAGE}, task.query)])
    return page


def _posting(source: SourceInfo, kind: str, row: Row) -> Posting | None:
    """A row as a posting; None when it has no id or title."""
    position_id, title = row.get("positionId"), text_of(row, "positionName")
    if not position_id or not title:
        return None
    day, day_text = published(row, "publishTime")
    project = text_of(row, "jobProjectName")
    return Posting(
        source_id=str(position_id),
        url=f"{source.base_url}/{SECTIONS[kind]}/position/{position_id}",
        title=title,
        company=source.company,
        description=joined_description(row, "duty", "qualification"),
        city_text=text_of(row, "workplace"),
        employment_text=RECRUIT_TYPES[kind],
        published_on=day,
        published_text=day_text,
        site_category=text_of(row, "jobType"),
        site_tags=(project,) if project and project != RECRUIT_TYPES[kind] else (),
    )
