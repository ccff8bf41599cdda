"""华为's own portal (reccampportal). Lists are read for what is on offer, the text from the page of each posting.

The lists are a choice that the portal makes: postings that are open may be missing, so absence says nothing. They are
short, and the portal's parts pass over search words without a word, so postings are matched after reading.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import Closed, FormatChanged
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 50
JOB_TYPES = {"1": "社招", "2": "校招", "3": "实习"}
PAGES = {"1": "social-recruitment", "2": "campus-recruitment", "3": "campus-recruitment"}
"""The human page by job type."""

MOST_FIELDS_OF_NONE = 8
"""For an id that it does not know the portal gives all fields of a posting, some five of them filled; a posting has
about thirty."""

_CODE = re.compile(r"[\d.\-]+")


class HuaweiSpider(SourceSpider):
    """Three lists: 社招, 校招 and 实习."""

    name = "huawei"
    searches_keywords = False
    searches_cities = False

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each list."""
        return [Task("list", {"type": kind, **FIRST_PAGE}, query) for kind in JOB_TYPES]

    def ask(self, task: Task) -> Call:
        """Lists by page in the path, postings by id."""
        portal = f"{self.source.base_url}/reccampportal"
        services = f"{portal}/services/portal/portalpub"
        headers = {"Accept": "application/json", "Referer": f"{portal}/portal5/{PAGES[str(task.params['type'])]}.html"}
        if task.kind == "detail":
            asked = {"jobId": task.source_id, "dataSource": task.params["data_source"]}
            return Call(f"{services}/getJobDetail/newHr?{urlencode(asked)}", headers=headers)
        search = {
            "curPage": task.params["page"],
            "pageSize": PAGE_SIZE,
            "jobFamilyCode": "",
            "deptCode": "",
            "keywords": "",
            "searchType": 1,
            "orderBy": "P_COUNT_DESC",
            "jobType": task.params["type"],
        }
        page = f"{PAGE_SIZE}/{task.params['page']}"
        return Call(f"{services}/getJob/newHr/page/{page}?{urlencode(search)}", headers=headers)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows that lead to postings."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The whole posting."""
        return [read_detail(self.source, task, reply)]


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        FormatChanged: anything but a list of postings with their total.
    """
    answer = reply.json()
    total = int(answer["pageVO"]["totalRows"])
    kind = str(task.params["type"])
    return numbered_page(task, answer["result"] or [], lambda row: _link(kind, row), total=total, size=PAGE_SIZE)


def read_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read the page of a posting.

    Raises:
        Closed: the portal does not know its id any more.
        FormatChanged: it has no title, and is not what the portal gives for an unknown id.
    """
    row = reply.json()
    title = _title(row)
    if not title:
        filled = sum(value not in (None, "", [], {}) for value in row.values())
        if {"jobId", "jobname", "nameCn"} & row.keys() and filled <= MOST_FIELDS_OF_NONE:
            raise Closed(f"the portal knows no posting {task.source_id}")
        raise FormatChanged("no title (jobname, nameCn)")
    kind = str(task.params["type"])
    asked = urlencode({"jobId": task.source_id, "dataSource": task.params["data_source"]})
    day, day_text = published(row, "releaseDate")
    return Posting(
        source_id=task.source_id,
        url=f"{source.base_url}/reccampportal/portal5/{PAGES[kind]}-detail.html?{asked}",
        title=title,
        company=source.company,
        description=joined_description(row, "mainBusiness", "jobRequire"),
        city_text=text_of(row, "jobArea") or str(task.params["area"]) or text_of(row, "jobAddress"),
        experience_text=_words(row, "workYear"),
        education_text=_words(row, "degree"),
        # One of the lists is said to mix them, so a posting's own word goes first.
        employment_text=JOB_TYPES.get(str(row.get("jobType") or kind)),
        published_on=day,
        published_text=day_text,
        site_category=text_of(row, "jobFamilyName"),
    )


def _link(kind: str, row: Row) -> Link | None:
    """A row as a link; None when it has no id or title."""
    job_id, title = row.get("jobId"), _title(row)
    if not job_id or not title:
        return None
    shown = (text_of(row, name) for name in ("mainBusiness", "jobRequire", "jobArea", "jobFamilyName", "workYear"))
    params = {
        "type": kind,
        "data_source": str(row.get("dataSource") or "1"),
        "area": text_of(row, "jobArea") or "",  # the posting's page does not always name it
    }
    return Link(str(job_id), row_version(title, *shown), params, params["area"] or None)


def _title(row: Row) -> str | None:
    return text_of(row, "jobname", "nameCn")


def _words(row: Row, name: str) -> str | None:
    """A field in words; where the portal gives a code, nothing."""
    text = text_of(row, name)
    return None if text is None or _CODE.fullmatch(text) else text
