"""The class shares of an old and a new model on the same postings, as tables and as one CSV."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier.labels import AI_INVOLVEMENT
from postings.atomic import atomic_path
from taxonomy.catalogue import load_taxonomy

SHARED = ("category", "ai_involvement", "role", "industry")
"""The labels whose shares are compared."""

SHARE_COLUMNS = ("label", "class", "name", "old", "new", "old_share", "new_share", "difference_points")

MOST_SHOWN = 15
"""Roles and industries in a table: those whose share changed most. The CSV has all."""

NO_ANSWER = "(none)"

Share = tuple[str | None, int, int]
"""A class (None: no answer), and its postings by the old and by the new model."""


@dataclass
class ClassShares:
    """How many postings each of two models gives each class of a label.

    Attributes:
        label: one of `SHARED`.
        old: class id (None: no answer) -> postings, by the old model.
        new: the same by the new model.
    """

    label: str
    old: Counter[str | None] = field(default_factory=Counter)
    new: Counter[str | None] = field(default_factory=Counter)

    def add(self, was: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> None:
        """Count the labels of some postings by the old and by the new model."""
        self.old.update(labels[self.label] for labels in was)
        self.new.update(labels[self.label] for labels in now)

    def rows(self) -> list[Share]:
        """Every class that either model gives, in the order of the taxonomy; no answer comes last."""
        return [(id_, self.old[id_], self.new[id_]) for id_ in (*_names(self.label), None) if self._given(id_)]

    def _given(self, id_: str | None) -> bool:
        return self.old[id_] + self.new[id_] > 0

    def table(self, old: str, new: str, difference: str) -> str:
        """The shares as Markdown; of more than `MOST_SHOWN` classes those whose share changed most, and no answer.

        Args:
            old: heading of the old model's shares.
            new: heading of the new model's.
            difference: heading of the difference, in points of a hundred.
        """
        names, whole = _names(self.label), max(self.old.total(), 1)
        rows = self.rows()
        classes = [row for row in rows if row[0] is not None]
        heading = self.label
        if len(classes) > MOST_SHOWN:
            heading += f", the {MOST_SHOWN} of {len(classes)} whose share changed most"
            classes.sort(key=lambda row: (-abs(row[2] - row[1]), -max(row[1:])))
            rows = classes[:MOST_SHOWN] + [row for row in rows if row[0] is None]
        lines = [f"| {heading} | {old} | {new} | {difference}, points |", "|---|---|---|---|"]
        for id_, before, after in rows:
            name = NO_ANSWER if id_ is None else names[id_]
            change = 100 * (after - before) / whole
            lines.append(f"| {name} | {before / whole:.1%} | {after / whole:.1%} | {change:+.1f} |")
        return "\n".join(lines)


def write_shares(path: Path, shares: Iterable[ClassShares]) -> None:
    """Write all classes of all labels as CSV (UTF-8 with a mark), `SHARE_COLUMNS`; an empty class is no answer."""
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(SHARE_COLUMNS)
        for of_label in shares:
            names, whole = _names(of_label.label), max(of_label.old.total(), 1)
            for id_, before, after in of_label.rows():
                name = NO_ANSWER if id_ is None else names[id_]
                parts = (f"{before / whole:.5f}", f"{after / whole:.5f}", f"{100 * (after - before) / whole:+.3f}")
                writer.writerow((of_label.label, id_ or "", name, before, after, *parts))


def _names(label: str) -> dict[str, str]:
    """Class id -> what a table calls it, in the order of the taxonomy."""
    taxonomy = load_taxonomy()
    of_label = {"category": taxonomy.categories, "role": taxonomy.roles, "industry": taxonomy.industries}
    if label == "ai_involvement":
        return {degree: degree for degree in AI_INVOLVEMENT}
    return {entry.id: entry.zh for entry in of_label[label]}
