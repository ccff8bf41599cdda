"""Reads a job board of Ashby."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.contract import ListPage, Posting
from crawler.fields import text_of
from crawler.pay import PERIODS, pay_text
from crawler.problems import FormatChanged
from crawler.readers.careers import day_of, joined, mapping_of, rows_of, text_parts, web_address
from crawler.reply import Reply
from crawler.source_info import SourceInfo

_INTERVAL = re.compile(r"1 (HOUR|DAY|WEEK|MONTH|YEAR)")


def read_board(source: SourceInfo, reply: Reply) -> ListPage:
    """Read a board. Postings that the company does not list are left out.

    Raises:
        FormatChanged: anything but a list of postings.
    """
    jobs: Sequence[Any] = reply.json()["jobs"]
    rows = [row for row in jobs if not (isinstance(row, Mapping) and row.get("isListed") is False)]
    postings = [posting for row in rows if (posting := _posting(source, row)) is not None]
    if rows and not postings:
        raise FormatChanged("no job has an id and a title")
    return ListPage(postings=postings, unreadable=len(rows) - len(postings))


def _posting(source: SourceInfo, row: Any) -> Posting | None:  # noqa: ANN401 - whatever JSON holds
    """A job as a posting; None when it has no id or title."""
    if not isinstance(row, Mapping) or not row.get("id") or not row.get("title"):
        return None
    source_id = str(row["id"])
    published = text_of(row, "publishedAt")
    return Posting(
        source_id=source_id,
        url=web_address(row.get("jobUrl"), f"https://jobs.ashbyhq.com/{source.options['board']}/{source_id}"),
        title=row["title"],
        company=source.company or None,
        description=text_parts(row.get("descriptionHtml") or row.get("descriptionPlain")),
        city_text=joined((_place(place) for place in (row, *rows_of(row.get("secondaryLocations")))), "/"),
        salary_text=_salary(row.get("compensation")),
        employment_text=text_of(row, "employmentType"),
        published_text=published,
        published_on=day_of(published),
        site_category=joined((row.get("department"), row.get("team")), "/"),
    )


def _place(row: Mapping[str, Any]) -> str | None:
    """A location, which may be the name of an office, and what its address adds to it."""
    name = text_of(row, "location") or ""
    address = mapping_of(mapping_of(row.get("address")).get("postalAddress"))
    parts = (text_of(address, part) for part in ("addressLocality", "addressRegion", "addressCountry"))
    return joined((name, *(part for part in parts if part and part not in name)), ", ")


def _salary(value: Any) -> str | None:  # noqa: ANN401 - as above
    """The amounts of the salary without equity and bonus; where none are given, the summary as the site writes it."""
    row = mapping_of(value)
    for part in rows_of(row.get("summaryComponents")):
        currency, period = text_of(part, "currencyCode"), _INTERVAL.fullmatch(str(part.get("interval")))
        if part.get("compensationType") == "Salary" and currency and period:
            amounts = (part.get("minValue"), part.get("maxValue"))
            if text := pay_text(amounts, currency, PERIODS[period[1]]):
                return text
    return text_of(row, "scrapeableCompensationSalarySummary", "compensationTierSummary")
