"""飞书招聘 (ATSX): the portals of ByteDance and of every Feishu tenant. Lists carry the full text.

The site shows the first 10,000 rows of a list. Longer lists are read by top category, then by city; rows that belong to
none of these are read from what is shown of the whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from crawler.clock import china_day
from crawler.codes import load_codes
from crawler.contract import Call, ListPage, Posting, Query, Task
from crawler.markup import html_to_text
from crawler.problems import Blocked, FormatChanged, Misconfigured, PageProblem, WrongChannel
from crawler.reply import Reply
from crawler.source_info import SourceInfo
from crawler.source_spider import SourceSpider

MOST_ROWS = 10_000
"""The count is capped here, and so are offsets."""

PAGE_SIZE = 50
PORTAL_TYPE = 2
NO_SUCH_SITE = -9000003


class FeishuSpider(SourceSpider):
    """One portal, with all its channels (社招, 校招, ...)."""

    name = "feishu"
    refusals_worth_a_wait = frozenset({HTTPStatus.METHOD_NOT_ALLOWED})

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The first page of the search in each channel."""
        city = load_codes("feishu_cities").get(query.city, "")
        return [
            Task("list", {"channel": channel, "category": "", "city": city, "offset": 0}, query)
            for channel in self.source.options["channels"]
        ]

    def ask(self, task: Task) -> Call:
        """The unsigned search. A signature is never forged."""
        return search_call(self.source, task)

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """Rows with their full text."""
        return read_list(self.source, task, reply)

    def refusal(self, task: Task, reply: Reply) -> PageProblem | None:
        """405 refuses unsigned or too fast requests; 400 and 404 say that the tenant has left."""
        if reply.status == HTTPStatus.METHOD_NOT_ALLOWED:
            return Blocked("HTTP 405: refuses unsigned requests")
        if reply.status == HTTPStatus.NOT_FOUND or (reply.status == HTTPStatus.BAD_REQUEST and not reply.body.strip()):
            return Misconfigured(f"HTTP {reply.status}: the tenant is not on Feishu")
        return super().refusal(task, reply)


def search_call(source: SourceInfo, task: Task) -> Call:
    """The request for one page of a search."""
    channel = str(task.params["channel"])
    category, city = task.params["category"], task.params["city"]
    return Call(
        f"{source.base_url}/api/v1/search/job/posts",
        json={
            "keyword": task.query.keyword,
            "limit": source.options.get("page_size", PAGE_SIZE),
            "offset": task.params["offset"],
            "portal_type": source.options.get("portal_types", {}).get(channel, PORTAL_TYPE),
            "portal_entrance": 1,
            "language": "zh",
            "job_category_id_list": [category] if category else [],
            "tag_id_list": [],
            "location_code_list": [city] if city else [],
            "subject_id_list": [],
            "recruitment_id_list": [],
            "job_function_id_list": [],
            "storefront_id_list": [],
        },
        headers={"portal-channel": channel, "website-path": channel, "portal-platform": "pc"},
    )


