"""Labels for a whole dataset or a whole file: the reading, the writing and the counting around the labeller."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from classifier.labeller import Labeller
from jobatlas.console import Advance
from postings.dataset import Dataset
from postings.dump import Dump
from postings.export import write_postings
from postings.schema import LABELS_KEY

ROWS_AT_A_TIME = 2_000
"""Rows labelled between two progress reports; bounds the memory that evidence and candidates take."""


@dataclass
class LabelCounts:
    """What the labels of the rows came to.

    Attributes:
        rows: rows labelled.
        current: rows of a dataset that had labels of this model, confirmer of skills and vocabulary already and stay as
            they are.
        roles: rows with a role; the others have a category alone, or nothing.
        review: rows that a person should look at.
        categories: category id -> rows; None for those without.
    """

    rows: int = 0
    current: int = 0
    roles: int = 0
    review: int = 0
    categories: Counter[str | None] = field(default_factory=Counter)

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a labelled batch."""
        self.rows += batch.num_rows
        self.roles += batch.num_rows - batch.column("role").null_count
        self.review += pc.sum(batch.column("needs_review")).as_py() or 0
        self.categories.update(batch.column("category").to_pylist())


def label_dataset(dataset: Dataset, labeller: Labeller, advance: Advance) -> LabelCounts:
    """Replace every part that lacks the labels of this labeller by its labelled self, one part at a time.

    What labelled a part, model, confirmer of skills and vocabulary, is written into its metadata (`Labeller.origin`). A
    part that does not tell is labelled anew.

    A run that is killed loses the part in work at most: parts are replaced whole, and the next run skips those done.
    """
    counts = LabelCounts()
    dataset.remove_abandoned()
    total = sum(batch.num_rows for batch in dataset.versions(["posting_id"]))
    for part in dataset.parts():
        table = dataset.read_part(part)
        if not table.num_rows or _is_current(table, labeller):
            counts.current += table.num_rows
        else:
            labelled = []
            for batch in _label(table.to_batches(), labeller, counts):
                labelled.append(batch)
                advance(counts.rows + counts.current, total)
            whole = pa.Table.from_batches(labelled)
            note = {**(whole.schema.metadata or {}), LABELS_KEY: labeller.origin}
            dataset.replace_part(part, whole.replace_schema_metadata(note))
        advance(counts.rows + counts.current, total)
    return counts


def _is_current(table: pa.Table, labeller: Labeller) -> bool:
    """Whether a part says that this labeller labelled it, and every row bears its model's name."""
    if (table.schema.metadata or {}).get(LABELS_KEY) != labeller.origin.encode():
        return False
    return bool(pc.all(pc.equal(table["model_version"], labeller.model_version), skip_nulls=False).as_py())


def label_dump(dump: Dump, labeller: Labeller, output: Path, advance: Advance) -> LabelCounts:
    """Write the labelled rows of a dump to one file, atomically. `dump.counts` are complete afterwards.

    Raises:
        JobAtlasError: the suffix of `output` names no format that is written.
    """
    counts = LabelCounts()

    def labelled() -> Iterator[pa.RecordBatch]:
        for batch in _label(dump.batches(), labeller, counts):
            yield batch
            advance(counts.rows, None)

    write_postings(labelled(), output, dump.schema)
    return counts


def _label(batches: Iterable[pa.RecordBatch], labeller: Labeller, counts: LabelCounts) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, ROWS_AT_A_TIME):
            labelled = labeller.label(batch.slice(start, ROWS_AT_A_TIME))
            counts.add(labelled)
            yield labelled
