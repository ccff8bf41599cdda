"""Cell values of any format as clean text: the same row gives the same record whatever file it came in."""

import json
import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from postings.conform import json_text

NULL_TEXTS = frozenset({"null", "none", "nan", "nat", "n/a", "<na>", "#n/a", "\\n", "undefined"})
"""How programs write a missing value as text; compared in lower case with the whole cell."""

_LONGEST_NULL_TEXT = max(map(len, NULL_TEXTS))

# Everything but tab and newline below U+0020, DEL, the non-characters U+FFFE and U+FFFF, lone surrogates, and the
# _x000D_ with which Excel files write such characters.
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x(?:00[01]|FFF)[0-9A-F]_")
_EXCEL_ESCAPE = re.compile("_x(00[01][0-9A-F]|FFF[EF])_")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")

_LIST_SEPARATOR = re.compile(r"[,，、|;；\n\t]+")
_QUOTED_ITEM = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


class TextCleaner:
    """Removes from texts what no program should meet in them, and counts it.

    Attributes:
        removed: control characters removed so far.
    """

    def __init__(self) -> None:
        self.removed = 0

    def clean(self, text: str) -> str:
        """A text without control characters and surrounding white space.

        Line breaks of every kind (CR, CRLF, vertical tab, form feed, Excel's `_x000D_`) become a newline; other
        control characters, DEL and non-characters are removed; a lone surrogate becomes U+FFFD.
        """
        if _SUSPECT.search(text):
            text = _EXCEL_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
            text, removed = _CONTROL.subn("", _LINE_BREAK.sub("\n", text))
            self.removed += removed
            text = well_formed(text)
        return text.strip()

    def text(self, value: object) -> str | None:
        """The clean text of a cell of any type; None for an empty cell or one that says it is null."""
        shown = shown_text(value)
        if shown is None:
            return None
        text = self.clean(shown)
        if not text or (len(text) <= _LONGEST_NULL_TEXT and text.lower() in NULL_TEXTS):
            return None
        return text

    def texts(self, value: object) -> list[str] | None:
        """The clean texts of a cell that holds a list; None when there is none.

        A list is taken item by item. A text is read as a JSON array, as Python or numpy print a list (pandas writes
        these into CSV files), or else split at commas, semicolons, 、, |, tabs and newlines.
        """
        items = value if isinstance(value, list | tuple) else self._listed(value)
        texts = [text for item in items if (text := self.text(_only_value(item))) is not None]
        return texts or None

    def _listed(self, value: object) -> Iterable[object]:
        text = self.text(value)
        if text is None:
            return ()
        if text.startswith("[") and text.endswith("]"):
            items = _printed_list(text)
            if items is not None:
                return items
        return _LIST_SEPARATOR.split(text)


def well_formed(text: str) -> str:
    """A text that can be encoded: surrogate pairs joined, lone surrogates replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def shown_text(value: object) -> str | None:
    """A cell of any type as the text that stands for it: 15000.0 as 15000, dates in ISO form, lists as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float | Decimal):
        return _number_text(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0) and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, list | tuple | dict):
        return json_text(value) if value else None
    return str(value)


def _number_text(value: float | Decimal) -> str | None:
    if not math.isfinite(value):
        return None
    return str(int(value)) if value == int(value) else str(value)


def _only_value(item: object) -> object:
    """The text of an item like {"tagName": "双休"}; other items as they are."""
    if isinstance(item, dict) and len(item) == 1:
        return next(iter(item.values()))
    return item


def _printed_list(text: str) -> list[object] | None:
    """The items of a list written as JSON or as Python or numpy prints it; None when it is none of these."""
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        quoted = _QUOTED_ITEM.findall(text)
        if not quoted or _QUOTED_ITEM.sub("", text).strip("[], \n\t"):
            return None
        return [_ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), item[1:-1]) for item in quoted]
    return items if isinstance(items, list) else None
