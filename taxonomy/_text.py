"""What the readers share: folding the spelling variants of a text into one, and remembering what was read."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Value = TypeVar("Value")

_LONGEST_READ = 10_000
_LONGEST_REMEMBERED = 100

_UNSEEN = re.compile(r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"\s+")

DASHES = "-~‐‑‒–—―−〜"
"""The characters postings write between the two ends of a range, after folding."""

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
CHINESE_NUMERAL = "[零〇一二两三四五六七八九十]{1,3}"


def fold(text: str) -> str:
    """Folds full-width forms (Unicode NFKC), case and runs of white space; drops characters that show nothing.

    Cuts after 10,000 characters: no field but the description is longer, and a misplaced one is not to be scanned.
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST_READ])
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip().lower()


def remembering(read: Callable[[str], Value]) -> Callable[[str], Value]:
    """Keeps the values of the short texts read last: a column repeats a few thousand of them millions of times."""
    remembered = lru_cache(maxsize=1 << 16)(read)

    @wraps(read)
    def read_once(text: str) -> Value:
        return remembered(text) if len(text) <= _LONGEST_REMEMBERED else read(text)

    return read_once


def read_integer(numeral: str) -> int | None:
    """The value of ASCII digits or of a Chinese numeral from 零 to 九十九; None for anything else."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    tens, ten, units = numeral.rpartition("十")
    if not ten:
        return _DIGITS.get(numeral)
    tens_value = _DIGITS.get(tens) if tens else 1
    units_value = _DIGITS.get(units) if units else 0
    return None if tens_value is None or units_value is None else tens_value * 10 + units_value
