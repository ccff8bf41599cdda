"""How often a model's folds were right, by how their postings were drawn.

    python benchmarks/fold_figures.py --labels labels/train.jsonl --labels classifier/annotations/train.jsonl

Labels of one file may be drawn in several ways (`drawn` in their lines): where a model was unsure, among rare roles, at
random. Those drawn at random tell how good the model is on the market as the corpus has it, the others how good it is
where it is hard. Answers are those of models that had not learnt the label (`classifier.folds`): the most probable of
all roles; a tie in the two digits that the file has counts against the label. Intervals are 95 % Wilson intervals.
"""

import argparse
from collections import defaultdict
from pathlib import Path

from classifier.corpus import read_label_lines
from classifier.folds import FOLDS_FILE, read_folds
from classifier.metrics import wilson
from classifier.model import SHIPPED, load_model, model_folder
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

CAREFUL = "careful labels"
"""What labels without `drawn` are called."""


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, action="append", required=True, help="label file; may be given again")
    parser.add_argument("--model", default=SHIPPED, help="model folder; the shipped model where not given")
    given = parser.parse_args()
    try:
        folder = model_folder(given.model)
        version, folds = load_model(folder).version, read_folds(folder)
        if folds is None:
            raise JobAtlasError(f"{folder}: has no {FOLDS_FILE}. Train it again.")
        rows = {str(row.get("id")): row for path in given.labels for row in read_label_lines(path)}
    except JobAtlasError as error:
        parser.exit(1, f"error: {error}\n")
    category_of = load_taxonomy().category_of
    found: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for label_id, row in rows.items():
        judged = folds.get(label_id)
        if judged is not None and judged.role == row.get("role"):
            said = judged.role if judged.probability > judged.other_probability else judged.other
            right = category_of(said) == category_of(judged.role), said == judged.role
            found[str(row.get("drawn", CAREFUL))].append((*right, said in (judged.role, row.get("alt"))))
    kept = sum(map(len, found.values()))
    print(f"{version}, {kept:,} labels, {len(rows) - kept:,} without a fold or with another role left out\n")
    print("| drawn | labels | category | role | role, alternative allowed |\n|---|---|---|---|---|")
    for drawn, answers in sorted(found.items(), key=lambda item: -len(item[1])):
        cells = [str(wilson(sum(right), len(right))) for right in zip(*answers, strict=True)]
        print(f"| {drawn} | {len(answers):,} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
