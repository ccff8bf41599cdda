"""The bundled job board: HTML lists with a page cap, a detail page for each posting."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import urlencode

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
    rows = [_link(row) for row in page.css("ul.jobs > li.job")]
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
    page = reply.html
    title = page.css("main > h1::text").get()
    description = page.css("div.description")
    if not title or not description:
        raise FormatChanged("no title (h1) or no description (div.description)")
    published = _fact(page, "published")
    return Posting(
        source_id=source_id,
        url=reply.url,
        title=title,
        company=_fact(page, "company"),
        description=element_text(description[0].root),
        city_text=_fact(page, "city"),
        salary_text=_fact(page, "salary"),
        experience_text=_fact(page, "experience"),
        education_text=_fact(page, "education"),
        industry_text=_fact(page, "industry"),
        company_size_text=_fact(page, "size"),
        company_stage_text=_fact(page, "stage"),
        employment_text=_fact(page, "employment"),
        published_text=published,
        published_on=date.fromisoformat(published) if published else None,
        site_category=_fact(page, "category"),
        site_tags=tuple(page.css("ul.tags > li::text").getall()),
        benefits=tuple(page.css("ul.benefits > li::text").getall()),
    )


def _parts(task: Task, page: Selector) -> list[Task]:
    """The same search by the first side that is still open: city, then category."""
    for side, facet in (("city", "nav.cities"), ("category", "nav.categories")):
        if not task.params[side]:
            values = page.css(f"{facet} > a::attr(data-value)").getall()
            return [task.turn(**{side: value}) for value in values]
    return []


def _link(row: Selector) -> Link:
    path = _JOB_PATH.fullmatch(row.css("a::attr(href)").get(""))
    if path is None:
        raise FormatChanged("a row without a link to its posting")
    texts = (row.css(f"{part}::text").get() for part in ("a", ".salary", ".company", ".city"))
    return Link(path[1], row_version(*texts), {})


def _number(page: Selector, place: str) -> int | None:
    text = page.css(f"{place}::text").get("")
    return int(text) if text.isdecimal() else None


def _fact(page: Selector, name: str) -> str | None:
    return page.css(f"dl.facts > dd.{name}::text").get()
