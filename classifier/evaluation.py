"""Figures of one evaluation and their table."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from classifier.corpus import Labels
from classifier.labels import AI_INVOLVEMENT, LabelSpace
from classifier.metrics import (
    Figure,
    accuracy,
    bootstrap,
    class_f1,
    expected_calibration_error,
    macro_f1,
    micro_scores,
    share,
)
from taxonomy.catalogue import load_taxonomy

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ENOUGH_EXAMPLES = 3
"""The macro-F1 of roles is also given over roles with this many examples: the F1 of one example is 0 or 1."""

MOST_CONFIDENT = 0.85
"""Share of postings over which the category accuracy of the most confident is given."""


@dataclass(frozen=True)
class Predictions:
    """What one system says of n postings; None for what it does not say.

    Attributes:
        role: role index, [n], before any fallback.
        category: category index, [n].
        role_confidence: probability of the role, [n].
        category_confidence: probability of the category, [n].
        role_given: whether the role is sure enough to be given, [n].
        needs_review: whether the category is too unsure, [n].
        ai: index into AI_INVOLVEMENT, -1 for none given, [n].
        industry: industry index by all rules, -1 for unknown, [n].
        industry_of_model: industry index from the text alone, [n].
        skills: canonical names.
    """

    role: IntArray
    category: IntArray
    role_confidence: FloatArray | None = None
    category_confidence: FloatArray | None = None
    role_given: BoolArray | None = None
    needs_review: BoolArray | None = None
    ai: IntArray | None = None
    industry: IntArray | None = None
    industry_of_model: IntArray | None = None
    skills: list[set[str]] | None = None


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
        categories: F1 of each category by the model, with its number of examples.
    """

    model_version: str
    examples: int
    systems: list[str]
    measurements: list[Measurement]
    leads: list[Measurement] = field(default_factory=list)
    categories: dict[str, tuple[float, int]] = field(default_factory=dict)

    def figure(self, name: str, system: str) -> Figure:
        """One cell; KeyError where it is empty."""
        return {measurement.name: measurement.figures for measurement in self.measurements}[name][system]

    def __str__(self) -> str:
        """The table as Markdown, with the F1 of each category below it."""
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
        lines += ["", "| category | F1 | examples |", "|---|---|---|"]
        lines += [f"| {name} | {f1:.3f} | {count} |" for name, (f1, count) in self.categories.items()]
        return "\n".join(lines)


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
    model = next(iter(predictions.values()))
    category_truth = space.category_of_role[truth.role]
    f1 = class_f1(category_truth, model.category, len(space.categories))
    counts = np.bincount(category_truth, minlength=len(space.categories))
    return EvaluationResult(
        model_version=model_version,
        examples=len(truth),
        systems=list(predictions),
        measurements=[Measurement(name, figures) for name, figures in rows.items()],
        leads=_leads(predictions, truth, space),
        categories={
            name: (float(f1[place]), int(counts[place])) for place, name in enumerate(space.categories) if counts[place]
        },
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


def measures(said: Predictions, truth: Labels, space: LabelSpace) -> dict[str, Callable[[IntArray], float]]:
    """The figures of one system by name, as functions of the examples' indices.

    Args:
        said: what the system says of the labelled postings.
        truth: the labels, [n].
        space: the ids behind the indices.
    """
    category_truth = space.category_of_role[truth.role]
    acceptable = (said.role == truth.role) | (said.role == truth.alternative)
    category_right = said.category == category_truth
    roles, categories = len(space.roles), len(space.categories)
    found: dict[str, Callable[[IntArray], float]] = {
        "category accuracy": lambda at: accuracy(category_truth[at], said.category[at]),
        "category macro-F1": lambda at: macro_f1(category_truth[at], said.category[at], categories),
        "role accuracy": lambda at: accuracy(truth.role[at], said.role[at]),
        "role accuracy, alternative allowed": lambda at: share(acceptable[at]),
        "role macro-F1": lambda at: macro_f1(truth.role[at], said.role[at], roles),
        f"role macro-F1, {ENOUGH_EXAMPLES} or more examples": lambda at: macro_f1(
            truth.role[at], said.role[at], roles, ENOUGH_EXAMPLES
        ),
    }
    if said.ai is not None:
        ai = said.ai
        found["AI involvement accuracy"] = lambda at: accuracy(truth.ai[at], ai[at])
        found["AI involvement macro-F1"] = lambda at: macro_f1(truth.ai[at], ai[at], len(AI_INVOLVEMENT))
    known = truth.industry >= 0
    if said.industry_of_model is not None:
        of_model = said.industry_of_model

        def of_known(at: IntArray) -> IntArray:
            return at[known[at]]

        found["industry accuracy, model alone"] = lambda at: accuracy(
            truth.industry[of_known(at)], of_model[of_known(at)]
        )
        found["industry macro-F1, model alone"] = lambda at: macro_f1(
            truth.industry[of_known(at)], of_model[of_known(at)], len(space.industries)
        )
    found |= _answer_measures(said, truth, acceptable, category_right)
    return found


def _answer_measures(
    said: Predictions, truth: Labels, acceptable: BoolArray, category_right: BoolArray
) -> dict[str, Callable[[IntArray], float]]:
    """Figures of what the model answers after thresholds, of its calibration, and of skills."""
    found: dict[str, Callable[[IntArray], float]] = {}
    if said.industry is not None and said.needs_review is not None:
        industry = said.industry

        def answered(at: IntArray) -> IntArray:
            return at[(truth.industry[at] >= 0) & (industry[at] >= 0)]

        found["industry given"] = lambda at: share(industry[at] >= 0)
        found["industry accuracy where given"] = lambda at: accuracy(
            truth.industry[answered(at)], industry[answered(at)]
        )
    if said.role_given is not None and said.role_confidence is not None:
        given, confidence = said.role_given, said.role_confidence
        right = said.role == truth.role
        found["role given"] = lambda at: share(given[at])
        found["role accuracy where given, alternative allowed"] = lambda at: share(acceptable[at[given[at]]])
        found["role calibration error (ECE)"] = lambda at: expected_calibration_error(confidence[at], right[at])
    if said.needs_review is not None and said.category_confidence is not None:
        review, sureness = said.needs_review, said.category_confidence

        def most_confident(at: IntArray) -> IntArray:
            return at[np.argsort(-sureness[at], kind="stable")[: max(1, round(MOST_CONFIDENT * len(at)))]]

        found["needs review"] = lambda at: share(review[at])
        found["category accuracy without those to review"] = lambda at: share(category_right[at[~review[at]]])
        found[f"category accuracy, most confident {MOST_CONFIDENT:.0%}"] = lambda at: float(
            category_right[most_confident(at)].mean()
        )
        found["category calibration error (ECE)"] = lambda at: expected_calibration_error(
            sureness[at], category_right[at]
        )
    if said.skills is not None:
        wanted, named = _offered(truth.skills, truth), _offered(said.skills, truth)
        for name in ("precision", "recall", "f1"):

            def scored(at: IntArray, name: str = name) -> float:
                scores = micro_scores([wanted[place] for place in at], [named[place] for place in at])
                return float(getattr(scores, name))

            found[f"skills {name.replace('f1', 'F1')}"] = scored
    return found


def _offered(skills: list[set[str]], truth: Labels) -> list[set[str]]:
    """The skills without those that the posting's annotators did not have."""
    vocabulary = load_taxonomy().skills
    never = {skill.name for skill in vocabulary if not skill.measured}
    late = never | {skill.name for skill in vocabulary if not skill.labelled}
    return [names - (late if first else never) for names, first in zip(skills, truth.first_round, strict=True)]
