"""大易 WinTalent (*.hotjob.cn/wt/): the older portals of the maker of Wecruit. Lists carry the full text.

A list has no search and shows ten rows a page. A row without text has its text, or the word that it is closed, on a
page of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, numbered_page
from crawler.problems import Closed, FormatChanged
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE: Final = 10
CHANNELS: Final = {2: "社招", 1: "校招", 12: "实习"}
"""recruitType -> its name."""

OPEN = "9200"
CLOSED = "9501"


class WintalentSpider(SourceSpider):
    """One portal with its channels."""

    name = "wintalent"
    searches_keywords = False
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each channel."""
        return [Task("list", {**FIRST_PAGE, "channel": channel}, query) for channel in CHANNELS]

    def ask(self, task: Task) -> Call:
        """A page of a channel, or of a posting."""
        what = "detail" if task.kind == "detail" else "list"
        asked: dict[str, str | int] = {"brandCode": 1, "recruitType": task.params["channel"]}
        asked |= {"postId": task.source_id} if task.kind == "detail" else {"page": task.params["page"]}
        portal = f"{self.source.base_url}/wt/{self.source.options['brand']}/web"
        return Call(f"{portal}/json/position/{what}?{urlencode(asked)}", headers={"Referer": f"{portal}/index"})

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows, most of them with their full text."""
        return read_list(self.source, task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """A posting whose row has no text."""
        return [read_detail(self.source, task, reply)]


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a channel.

    Raises:
        FormatChanged: anything but a list of rows with their count.
    """
    answer = reply.json()
    rows: Sequence[Any] = answer["postList"] or []
    read = partial(_row, source, int(task.params["channel"]))
    return numbered_page(task, rows, read, total=int(answer["rowCount"]), size=PAGE_SIZE)


def read_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read the page of a posting.

    Raises:
        Closed: the portal says that it is closed.
        FormatChanged: anything but a posting.
    """
    answer = reply.json()
    state = str(answer["req_state"])
    if state == CLOSED:
        raise Closed(f"req_state {state}: {answer.get('req_msg')}")
    if state != OPEN:
        raise FormatChanged(f"req_state {state}: {answer.get('req_msg')}")
    row = {"postName": task.params["title"], **answer["postInfo"], "postId": task.source_id}
    return _posting(source, int(task.params["channel"]), row)


def _row(source: SourceInfo, channel: int, row: Mapping[str, Any]) -> Posting | Link | None:
    """A row as a posting, or as a link where it has no text."""
    if not row.get("postId") or not row.get("postName"):
        return None
    posting = _posting(source, channel, row)
    if posting.description:
        return posting
    version = row_version(posting.title, posting.published_text, posting.city_text)
    return Link(posting.source_id, version, {"channel": channel, "title": posting.title})


def _posting(source: SourceInfo, channel: int, row: Mapping[str, Any]) -> Posting:
    source_id = str(row["postId"])
    portal = f"{source.base_url}/wt/{source.options['brand']}/mobweb/position/detail"
    asked = {"brandCode": 1, "safe": "Y", "recruitType": channel, "postIdsAry": source_id}
    published_on, published_text = published(row, "publishDate", "publishDateTime")
    return Posting(
        source_id=source_id,
        url=f"{portal}?{urlencode(asked)}",
        title=row["postName"],
        company=source.company or None,
        description=joined_description(row, "workContent", "serviceCondition"),
        city_text=text_of(row, "workPlace"),
        salary_text=text_of(row, "workingTreatment"),
        experience_text=text_of(row, "workYears"),
        education_text=text_of(row, "education"),
        employment_text=CHANNELS[channel],
        published_on=published_on,
        published_text=published_text,
        site_category=text_of(row, "postType"),
    )
