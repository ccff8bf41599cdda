"""Fields of a row that came as JSON: text where it is text, nothing where it is anything else."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crawler.clock import china_day
from crawler.markup import html_to_text
from taxonomy.dates import read_date


def text_of(row: Mapping[str, Any], *names: str) -> str | None:
    """The first of these fields that holds text; None where none does. Numbers are codes here, not text."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def joined_description(row: Mapping[str, Any], *names: str) -> str | None:
    """The fields of which a description consists, such as duties and requirements, as text with a blank line between.

    Args:
        row: One posting. Its fields may be HTML.
        names: The fields, in the order in which a reader sees them.
    """
    parts = (html_to_text(part) for name in names if (part := text_of(row, name)))
    return "\n\n".join(filter(None, parts)) or None


def published(row: Mapping[str, Any], *names: str) -> tuple[date | None, str | None]:
    """The day that the first of these fields states, and the text by which it is told.

    Args:
        row: One posting.
        names: Fields that hold a date as text, or a time in milliseconds since 1970, whose text is its ISO date.
    """
    for name in names:
        if text := text_of(row, name):
            return read_date(text, None), text
        milliseconds = row.get(name)
        if isinstance(milliseconds, int) and milliseconds > 1:  # True is 1
            try:
                day = china_day(milliseconds / 1000)
            except ValueError:
                continue
            return day, day.isoformat()
    return None, None
