"""The bundled job board: HTML lists with a page cap, a detail page for each posting."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import urlencode

from lxml import etree
from parsel import Selector

from crawler.contract import Call, Link, ListPage, Posting, Query, Task, row_version
from crawler.markup import element_text
from crawler.problems import FormatChanged
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

_JOB_PATH = re.compile(r"/job/([\w\-]+)")


class DemoSpider(SourceSpider):
    """A search by keyword and city; lists that the cap cuts are read by city, then by category."""

    name = "demo"

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search."""
        return [Task("list", {"city": query.city, "category": "", "page": 1}, query)]

    def ask(self, task: Task) -> Call:
        """Lists by address parameters, postings by path."""
        if task.kind == "detail":
            return Call(f"{self.source.base_url}/job/{task.source_id}")
        return Call(f"{self.source.base_url}/jobs?{urlencode({'keyword': task.query.keyword, **task.params})}")

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with title, salary, company and city."""
        return read_list(task, reply)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The facts and the description; the recruiter's box is not read."""
        return [read_detail(task.source_id, reply)]


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read a page of the search.

    Raises:
        FormatChanged: it states no total, or neither rows nor that there are none.
    """
    page = reply.html
    total = _number(page, "p.total b")
    if total is None:
        raise FormatChanged("no total (p.total)")
    rows = [_link(row) for row in page.root.iterfind(".//ul[@class='jobs']/li")]
    if not rows and not page.css("p.none"):
        raise FormatChanged("neither rows (li.job) nor 没有找到 (p.none)")
    first = task.params["page"] == 1
    if first and not rows and total:
        raise FormatChanged(f"a total of {total} and no rows")
    cut = _number(page, "p.limit b") is not None
    if first and cut:
        parts = _parts(task, page)
        if parts:
            return ListPage(further=parts)
    following = [task.turn(page=int(task.params["page"]) + 1)] if page.css("a[rel=next]") else []
    return ListPage(links=rows, further=following, reported_total=total if first else None, cut=first and cut)


def read_detail(source_id: str, reply: Reply) -> Posting:
    """Read the page of a posting.

    Raises:
        FormatChanged: it has no title or no description.
    """
    main = reply.html.root.find(".//main")
    title = None if main is None else main.findtext("h1")
    description = None if main is None else main.find("div[@class='description']")
    if not title or description is None:
        raise FormatChanged("no title (h1) or no description (div.description)")
    facts = {fact.get("class"): fact.text for fact in main.iterfind("dl[@class='facts']/dd")}
    published = facts.get("published")
    return Posting(
        source_id=source_id,
        url=reply.url,
        title=title,
        company=facts.get("company"),
        description=element_text(description),
        city_text=facts.get("city"),
        salary_text=facts.get("salary"),
        experience_text=facts.get("experience"),
        education_text=facts.get("education"),
        industry_text=facts.get("industry"),
        company_size_text=facts.get("size"),
        company_stage_text=facts.get("stage"),
        employment_text=facts.get("employment"),
        published_text=published,
        published_on=date.fromisoformat(published) if published else None,
        site_category=facts.get("category"),
        site_tags=_items(main, "tags"),
        benefits=_items(main, "benefits"),
    )


def _parts(task: Task, page: Selector) -> list[Task]:
    """The same search by the first side that is still open: city, then category."""
    for side, facet in (("city", "nav.cities"), ("category", "nav.categories")):
        if not task.params[side]:
            values = page.css(f"{facet} > a::attr(data-value)").getall()
            return [task.turn(**{side: value}) for value in values]
    return []


def _link(row: etree._Element) -> Link:
    link = row.find("a")
    path = None if link is None else _JOB_PATH.fullmatch(link.get("href", ""))
    if path is None:
        raise FormatChanged("a row without a link to its posting")
    facts = {fact.get("class"): fact.text for fact in row.iterfind("span")}
    return Link(path[1], row_version(link.text, *(facts.get(name) for name in ("salary", "company", "city"))), {})


def _number(page: Selector, place: str) -> int | None:
    text = page.css(f"{place}::text").get("")
    return int(text) if text.isdecimal() else None


def _items(main: etree._Element, name: str) -> tuple[str, ...]:
    return tuple(item.text for item in main.iterfind(f"ul[@class='{name}']/li") if item.text)
