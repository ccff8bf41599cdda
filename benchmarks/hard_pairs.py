"""How often a model answers the wrong one of two roles that are easily taken for each other.

    python benchmarks/hard_pairs.py --model my-model --labels labels/train.jsonl

What taught a model cannot measure it, so the answer to each label is taken from the file of folds in the model folder
(`classifier.folds`): that of models which had not learnt the label. It is the most probable of all roles; a tie in the
two digits that the file has counts against the label. Labels that the file lacks are left out and counted.

    python benchmarks/hard_pairs.py --model my-model --labels labels/dev.jsonl --postings data/

reads the postings with the model itself, for labels that did not teach it; any that did are refused.

Of the postings labelled with either role of a pair: how many there are, the share answered right, with the other role
of the pair, and with any third role; and for how many the label names the other role as acceptable, of all and of those
answered with it. Intervals are 95 % Wilson score intervals.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.corpus import joined_labels, read_corpus, read_label_lines, read_labels
from classifier.evaluate import predictions_of
from classifier.folds import FOLDS_FILE, JudgedLabel, read_folds
from classifier.labeller import Labeller
from classifier.metrics import wilson
from classifier.model import SHIPPED, load_model, model_folder
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

PAIRS = (
    ("backend", "java"),
    ("algorithm_researcher", "llm_algorithm"),
    ("product_operations_role", "marketing"),
    ("product_operations_role", "new_media"),
    ("data_annotator", "training_data"),
    ("data_annotator", "ai_trainer"),
    ("ai_trainer", "training_data"),
    ("llm_application", "backend"),
    ("llm_application", "ai_engineer"),
    ("ai_engineer", "backend"),
    ("ai_infra", "performance_optimization"),
)
"""Roles that annotators found hard to tell apart, or whose work is alike and whose category is not."""


@dataclass(frozen=True)
class Answer:
    """The label of a posting and what the model says of it, as role ids."""

    label: str
    acceptable: str | None
    said: str


def by_folds(labels: Iterable[Path], folds: Mapping[str, JudgedLabel]) -> tuple[list[Answer], int]:
    """The answers of models that had not learnt the labels, and how many labels the folds lack."""
    known = {role.id for role in load_taxonomy().roles}
    last = {str(row.get("id")): (path, row) for path in labels for row in read_label_lines(path)}
    found = []
    for label_id, (path, row) in last.items():
        if row.get("role") not in known:
            raise JobAtlasError(f"{path}: role = {row.get('role')!r} of {label_id} is not known. Correct the line.")
        judged = folds.get(label_id)
        if judged is not None:
            said = judged.role if judged.probability > judged.other_probability else judged.other
            found.append(Answer(row["role"], row.get("alt"), said))
    return found, len(last) - len(found)


def by_reading(labels: list[Path], postings: Path, folder: Path, folds: Mapping[str, JudgedLabel]) -> list[Answer]:
    """The answers of the model itself, which may not have learnt any of the labels."""
    labeller = Labeller.load(folder)
    space, corpus = labeller.model.labels, read_corpus(postings)
    truth = joined_labels([read_labels(path, corpus, space) for path in labels])
    learnt = sum(corpus.ids[place] in folds for place in truth.postings)
    if learnt:
        raise JobAtlasError(
            f"{learnt:,} of {len(truth):,} labels taught the model. Leave --postings out, or the labels."
        )
    said = predictions_of(labeller, corpus, truth)
    return [
        Answer(space.roles[label], space.roles[other] if other >= 0 else None, space.roles[answer])
        for label, other, answer in zip(truth.role, truth.alternative, said.role, strict=True)
    ]


def row_of(pair: tuple[str, str], answers: Iterable[Answer]) -> str:
    """The table row of a pair."""
    other_of = dict([pair, pair[::-1]])
    labelled = [answer for answer in answers if answer.label in other_of]
    confused = [answer for answer in labelled if answer.said == other_of[answer.label]]
    right = sum(answer.said == answer.label for answer in labelled)
    of_all, of_confused = (
        wilson(sum(answer.acceptable == other_of[answer.label] for answer in some), len(some))
        for some in (labelled, confused)
    )
    shares = [wilson(hits, len(labelled)) for hits in (right, len(confused), len(labelled) - right - len(confused))]
    return f"| {' / '.join(pair)} | {len(labelled)} | {' | '.join(map(str, [*shares, of_all, of_confused]))} |"


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, action="append", required=True, help="label file; may be given again")
    parser.add_argument("--model", default=SHIPPED, help="model folder; the shipped model where not given")
    parser.add_argument("--postings", type=Path, help="folder with the texts of labels that did not teach the model")
    given = parser.parse_args()
    folder = model_folder(given.model)
    try:
        model, folds = load_model(folder), read_folds(folder)
        if given.postings is not None:
            answers = by_reading(given.labels, given.postings, folder, folds or {})
            source = "read by the model"
        elif folds is None:
            raise JobAtlasError(
                f"{folder}: has no {FOLDS_FILE}. Train it again, or name unlearnt labels and --postings."
            )
        else:
            answers, lacking = by_folds(given.labels, folds)
            source = f"judged by the folds' models; {lacking:,} labels without a fold left out"
    except JobAtlasError as error:
        parser.exit(1, f"error: {error}\n")
    print(f"{model.version}, {len(answers):,} labelled postings, {source}\n")
    heads = ("right", "the other", "a third role", "the other is acceptable", "so where it was answered")
    print(f"| pair | labelled | {' | '.join(heads)} |\n|---|---|{'---|' * len(heads)}")
    for pair in PAIRS:
        print(row_of(pair, answers))


if __name__ == "__main__":
    main()
