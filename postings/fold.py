"""One row per posting: which of its versions counts, when it was seen, which searches found it.

Only identifiers, times and keywords are held in memory, never a posting's text.
All arrays have one entry per row of the dataset, in the order in which it is scanned, or one per posting, in the order
in which postings first appear.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from postings.schema import POSTING_SCHEMA, SIGHTING_SCHEMA

FOLD_COLUMNS = ("posting_id", "keywords", "first_seen", "last_seen")

_SEEN = POSTING_SCHEMA.field("first_seen").type
_KEYWORDS = POSTING_SCHEMA.field("keywords").type
_NEVER = np.iinfo(np.int64).min
_ALWAYS = np.iinfo(np.int64).max

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fold:
    """The folded view, computed once by `fold`."""

    posting_of_row: Integers
    """For every row, the number of its posting."""
    latest: Flags
    """For every row, whether it is the latest version of its posting."""
    first_seen: pa.Array
    """For every posting, the earliest time it was seen."""
    last_seen: pa.Array
    """For every posting, the latest time it was seen."""
    keywords: pa.Array
    """For every posting, the keywords that found it, in the order in which they first did."""

    def apply(self, batch: pa.RecordBatch, start: int) -> pa.RecordBatch:
        """The rows of a batch that are latest versions, with folded times and keywords.

        Args:
            batch: rows `start` to `start + batch.num_rows` of the dataset.
            start: the number of the batch's first row.
        """
        latest = self.latest[start : start + batch.num_rows]
        postings = pa.array(self.posting_of_row[start : start + batch.num_rows][latest])
        batch = batch.filter(pa.array(latest))
        for name, values in (
            ("first_seen", self.first_seen),
            ("last_seen", self.last_seen),
            ("keywords", self.keywords),
        ):
            index = batch.schema.get_field_index(name)
            if index >= 0:
                batch = batch.set_column(index, batch.schema.field(index), values.take(postings))
        return batch


def fold(rows: Iterable[pa.RecordBatch], sightings: Iterable[pa.RecordBatch]) -> Fold:
    """Find each posting's latest version, its times and its keywords.

    The latest version is the one with the latest `last_seen`; of equals, the one scanned last. A version without a
    time is older than any with one.

    Args:
        rows: all rows of the dataset with the columns `FOLD_COLUMNS`, in scan order.
        sightings: posting_id, keyword, seen_at of postings met again. Those of unknown postings are ignored.
    """
    table = pa.Table.from_batches(rows, pa.schema([POSTING_SCHEMA.field(name) for name in FOLD_COLUMNS]))
    seen = pa.Table.from_batches(sightings, SIGHTING_SCHEMA)
    encoded = pc.cast(table["posting_id"], pa.large_string()).combine_chunks().dictionary_encode()
    posting_of_row = np.asarray(encoded.indices, np.int64)
    count = len(encoded.dictionary)

    sighted = pc.index_in(pc.cast(seen["posting_id"], pa.large_string()), encoded.dictionary)
    known = pc.is_valid(sighted)
    seen = seen.filter(known)
    posting_of_sighting = np.asarray(pc.drop_null(sighted), np.int64)

    seen_at = _seconds(seen["seen_at"], _NEVER)
    last = _seconds(table["last_seen"], _NEVER)
    last_seen = np.full(count, _NEVER)
    np.maximum.at(last_seen, posting_of_row, last)
    np.maximum.at(last_seen, posting_of_sighting, seen_at)
    first_seen = np.full(count, _ALWAYS)
    np.minimum.at(first_seen, posting_of_row, _seconds(table["first_seen"], _ALWAYS))
    np.minimum.at(first_seen, posting_of_sighting, _seconds(seen["seen_at"], _ALWAYS))

    return Fold(
        posting_of_row,
        _latest(posting_of_row, last),
        _times(first_seen, _ALWAYS),
        _times(last_seen, _NEVER),
        _keywords(table["keywords"], posting_of_row, seen["keyword"], posting_of_sighting, count),
    )


def _latest(posting_of_row: Integers, last: Integers) -> Flags:
    # lexsort is stable, so of equal times the row scanned last ends its group.
    order = np.lexsort((last, posting_of_row))
    ends = np.ones(len(order), np.bool_)
    grouped = posting_of_row[order]
    ends[:-1] = grouped[:-1] != grouped[1:]
    latest = np.zeros(len(order), np.bool_)
    latest[order[ends]] = True
    return latest


def _seconds(times: pa.ChunkedArray, missing: int) -> Integers:
    return np.asarray(pc.fill_null(pc.cast(times, pa.int64()), missing), np.int64)


def _times(seconds: Integers, missing: int) -> pa.Array:
    return pa.array(seconds, pa.int64(), mask=seconds == missing).cast(_SEEN)


def _keywords(
    of_rows: pa.ChunkedArray,
    posting_of_row: Integers,
    of_sightings: pa.ChunkedArray,
    posting_of_sighting: Integers,
    count: int,
) -> pa.Array:
    """The distinct keywords of every posting as a list array; null where there is none."""
    lists = of_rows.combine_chunks()
    words = pa.concat_arrays([pc.list_flatten(lists), of_sightings.combine_chunks()])
    postings = np.concatenate([posting_of_row[np.asarray(pc.list_parent_indices(lists))], posting_of_sighting])
    named = np.asarray(pc.is_valid(words))
    encoded = words.drop_null().dictionary_encode()
    vocabulary = max(len(encoded.dictionary), 1)
    # One number for each (posting, keyword); keywords are numbered in the order in which they first appear.
    pairs = np.unique(postings[named] * vocabulary + np.asarray(encoded.indices, np.int64))
    per_posting = np.bincount(pairs // vocabulary, minlength=count)
    offsets = np.concatenate([[0], np.cumsum(per_posting)]).astype(np.int32)
    values = encoded.dictionary.take(pa.array(pairs % vocabulary))
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(per_posting == 0)).cast(_KEYWORDS)
