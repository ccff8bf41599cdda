"""蚂蚁集团: its portal, whose lists come from a second host. Lists carry the full text."""

from collections.abc import Iterable, Sequence
from typing import Any

from crawler.contract import Call, ListPage, Query, Task
from crawler.paging import FIRST_PAGE, numbered_page
from crawler.readers.alibaba import read_posting, successful
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZES = (30, 10)
"""The largest that was seen to work, and the one of the portal's own page. A page size that is too large gives no rows
and a total of 0, so an empty list is asked for once more in small pages before it is believed."""

CHANNELS = {"social": "group_official_site", "campus": "campus_group_official_site"}
HUMAN_PAGES = {"social": "/off-campus-position?positionId={id}", "campus": "/campus-position?positionId={id}"}


class AntGroupSpider(SourceSpider):
    """Two lists: 社招 and 校招."""

    name = "antgroup"
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of both lists."""
        return [Task("list", {"part": part, "size": PAGE_SIZES[0], **FIRST_PAGE}, query) for part in CHANNELS]

    def ask(self, task: Task) -> Call:
        """The search."""
        return search_call(self.source, task)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        return read_list(self.source, task, reply)


def search_call(source: SourceInfo, task: Task) -> Call:
    """The request for one page of a search. 校招 calls the keyword by another name."""
    part, keyword = str(task.params["part"]), task.query.keyword
    own: dict[str, Any] = (
        {"key": keyword, "categories": "", "socialQrCode": ""}
        if part == "social"
        else {"key": keyword, "searchKey": keyword, "recruitType": [], "batchIds": []}
    )
    return Call(
        f"{source.other_urls['api']}/api/{part}/position/search",
        json={
            **own,
            "regions": "",
            "subCategories": "",
            "bgCode": "",
            "pageIndex": task.params["page"],
            "pageSize": task.params["size"],
            "channel": CHANNELS[part],
            "language": "zh",
        },
        headers={"Referer": f"{source.base_url}/"},
    )


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        LoginRequired: the portal wants an account.
        FormatChanged: anything but a list of postings with their total.
    """
    answer = successful(reply.json())
    rows: Sequence[Any] = answer["content"] or []
    total, size = int(answer["totalCount"]), int(task.params["size"])
    if not rows and not total and task.params["page"] == 1 and size != PAGE_SIZES[-1]:
        return ListPage(further=[task.turn(size=PAGE_SIZES[-1])])
    part = str(task.params["part"])
    url = source.base_url + HUMAN_PAGES[part]
    return numbered_page(
        task,
        rows,
        lambda row: read_posting(row, company=source.company, url=url, campus=part == "campus"),
        total=total,
        size=size,
    )
