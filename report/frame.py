"""Reads labelled postings into the compact frame that all tables are computed from.

Texts become dictionary codes and lists become long frames as the batches stream by; descriptions are never read. A
million postings fit into 1 GiB of memory.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from report.counting import UNKNOWN

TERMS = (
    "company",
    "city_tier",
    "experience",
    "education",
    "role",
    "category",
    "industry",
    "industry_source",
    "domain",
    "ai_involvement",
)
"""Texts of few values, kept as categories."""

STATED = {
    "city_stated": "city_text",
    "salary_stated": "salary_text",
    "experience_stated": "experience_text",
    "education_stated": "education_text",
    "published_stated": "published_text",
}
"""flag -> the text as found: of it only whether the source gave any is kept."""

LISTS = {"cities": "city", "skills": "skill"}
"""list column -> the name of its values in a long frame."""

PLAIN = ("salary_min", "salary_max", "first_seen", "last_seen", "published_on")

COLUMNS = [
    "source",
    *TERMS,
    *STATED.values(),
    *LISTS,
    *PLAIN,
    "needs_review",
    "duplicate_of",
    "duplicate_kind",
    "model_version",
]
"""What is read of every posting."""


@dataclass
class Intake:
    """What became of the rows of the input, by source: read = counted + duplicates + unlabelled."""

    read: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    unlabelled: Counter[str] = field(default_factory=Counter)
    duplicate_kinds: Counter[str | None] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)  # of the counted rows that a model has labelled

    def counted(self, source: str) -> int:
        """The postings of a source that the tables count."""
        return self.read[source] - self.duplicates[source] - self.unlabelled[source]


@dataclass(frozen=True)
class PostingFrame:
    """The postings that the tables count.

    Attributes:
        postings: one row a posting, index 0..n-1: source and the columns of `TERMS` (categories), the flags of
            `STATED`, first_seen, last_seen, published_on, needs_review; and salary_min, salary_max, salary_midpoint in
            yuan a month, missing unless both ends are known and not negative.
        cities: one row for each city of a posting: posting (index), city.
        skills: one row for each skill of a posting: posting (index), skill.
        intake: the rows of the input that were counted and those that were left out.
    """

    postings: pd.DataFrame
    cities: pd.DataFrame
    skills: pd.DataFrame
    intake: Intake

    def __len__(self) -> int:
        return len(self.postings)


def read_frame(batches: Iterable[pa.RecordBatch], progress: Callable[[int], None] | None = None) -> PostingFrame:
    """Gather the counted postings of a stream.

    A row marked as a copy of another (duplicate_of) is left out first, then a row without a label: one that no model
    has seen (no model_version) and that has no category from elsewhere.

    Args:
        batches: postings with the columns of `COLUMNS`.
        progress: told the number of rows read after each batch.

    Returns:
        The frame, possibly empty; `intake` says what was left out.
    """
    intake = Intake()
    kept: list[pa.RecordBatch] = []
    long: dict[str, list[pa.Table]] = {name: [] for name in LISTS}
    done = counted = 0
    for batch in batches:
        rows = batch.filter(_note_intake(batch, intake))
        for name in LISTS:
            long[name].append(_explode(rows.column(name), LISTS[name], counted))
        intake.models.update(_tally(rows.column("model_version").drop_null()))
        kept.append(_compact(rows))
        counted += rows.num_rows
        done += batch.num_rows
        if progress is not None:
            progress(done)
    return PostingFrame(
        postings=_postings(kept),
        cities=_long(long["cities"], "city"),
        skills=_long(long["skills"], "skill"),
        intake=intake,
    )


def _note_intake(batch: pa.RecordBatch, intake: Intake) -> pa.BooleanArray:
    """Count the rows of a batch by what becomes of them; the mask of those that stay."""
    duplicate = pc.is_valid(batch.column("duplicate_of"))
    labelled = pc.or_(pc.is_valid(batch.column("model_version")), pc.is_valid(batch.column("category")))
    sources = _sources(batch)
    intake.read.update(_tally(sources))
    intake.duplicates.update(_tally(sources.filter(duplicate)))
    intake.unlabelled.update(_tally(sources.filter(pc.and_not(pc.invert(duplicate), labelled))))
    intake.duplicate_kinds.update(_tally(batch.column("duplicate_kind").filter(duplicate)))
    return pc.and_not(labelled, duplicate)


def _sources(batch: pa.RecordBatch) -> pa.Array:
    """The source of each row; 不明 in a file from elsewhere that does not say."""
    return pc.fill_null(_given(batch.column("source")), UNKNOWN)


def _tally(values: pa.Array) -> dict[Any, int]:
    return {entry["values"]: entry["counts"] for entry in pc.value_counts(values).to_pylist()}


def _compact(rows: pa.RecordBatch) -> pa.RecordBatch:
    columns = {name: _given(rows.column(name)).dictionary_encode() for name in TERMS}
    columns["source"] = _sources(rows).dictionary_encode()
    columns |= {flag: pc.is_valid(_given(rows.column(text))) for flag, text in STATED.items()}
    columns |= {name: rows.column(name) for name in PLAIN}
    columns["needs_review"] = pc.fill_null(rows.column("needs_review"), False)
    return pa.RecordBatch.from_pydict(columns)


def _given(texts: pa.Array) -> pa.Array:
    """The texts without surrounding white space, blank ones as null."""
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, trimmed.type), trimmed)


def _explode(lists: pa.Array, name: str, first: int) -> pa.Table:
    """The values of a list column beside the index of their posting, each once; the first posting is `first`."""
    parents = pc.add(pc.cast(pc.list_parent_indices(lists), pa.int32()), pa.scalar(first, pa.int32()))
    pairs = pa.table({"posting": parents, name: _given(pc.list_flatten(lists))}).drop_null()
    # Without threads the pairs stay in their order.
    distinct = pairs.group_by(["posting", name], use_threads=False).aggregate([])
    return pa.table({"posting": distinct["posting"], name: distinct[name].dictionary_encode()})


def _postings(batches: list[pa.RecordBatch]) -> pd.DataFrame:
    if not batches:
        return pd.DataFrame()
    postings = _to_pandas(pa.Table.from_batches(batches))
    # As floats, since the sum of two 32-bit salaries can be larger than either type holds.
    ends = postings[["salary_min", "salary_max"]].astype("float64")
    postings[["salary_min", "salary_max"]] = ends.where((ends >= 0).all(axis="columns"))
    postings["salary_midpoint"] = (postings["salary_min"] + postings["salary_max"]) / 2
    return postings


def _long(pairs: list[pa.Table], name: str) -> pd.DataFrame:
    if not pairs:
        return pd.DataFrame({"posting": pd.Series(dtype="int32"), name: pd.Series(dtype="category")})
    return _to_pandas(pa.concat_tables(pairs))


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    # Texts have the codes of their own batch until here; the unified ones become pandas categories.
    frame: pd.DataFrame = table.unify_dictionaries().to_pandas(date_as_object=False, self_destruct=True)
    return frame
