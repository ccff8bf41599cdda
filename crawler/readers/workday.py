"""Reads a career site of Workday: lists without text, and one page for each posting."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.contract import Link, ListPage, Posting, Task, row_version
from crawler.fields import text_of
from crawler.problems import Closed, FormatChanged
from crawler.readers.careers import joined, mapping_of, text_parts, web_address
from crawler.readers.workday_facets import china_filter, facets_of, split
from crawler.reply import Reply
from crawler.source_info import SourceInfo

PAGE_SIZE = 20
"""The most rows of a list page; more are refused (HTTP 400)."""

MOST_ROWS = 2_000
"""The total is capped here, and so are offsets: beyond, the list begins again."""

_REQUISITION = re.compile(r"_([^/_]*\d[^/_]*)$")


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read one page of a list. Its total is believed on the first page alone; on others some tenants say 0.

    Raises:
        FormatChanged: anything but a list of postings, or the page before once more.
    """
    answer = reply.json()
    rows: Sequence[Any] = answer["jobPostings"]
    offset = int(task.params["offset"])
    total = int(answer.get("total") or 0) if offset == 0 else int(task.params["total"])
    if offset == 0:
        if total and not rows:
            raise FormatChanged(f"a total of {total} and no rows")
        if (parts := _parts(task, answer, total)) is not None:
            return ListPage(further=parts)
    links = [link for row in rows if (link := _link(row)) is not None]
    if rows and not links:
        raise FormatChanged("no row has a path and a title")
    if links and links[0].source_id == task.params["after"]:
        raise FormatChanged("shows the page before once more")
    reached = offset + len(rows)
    # A full page may have another behind it even where the total says no.
    more = rows and reached < MOST_ROWS and (reached < total or len(rows) >= PAGE_SIZE)
    return ListPage(
        links=links,
        further=[task.turn(offset=reached, total=total, after=links[0].source_id)] if more else [],
        reported_total=total if offset == 0 and "total" in answer else None,
        unreadable=len(rows) - len(links),
        cut=offset == 0 and total >= MOST_ROWS,
    )


def read_detail(source: SourceInfo, task: Task, reply: Reply) -> Posting:
    """Read the page of a posting.

    `startDate` is left out: it may be the day on which the work begins.

    Raises:
        Closed: it is no longer posted.
        FormatChanged: anything but a posting.
    """
    info = reply.json()["jobPostingInfo"]
    if info.get("posted") is False:
        raise Closed("no longer posted")
    more_places = info.get("additionalLocations")
    return Posting(
        source_id=task.source_id,
        url=web_address(info.get("externalUrl"), f"{source.base_url}/{source.options['site']}{task.params['path']}"),
        title=info["title"],
        company=source.company or None,
        description=text_parts(info.get("jobDescription")),
        city_text=joined((info.get("location"), *(more_places if isinstance(more_places, list) else ())), "/")
        or text_of(mapping_of(info.get("country")), "descriptor"),
        employment_text=text_of(info, "timeType"),
        published_text=text_of(info, "postedOn"),
    )


def _parts(task: Task, answer: Mapping[str, Any], total: int) -> list[Task] | None:
    """The same list by a filter: China's part of it where only that is wanted, or as many parts as a cap asks for.

    Returns:
        None where the list is to be read as it is.
    """
    facets = facets_of(answer.get("facets"))
    applied: dict[str, list[str]] = json.loads(str(task.params["applied"]))
    filters: list[dict[str, list[str]]] = []
    if task.params["china"] and (china := china_filter(facets)) is not None:
        filters = [china] if china else []
    elif total < MOST_ROWS or not (filters := split(facets, list(applied), MOST_ROWS)):
        return None
    return [task.turn(applied=json.dumps(applied | part, sort_keys=True), china=0) for part in filters]


def _link(row: Any) -> Link | None:  # noqa: ANN401 - whatever JSON holds
    """A row that leads to a posting; None when it has no path or title.

    The number of its requisition, with which a path ends, stays when the title or the place in it change.
    """
    if not isinstance(row, Mapping) or not row.get("title"):
        return None
    path = text_of(row, "externalPath")
    if path is None or not path.startswith("/"):
        return None
    number = _REQUISITION.search(path)
    bullets = row.get("bulletFields")
    # Not postedOn, which changes every day.
    version = row_version(
        str(row["title"]), text_of(row, "locationsText"), joined(bullets if isinstance(bullets, list) else (), "/")
    )
    return Link(number[1] if number else path, version, {"path": path})
