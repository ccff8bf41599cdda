"""Texts as sets of hashed character shingles, many at once.

Shingles of characters need no word segmentation, so they compare Chinese, English and mixed texts alike.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SHINGLE_CHARACTERS = 4
"""Two Chinese words: long enough that unrelated texts share few, short enough that a changed word costs few."""

Hashes = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)

_CIRCLED = "[①-⓿❶-➓]"
_LIST_NUMBER = r"(^|[^\pL\pN.])\(?[0-9]{1,2}[、.):]([^0-9])"
# What sites and recruiters put before the parts of a text; it says nothing about the vacancy.
_HEADINGS = "(?:岗位|工作|职位|主要|任职)(?:职责|描述|内容|要求|资格|条件|说明|信息)|职责描述|职责要求"
_NOT_SAYING = r"[^\pL\pN+#]+"

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Shingles:
    """The shingles of many texts.

    Attributes:
        hashes: 32-bit hashes of all texts, one text after the other, within a text ascending and each once.
        offsets: where each text begins in `hashes`, and at the end where the last one ends.
    """

    hashes: Hashes
    offsets: Offsets


def plain_texts(texts: pa.Array) -> pa.Array:
    """What texts say, without what copying changes: form, case, list numbers, headings, punctuation and spaces.

    NFKC, lower case, only letters, digits, + and # (C++, C#). Null gives an empty text.
    """
    plain = pc.fill_null(pc.cast(texts, pa.large_string()), "")
    plain = pc.replace_substring_regex(plain, _CIRCLED, "")
    plain = pc.utf8_lower(pc.utf8_normalize(plain, "NFKC"))
    plain = pc.replace_substring_regex(plain, _LIST_NUMBER, r"\1\2")
    plain = pc.replace_substring_regex(plain, _HEADINGS, "")
    return pc.replace_substring_regex(plain, _NOT_SAYING, "")


def shingles(plain: pa.Array) -> Shingles:
    """The shingles of texts that `plain_texts` gave; a text of fewer than `SHINGLE_CHARACTERS` characters has none."""
    texts = plain.to_pylist()
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).astype(np.uint64)
    starts = max(len(codes) - SHINGLE_CHARACTERS + 1, 0)
    hashes = np.zeros(starts, np.uint64)
    for place in range(SHINGLE_CHARACTERS):
        hashes = hashes * _MULTIPLIER + codes[place : place + starts]
    hashes ^= hashes >> np.uint64(29)
    hashes *= _MIX
    hashes ^= hashes >> _HALF
    text_of = np.repeat(np.arange(len(texts)), lengths)
    within = text_of[:starts] == text_of[len(text_of) - starts :]
    # Text number above, hash below: one sort brings the texts together and finds repeated shingles.
    keys = distinct((text_of[:starts][within].astype(np.uint64) << _HALF) | (hashes[within] & _LOW))
    counts = np.bincount((keys >> _HALF).astype(np.int64), minlength=len(texts))
    return Shingles((keys & _LOW).astype(np.uint32), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """The values ascending, each once; for millions of numbers several times as fast as `numpy.unique` 2.x."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far two sets of shingles agree."""

    shared: int
    first: int
    second: int

    @property
    def jaccard(self) -> float:
        """Shared shingles by those of either; 0 where there are none."""
        either = self.first + self.second - self.shared
        return self.shared / either if either else 0.0

    @property
    def containment(self) -> float:
        """How much of the smaller set is in the larger: 1 for a text cut short; 0 where there are none."""
        smaller = self.smaller
        return self.shared / smaller if smaller else 0.0

    @property
    def smaller(self) -> int:
        """The size of the smaller set."""
        return min(self.first, self.second)


def overlap(first: Hashes, second: Hashes) -> Overlap:
    """Compare two sets of shingles, each ascending."""
    shared = np.intersect1d(first, second, assume_unique=True)
    return Overlap(len(shared), len(first), len(second))
