"""The n-grams the model knows, and the weight of each in a text."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from classifier.features import BUCKETS, Bags

PADDING_ROW = 0
"""The table row of no n-gram: all zeros, so that an empty text still has one row to read."""


@dataclass(frozen=True)
class WeightedBags:
    """Texts as rows of an embedding table and their weights; the weights of a text have Euclidean length 1.

    Attributes:
        rows: table row of each feature, int32, [features], at least 1.
        values: its weight, float32, [features].
        offsets: text i holds features offsets[i]:offsets[i + 1], int64, [n + 1].
    """

    rows: npt.NDArray[np.int32]
    values: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """The known hash buckets of one field, the most frequent first. Bucket i has table row i + 1.

    Attributes:
        buckets: int32, [size].
        document_frequency: how many training texts hold each, int32, [size].
        documents: how many training texts there were.
    """

    buckets: npt.NDArray[np.int32]
    document_frequency: npt.NDArray[np.int32]
    documents: int

    @cached_property
    def _row_of_bucket(self) -> npt.NDArray[np.int32]:
        rows = np.full(BUCKETS, PADDING_ROW, dtype=np.int32)
        rows[self.buckets] = np.arange(1, len(self.buckets) + 1, dtype=np.int32)
        return rows

    @cached_property
    def _rarity(self) -> npt.NDArray[np.float32]:
        return np.concatenate([[0.0], np.log(self.documents / self.document_frequency)]).astype(np.float32)

    def weigh(self, bags: Bags) -> WeightedBags:
        """Keep the known features and weigh them by (1 + log count) * log(documents / document frequency).

        Unknown n-grams are dropped; each text's weights are scaled to length 1.
        """
        rows = self._row_of_bucket[bags.buckets]
        known = rows != PADDING_ROW
        before = np.concatenate([[0], np.cumsum(known)])
        offsets = before[bags.offsets]
        rows = rows[known]
        values = (1 + np.log(bags.counts[known])) * self._rarity[rows]
        lengths = np.sqrt(segment_sums(np.square(values, dtype=np.float64), offsets))
        values = values / np.repeat(np.maximum(lengths, 1e-12), np.diff(offsets))
        return WeightedBags(rows, values.astype(np.float32), offsets)

    def first(self, size: int) -> "Vocabulary":
        """The `size` most frequent features; their rows stay the same."""
        return Vocabulary(self.buckets[:size], self.document_frequency[:size], self.documents)


def segment_sums(values: npt.NDArray[np.float64], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Sum of each segment values[offsets[i]:offsets[i + 1]]; 0 for an empty one."""
    sums = np.zeros(len(offsets) - 1)
    filled = np.flatnonzero(np.diff(offsets))
    if len(filled):
        sums[filled] = np.add.reduceat(values, offsets[filled])
    return sums


def most_frequent(document_frequency: npt.NDArray[np.int64], documents: int, size: int) -> Vocabulary:
    """The vocabulary of the `size` buckets found in most texts, without those in over half of them.

    Args:
        document_frequency: how many texts hold each bucket, [BUCKETS].
        documents: how many texts there are; without any the vocabulary is empty.
        size: the most features to keep; buckets found in fewer than 2 texts are only kept where there is but one text.
    """
    least = 1 if documents == 1 else 2
    telling = (document_frequency >= least) & (document_frequency <= max(documents // 2, 1))
    ranked = np.argsort(np.where(telling, -document_frequency, 0), kind="stable")[: min(size, int(telling.sum()))]
    return Vocabulary(ranked.astype(np.int32), document_frequency[ranked].astype(np.int32), documents)
