"""米哈游's own portal. Lists lead to postings, whose text has an address of its own on another host.

The lists have no search that is known to work, so postings are matched after reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.fields import joined_description, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import FormatChanged
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 100
CHANNELS = [1]
"""The portal's own channel; others are those of partners."""
SUCCESS = 0

HIRE_TYPES = {"0": "社招", "1": "校招"}
SECTIONS = {"0": "position", "1": "campus/position"}
"""The part of the human address by hire type."""
PLAIN_PROJECT = "社会招聘"
"""The project of all postings that belong to none."""


class MihoyoSpider(SourceSpider):
    """Two lists: 社招, and 校招 with 实习."""

    name = "mihoyo"
    searches_keywords = False
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each list."""
        return [Task("list", {"type": kind, **FIRST_PAGE}, query) for kind in HIRE_TYPES]

    def ask(self, task: Task) -> Call:
        """A page of a list, or a posting."""
        api = f"{self.source.other_urls['api']}/ats-portal/v1/job"
        headers = {"Origin": self.source.base_url, "Referer": f"{self.source.base_url}/"}
        if task.kind == "detail":
            return Call(f"{api}/info", json={"id": task.source_id, "channelDetailIds": CHANNELS}, headers=headers)
        return Call(
            f"{api}/list",
            json={
                "pageNo": task.params["page"],
                "pageSize": PAGE_SIZE,
                "channelDetailIds": CHANNELS,
                "hireType": int(task.params["type"]),
            },
            headers=headers,
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows that lead to postings."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The text of a posting."""
        return [read_detail(self.source, task, reply)]


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read one page of a list.

    Raises:
        FormatChanged: anything but a list of postings with their total.
    """
    data = _data(reply)
    kind = str(task.params["type"])
    return numbered_page(
        task, data["list"] or [], lambda row: _link(kind, row), total=int(data["total"]), size=PAGE_SIZE
    )


def read_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read the answer for one posting; what it does not repeat is taken from the list's row.

    Raises:
        FormatChanged: it is about no posting, or holds no text.
    """
    row = {**task.params, **{name: value for name, value in _data(reply).items() if value}}
    description = joined_description(row, "description", "jobRequire", "addition")
    if description is None:
        raise FormatChanged("no text (description, jobRequire)")
    kind = str(task.params["type"])
    project = text_of(row, "projectName")
    employment = dict.fromkeys(filter(None, (HIRE_TYPES[kind], text_of(row, "jobNature"))))
    return Posting(
        source_id=task.source_id,
        url=f"{source.base_url}/#/{SECTIONS[kind]}/{task.source_id}",
        title=text_of(row, "title") or "",
        company=source.company,
        description=description,
        city_text=_places(row.get("addressDetailList")) or text_of(task.params, "places"),
        employment_text="/".join(employment),
        site_category=text_of(row, "competencyType"),
        site_tags=(project,) if project and project != PLAIN_PROJECT else (),
    )


def _data(reply: Reply) -> Mapping[str, Any]:
    answer = reply.json()
    if answer["code"] != SUCCESS:
        raise FormatChanged(f"code {answer['code']}: {answer.get('message')}")
    data: Mapping[str, Any] = answer["data"]
    return data


def _link(kind: str, row: Row) -> Link | None:
    """A row as a link; None when it has no id or title."""
    position_id, title = row.get("id"), text_of(row, "title")
    if not position_id or not title:
        return None
    shown = {name: text_of(row, name) or "" for name in ("competencyType", "projectName", "jobNature")}
    places = _places(row.get("addressDetailList")) or ""
    version = row_version(title, places, *shown.values(), text_of(row, "jobSummary"))
    return Link(str(position_id), version, {"type": kind, "title": title, "places": places, **shown}, places or None)


def _places(addresses: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """The places of a posting, each once, between slashes."""
    entries = addresses if isinstance(addresses, list) else []
    names = (text_of(entry, "addressDetail") for entry in entries if isinstance(entry, Mapping))
    return "/".join(dict.fromkeys(filter(None, names))) or None
