"""A dump brought into the dataset, once: what is already there is not written again."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from postings.dataset import Dataset, Part
from postings.dump import Dump, DumpCounts, open_dump
from postings.dump.columns import ColumnMapping
from postings.versions import VERSION_FIELDS, version_digests

_PART_BYTES = 64 << 20
"""Text is held until it fills so much, then written as one part for each source."""


@dataclass
class ImportResult:
    """What an import did.

    Attributes:
        dump: the dump, with the columns recognised, the rejects and what was passed over.
        written: postings added, new versions of known ones included.
        known: rows that the dataset, or an earlier row of the dump, already had.
        parts: the parts written.
    """

    dump: Dump
    written: int = 0
    known: int = 0
    parts: list[Part] = field(default_factory=list)

    @property
    def counts(self) -> DumpCounts:
        """What became of the dump's rows; `counts.rows_out == written + known`."""
        return self.dump.counts


def import_dump(
    path: Path | str,
    dataset: Dataset,
    mapping: ColumnMapping | None = None,
    *,
    source: str | None = None,
    seen_at: datetime | None = None,
    rejects_path: Path | str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Write the postings of a dump into a dataset.

    An import that was killed is finished by repeating it: parts are written whole, and their rows are known then.
    About 100 bytes of memory are needed for every version of a posting in the dataset.

    Args:
        path: as for `open_dump`, with `mapping`, `source` and `rejects_path`.
        dataset: where to.
        mapping: field -> column.
        source: the postings' source; None takes it from the dump.
        seen_at: when the dump was gathered, with time zone: it becomes the postings' first and last sight and dates
            like 3天前 are read from it. None if unknown: then now, and such dates are null.
        rejects_path: the CSV file for rows that cannot be used.
        progress: called with the number of rows read so far.

    Raises:
        JobAtlasError: as `open_dump`; parts that were already written stay.
    """
    dump = open_dump(
        path, mapping, source=source, seen_on=seen_at.date() if seen_at else None, rejects_path=rejects_path
    )
    moment = (seen_at or datetime.now(tz=UTC)).astimezone(UTC).replace(microsecond=0)
    result = ImportResult(dump)
    known = {digest for batch in dataset.versions(VERSION_FIELDS) for digest in version_digests(batch)}
    run = f"import-{moment:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    waiting: list[pa.RecordBatch] = []
    for batch in dump.batches():
        new = _unknown(batch, known)
        result.written += new.num_rows
        result.known += batch.num_rows - new.num_rows
        waiting.append(_seen(new, moment))
        if sum(held.nbytes for held in waiting) >= _PART_BYTES:
            result.parts += _write(dataset, waiting, moment, run, len(result.parts))
            waiting.clear()
        if progress is not None:
            progress(dump.counts.rows_in)
    result.parts += _write(dataset, waiting, moment, run, len(result.parts))
    return result


def _unknown(batch: pa.RecordBatch, known: set[bytes]) -> pa.RecordBatch:
    """The rows that are not known; they are from now on."""
    new = []
    for digest in version_digests(batch):
        new.append(digest not in known)
        known.add(digest)
    return batch.filter(pa.array(new))


def _seen(batch: pa.RecordBatch, moment: datetime) -> pa.RecordBatch:
    """The rows with the time of their sight where they have none."""
    for name in ("first_seen", "last_seen"):
        index = batch.schema.get_field_index(name)
        kind = batch.schema.field(index)
        filled = pc.fill_null(batch.column(index), pa.scalar(moment, kind.type))
        batch = batch.set_column(index, kind, filled)
    return batch


def _write(dataset: Dataset, batches: Iterable[pa.RecordBatch], moment: datetime, run: str, written: int) -> list[Part]:
    """Write one part for each source."""
    batches = [batch for batch in batches if batch.num_rows]
    if not batches:
        return []
    table = pa.Table.from_batches(batches)
    parts = []
    for number, source in enumerate(sorted(pc.unique(table["source"]).to_pylist()), written + 1):
        rows = table.filter(pc.equal(table["source"], source))
        parts.append(dataset.write_part(source, moment.date(), f"part-{run}-{number}", rows))
    return parts
