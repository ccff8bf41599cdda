"""Moka: portals on app.mokahr.com and on companies' own hosts.

A portal's page carries the first page of its list, without text, and says how many postings there are. The lists and
texts behind it come only in a form that is meant to keep programs out; they are neither asked for nor decoded. So what
is gathered here is often less than all, and says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.fields import published, text_of
from crawler.problems import FormatChanged, PageProblem, WrongChannel
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

_SHUT_DOWN = "当前网页已关停"


class MokaSpider(SourceSpider):
    """The portals of one company: social, campus, and older ones."""

    name = "moka"
    searches_keywords = False
    searches_cities = False
    # The first answer sets the language in a cookie and leads to the same address again.
    custom_settings = {"COOKIES_ENABLED": True}  # noqa: RUF012 - Scrapy's own form

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The page of each portal."""
        return [Task("list", {"portal": portal}, query) for portal in self.source.options["portals"]]

    def ask(self, task: Task) -> Call:
        """The portal's page, in Chinese."""
        return Call(f"{self.source.base_url}{task.params['portal']}?locale=zh-CN")

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """404 means that there is no such portal."""
        if reply.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return WrongChannel(f"{task.params['portal']}: HTTP {reply.status}")
        return super().refusal(task, reply)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """The rows that the page carries."""
        return read_portal(self.source, task, reply)


def read_portal(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read a portal's page.

    Raises:
        WrongChannel: the portal has been shut down.
        FormatChanged: the page does not carry the data of a portal.
    """
    text = reply.html.css("input#init-data::attr(value)").get()
    if text is None:
        if _SHUT_DOWN in reply.html.css("title::text").get(""):
            raise WrongChannel(f"{task.params['portal']}: {_SHUT_DOWN}")
        raise FormatChanged("the page carries no init-data")
    data = Reply(reply.url, text.encode()).json()
    rows: Sequence[Any] = data["jobs"] or []
    total = int(data["jobStats"]["total"])
    if total and not rows:
        raise FormatChanged(f"a total of {total} and no rows")
    cities = _city_names(data.get("jobsGroupedByLocation"))
    address = source.base_url + str(task.params["portal"])
    postings = [posting for row in rows if (posting := _posting(source, address, cities, row)) is not None]
    if rows and not postings:
        raise FormatChanged("no row has an id and a title")
    return ListPage(
        postings=postings,
        reported_total=total,
        unreadable=len(rows) - len(postings),
        cut=len(rows) < total,
    )


def _city_names(groups: Any) -> dict[int, str]:  # noqa: ANN401 - whatever JSON holds
    """The names by which the page groups its postings: code of GB/T 2260 -> name.

    A group may stand under the code of a district; its name is that of the city.
    """
    names: dict[int, str] = {}
    for group in groups if isinstance(groups, list) else []:
        if not isinstance(group, Mapping):
            continue
        code, name = group.get("cityId"), text_of(group, "label", "id")
        if isinstance(code, int) and name:
            names[code] = name
    for code, name in list(names.items()):
        names.setdefault(code // 100 * 100, name)
    return names


def _place(cities: Mapping[int, str], location: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """A place by its name, by its code or that of the city or province around it, or by its address."""
    if not isinstance(location, Mapping):
        return None
    if name := text_of(location, "cityName"):
        return name
    code = location.get("cityId")
    if isinstance(code, int):
        for around in (code, code // 100 * 100, code // 10000 * 10000):
            if around in cities:
                return cities[around]
    return text_of(location, "address", "provinceName")


def _posting(source: SourceInfo, address: str, cities: Mapping[int, str], row: Any) -> Posting | None:  # noqa: ANN401
    """A row as a posting; None when it has no id or title."""
    if not isinstance(row, Mapping) or not row.get("id") or not row.get("title"):
        return None
    locations = row.get("locations")
    places = [_place(cities, location) for location in locations] if isinstance(locations, list) else []
    function = row.get("zhineng")
    published_on, published_text = published(row, "publishedAt")
    return Posting(
        source_id=str(row["id"]),
        url=f"{address}#/job/{row['id']}",
        title=row["title"],
        company=source.company or None,
        city_text="/".join(dict.fromkeys(filter(None, places))) or None,
        employment_text=text_of(row, "commitment"),
        published_on=published_on,
        published_text=published_text,
        site_category=text_of(function, "name") if isinstance(function, Mapping) else None,
    )
