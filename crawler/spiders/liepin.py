"""猎聘: its search, which answers without an account on a host of its own, and the pages of postings.

The search shows ten pages. A longer one is asked for again in every city.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from crawler.cleaning import clean
from crawler.codes import load_codes
from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.readers import liepin
from crawler.readers.page import completed
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

PAGE_SIZE = 40
MOST_PAGES = 10
EVERYWHERE = "410"
CLIENT_ID = "40108"
"""The site's own number for its web page."""


class LiepinSpider(SourceSpider):
    """The search, and a page for each posting."""

    name = "liepin"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - those of SourceSpider
        super().__init__(*args, **kwargs)
        self._visit = uuid4().hex
        """The search wants an id of the visit, made by the visitor."""

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search, in one city or everywhere."""
        return [Task("list", {"page": 0, "dq": load_codes("liepin_cities").get(query.city, EVERYWHERE)}, query)]

    def ask(self, task: Task) -> Call:
        """A page of the search, or the page of a posting."""
        if task.kind == "detail":
            return Call(f"{self.source.base_url}{task.params['path']}")
        return Call(
            f"{self.source.other_urls['api']}/api/com.liepin.searchfront4c.pc-search-job",
            json=search_form(task, self._visit),
            headers=search_headers(f"{self.source.base_url}/zhaopin/"),
        )

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Cards, whose text is on a page of its own."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The page of a posting; what its card states goes before."""
        card = Posting.from_json(str(task.params["card"]))
        address = f"{self.source.base_url}{task.params['path']}"
        return [completed(replace(card, url=address), liepin.read_detail(reply, task.source_id))]


def search_form(task: Task, visit: str) -> dict[str, Any]:
    """The body of a search. What is empty here filters nothing.

    Args:
        task: The page.
        visit: An id of the visit.
    """
    unused = (
        "pubTime suggestTag workYearCode compId compName compTag industry salaryCode jobKind compScale compKind"
        " compStage eduLevel salaryLow salaryHigh"
    )
    wanted = {
        "city": task.params["dq"],
        "dq": task.params["dq"],
        "currentPage": str(task.params["page"]),
        "pageSize": PAGE_SIZE,
        "key": task.query.keyword,
        **dict.fromkeys(unused.split(), ""),
    }
    passed = {"scene": "init", "skId": "", "fkId": "", "ckId": visit, "suggest": None}
    return {"data": {"mainSearchPcConditionForm": wanted, "passThroughForm": passed}}


def search_headers(page: str) -> Mapping[str, str]:
    """The headers without which the search answers -1400; the last one is empty, but has to be there.

    Args:
        page: The page that asks.
    """
    return {
        "Content-Type": "application/json;charset=UTF-8",
        "Accept": "application/json, text/plain, */*",
        "X-Client-Type": "web",
        "X-Requested-With": "XMLHttpRequest",
        "X-Fscp-Version": "1.1",
        "X-Fscp-Std-Info": json.dumps({"client_id": CLIENT_ID}),
        "X-Fscp-Trace-Id": str(uuid4()),
        "X-Fscp-Bi-Stat": json.dumps({"location": page}),
        "X-Fscp-Fe-Version": "",
    }


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read a page of the search.

    Raises:
        PageProblem: see `crawler.readers.liepin.read_answer`.
    """
    answer = liepin.read_answer(reply)
    page = int(task.params["page"])
    longer = answer.count > MOST_PAGES * answer.size
    if longer and page == 0 and task.params["dq"] == EVERYWHERE:
        return ListPage(further=[task.turn(dq=code) for code in load_codes("liepin_cities").values()])
    # A full page may have another behind it even where the number of pages says no.
    more = page + 1 < answer.pages or len(answer.postings) >= answer.size
    cards = [card for posting in answer.postings if (card := clean(posting)) is not None]
    return ListPage(
        links=[_link(card) for card in cards],
        further=[task.turn(page=page + 1)] if more and answer.postings and page + 1 < MOST_PAGES else [],
        reported_total=answer.count if page == 0 else None,
        unreadable=answer.unreadable + len(answer.postings) - len(cards),
        cut=longer and page == 0,
    )


def _link(card: Posting) -> Link:
    """A card and where its text is; the card waits in the ledger and is cleaned before.

    When it was last renewed is no change: recruiters renew their postings every day.
    """
    states = (card.title, card.company, card.city_text, card.salary_text, card.experience_text, card.education_text)
    path = urlsplit(card.url or "").path
    return Link(card.source_id, row_version(*states), {"path": path, "card": card.to_json()})
