"""Pairs of postings worth comparing: texts that are alike, and postings that agree in something rare.

MinHash signatures in bands find alike texts without comparing all with all (locality-sensitive hashing). The
signatures are computed by rensa; the banding is a sort for each band, in numpy.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from postings.duplicates.shingles import Shingles, distinct

BANDS = 32
ROWS = 4
"""Texts of Jaccard 0.5 share a band with a probability of 0.87, of 0.6 of 0.99, of 0.2 of 0.05."""

LEAST_SHINGLES = 8
"""A text of fewer is no text to compare: most such say only 面议 or 详见官网."""

FIRST_IN_GROUP = 16
NEIGHBOURS = 8
"""A posting is paired with the first ones of its group, who can become its representative, and with those right
before it: a group of n gives 24 n pairs and not n²."""

NO_KEY = 0

Keys = npt.NDArray[np.uint64]
Pairs = npt.NDArray[np.int64]

_SEED = 1
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(31)


def band_keys(texts: Shingles) -> npt.NDArray[np.uint32]:
    """The keys of texts for each band, shape (texts, `BANDS`); `NO_KEY` throughout for a text that is too short."""
    counts = np.diff(texts.offsets)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(
        texts.hashes.astype(np.uint64), texts.offsets.astype(np.uint64), BANDS * ROWS, _SEED
    )
    signatures = np.array(matrix.to_rows(), np.uint64).reshape(len(counts), BANDS, ROWS)
    keys = np.zeros((len(counts), BANDS), np.uint64)
    for row in range(ROWS):
        keys = (keys ^ signatures[:, :, row]) * _MULTIPLIER
        keys ^= keys >> _SHIFT
    # Half of the bits are enough: a collision costs one comparison.
    result = np.maximum((keys & np.uint64(0xFFFFFFFF)).astype(np.uint32), 1)
    result[counts < LEAST_SHINGLES] = NO_KEY
    return result


def candidate_pairs(keys: Iterable[npt.NDArray[np.unsignedinteger]], rank: npt.NDArray[np.int64]) -> Pairs:
    """Pairs of postings that have a key in common.

    Args:
        keys: arrays with one key for each posting; `NO_KEY` for none.
        rank: each posting's place in the order in which representatives are chosen.

    Returns:
        Shape (pairs, 2): the numbers of the postings, the earlier in rank first, each pair once, in order of rank.
    """
    count = len(rank)
    found = np.empty(0, np.int64)
    by_rank = np.argsort(rank)
    for key in keys:
        pairs = [first * count + second for first, second in _pairs_of(key[by_rank])]
        found = distinct(np.concatenate([found, *pairs]))
    return by_rank[np.stack([found // count, found % count], axis=1)] if count else np.empty((0, 2), np.int64)


def _pairs_of(key: npt.NDArray[np.unsignedinteger]) -> Iterator[tuple[Pairs, Pairs]]:
    """Pairs of positions with an equal key, the first before the second."""
    order = np.argsort(key, kind="stable")
    order = order[key[order] != NO_KEY]
    sorted_keys = key[order]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = sorted_keys[1:] != sorted_keys[:-1]
    start = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    place = np.arange(len(order)) - start
    grouped = np.flatnonzero(place)
    for ahead in range(FIRST_IN_GROUP):
        later = grouped[place[grouped] > ahead]
        yield order[start[later] + ahead], order[later]
    for back in range(1, NEIGHBOURS + 1):
        later = grouped[place[grouped] >= FIRST_IN_GROUP + back]
        yield order[later - back], order[later]
