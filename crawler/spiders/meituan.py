"""美团's portal. Lists carry the text; a posting without any is read on its own page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.codes import load_codes
from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.fields import joined_description, published, text_of
from crawler.paging import FIRST_PAGE, Row, numbered_page
from crawler.problems import Closed, FormatChanged, Unwilling
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

PAGE_SIZE = 100
SUCCESS = 1
NO_SUCH_POSTING = 0
_CLOSED = "职位已下线"

SOCIAL, CAMPUS = "social", "campus"
JOB_TYPES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    SOCIAL: [{"code": "3", "subCode": []}],
    # 应届生, 转正实习, 日常实习.
    CAMPUS: [{"code": "4", "subCode": ["1", "2", "6"]}],
}
TYPE_CODES = {SOCIAL: [], CAMPUS: ["1", "2", "6"]}
KINDS = {"1": "校招", "2": "实习", "3": "社招"}
"""What a row's own `jobType` means; it is not the code that a search takes."""

_TEXT = ("jobDuty", "jobRequirement", "precedence")


class MeituanSpider(SourceSpider):
    """Two lists: 社招 and 校招, the latter with internships."""

    name = "meituan"

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of both lists."""
        city = load_codes("meituan_cities").get(query.city, "")
        return [Task("list", {"part": part, "city": city, **FIRST_PAGE}, query) for part in JOB_TYPES]

    def ask(self, task: Task) -> Call:
        """The search, or the page of a posting."""
        if task.kind == "detail":
            return _call(self.source, "getJobDetail", {"jobUnionId": task.source_id})
        return _call(self.source, "getJobList", search_body(task))

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their text."""
        return read_list(self.source, task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """A posting whose row has no text."""
        return [read_detail(self.source, task, reply)]


def _call(source: SourceInfo, what: str, body: Mapping[str, Any]) -> Call:
    headers = {"Referer": f"{source.base_url}/web/position", "Origin": source.base_url}
    return Call(f"{source.base_url}/api/official/job/{what}", json=body, headers=headers)


def search_body(task: Task) -> dict[str, Any]:
    """What a search is asked for. The site reads the page count in `page` alone, and job types as objects alone."""
    part, city = str(task.params["part"]), str(task.params["city"])
    return {
        "page": {"pageNo": task.params["page"], "pageSize": PAGE_SIZE},
        "jobShareType": "1",
        "keywords": task.query.keyword,
        "cityList": [{"code": city, "name": task.query.city}] if city else [],
        "department": [],
        "jfJgList": [],
        "jobType": JOB_TYPES[part],
        "typeCode": TYPE_CODES[part],
        "specialCode": [],
    }


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        Unwilling: the page is empty where the list goes on, as the site answers those who ask too fast.
        FormatChanged: anything but a list of postings with their total.
    """
    data = _successful(reply.json())["data"]
    rows: Sequence[Any] = data["list"] or []
    total = int(data["page"]["totalCount"])
    size = min(PAGE_SIZE, int(data["page"].get("pageSize") or PAGE_SIZE))
    seen, page = int(task.params["seen"]), int(task.params["page"])
    # A list that ended with a page that was not full has ended, whatever its total says.
    if not rows and seen < total and seen == (page - 1) * size:
        raise Unwilling(f"an empty page after {seen} of {total} rows: asked too fast")
    part = str(task.params["part"])
    return numbered_page(task, rows, lambda row: _entry(source, part, row), total=total, size=size)


def read_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read the page of a posting.

    Raises:
        Closed: the site says so.
        FormatChanged: anything but a posting.
    """
    answer = reply.json()
    if answer["status"] == NO_SUCH_POSTING and _CLOSED in (text_of(answer, "message") or ""):
        raise Closed(answer["message"])
    row = _successful(answer)["data"]
    title = text_of(row, "name")
    if title is None:
        raise FormatChanged("the posting has no name")
    return _posting(source, str(task.params["part"]), row, task.source_id, title)


def _successful(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    if answer["status"] != SUCCESS:
        raise FormatChanged(f"status {answer['status']}: {answer.get('message')}")
    return answer


def _entry(source: SourceInfo, part: str, row: Row) -> Posting | Link | None:
    """A row as a posting, or as a link where it has no text; None when it has no id or title."""
    source_id, title = row.get("jobUnionId"), text_of(row, "name")
    if not source_id or title is None:
        return None
    posting = _posting(source, part, row, str(source_id), title)
    if posting.description is not None:
        return posting
    version = row_version(title, posting.city_text, posting.published_text, str(row.get("refreshTime")))
    return Link(posting.source_id, version, {"part": part})


def _posting(source: SourceInfo, part: str, row: Row, source_id: str, title: str) -> Posting:
    published_on, published_text = published(row, "firstPostTime", "refreshTime")
    cities = row.get("cityList")
    names = [text_of(city, "name") for city in cities if isinstance(city, Mapping)] if isinstance(cities, list) else []
    return Posting(
        source_id=source_id,
        url=f"{source.base_url}/web/position/detail?jobUnionId={source_id}&highlightType={part}",
        title=title,
        company=source.company,
        description=joined_description(row, *_TEXT),
        city_text="/".join(filter(None, names)) or None,
        experience_text=text_of(row, "workYear"),
        employment_text=KINDS.get(str(row.get("jobType"))),
        published_on=published_on,
        published_text=published_text,
        site_category="/".join(filter(None, (text_of(row, "jobFamily"), text_of(row, "jobFamilyGroup")))) or None,
    )
