"""北森 iTalent: the portals on *.zhiye.com and on companies' own hosts. Lists carry the full text.

The portal's page names the portal and says whether it is switched on. The list counts its pages from 0; its size is in
`Count`, and fields beyond the text come only where they are asked for.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.fields import joined_description, text_of
from crawler.paging import FIRST_PAGE, numbered_page
from crawler.problems import Blocked, Closed, FormatChanged, Misconfigured, PageProblem
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider
from taxonomy.dates import read_date

PAGE_SIZE = 50
SPELLINGS = ("Jobad", "JobAd")
"""The folder of the list; which of the two a portal has is seen by asking."""

SUCCESS = 200
OPEN = 1
SWITCHED_ON = 1

DISPLAY_FIELDS = [
    "Category",
    "Kind",
    "LocId",
    "DetailAddress",
    "Org",
    "Degree",
    "YearsOfWorking",
    "Salary",
    "PostDate",
    "ClassificationOne",
]
"""What the list is asked for besides title and text; LocId brings the names of the places."""

SECTIONS = {"1": "social", "2": "campus", "3": "intern"}
"""Part of the human address by standard category; other categories stand there as they are."""

_PORTAL = re.compile(r"\bBSGlobal\s*=\s*(?=\{)")
_OLD_PORTAL = "new_zhiye_com"
_UNKNOWN_YEAR = "0001"
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
# By several accounts these pass, 401 too: a portal's list wants no account.
_PUT_OFF = frozenset({HTTPStatus.ACCEPTED, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class BeisenSpider(SourceSpider):
    """One portal with all its categories (社招, 校招, 实习 and those of its own)."""

    name = "beisen"
    searches_cities = False
    refusals_worth_a_wait = _PUT_OFF

    def opening(self) -> Call:
        """The portal's page."""
        return Call(f"{self.source.base_url}/")

    def read_opening(self, reply: Reply) -> Mapping[str, str]:
        """The id of the portal."""
        return read_portal(reply)

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search in all categories."""
        return [Task("list", {**FIRST_PAGE, "spelling": SPELLINGS[0]}, query)]

    def ask(self, task: Task) -> Call:
        """The search, or the page of a posting."""
        headers = {"Referer": f"{self.source.base_url}/", "langtype": "zh_CN"}
        if task.kind == "detail":
            asked = {**task.params, "displayFields": json.dumps([*DISPLAY_FIELDS, "JobAdName", "Duty", "Require"])}
            return Call(f"{self.source.base_url}/api/JobAd/GetJobAdInfo?{urlencode(asked)}", headers=headers)
        portal = self.session["portal_id"] if self.session else ""
        return Call(
            f"{self.source.base_url}/api/{task.params['spelling']}/GetJobAdPageList",
            json={
                "PageIndex": int(task.params["page"]) - 1,
                "PageSize": PAGE_SIZE,
                "KeyWords": task.query.keyword,
                "SpecialType": 0,
                "PortalId": portal,
                "Category": [],
                "DisplayFields": DISPLAY_FIELDS,
            },
            headers=headers,
        )

    def opening_refusal(self, reply: Reply) -> PageProblem | None:
        """404 means that the portal has gone."""
        if reply.status in _PUT_OFF:
            return Blocked(f"HTTP {reply.status}: it puts the request off")
        if reply.status in _GONE:
            return Misconfigured(f"HTTP {reply.status}: there is no portal at this address")
        return super().opening_refusal(reply)

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """404 on the list means the other spelling, and after that a portal that has gone."""
        if reply.status in _PUT_OFF:
            return Blocked(f"HTTP {reply.status}: it puts the request off")
        if task.kind == "list" and reply.status in _GONE:
            if task.params["spelling"] != SPELLINGS[-1]:
                return None
            return Misconfigured(f"HTTP {reply.status}: the portal has no list of postings")
        return super().refusal(task, reply)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        if reply.status in _GONE:
            return ListPage(further=[task.turn(spelling=SPELLINGS[-1])])
        return read_list(self.source, task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """A posting of which the list says that it is not open."""
        return [read_detail(self.source, task, reply)]


def read_portal(reply: Reply) -> dict[str, str]:
    """Read a portal's page.

    Returns:
        `portal_id`; empty where the page names none, which the list takes as well.

    Raises:
        Misconfigured: the portal is switched off, or is one of the old ones.
        FormatChanged: it is no portal's page.
    """
    found = _PORTAL.search(reply.text)
    if found is None:
        if _OLD_PORTAL in reply.text:
            raise Misconfigured("an old portal without a search; the family zhiye reads those")
        raise FormatChanged("the page names no portal (BSGlobal)")
    portal, _ = json.JSONDecoder().raw_decode(reply.text, found.end())
    tenant = portal.get("tenantInfo") or {}
    if (status := tenant.get("Status", SWITCHED_ON)) != SWITCHED_ON:
        raise Misconfigured(f"the company has switched its portal off (Status {status})")
    return {"portal_id": portal.get("PortalId") or ""}


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        FormatChanged: anything but a list of postings with their count.
    """
    answer = reply.json()
    if answer["Code"] != SUCCESS:
        raise FormatChanged(f"Code {answer['Code']}: {answer.get('Message')}")
    rows: Sequence[Any] = answer["Data"] or []
    return numbered_page(task, rows, partial(_row, source), total=int(answer["Count"]), size=PAGE_SIZE)


def read_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read what the portal says of one posting.

    Raises:
        Closed: it is not open.
        FormatChanged: anything but a posting.
    """
    answer = reply.json()
    if answer["Code"] != SUCCESS:
        raise FormatChanged(f"Code {answer['Code']}: {answer.get('Message')}")
    row = answer["Data"]
    if row["Status"] != OPEN:
        raise Closed(f"Status {row['Status']}")
    return _posting(source, {"CategoryId": task.params["category"], **row})


def _row(source: SourceInfo, row: Mapping[str, Any]) -> Posting | Link | None:
    """A row as a posting, or as a link where it is not open: its own page tells whether it is closed."""
    if not row.get("Id") or not row.get("JobAdName"):
        return None
    if row.get("Status", OPEN) in (OPEN, None):
        return _posting(source, row)
    source_id = str(row["Id"])
    version = row_version(str(row["Status"]), str(row["JobAdName"]), text_of(row, "ChangeDate"))
    return Link(source_id, version, {"jobAdId": source_id, "category": str(row.get("CategoryId") or "")})


def _posting(source: SourceInfo, row: Mapping[str, Any]) -> Posting:
    source_id = str(row["Id"])
    category = str(row.get("CategoryId") or "1")
    path = source.options.get("detail_path", "/{section}/detail?jobAdId={id}")
    places = row.get("LocNames")
    names = [place for place in places if isinstance(place, str)] if isinstance(places, list) else []
    published = text_of(row, "PostDate")
    if published and published.startswith(_UNKNOWN_YEAR):
        published = None
    return Posting(
        source_id=source_id,
        url=source.base_url + path.format(section=SECTIONS.get(category, category), id=source_id),
        title=row["JobAdName"],
        company=source.company or None,
        description=joined_description(row, "Duty", "Require"),
        city_text="/".join(dict.fromkeys(names)) or text_of(row, "DetailAddress"),
        salary_text=text_of(row, "Salary"),
        experience_text=text_of(row, "YearsOfWorking"),
        education_text=text_of(row, "Degree"),
        employment_text="/".join(filter(None, (text_of(row, "Category"), text_of(row, "Kind")))) or None,
        published_on=read_date(published, None),
        published_text=published,
        site_category=text_of(row, "ClassificationOne"),
    )
