"""Pages of 腾讯's two portals: careers.tencent.com and join.qq.com."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from crawler.contract import Link, ListPage, Posting, Task, row_version
from crawler.fields import joined_description, published, text_of
from crawler.markup import html_to_text
from crawler.paging import Row, numbered_page
from crawler.problems import Closed, FormatChanged, PageProblem, SessionLost
from crawler.reply import Reply
from crawler.source_info import SourceInfo

PAGE_SIZE = 100
CAMPUS = "campus"
"""The part of the source that is join.qq.com."""
KINDS = {"1": "社招", "2": "校招", "3": "实习"}
"""`attrId` of careers.tencent.com."""

CAREERS_OK, CAMPUS_OK = 200, 0
_CLOSED = "E1005"
_HUMAN_PAGE = "/jobdesc.html"
_OWN_TEXT = "oa"
_CAMPUS_TEXT = (("desc", "topicDetail"), ("request", "topicRequirement"))
"""Duties and requirements; research topics (青云计划) have theirs in the second field of each."""


def read_careers_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search on careers.tencent.com.

    Raises:
        FormatChanged: anything but a list of postings with their count.
    """
    answer = reply.json()
    if answer["Code"] != CAREERS_OK:
        raise _failed(answer)
    rows: Sequence[Any] = answer["Data"]["Posts"] or []
    kind = str(task.params["part"])
    return numbered_page(
        task, rows, lambda row: _careers_entry(source, kind, row), total=int(answer["Data"]["Count"]), size=PAGE_SIZE
    )


def read_careers_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read what careers.tencent.com says of one posting.

    Raises:
        Closed: the site says so.
        FormatChanged: anything but a posting.
    """
    answer = reply.json()
    if answer["Code"] != CAREERS_OK:
        raise careers_problem(answer)
    posting = _careers_posting(source, str(task.params["part"]), {**answer["Data"], "PostId": task.source_id})
    if posting is None:
        raise FormatChanged("the posting has no RecruitPostName")
    return posting


def careers_problem(answer: Mapping[str, Any]) -> PageProblem:
    """What careers.tencent.com says of a posting by a code that is not 200. Only E1005 closes it: E1003 knows none."""
    return Closed(_CLOSED) if answer.get("Data") == _CLOSED else _failed(answer)


def read_campus_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search on join.qq.com.

    Raises:
        SessionLost: a count without rows, which is what the site shows to those who have not opened its page.
        FormatChanged: anything but a list of postings with their count.
    """
    data = _campus_data(reply)
    rows: Sequence[Any] = data["positionList"] or []
    total, seen = int(data["count"]), int(task.params["seen"])
    if not rows and seen < total and seen == (int(task.params["page"]) - 1) * PAGE_SIZE:
        raise SessionLost(f"no rows after {seen} of {total}")
    return numbered_page(task, rows, lambda row: _campus_entry(source, row), total=total, size=PAGE_SIZE)


def read_campus_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read what join.qq.com says of one posting.

    Raises:
        FormatChanged: anything but a posting.
    """
    row = _campus_data(reply)
    title = text_of(row, "title")
    if title is None:
        raise FormatChanged("the posting has no title")
    parts = (text_of(row, *names) for names in _CAMPUS_TEXT)
    return Posting(
        source_id=task.source_id,
        url=f"{source.other_urls[CAMPUS]}/post_detail.html?postid={task.source_id}",
        title=title,
        company=source.company,
        description="\n\n".join(html_to_text(part) for part in parts if part) or None,
        city_text=str(task.params["cities"]) or None,
        employment_text=_campus_kind(row),
        site_category=text_of(row, "tidName"),
    )


def _failed(answer: Mapping[str, Any]) -> FormatChanged:
    return FormatChanged(f"Code {answer['Code']}: {answer.get('Data')}")


def _careers_entry(source: SourceInfo, kind: str, row: Row) -> Posting | Link | None:
    """A row as a link to its text. Where that is on another site, what the row holds is the posting."""
    posting = _careers_posting(source, kind, row)
    if posting is None or urlsplit(text_of(row, "PostURL") or _HUMAN_PAGE).path != _HUMAN_PAGE:
        return posting
    version = row_version(
        posting.title,
        posting.description,
        posting.city_text,
        posting.experience_text,
        posting.published_text,
        posting.site_category,
    )
    return Link(posting.source_id, version, {"part": kind}, posting.city_text)


def _careers_posting(source: SourceInfo, kind: str, row: Row) -> Posting | None:
    """A row, or the answer of the posting's own page, as a posting; None when it has no id or title."""
    source_id, title = str(row.get("PostId") or ""), text_of(row, "RecruitPostName")
    if not source_id or title is None:
        return None
    url = text_of(row, "PostURL")
    published_on, published_text = published(row, "LastUpdateTime")
    elsewhere = url is not None and urlsplit(url).path != _HUMAN_PAGE
    return Posting(
        source_id=source_id,
        url=url if elsewhere else f"{source.base_url}{_HUMAN_PAGE}?postId={source_id}",
        title=title,
        company=source.company,
        description=joined_description(row, "Responsibility", "Requirement"),
        city_text=text_of(row, "LocationName", "CountryName"),
        experience_text=text_of(row, "RequireWorkYearsName"),
        employment_text=KINDS[kind],
        published_on=published_on,
        published_text=published_text,
        site_category=text_of(row, "CategoryName"),
    )


def _campus_data(reply: Reply) -> Mapping[str, Any]:
    answer = reply.json()
    if answer["status"] != CAMPUS_OK:
        raise FormatChanged(f"status {answer['status']}: {answer.get('message')}")
    data: Mapping[str, Any] = answer["data"]
    return data


def _campus_entry(source: SourceInfo, row: Row) -> Posting | Link | None:
    """A row as a link to its text. Where that is on another site, the row is the posting.

    Those are on careers.tencent.com as well, under the same id and with more text, so they get an id of their own.
    """
    source_id, title = str(row.get("postId") or ""), text_of(row, "positionTitle")
    if not source_id or title is None:
        return None
    cities = "/".join((text_of(row, "workCities") or "").split())
    elsewhere = text_of(row, "positionUrl")
    if elsewhere is None or text_of(row, "positionSource") == _OWN_TEXT:
        version = row_version(title, cities, text_of(row, "projectName"), text_of(row, "recruitLabelName"))
        return Link(source_id, version, {"part": CAMPUS, "cities": cities}, cities or None)
    return Posting(
        source_id=f"{CAMPUS}-{source_id}",
        url=elsewhere,
        title=title,
        company=source.company,
        city_text=cities or None,
        employment_text=_campus_kind(row),
    )


def _campus_kind(row: Row) -> str:
    return "/".join(filter(None, ("校招", text_of(row, "recruitLabelName", "projectName"))))
