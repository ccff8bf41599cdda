"""What the job boards of applicant-tracking systems have in common."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crawler.markup import html_to_text
from taxonomy.dates import read_date


def mapping_of(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """The value where it is an object; an empty one where it is anything else."""
    return value if isinstance(value, Mapping) else {}


def rows_of(value: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - as above
    """The objects of a list; none where the value is no list."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def joined(values: Iterable[Any], separator: str) -> str | None:
    """The texts among these values, each once; None where there is none."""
    texts = (value.strip() for value in values if isinstance(value, str))
    return separator.join(dict.fromkeys(filter(None, texts))) or None


def text_parts(*parts: Any) -> str | None:  # noqa: ANN401 - as above
    """Parts of a description, which may be HTML, as text with a blank line between."""
    return "\n\n".join(filter(None, (html_to_text(part) for part in parts if isinstance(part, str)))) or None


def web_address(value: Any, otherwise: str) -> str:  # noqa: ANN401 - as above
    """The value where it is a web address."""
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else otherwise


def day_of(value: Any) -> date | None:  # noqa: ANN401 - as above
    """The day of a moment in ISO form, on China's calendar; None where it is none."""
    return read_date(value, None) if isinstance(value, str) else None
