"""How often a model's folds were right, by how their postings were drawn.

    python benchmarks/fold_figures.py --labels labels/train.jsonl --labels classifier/annotations/train.jsonl

Labels of one file may be drawn in several ways (`drawn` in their lines): where a model was unsure, among rare roles, at
random. Those drawn at random tell how good the model is on the market as the corpus has it, the others how good it is
where it is hard. Answers are those of models that had not learnt the label (`classifier.folds`): the most probable of
all roles; a tie in the two digits that the file has counts against the label. Intervals are 95 % Wilson intervals.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.corpus import read_label_lines
from classifier.folds import FOLDS_FILE, JudgedLabel, read_folds
from classifier.metrics import wilson
from classifier.model import SHIPPED, load_model, model_folder
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

CAREFUL = "careful labels"
"""What labels without `drawn` are called."""


@dataclass(frozen=True)
class FoldAnswer:
    """A label and what models that had not learnt it say, as role ids.

    Attributes:
        drawn: how the posting was drawn, or `CAREFUL`.
        label: the labelled role.
        acceptable: the role that the label allows beside it.
        said: the most probable role.
    """

    drawn: str
    label: str
    acceptable: str | None
    said: str


def required_folds(folder: Path) -> dict[str, JudgedLabel]:
    """The labels of a model's training run by posting id.

    Raises:
        JobAtlasError: the model folder has no file of them, or cannot be read.
    """
    folds = read_folds(folder)
    if folds is None:
        raise JobAtlasError(f"{folder}: has no {FOLDS_FILE}. Train it again.")
    return folds


def fold_answers(labels: Iterable[Path], folds: Mapping[str, JudgedLabel]) -> tuple[list[FoldAnswer], int]:
    """What the folds' models say of label files, and how many labels have no fold or another role now.

    Of the lines of one posting the last one counts.

    Raises:
        JobAtlasError: a label file cannot be read.
    """
    rows = {str(row.get("id")): row for path in labels for row in read_label_lines(path)}
    found = []
    for label_id, row in rows.items():
        judged = folds.get(label_id)
        if judged is not None and judged.role == row.get("role"):
            said = judged.role if judged.probability > judged.other_probability else judged.other
            found.append(FoldAnswer(str(row.get("drawn", CAREFUL)), judged.role, row.get("alt"), said))
    return found, len(rows) - len(found)


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, action="append", required=True, help="label file; may be given again")
    parser.add_argument("--model", default=SHIPPED, help="model folder; the shipped model where not given")
    given = parser.parse_args()
    try:
        folder = model_folder(given.model)
        version = load_model(folder).version
        answers, left_out = fold_answers(given.labels, required_folds(folder))
    except JobAtlasError as error:
        parser.exit(1, f"error: {error}\n")
    category_of = load_taxonomy().category_of
    found: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for answer in answers:
        right = category_of(answer.said) == category_of(answer.label), answer.said == answer.label
        found[answer.drawn].append((*right, answer.said in (answer.label, answer.acceptable)))
    print(f"{version}, {len(answers):,} labels, {left_out:,} without a fold or with another role left out\n")
    print("| drawn | labels | category | role | role, alternative allowed |\n|---|---|---|---|---|")
    for drawn, hits in sorted(found.items(), key=lambda item: -len(item[1])):
        cells = [str(wilson(sum(right), len(right))) for right in zip(*hits, strict=True)]
        print(f"| {drawn} | {len(hits):,} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
