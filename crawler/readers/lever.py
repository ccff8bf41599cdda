"""Reads a site of Lever."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crawler.clock import china_day
from crawler.contract import ListPage, Posting, Task
from crawler.fields import text_of
from crawler.pay import PERIODS, pay_text
from crawler.problems import FormatChanged
from crawler.readers.careers import joined, mapping_of, rows_of, text_parts, web_address
from crawler.reply import Reply
from crawler.source_info import SourceInfo

PAGE_SIZE = 100

_INTERVAL = re.compile(r"per-(hour|day|week|month|year)-(?:wage|salary)")


def read_page(source: SourceInfo, task: Task, reply: Reply) -> ListPage:
    """Read one page of a site, which is a bare list: a short one is the last.

    Raises:
        FormatChanged: anything but a list of postings, or the page before once more.
    """
    rows: Sequence[Any] = reply.json()
    if not isinstance(rows, list):
        raise FormatChanged("no list")
    postings = [posting for row in rows if (posting := _posting(source, row)) is not None]
    if rows and not postings:
        raise FormatChanged("no row has an id and a title")
    if postings and postings[0].source_id == task.params.get("after"):
        raise FormatChanged("shows the page before once more")
    further = []
    if len(rows) >= PAGE_SIZE:
        further = [task.turn(skip=int(task.params["skip"]) + len(rows), after=postings[0].source_id)]
    return ListPage(postings=postings, further=further, unreadable=len(rows) - len(postings))


def _posting(source: SourceInfo, row: Any) -> Posting | None:  # noqa: ANN401 - whatever JSON holds
    """A row as a posting; None when it has no id or title."""
    if not isinstance(row, Mapping) or not row.get("id") or not row.get("text"):
        return None
    source_id = str(row["id"])
    host = source.base_url.replace("//api.", "//jobs.", 1)
    categories = mapping_of(row.get("categories"))
    places = categories.get("allLocations")
    sections = (part for entry in rows_of(row.get("lists")) for part in (entry.get("text"), entry.get("content")))
    published = _day(row.get("createdAt"))
    return Posting(
        source_id=source_id,
        url=web_address(row.get("hostedUrl"), f"{host}/{source.options['site']}/{source_id}"),
        title=row["text"],
        company=source.company or None,
        description=text_parts(row.get("description") or row.get("descriptionPlain"), *sections, row.get("additional")),
        city_text=joined(places if isinstance(places, list) and places else [categories.get("location")], "/"),
        salary_text=_salary(row.get("salaryRange")),
        employment_text=text_of(categories, "commitment"),
        published_text=published.isoformat() if published else None,
        published_on=published,
        site_category=joined((categories.get("department"), categories.get("team")), "/"),
    )


def _salary(value: Any) -> str | None:  # noqa: ANN401 - as above
    """The range of a posting. An interval that is no common one (bi-week-salary) follows as the site writes it."""
    row = mapping_of(value)
    currency, interval = text_of(row, "currency"), text_of(row, "interval") or ""
    if currency is None:
        return None
    period = _INTERVAL.fullmatch(interval)
    text = pay_text((row.get("min"), row.get("max")), currency, PERIODS[period[1].upper()] if period else "")
    return text if text is None or period else f"{text} {interval}".strip()


def _day(milliseconds: Any) -> date | None:  # noqa: ANN401 - as above
    """The day of a time in milliseconds since 1970; None when it is none."""
    try:
        return china_day(int(milliseconds) / 1000)
    except (TypeError, ValueError, OverflowError):
        return None
