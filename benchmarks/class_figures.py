"""How well a model's folds find each category and each role: the tables "Figures by class" of docs/model-card.md.

    python benchmarks/class_figures.py --labels labels/train.jsonl --labels classifier/annotations/train.jsonl

Figures are over the careful labels of the files, which are those without `drawn` in their lines. Answers are those of
models that had not learnt the label, as in `fold_figures.py`; the category is that of the most probable role. *All
labels* are those that the model learnt, careful and others, after its file of folds (`classifier.folds`).

Precision is a dash where nothing was answered with the class, recall where no careful label names it.
"""

import argparse
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from fold_figures import CAREFUL, fold_answers, required_folds

from classifier.labels import LabelSpace
from classifier.metrics import ClassScores, class_scores
from classifier.model import SHIPPED, load_model, model_folder
from taxonomy.errors import JobAtlasError


def scores_by_class(answers: Iterable[tuple[str, str]], classes: tuple[str, ...]) -> dict[str, ClassScores]:
    """Scores of each class, in the order of `classes`.

    Args:
        answers: the label of each posting, and what was answered, as class ids.
        classes: class ids.
    """
    pairs = [(classes.index(label), classes.index(said)) for label, said in answers]
    truth, said = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return dict(zip(classes, class_scores(truth, said, len(classes)), strict=True))


def table(heading: str, scores: Mapping[str, ClassScores], learnt: Mapping[str, int]) -> str:
    """A Markdown table with a row for each class.

    Args:
        heading: what the classes are.
        scores: of each class, over the careful labels.
        learnt: how many labels of each class the model learnt.
    """
    lines = [f"| {heading} | precision | recall | F1 | careful labels | all labels |", "|---|---|---|---|---|---|"]
    for name, found in scores.items():
        cells = [two_decimals(value) for value in (found.precision, found.recall, found.f1)]
        lines.append(f"| {name} | {' | '.join(cells)} | {found.examples:,} | {learnt[name]:,} |")
    return "\n".join(lines)


def two_decimals(value: float) -> str:
    """A figure as the tables have it; a dash for NaN."""
    return "–" if math.isnan(value) else f"{value:.2f}"


def tables(answers: list[tuple[str, str]], learnt: Iterable[str], space: LabelSpace) -> str:
    """The tables of categories and of roles.

    Args:
        answers: the role of each careful label, and the role that was answered.
        learnt: the role of each label that the model learnt.
        space: the model's roles and their categories.
    """
    of_role = dict(zip(space.roles, space.role_categories, strict=True))
    roles = Counter(learnt)
    categories: Counter[str] = Counter()
    for role, labels in roles.items():
        categories[of_role[role]] += labels
    by_category = scores_by_class([(of_role[label], of_role[said]) for label, said in answers], space.categories)
    by_role = scores_by_class(answers, space.roles)
    return "\n\n".join([table("category", by_category, categories), table("role", by_role, roles)])


def main() -> None:
    """Prints two Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, action="append", required=True, help="label file; may be given again")
    parser.add_argument("--model", default=SHIPPED, help="model folder; the shipped model where not given")
    given = parser.parse_args()
    try:
        folder = model_folder(given.model)
        model, folds = load_model(folder), required_folds(folder)
        answers, left_out = fold_answers(given.labels, folds)
        careful = [(answer.label, answer.said) for answer in answers if answer.drawn == CAREFUL]
        if not careful:
            raise JobAtlasError(
                f"{', '.join(map(str, given.labels))}: no label of {folder} without `drawn`. Name its careful labels."
            )
    except JobAtlasError as error:
        parser.exit(1, f"error: {error}\n")
    print(
        f"{model.version}, {len(careful):,} careful labels of {len(folds):,} learnt; "
        f"{left_out:,} without a fold or with another role left out\n"
    )
    print(tables(careful, (judged.role for judged in folds.values()), model.labels))


if __name__ == "__main__":
    main()
