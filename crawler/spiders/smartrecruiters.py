"""SmartRecruiters: the public posting API of a company. The search is a list; each text is on a page of its own."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode

from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.readers.smartrecruiters import PAGE_SIZE, read_detail, read_list
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

_COUNTRIES = {"香港": "hk", "澳门": "mo"}
_TAIWAN = frozenset({"台北", "新北", "桃园", "台中", "台南", "高雄", "新竹"})


class SmartRecruitersSpider(SourceSpider):
    """One company.

    Its search takes cities only as the company writes them; so where the plan names cities, their country is asked for
    and the cities are picked out after reading.
    """

    name = "smartrecruiters"
    searches_cities = False
    worldwide = True

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search, for each country that the plan's cities are in."""
        countries = sorted({_country(city) for city in self.plan.cities}) or [""]
        return [Task("list", {"country": country, "offset": 0, "after": ""}, query) for country in countries]

    def ask(self, task: Task) -> Call:
        """A page of the list, or a posting."""
        address = f"{self.source.base_url}/v1/companies/{self.source.options['company']}/postings"
        if task.kind == "detail":
            return Call(f"{address}/{quote(str(task.params['id']), safe='')}", headers={"Accept": "application/json"})
        asked = {"limit": PAGE_SIZE, "offset": task.params["offset"], "q": task.query.keyword}
        if task.params["country"]:
            asked["country"] = task.params["country"]
        return Call(f"{address}?{urlencode(asked)}", headers={"Accept": "application/json"})

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows that lead to postings."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The posting."""
        return [read_detail(self.source, reply)]


def _country(city: str) -> str:
    return "tw" if city in _TAIWAN else _COUNTRIES.get(city, "cn")
