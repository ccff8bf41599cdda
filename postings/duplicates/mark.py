"""Copies marked in a dataset or in a single file. Nothing is deleted; what is no copy any more loses its mark."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from postings.dataset import Dataset, open_postings
from postings.duplicates.assign import assign
from postings.duplicates.candidates import candidate_pairs
from postings.duplicates.corpus import COLUMNS, read_corpus
from postings.duplicates.verdict import Judge, Limits
from postings.export import write_postings
from postings.schema import DUPLICATE_MARKS, POSTING_SCHEMA
from postings.view import PostingsView

Mark = tuple[str, str, str]
"""The values of `DUPLICATE_MARKS`."""

Advance = Callable[[int, int | None], None]
"""Told how much of a stage is done, and of how much."""

Stage = Callable[[str, str], AbstractContextManager[Advance]]
"""Begins a stage of work, given its name and the unit in which it is counted."""

_NO_MARK = (None, None, None)


@dataclass
class DuplicateCounts:
    """What became of the postings: `postings == unmarked + kinds.total()`.

    Attributes:
        postings: how many there are; versions of one count once.
        kinds: how many of them are marked, by kind.
        compared: pairs that were worth comparing.
        files: files of postings.
        written: of these, written anew because their marks changed.
    """

    postings: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    compared: int = 0
    files: int = 0
    written: int = 0

    @property
    def unmarked(self) -> int:
        """Postings that are no copies."""
        return self.postings - self.kinds.total()


@contextmanager
def _silent(_what: str, _unit: str) -> Iterator[Advance]:
    yield lambda _done, _total: None


def mark_duplicates(path: Path | str, stage: Stage = _silent) -> DuplicateCounts:
    """Mark the copies in a dataset folder or a Parquet file of postings, in place.

    All marks are found before the first is written. Files whose marks stay as they are, are not written; others are
    replaced one by one, each atomically, so that a killed run leaves readable postings and a repeated one finishes.

    Args:
        path: the folder or the file.
        stage: shows progress.

    Raises:
        JobAtlasError: as `open_postings`, or a file is damaged.
    """
    view = open_postings(path)
    counts = DuplicateCounts()
    if isinstance(view, Dataset):
        view.remove_abandoned()
    identifiers, marks = find_duplicates(view, counts, stage)
    counts.kinds.update(kind for _, kind, _ in marks.values())
    with stage("write", "postings") as advance:
        if isinstance(view, Dataset):
            by_identifier = {identifiers[number]: mark for number, mark in marks.items()}
            _write_dataset(view, by_identifier, counts, advance)
        else:
            _write_file(Path(path), view, marks, counts, advance)
    return counts


def find_duplicates(
    view: PostingsView, counts: DuplicateCounts, stage: Stage = _silent, limits: Limits | None = None
) -> tuple[list[str], dict[int, Mark]]:
    """Find the copies among postings.

    Args:
        view: the postings.
        counts: gets `postings` and `compared`.
        stage: shows progress.
        limits: thresholds other than the usual ones.

    Returns:
        The posting_id of every posting in the order of the view; and place in it -> mark, for copies.
    """
    total = view.count()
    with ExitStack() as stack:
        with stage("read", "postings") as advance:
            corpus = stack.enter_context(read_corpus(view.scan(COLUMNS), lambda done: advance(done, total)))
        rank = corpus.rank()
        pairs = candidate_pairs(corpus.keys(), rank)
        judge = Judge(corpus, rank, limits)
        with stage("compare", "pairs") as advance:
            found = assign(pairs, rank, judge.verdict, lambda done: advance(done, len(pairs)))
    counts.postings, counts.compared = len(corpus), len(pairs)
    names = corpus.identifiers
    marks = {
        number: (names[representative], verdict.kind.value, verdict.evidence())
        for number, (representative, verdict) in found.items()
    }
    return names, marks


def _write_dataset(dataset: Dataset, marks: dict[str, Mark], counts: DuplicateCounts, advance: Advance) -> None:
    """Replace the parts whose marks change; every version of a posting gets its mark."""
    parts = dataset.parts()
    for done, part in enumerate(parts):
        table = dataset.read_part(part)
        rows = [marks.get(identifier, _NO_MARK) for identifier in table["posting_id"].to_pylist()]
        counts.files += 1
        if rows != _present(table):
            dataset.replace_part(part, _marked(table, rows))
            counts.written += 1
        advance(done + 1, len(parts))


def _write_file(
    path: Path, view: PostingsView, marks: dict[int, Mark], counts: DuplicateCounts, advance: Advance
) -> None:
    """Replace the file if its marks change, batch by batch."""
    rows = [marks.get(number, _NO_MARK) for number in range(counts.postings)]
    counts.files = 1
    present = [mark for batch in view.scan(DUPLICATE_MARKS) for mark in _present(batch)]
    if rows == present:
        return

    def marked() -> Iterator[pa.RecordBatch]:
        start = 0
        for batch in view.scan():
            yield _marked(batch, rows[start : start + batch.num_rows])
            start += batch.num_rows
            advance(start, counts.postings)

    write_postings(marked(), path, view.schema())
    counts.written = 1


def _present(rows: pa.Table | pa.RecordBatch) -> list[tuple[str | None, ...]]:
    return list(zip(*(rows.column(name).to_pylist() for name in DUPLICATE_MARKS), strict=True))


def _marked(
    rows: pa.Table | pa.RecordBatch, marks: Sequence[tuple[str | None, str | None, str | None]]
) -> pa.Table | pa.RecordBatch:
    """The rows with these marks in place of their own."""
    for place, name in enumerate(DUPLICATE_MARKS):
        kind = POSTING_SCHEMA.field(name)
        column = pa.array([mark[place] for mark in marks], kind.type)
        rows = rows.set_column(rows.schema.get_field_index(name), kind, column)
    return rows
