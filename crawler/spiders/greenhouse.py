"""Greenhouse: the public job board API of a company. One answer holds the whole board with all texts."""

from collections.abc import Iterable
from http import HTTPStatus

from crawler.contract import Call, ListPage, Query, Task
from crawler.problems import Misconfigured, PageProblem
from crawler.readers.greenhouse import read_board
from crawler.reply import Reply
from crawler.source_spider import SourceSpider


class GreenhouseSpider(SourceSpider):
    """One board. There is no search."""

    name = "greenhouse"
    searches_keywords = False
    searches_cities = False
    worldwide = True

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The one page of the board."""
        return [Task("list", {}, query)]

    def ask(self, task: Task) -> Call:
        """The board with its texts."""
        address = f"{self.source.base_url}/v1/boards/{self.source.options['board']}/jobs?content=true"
        return Call(address, headers={"Accept": "application/json"})

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """All postings of the board."""
        return read_board(self.source, reply)

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """404 says that the board is gone."""
        if reply.status == HTTPStatus.NOT_FOUND:
            return Misconfigured("HTTP 404: the company has no board on Greenhouse")
        return super().refusal(task, reply)
