"""Workday: the career site of a company. Its search is a list; each text is on a page of its own.

The site shows the first 2,000 rows of a list. Longer lists are read by the values of a filter.
"""

import json
from collections.abc import Iterable, Sequence
from http import HTTPStatus

from crawler.contract import Call, ListPage, Params, Posting, Query, Task
from crawler.problems import Closed, FormatChanged, Misconfigured, PageProblem, ServerError
from crawler.readers.workday import PAGE_SIZE, read_detail, read_list
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

_NO_SUCH_SITE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY})
_NO_LONGER_PUBLIC = "S22"


class WorkdaySpider(SourceSpider):
    """One site of one tenant.

    Its search knows places only by ids of its own; so where the plan names cities, China is asked for where a filter
    tells countries, and the cities are picked out after reading.
    """

    name = "workday"
    searches_cities = False
    worldwide = True
    refusals_worth_a_wait = frozenset({HTTPStatus.SEE_OTHER})
    # An API has no page elsewhere: its redirects say that it is being maintained.
    custom_settings = {"REDIRECT_ENABLED": False}  # noqa: RUF012 - declared by Scrapy

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search."""
        first: Params = {"applied": "{}", "china": int(bool(self.plan.cities)), "offset": 0, "total": 0, "after": ""}
        return [Task("list", first, query)]

    def ask(self, task: Task) -> Call:
        """A page of the list, or a posting."""
        tenant, site = self.source.options["tenant"], self.source.options["site"]
        address = f"{self.source.base_url}/wday/cxs/{tenant}/{site}"
        if task.kind == "detail":
            return Call(f"{address}{task.params['path']}", headers={"Accept": "application/json"})
        return Call(
            f"{address}/jobs",
            json={
                "appliedFacets": json.loads(str(task.params["applied"])),
                "limit": PAGE_SIZE,
                "offset": task.params["offset"],
                "searchText": task.query.keyword,
            },
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows that lead to postings."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The posting."""
        return [read_detail(self.source, task, reply)]

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """303 says that the site is being maintained; a posting that was taken down is not public (403 with S22)."""
        if reply.status == HTTPStatus.SEE_OTHER:
            return ServerError("HTTP 303: the site is being maintained")
        if task.kind == "list" and reply.status in _NO_SUCH_SITE:
            return Misconfigured(f"HTTP {reply.status}: the tenant has no such site on Workday")
        if task.kind == "detail" and reply.status == HTTPStatus.FORBIDDEN and _error_code(reply) == _NO_LONGER_PUBLIC:
            return Closed("HTTP 403, S22: no longer public")
        return super().refusal(task, reply)


def _error_code(reply: Reply) -> str | None:
    try:
        answer = reply.json()
    except FormatChanged:
        return None
    return answer.get("errorCode") if isinstance(answer, dict) else None
