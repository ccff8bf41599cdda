"""What every posting passes before it is stored, whatever its source."""

import re
from datetime import date
from typing import Any

from crawler.contract import Posting
from crawler.personal import scrub

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_FREE_TEXT = frozenset({"title", "description", "site_tags", "benefits"})


def clean(posting: Posting) -> Posting | None:
    """The posting without personal data, control characters and blank values.

    Returns:
        None when nothing is left of its title or id, without which it is no posting, or when a field holds what is no
        text, which sites do when their form has changed.
    """
    try:
        values = {name: _clean(name, value) for name, value in posting.fields().items()}
    except TypeError:
        return None
    return Posting(**values) if values["title"] and values["source_id"] else None


def _clean(name: str, value: Any) -> Any:  # noqa: ANN401 - the value of any field
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, tuple):
        return tuple(filter(None, (_clean(name, item) for item in value)))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError(f"{name} is no text")
    text = str(value)
    # Most texts need no search: what is printable is no control character.
    if not text.isprintable():
        text = _NOT_TEXT.sub("", text)
    text = text.strip()
    if name in _FREE_TEXT:
        text = scrub(text)
    return text or None
