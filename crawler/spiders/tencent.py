"""腾讯: careers.tencent.com, and join.qq.com for 校招. Lists lack the requirements, so every posting is read."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import FormatChanged, PageProblem
from crawler.readers.tencent import (
    CAMPUS,
    KINDS,
    PAGE_SIZE,
    careers_problem,
    read_campus_detail,
    read_campus_list,
    read_careers_detail,
    read_careers_list,
)
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider


class TencentSpider(SourceSpider):
    """Four lists: 社招, 校招 and 实习 of the one host, and all of the other."""

    name = "tencent"
    searches_cities = False
    # join.qq.com shows its list to those who have opened its page.
    custom_settings = {"COOKIES_ENABLED": True}  # noqa: RUF012 - the name and form that Scrapy wants

    def opening(self) -> Call:
        """The page of join.qq.com."""
        return Call(f"{self.source.other_urls[CAMPUS]}/")

    def read_opening(self, reply: Reply) -> Mapping[str, str]:
        """Nothing: what it gives is in cookies."""
        return {}

    def needs_session(self, task: Task) -> bool:
        """Only join.qq.com has sessions."""
        return task.params["part"] == CAMPUS

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of each list."""
        return [Task("list", {"part": part, **FIRST_PAGE}, query) for part in (*KINDS, CAMPUS)]

    def ask(self, task: Task) -> Call:
        """The search, or what tells of one posting."""
        return campus_call(self.source, task) if task.params["part"] == CAMPUS else careers_call(self.source, task)

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """careers.tencent.com tells with status 500 that a posting is closed."""
        if task.kind == "detail" and reply.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            try:
                return careers_problem(reply.json())
            except (FormatChanged, LookupError, AttributeError):
                pass  # a failing server, as elsewhere
        return super().refusal(task, reply)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Links, and postings whose text is on another site."""
        read = read_campus_list if task.params["part"] == CAMPUS else read_careers_list
        return read(self.source, task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """A posting with its text."""
        read = read_campus_detail if task.params["part"] == CAMPUS else read_careers_detail
        return [read(self.source, task, reply)]


def careers_call(source: SourceInfo, task: Task) -> Call:
    """A request to careers.tencent.com."""
    if task.kind == "detail":
        asked = f"ByPostId?{urlencode({'postId': task.source_id, 'language': 'zh-cn'})}"
    else:
        search = {
            "attrId": task.params["part"],
            "keyword": task.query.keyword,
            "pageIndex": task.params["page"],
            "pageSize": PAGE_SIZE,
            "language": "zh-cn",
            "area": "cn",
        }
        asked = f"Query?{urlencode(search)}"
    headers = {"Referer": f"{source.base_url}/search.html"}
    return Call(f"{source.base_url}/tencentcareer/api/post/{asked}", headers=headers)


def campus_call(source: SourceInfo, task: Task) -> Call:
    """A request to join.qq.com. No project is named, which means all of them."""
    host = source.other_urls[CAMPUS]
    headers = {"Referer": f"{host}/post.html"}
    if task.kind == "detail":
        asked = urlencode({"postId": task.source_id})
        return Call(f"{host}/api/v1/jobDetails/getJobDetailsByPostId?{asked}", headers=headers)
    return Call(
        f"{host}/api/v1/position/searchPosition",
        json={
            "projectIdList": [],
            "projectMappingIdList": [],
            "keyword": task.query.keyword,
            "bgList": [],
            "workCountryType": 0,
            "workCityList": [],
            "recruitCityList": [],
            "positionFidList": [],
            "pageIndex": task.params["page"],
            "pageSize": PAGE_SIZE,
        },
        headers=headers,
    )
