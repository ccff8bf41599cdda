"""Lever: the public postings API of a company, on the world's host or Europe's. Lists carry the full text."""

from collections.abc import Iterable
from http import HTTPStatus

from crawler.contract import Call, ListPage, Query, Task
from crawler.problems import Misconfigured, PageProblem
from crawler.readers.lever import PAGE_SIZE, read_page
from crawler.reply import Reply
from crawler.source_spider import SourceSpider


class LeverSpider(SourceSpider):
    """One site. There is no search."""

    name = "lever"
    searches_keywords = False
    searches_cities = False
    worldwide = True

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the site."""
        return [Task("list", {"skip": 0, "after": ""}, query)]

    def ask(self, task: Task) -> Call:
        """One page. Asked for HTML, the address answers with a page for browsers."""
        site, skip = self.source.options["site"], task.params["skip"]
        address = f"{self.source.base_url}/v0/postings/{site}?mode=json&skip={skip}&limit={PAGE_SIZE}"
        return Call(address, headers={"Accept": "application/json"})

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        return read_page(self.source, task, reply)

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """404 says that the site is gone."""
        if reply.status == HTTPStatus.NOT_FOUND:
            return Misconfigured("HTTP 404: the company has no site on this host of Lever")
        return super().refusal(task, reply)