def read_list(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a search.

    Raises:
        WrongChannel: the portal has no such channel.
        FormatChanged: anything but a list of postings with their count.
    """
    answer = reply.json()
    code = answer["code"]
    if code == NO_SUCH_SITE:
        raise WrongChannel(f"channel {task.params['channel']!r}: {answer.get('message')}")
    if code != 0:
        raise FormatChanged(f"code {code}: {answer.get('message')}")
    rows: Sequence[Any] = answer["data"]["job_post_list"] or []
    count = int(answer["data"]["count"])
    offset = int(task.params["offset"])
    if not rows and offset == 0 and count:
        raise FormatChanged(f"a count of {count} and no rows")
    reached = offset + len(rows)
    # A full page may have another behind it even where the count says no.
    more = reached < MOST_ROWS and rows and (reached < count or len(rows) >= source.options.get("page_size", PAGE_SIZE))
    following = [task.turn(offset=reached)] if more else []
    parts = _parts(source, task) if offset == 0 and count >= MOST_ROWS else []
    if parts or task.params.get("rest"):
        shown, rows = rows, [row for row in rows if not _is_in_parts(source, task, row)]
        if shown and not rows and parts:
            return ListPage(further=parts)
        following = [*parts, *(page.turn(rest=1) for page in following)]
    postings = [posting for row in rows if (posting := _posting(source, task, row)) is not None]
    if rows and not postings:
        raise FormatChanged("no row has an id and a title")
    return ListPage(
        postings=postings,
        further=following,
        reported_total=count if offset == 0 and not parts else None,
        unreadable=len(rows) - len(postings),
        cut=offset == 0 and count >= MOST_ROWS,
    )


def _parts(source: SourceInfo, task: Task) -> list[Task]:
    """The same search by the first side that is still open: top category, then city."""
    categories = source.options.get("categories", {})
    if categories and not task.params["category"]:
        return [task.turn(category=category) for category in categories.values()]
    if not task.params["city"]:
        return [task.turn(city=city) for city in load_codes("feishu_cities").values()]
    return []


def _is_in_parts(source: SourceInfo, task: Task, row: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    """Whether a row is in one of the parts in which its list is read."""
    if not isinstance(row, Mapping):
        return True  # no row at all: the parts count it
    categories = source.options.get("categories", {})
    if not categories or task.params["category"]:
        places = row.get("city_list") or [row.get("city_info")]
        codes = (
            [place.get("code") for place in places if isinstance(place, Mapping)] if isinstance(places, list) else []
        )
        return bool(set(codes) & set(load_codes("feishu_cities").values()))
    known = set(categories.values())
    entry: Any = row.get("job_category")
    depth: Any = None
    while isinstance(entry, Mapping):
        if entry.get("id") in known:
            return True
        entry, depth = entry.get("parent"), entry.get("depth")
    return isinstance(depth, int) and depth > 1  # the row does not name its top category


def _posting(source: SourceInfo, task: Task, row: Any) -> Posting | None:  # noqa: ANN401 - whatever JSON holds
    """A row as a posting; None when it has no id or title."""
    if not isinstance(row, Mapping) or not row.get("id") or not row.get("title"):
        return None
    source_id, channel = str(row["id"]), str(task.params["channel"])
    path = source.options.get("detail_path", {}).get(channel, f"/{channel}/position/{{id}}/detail")
    published = _day(row.get("publish_time") or row.get("create_time"))
    parts = (row.get(part) for part in ("description", "requirement"))
    return Posting(
        source_id=source_id,
        url=source.base_url + path.format(id=source_id),
        title=row["title"],
        company=source.company or None,
        description="\n\n".join(filter(None, (html_to_text(part) for part in parts if isinstance(part, str)))),
        city_text="/".join(_names(row.get("city_list") or [row.get("city_info")])),
        employment_text=_with_parent(row.get("recruit_type")),
        published_on=published,
        published_text=published.isoformat() if published else None,
        site_category=_with_parent(row.get("job_category")) or _with_parent(row.get("job_function")),
        site_tags=tuple(_names(row.get("tag_list") or [])),
    )


def _names(entries: Any) -> list[str]:  # noqa: ANN401 - as above
    if not isinstance(entries, list):
        return []
    return [str(entry["name"]) for entry in entries if isinstance(entry, Mapping) and entry.get("name")]


def _with_parent(entry: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """An entry of a tree and those above it, from the top: 社招/正式."""
    names: list[str] = []
    while isinstance(entry, Mapping):
        names[:0] = _names([entry])
        entry = entry.get("parent")
    return "/".join(names) or None


def _day(milliseconds: Any) -> date | None:  # noqa: ANN401 - as above
    """The day of a time in milliseconds since 1970; None when it is none."""
    try:
        return china_day(int(milliseconds) / 1000)
    except (TypeError, ValueError):
        return None
