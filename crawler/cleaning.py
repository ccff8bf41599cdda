"""What every posting passes before it is stored, whatever its source."""

import re
from dataclasses import fields, replace
from typing import Any

from crawler.contract import Posting
from crawler.personal import scrub

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_FREE_TEXT = frozenset({"title", "description", "site_tags", "benefits"})


def clean(posting: Posting) -> Posting | None:
    """The posting without personal data, control characters and blank values.

    Returns:
        None when nothing is left of its title, without which it is no posting.
    """
    changes = {field.name: _clean(field.name, getattr(posting, field.name)) for field in fields(posting)}
    return replace(posting, **changes) if changes["title"] else None


def _clean(name: str, value: Any) -> Any:  # noqa: ANN401 - the value of any field
    if isinstance(value, tuple):
        return tuple(filter(None, (_clean(name, item) for item in value)))
    if not isinstance(value, str):
        return value
    text = _NOT_TEXT.sub("", value).strip()
    if name in _FREE_TEXT:
        text = scrub(text)
    return text or None
