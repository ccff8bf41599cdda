"""Postings to hashed n-gram features: the one text reader that training and run time share.

A text becomes a bag of character n-grams and Latin words, each hashed to one of `BUCKETS` buckets of its field. The
work is done in numpy over the code points of a whole batch; every value depends on its own text alone, so that a
posting's features are the same in any batch.
"""

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BUCKET_BITS = 22
BUCKETS = 1 << BUCKET_BITS
"""Hash buckets of one field. Four million hold the n-grams of 46 million characters with few collisions that matter."""

MAX_CHARACTERS = {"title": 200, "description": 6_000, "company": 100}
"""Characters read of each field; what follows is ignored. 99.9 % of real descriptions are shorter."""

LONGEST_GRAM = 4
FIELDS = tuple(MAX_CHARACTERS)

_SPACE = 0x20
_BOUNDARY = 0
_KEPT_SIGNS = "+#."
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SEEDS = {field: np.uint64(0x94D049BB133111EB + 2 * place) for place, field in enumerate(FIELDS)}
_SHIFT = np.uint64(31)


@dataclass(frozen=True)
class Bags:
    """The features of n texts, as rows of a sparse matrix.

    Attributes:
        buckets: hash bucket of each feature, int32, [features].
        counts: how often it occurs in its text, float32, [features].
        offsets: text i holds features offsets[i]:offsets[i + 1], int64, [n + 1].
    """

    buckets: npt.NDArray[np.int32]
    counts: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.int64]


@functools.cache
def _folding() -> npt.NDArray[np.uint32]:
    """Code point -> the code point it is read as: NFKC, lower case, digits as 0, all else that is no letter a space."""
    table = np.full(0x10000, _SPACE, dtype=np.uint32)
    for point in range(0x21, 0x10000):
        if 0xD800 <= point < 0xE000:
            continue
        folded = unicodedata.normalize("NFKC", chr(point)).lower()
        if len(folded) != 1:
            continue
        if folded.isdecimal():
            table[point] = ord("0")
        elif folded.isalpha() or folded in _KEPT_SIGNS:
            table[point] = ord(folded)
    return table


def _code_points(texts: Sequence[str | None], limit: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Fold the first `limit` characters of each text; one boundary before each text and one at the end.

    Returns:
        The folded code points of all texts, and for each the index of its text.
    """
    cut = [(text or "")[:limit] for text in texts]
    # Lone surrogates cannot be encoded strictly; they fold to a space like any other non-letter.
    joined = "\0".join(["", *(text.replace("\0", " ") for text in cut), ""])
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded = _folding()[np.minimum(raw, 0xFFFF)]
    folded[raw == 0] = _BOUNDARY
    blank = folded <= _SPACE
    # A space next to a space or a boundary says nothing.
    keep = np.ones(len(folded), dtype=bool)
    keep[1:] = (folded[1:] != _SPACE) | ~blank[:-1]
    folded = folded[keep]
    owners = np.cumsum(folded == _BOUNDARY) - 1
    return folded, owners


def _finish(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    mixed = (hashes ^ (hashes >> _SHIFT)) * _MIX
    return (mixed >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)


def _latin_words(
    points: npt.NDArray[np.uint32], seed: np.uint64
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Hashes and start positions of runs of Latin letters, digits and the signs + # ."""
    latin = (points > _SPACE) & (points < 0x80)
    edges = np.flatnonzero(np.diff(latin.astype(np.int8), prepend=0, append=0))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return np.zeros(0, dtype=np.uint64), starts
    # A polynomial in the position within the word, summed by run.
    position = np.arange(len(points)) - np.repeat(
        np.concatenate([[0], starts]), np.diff(np.concatenate([[0], starts, [len(points)]]))
    )
    powers = np.cumprod(np.full(int((ends - starts).max()) + 1, _MULTIPLIER, dtype=np.uint64))
    inside = np.flatnonzero(latin)
    terms = (points[inside].astype(np.uint64) + np.uint64(1)) * powers[position[inside]]
    firsts = np.concatenate([[0], np.cumsum(ends - starts)[:-1]])
    return np.add.reduceat(terms, firsts) * _MULTIPLIER + seed, starts


def bags(texts: Sequence[str | None], field: str) -> Bags:
    """Read the n-gram features of a batch of texts.

    Args:
        texts: one text per posting; None and "" have no features.
        field: a name of `FIELDS`; the same n-gram of two fields is two features.

    Returns:
        Features in ascending bucket order within each text.
    """
    points, owners = _code_points(texts, MAX_CHARACTERS[field])
    seed = _SEEDS[field]
    wide = points.astype(np.uint64) + np.uint64(1)
    usable = points != _BOUNDARY
    keys: list[npt.NDArray[np.int64]] = []
    rolling = np.full(len(points), seed, dtype=np.uint64)
    valid = usable
    for length in range(1, LONGEST_GRAM + 1):
        tail = length - 1
        count = len(points) - tail
        if count <= 0:
            break
        rolling = (rolling[:count] ^ wide[tail:]) * _MULTIPLIER
        valid = valid[:count] & usable[tail:]
        picked = valid if length > 1 else valid & (points != _SPACE)
        at = np.flatnonzero(picked)
        keys.append((owners[at] << BUCKET_BITS) | _finish(rolling[at]))
    words, starts = _latin_words(points, seed)
    keys.append((owners[starts] << BUCKET_BITS) | _finish(words))
    found, counts = np.unique(np.concatenate(keys), return_counts=True)
    offsets = np.searchsorted(found, np.arange(len(texts) + 1, dtype=np.int64) << BUCKET_BITS)
    return Bags(
        buckets=(found & (BUCKETS - 1)).astype(np.int32),
        counts=counts.astype(np.float32),
        offsets=offsets.astype(np.int64),
    )
