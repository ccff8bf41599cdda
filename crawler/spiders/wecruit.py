"""大易 Wecruit (HotJob): portals on wecruit.hotjob.cn, *.hotjob.cn and companies' own hosts.

A portal is a suite (SU...) with up to three channels. Lists have no text; each posting has a page of its own. Where
the suite is not among the source's data, the portal itself tells it: it changes with a company's campaigns.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, numbered_page
from crawler.problems import Closed, FormatChanged, Misconfigured, PageProblem
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE: Final = 15
"""What the site's own pages ask for. Servers show at most 15 or 20 rows, and count pages in what was asked for."""

CHANNELS: Final = {2: ("society", "社招"), 1: ("campus", "校招"), 12: ("intern", "实习")}
"""recruitType -> its word in the human address, and its name."""

SUCCESS = "200"
CLOSED = "1017"

_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_SUITE = re.compile(r"/(SU[0-9A-Za-z]+)(?:/|$)")
_SHOWN: Final = {
    "title": "postName",
    "city": "workPlaceStr",
    "category": "postTypeName",
    "education": "educationStr",
    "experience": "workYearName",
    "published": "publishDate",
}
"""What a row says: our name -> the site's. The page of a posting may leave it out."""


class WecruitSpider(SourceSpider):
    """The suites of one company."""

    name = "wecruit"
    searches_cities = False

    def opening(self) -> Call | None:
        """Which suite is behind the host; None where the source's data name its suites."""
        if "suites" in self.source.options:
            return None
        host = urlsplit(self.source.base_url).netloc
        return Call(f"{self.source.base_url}/wecruit/common/getSLD", form={"sld": host})

    def read_opening(self, reply: Reply) -> Mapping[str, str]:
        """The suite."""
        return read_suite(reply)

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search in each channel of each suite."""
        return [
            Task("list", {**FIRST_PAGE, "suite": suite, "channel": channel}, query)
            for suite in self.source.options.get("suites", [""])
            for channel in CHANNELS
        ]

    def ask(self, task: Task) -> Call:
        """The search, or the page of a posting."""
        suite, channel = self._suite(task), str(task.params["channel"])
        if task.kind == "detail":
            what = "listPositionDetail"
            form = {"postId": task.source_id, "recruitType": channel}
        else:
            what = "listPosition"
            form = {
                "isFrompb": "true",
                "recruitType": channel,
                "pageSize": str(PAGE_SIZE),
                "currentPage": str(task.params["page"]),
                "postName": task.query.keyword,
            }
        url = f"{self.source.base_url}/wecruit/positionInfo/{what}/{suite}?iSaJAx=isAjax&request_locale=zh_CN"
        return Call(url, form=form, headers={"Referer": f"{self.source.base_url}/{suite}/pb/social.html"})

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """404 on a list is told with the suite; the company's others may be there."""
        if task.kind == "list" and reply.status in _GONE:
            return FormatChanged(f"HTTP {reply.status} for the list of suite {self._suite(task)}")
        return super().refusal(task, reply)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows without text."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """A posting with its text."""
        return [read_detail(self.source, self._suite(task), task, reply)]

    def _suite(self, task: Task) -> str:
        return str(task.params["suite"] or (self.session or {}).get("suite", ""))


def read_suite(reply: Reply) -> dict[str, str]:
    """Read which suite is behind a host.

    Raises:
        Misconfigured: none is.
        FormatChanged: anything but the answer of the portal.
    """
    link = _data(reply)["linkData"]
    found = _SUITE.search((text_of(link, "link") if link else None) or "")
    if found is None:
        raise Misconfigured("the host names no suite (getSLD)")
    return {"suite": found[1]}


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        FormatChanged: anything but a page of rows with their count.
    """
    form = _data(reply)["pageForm"]
    rows: Sequence[Any] = form["pageData"] or []
    return numbered_page(task, rows, partial(_link, task), total=int(form["dataCount"]), size=PAGE_SIZE)


def read_detail(source: SourceInfo, suite: str, task: Task, reply: Reply) -> Posting:
    """Read the page of a posting; what it leaves out is taken from its row.

    Raises:
        Closed: the portal says that it is closed.
        FormatChanged: anything but a posting with its text.
    """
    if str(reply.json()["state"]) == CLOSED:
        raise Closed(f"state {CLOSED}: {reply.json().get('msg')}")
    detail = _data(reply)
    row = {ours: text_of(detail, theirs) or text_of(task.params, ours) for ours, theirs in _SHOWN.items()}
    description = joined_description(detail, "workContent", "serviceCondition")
    if description is None and "workContent" not in detail:
        raise FormatChanged("the posting has no workContent")
    published_on, published_text = published(row, "published")
    part, name = CHANNELS[int(task.params["channel"])]
    return Posting(
        source_id=task.source_id,
        url=f"{source.base_url}/{suite}/pb/posDetail.html?postId={task.source_id}&postType={part}",
        title=row["title"] or "",
        company=source.company or None,
        description=description,
        city_text=row["city"],
        experience_text=row["experience"],
        education_text=row["education"] or text_of(detail, "education"),
        employment_text=name,
        published_on=published_on,
        published_text=published_text,
        site_category=row["category"],
    )


def _data(reply: Reply) -> Mapping[str, Any]:
    """What an answer carries.

    Raises:
        FormatChanged: it says anything else than that all is well.
    """
    answer = reply.json()
    if str(answer["state"]) != SUCCESS:
        raise FormatChanged(f"state {answer['state']}: {answer.get('msg')}")
    data: Mapping[str, Any] = answer["data"]
    return data


def _link(task: Task, row: Mapping[str, Any]) -> Link | None:
    if not row.get("postId") or not row.get("postName"):
        return None
    shown = {ours: text for ours, theirs in _SHOWN.items() if (text := text_of(row, theirs))}
    params = {"suite": task.params["suite"], "channel": task.params["channel"], **shown}
    return Link(str(row["postId"]), row_version(*map(shown.get, _SHOWN)), params, shown.get("city"))
