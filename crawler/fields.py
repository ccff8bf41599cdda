"""Fields of a row that came as JSON: text where it is text, nothing where it is anything else."""

from collections.abc import Mapping
from typing import Any

from crawler.markup import html_to_text


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
