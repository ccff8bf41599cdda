"""An old and a new model side by side, on labelled postings and on postings without labels.

Labels tell which is better; postings as they are crawled tell what the change does to a report: how often the two
agree, which shares move, and which postings change. Statistical offices look at both before they replace a model.
"""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from classifier.class_shares import SHARED, ClassShares, write_shares
from classifier.corpus import read_corpus, read_labels
from classifier.evaluate import predictions_of
from classifier.evaluation import Measurement
from classifier.labeller import Labeller
from classifier.measures import measures
from classifier.metrics import paired_bootstrap
from postings.atomic import atomic_path
from postings.spreadsheet import guarded
from postings.view import PostingsView
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

OLD, NEW, DIFFERENCE = "old", "new", "new minus old"
COMPARED = ("category", "role", "industry", "ai_involvement", "needs_review")
"""The labels of which agreement is counted; null is an answer too."""

CHANGE_COLUMNS = (
    "posting_id",
    "title",
    "company",
    "change",
    "confidence",
    "old_category",
    "new_category",
    "old_role",
    "new_role",
    "old_role_confidence",
    "new_role_confidence",
)

_CHANGES = pa.schema([(name, pa.float64() if name.endswith("confidence") else pa.string()) for name in CHANGE_COLUMNS])
"""Changes are kept as Arrow, a fraction of what as many dictionaries take: a new model may change every posting."""

_READ = ("posting_id", "title", "company", "description", "industry_text", "duplicate_of")
_ROWS_AT_A_TIME = 2_000
_MOVES_SHOWN = 15

Progress = Callable[[int], None]


@dataclass(frozen=True)
class LabelledComparison:
    """Figures of both models on labelled postings.

    Attributes:
        old: version of the old model.
        new: version of the new model.
        examples: labelled postings.
        measurements: each with the figures `OLD`, `NEW` and `DIFFERENCE`.
    """

    old: str
    new: str
    examples: int
    measurements: list[Measurement]

    def __str__(self) -> str:
        """The table as Markdown; a difference whose interval leaves out 0 is marked."""
        lines = [
            (
                f"{self.new} beside {self.old} on {self.examples:,} labelled postings, 95 % bootstrap intervals,"
                " the difference over the same resamples; * where its interval leaves out 0"
            ),
            "",
            f"| | {OLD} | {NEW} | {DIFFERENCE} |",
            "|---|---|---|---|",
        ]
        for row in self.measurements:
            change = row.figures[DIFFERENCE]
            mark = " *" if change.low > 0 or change.high < 0 else ""
            lines.append(f"| {row.name} | {row.figures[OLD]} | {row.figures[NEW]} | {change}{mark} |")
        return "\n".join(lines)


@dataclass
class DataComparison:
    """What a change of models does to postings without labels.

    Attributes:
        old: version of the old model.
        new: version of the new model.
        postings: compared; copies are left out.
        copies: left out.
        same: label -> postings of which both say the same.
        shares: how many postings each model gives each class, of the labels `class_shares.SHARED`.
        moves: what the role was and is (None: left open) -> postings.
        changed: postings whose category or role changed.
    """

    old: str
    new: str
    postings: int = 0
    copies: int = 0
    same: Counter[str] = field(default_factory=Counter)
    shares: list[ClassShares] = field(default_factory=lambda: [ClassShares(label) for label in SHARED])
    moves: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    changed: int = 0

    def __str__(self) -> str:
        """Agreement, class shares and the most frequent moves between roles, as Markdown."""
        taxonomy = load_taxonomy()
        whole = max(self.postings, 1)
        lines = [
            (
                f"{self.new} beside {self.old} on {self.postings:,} postings without labels ({self.copies:,} copies"
                f" left out): {self.changed:,} change category or role"
            ),
            "",
            "| the same | postings | share |",
            "|---|---|---|",
            *(f"| {name} | {self.same[name]:,} | {self.same[name] / whole:.1%} |" for name in COMPARED),
            *(f"\n{shares.table(OLD, NEW, DIFFERENCE)}" for shares in self.shares),
        ]
        lines += ["", f"| role, {OLD} | role, {NEW} | postings |", "|---|---|---|"]
        for (was, now), count in self.moves.most_common(_MOVES_SHOWN):
            names = [taxonomy.role(role).zh if role else "(open)" for role in (was, now)]
            lines.append(f"| {names[0]} | {names[1]} | {count:,} |")
        return "\n".join(lines)


