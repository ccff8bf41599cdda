"""Reads the postings of a company on SmartRecruiters: lists without text, and one page for each posting."""

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.contract import Link, ListPage, Posting, Task, row_version
from crawler.fields import text_of
from crawler.problems import Closed, FormatChanged
from crawler.readers.careers import day_of, joined, mapping_of, text_parts, web_address
from crawler.reply import Reply
from crawler.source_info import SourceInfo

PAGE_SIZE = 100
"""The most rows of a list page."""

_SECTIONS = ("jobDescription", "qualifications", "additionalInformation")


def read_list(task: Task, reply: Reply) -> ListPage:
    """Read one page of a list.

    Raises:
        FormatChanged: anything but a list of postings with their count, or the page before once more.
    """
    answer = reply.json()
    rows: Sequence[Any] = answer["content"]
    total, offset = int(answer["totalFound"]), int(task.params["offset"])
    if total and not rows and offset == 0:
        raise FormatChanged(f"a total of {total} and no rows")
    links = [link for row in rows if (link := _link(row)) is not None]
    if rows and not links:
        raise FormatChanged("no row has an id and a name")
    if links and links[0].source_id == task.params["after"]:
        raise FormatChanged("shows the page before once more")
    reached = offset + len(rows)
    # A full page may have another behind it even where the total says no.
    more = rows and (reached < total or len(rows) >= PAGE_SIZE)
    return ListPage(
        links=links,
        further=[task.turn(offset=reached, after=links[0].source_id)] if more else [],
        reported_total=total if offset == 0 else None,
        unreadable=len(rows) - len(links),
    )


def read_detail(source: SourceInfo, reply: Reply) -> Posting:
    """Read the page of a posting.

    Raises:
        Closed: it is no longer active.
        FormatChanged: anything but a posting.
    """
    row: Mapping[str, Any] = reply.json()
    if row.get("active") is False:
        raise Closed("no longer active")
    sections = mapping_of(mapping_of(row["jobAd"])["sections"])
    texts = {name: mapping_of(section) for name, section in sections.items()}
    company = texts.get("companyDescription", {})
    published = text_of(row, "releasedDate")
    source_id = str(row["id"])
    page = f"https://jobs.smartrecruiters.com/{source.options['company']}/{source_id}"
    return Posting(
        source_id=source_id,
        url=web_address(row.get("postingUrl"), page),
        title=row["name"],
        company=source.company or text_of(mapping_of(row.get("company")), "name"),
        description=text_parts(
            *(texts[name].get("text") for name in _SECTIONS if name in texts),
            # Below its heading, so that it is told from the work.
            joined((company.get("title"), company.get("text")), "\n") if company.get("text") else None,
        ),
        city_text=_place(row),
        experience_text=_label(row, "experienceLevel"),
        industry_text=_label(row, "industry"),
        employment_text=_label(row, "typeOfEmployment"),
        published_text=published,
        published_on=day_of(published),
        site_category=joined((_label(row, "department"), _label(row, "function")), "/"),
    )


def _link(row: Any) -> Link | None:  # noqa: ANN401 - whatever JSON holds
    """A row that leads to a posting; None when it has no id or name."""
    if not isinstance(row, Mapping) or not row.get("id") or not row.get("name"):
        return None
    source_id = str(row["id"])
    version = row_version(str(row["name"]), text_of(row, "releasedDate"), _place(row), _label(row, "typeOfEmployment"))
    return Link(source_id, version, {"id": source_id})


def _place(row: Mapping[str, Any]) -> str | None:
    location = mapping_of(row.get("location"))
    parts = (text_of(location, name) for name in ("city", "region", "country"))
    return text_of(location, "fullLocation") or joined(parts, ", ")


def _label(row: Mapping[str, Any], name: str) -> str | None:
    return text_of(mapping_of(row.get(name)), "label")
