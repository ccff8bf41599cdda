"""Figures of one evaluation and their tables."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from classifier.class_table import ClassTable, class_tables
from classifier.corpus import Labels
from classifier.labels import LabelSpace
from classifier.measures import BoolArray, Predictions, measures
from classifier.metrics import Figure, bootstrap


@dataclass(frozen=True)
class Measurement:
    """One row of the table: a figure of each system that has it."""

    name: str
    figures: dict[str, Figure]


@dataclass(frozen=True)
class EvaluationResult:
    """All figures of one evaluation.

    Attributes:
        model_version: of the measured model.
        examples: labelled postings.
        systems: names of the columns.
        measurements: the rows.
        leads: how far the model is ahead of each other system on the same postings; an interval above 0 means that it
            is better.
        classes: how well the model finds each category, degree of AI involvement and frequent industry.
    """

    model_version: str
    examples: int
    systems: list[str]
    measurements: list[Measurement]
    leads: list[Measurement] = field(default_factory=list)
    classes: list[ClassTable] = field(default_factory=list)

    def figure(self, name: str, system: str) -> Figure:
        """One cell; KeyError where it is empty."""
        return {measurement.name: measurement.figures for measurement in self.measurements}[name][system]

    def __str__(self) -> str:
        """The table as Markdown, with the leads and the scores of classes below it."""
        lines = [
            f"{self.model_version} on {self.examples} labelled postings, with 95 % bootstrap intervals",
            "",
            f"| | {' | '.join(self.systems)} |",
            f"|---|{'---|' * len(self.systems)}",
        ]
        for row in self.measurements:
            cells = [str(row.figures.get(system, "–")) for system in self.systems]
            lines.append(f"| {row.name} | {' | '.join(cells)} |")
        others = self.systems[1:]
        lines += ["", f"| {self.systems[0]} minus | {' | '.join(others)} |", f"|---|{'---|' * len(others)}"]
        lines += [f"| {row.name} | {' | '.join(str(row.figures[system]) for system in others)} |" for row in self.leads]
        return "\n".join([*lines, *(f"\n{table}" for table in self.classes)])


def measure(
    predictions: dict[str, Predictions], truth: Labels, space: LabelSpace, model_version: str
) -> EvaluationResult:
    """Compare the predictions of some systems with labels.

    Args:
        predictions: by name of the system; the first is the model.
        truth: the labels, [n].
        space: the ids behind the indices.
        model_version: of the model.
    """
    rows: dict[str, dict[str, Figure]] = {}
    for system, said in predictions.items():
        for name, figure in measures(said, truth, space).items():
            rows.setdefault(name, {})[system] = bootstrap(figure, len(truth))
    return EvaluationResult(
        model_version=model_version,
        examples=len(truth),
        systems=list(predictions),
        measurements=[Measurement(name, figures) for name, figures in rows.items()],
        leads=_leads(predictions, truth, space),
        classes=class_tables(next(iter(predictions.values())), truth, space),
    )


def _leads(predictions: dict[str, Predictions], truth: Labels, space: LabelSpace) -> list[Measurement]:
    """Differences of accuracies over the same resamples (paired bootstrap)."""
    (_, model), *others = predictions.items()
    category_truth = space.category_of_role[truth.role]
    rights: dict[str, Callable[[Predictions], BoolArray]] = {
        "category accuracy": lambda said: said.category == category_truth,
        "role accuracy": lambda said: said.role == truth.role,
        "role accuracy, alternative allowed": lambda said: (said.role == truth.role) | (said.role == truth.alternative),
    }

    def lead(right: Callable[[Predictions], BoolArray], other: Predictions) -> Figure:
        ahead = right(model).astype(np.float64) - right(other)
        return bootstrap(lambda at: float(ahead[at].mean()), len(truth))

    return [
        Measurement(name, {system: lead(right, other) for system, other in others}) for name, right in rights.items()
    ]