def compare_on_labels(old: Labeller, new: Labeller, labels: Path, data: Path) -> LabelledComparison:
    """Measure two models on the same labelled postings.

    Args:
        old: labeller of the old model.
        new: labeller of the new model.
        labels: label file, JSON Lines.
        data: folder with the texts; see `corpus.read_corpus`.

    Raises:
        JobAtlasError: a file cannot be used.
    """
    space = new.model.labels
    corpus = read_corpus(data)
    truth = read_labels(labels, corpus, space)
    before = measures(predictions_of(old, corpus, truth), truth, space)
    after = measures(predictions_of(new, corpus, truth), truth, space)
    rows = []
    for name, measure in before.items():
        figures = paired_bootstrap(measure, after[name], len(truth))
        rows.append(Measurement(name, dict(zip((OLD, NEW, DIFFERENCE), figures, strict=True))))
    return LabelledComparison(old.model_version, new.model_version, len(truth), rows)


def compare_on_data(
    old: Labeller, new: Labeller, view: PostingsView, changes: Path, progress: Progress = lambda _: None
) -> DataComparison:
    """Label the same postings with two models and write those that change.

    The CSV has one row per posting whose category or role differs, the most confident changes first: `confidence` is
    the lower of the two models' confidences, in the category where that changed and in the role otherwise. A role that
    only one of them leaves open is a change of kind `opened` or `settled`. Beside it comes a CSV of all class shares
    (`shares_file`).

    Args:
        old: labeller of the old model.
        new: labeller of the new model.
        view: postings; labels that they have are not read.
        changes: the CSV to write (UTF-8 with a mark), `CHANGE_COLUMNS`.
        progress: takes how many postings are done.

    Raises:
        JobAtlasError: there is nothing to compare.
    """
    result = DataComparison(old.model_version, new.model_version)
    parts = [_CHANGES.empty_table()]
    for whole in view.scan(_READ):
        counted = whole.filter(whole.column("duplicate_of").is_null())
        result.copies += whole.num_rows - counted.num_rows
        for start in range(0, counted.num_rows, _ROWS_AT_A_TIME):
            batch = counted.slice(start, _ROWS_AT_A_TIME)
            parts.append(_compare(batch, old.label(batch), new.label(batch), result))
            progress(result.postings)
    if not result.postings:
        raise JobAtlasError("there is no posting to compare the models on. Name other data with --data.")
    found = pa.concat_tables(parts).sort_by([("confidence", "descending"), ("posting_id", "ascending")])
    result.changed = found.num_rows
    _write(changes, found)
    write_shares(shares_file(changes), result.shares)
    return result


def shares_file(changes: Path) -> Path:
    """Where the class shares stand: beside the CSV of changes, such as changes-shares.csv."""
    return changes.with_name(f"{changes.stem}-shares.csv")


def _compare(batch: pa.RecordBatch, before: pa.RecordBatch, after: pa.RecordBatch, result: DataComparison) -> pa.Table:
    """Count what two models say of some postings; gives those whose category or role changes, `CHANGE_COLUMNS`."""
    rows = []
    result.postings += batch.num_rows
    wanted = [*COMPARED, "role_confidence", "category_confidence"]
    identity = batch.select(["posting_id", "title", "company"]).to_pylist()
    old, new = before.select(wanted).to_pylist(), after.select(wanted).to_pylist()
    for shares in result.shares:
        shares.add(old, new)
    for posting, was, now in zip(identity, old, new, strict=True):
        result.same.update(name for name in COMPARED if was[name] == now[name])
        change = _kind(was, now)
        if change is None:
            continue
        if was["role"] != now["role"]:
            result.moves[was["role"], now["role"]] += 1
        by = "category_confidence" if change == "category" else "role_confidence"
        rows.append(
            posting
            | {
                "change": change,
                "confidence": min(was[by] or 0.0, now[by] or 0.0),
                "old_category": was["category"],
                "new_category": now["category"],
                "old_role": was["role"],
                "new_role": now["role"],
                "old_role_confidence": was["role_confidence"],
                "new_role_confidence": now["role_confidence"],
            }
        )
    return pa.Table.from_pylist(rows, _CHANGES)


def _kind(was: dict[str, Any], now: dict[str, Any]) -> str | None:
    if was["category"] != now["category"]:
        return "category"
    if was["role"] == now["role"]:
        return None
    if now["role"] is None:
        return "opened"
    return "settled" if was["role"] is None else "role"


def _write(path: Path, changes: pa.Table) -> None:
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, CHANGE_COLUMNS)
        writer.writeheader()
        for batch in changes.to_batches(_ROWS_AT_A_TIME):
            writer.writerows({name: _cell(row[name]) for name in CHANGE_COLUMNS} for row in batch.to_pylist())


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else guarded(str(value))
