"""Reads a board of Greenhouse. Descriptions are HTML with its entities escaped once more."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.contract import ListPage, Posting
from crawler.fields import text_of
from crawler.problems import FormatChanged
from crawler.readers.careers import day_of, joined, mapping_of, rows_of, text_parts, web_address
from crawler.reply import Reply
from crawler.source_info import SourceInfo

_EMPLOYMENT = frozenset({"employment type", "job type", "time type"})
"""Names of custom fields, which each company chooses, that hold the kind of employment."""


def read_board(source: SourceInfo, reply: Reply) -> ListPage:
    """Read a board.

    Raises:
        FormatChanged: anything but a list of postings.
    """
    answer = reply.json()
    rows: Sequence[Any] = answer["jobs"]
    total = mapping_of(answer.get("meta")).get("total")
    if total and not rows:
        raise FormatChanged(f"a total of {total} and no jobs")
    postings = [posting for row in rows if (posting := _posting(source, row)) is not None]
    if rows and not postings:
        raise FormatChanged("no job has an id and a title")
    reported = total if isinstance(total, int) else None
    return ListPage(postings=postings, reported_total=reported, unreadable=len(rows) - len(postings))


def _posting(source: SourceInfo, row: Any) -> Posting | None:  # noqa: ANN401 - whatever JSON holds
    """A job as a posting; None when it has no id or title."""
    if not isinstance(row, Mapping) or not row.get("id") or not row.get("title"):
        return None
    source_id = str(row["id"])
    page = f"https://job-boards.greenhouse.io/{source.options['board']}/jobs/{source_id}"
    offices = (office.get("location") or office.get("name") for office in rows_of(row.get("offices")))
    published = text_of(row, "first_published")
    return Posting(
        source_id=source_id,
        url=web_address(row.get("absolute_url"), page),
        title=row["title"],
        company=source.company or text_of(row, "company_name"),
        description=text_parts(row.get("content")),
        city_text=text_of(mapping_of(row.get("location")), "name") or joined(offices, "/"),
        employment_text=_employment(row),
        published_text=published,
        published_on=day_of(published),
        site_category=joined((part.get("name") for part in rows_of(row.get("departments"))), "/"),
    )


def _employment(row: Mapping[str, Any]) -> str | None:
    for entry in rows_of(row.get("metadata")):
        if str(entry.get("name")).strip().casefold() in _EMPLOYMENT and (text := text_of(entry, "value")):
            return text
    return None
