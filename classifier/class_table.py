"""How well each class is found, as tables: categories, degrees of AI involvement and industries."""

import math
from dataclasses import dataclass

from classifier.corpus import Labels
from classifier.labels import AI_INVOLVEMENT, LabelSpace
from classifier.measures import IntArray, Predictions
from classifier.metrics import ClassScores, class_scores

ENOUGH_FOR_A_ROW = 10
"""Industries with fewer examples have no row: their scores would tell more of the sample than of the model."""


@dataclass(frozen=True)
class ClassTable:
    """Scores of the classes of one head.

    Attributes:
        heading: what the classes are.
        scores: by class id; those without a row are left out.
    """

    heading: str
    scores: dict[str, ClassScores]

    def __str__(self) -> str:
        """The table as Markdown; a dash for the precision of a class that is never answered."""
        lines = [f"| {self.heading} | precision | recall | F1 | examples |", "|---|---|---|---|---|"]
        for name, found in self.scores.items():
            cells = [_three_decimals(value) for value in (found.precision, found.recall, found.f1)]
            lines.append(f"| {name} | {' | '.join(cells)} | {found.examples} |")
        return "\n".join(lines)


def class_tables(said: Predictions, truth: Labels, space: LabelSpace) -> list[ClassTable]:
    """Categories and degrees of AI involvement that have an example, and industries that have enough of them.

    Industries are those that the model reads from the text, over the postings whose label knows the industry, as in the
    rows "industry, model alone" of `measures`.

    Args:
        said: what the model says of the labelled postings.
        truth: the labels, [n].
        space: the ids behind the indices.
    """
    tables = [_table("category", space.category_of_role[truth.role], said.category, space.categories, 1)]
    if said.ai is not None:
        tables.append(_table("AI involvement", truth.ai, said.ai, AI_INVOLVEMENT, 1))
    if said.industry_of_model is not None:
        known = truth.industry >= 0
        of_known = truth.industry[known], said.industry_of_model[known]
        named = len(set(of_known[0].tolist()))
        table = _table("industry", *of_known, space.industries, ENOUGH_FOR_A_ROW)
        heading = f"industry, model alone: {len(table.scores)} of {named}, with {ENOUGH_FOR_A_ROW} or more examples"
        tables.append(ClassTable(heading, table.scores))
    return [table for table in tables if table.scores]


def _table(heading: str, truth: IntArray, said: IntArray, classes: tuple[str, ...], at_least: int) -> ClassTable:
    scores = zip(classes, class_scores(truth, said, len(classes)), strict=True)
    return ClassTable(heading, {name: found for name, found in scores if found.examples >= at_least})


def _three_decimals(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
