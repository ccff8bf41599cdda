"""前程无忧 (51job): its search, asked with the operator's own session. Lists carry the whole text.

The site shows the first 50 pages of a list. Longer ones are not read in parts, for which a day's budget would not do:
an operator who wants more names cities.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from crawler.codes import load_codes
from crawler.contract import Call, ListPage, Query, Task
from crawler.paging import FIRST_PAGE, numbered_page
from crawler.readers import job51
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

PAGE_SIZE = 50
MOST_PAGES = 50
EVERYWHERE = "000000"

_UNUSED = (
    "function industry jobArea2 landmark metro salary workYear degree companyType companySize jobType accountId"
    # With a value here the list is empty.
    " issueDate"
)


class Job51Spider(SourceSpider):
    """The search."""

    name = "51job"

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search, in one city or everywhere."""
        area = load_codes("job51_cities").get(query.city, EVERYWHERE)
        return [Task("list", {**FIRST_PAGE, "area": area, "request_id": ""}, query)]

    def ask(self, task: Task) -> Call:
        """The unsigned search. A signature is never forged."""
        wanted = {
            "api_key": "51job",
            "timestamp": int(time.time()),
            "keyword": task.query.keyword,
            "searchType": 2,
            "jobArea": task.params["area"],
            "sortType": 0,
            "pageNum": task.params["page"],
            "requestId": task.params["request_id"],
            "pageSize": PAGE_SIZE,
            "source": 1,
            "pageCode": "sou|sou|soulb",
            "scene": 7,
            **dict.fromkeys(_UNUSED.split(), ""),
        }
        return Call(
            f"{self.source.base_url}/api/job/search-pc?{urlencode(wanted)}", headers={"Accept": "application/json"}
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        answer = job51.read_answer(reply)
        page = numbered_page(task, answer.rows, job51.read_row, total=answer.total, size=PAGE_SIZE)
        if int(task.params["page"]) >= MOST_PAGES and page.further:
            return replace(page, further=[], cut=True)
        return replace(page, further=[following.turn(request_id=answer.request_id) for following in page.further])
