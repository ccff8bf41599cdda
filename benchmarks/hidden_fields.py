"""Measures the shipped model when the description, or the title, of the labelled postings is hidden from it.

    python benchmarks/hidden_fields.py --labels dev.jsonl --postings postings.parquet

Labels are JSON lines with `id` and `role`; postings have `id`, `title`, `description` and `company`. In brackets: 95 %
intervals, of shares after Wilson, of the calibration error by bootstrap.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from classifier.labeller import Labeller
from classifier.metrics import bootstrap, expected_calibration_error, wilson
from taxonomy.catalogue import load_taxonomy

VIEWS = {"all of it": set(), "title alone": {"description"}, "description alone": {"title"}}


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True, help="JSON lines with id, role")
    parser.add_argument("--postings", type=Path, required=True, help="Parquet with id, title, description, company")
    given = parser.parse_args()
    roles = {row["id"]: row["role"] for row in map(json.loads, given.labels.read_text(encoding="utf-8").splitlines())}
    table = pq.read_table(given.postings, columns=["id", "title", "description", "company"])
    postings = table.filter(pc.is_in(table["id"], pa.array(list(roles)))).to_pylist()
    truth = [roles[posting["id"]] for posting in postings]
    labeller, category_of = Labeller.load(), load_taxonomy().category_of
    print(f"{len(postings)} postings, {labeller.model_version}\n")
    print("| read | category accuracy | role accuracy | needs review | category ECE |\n|---|---|---|---|---|")
    for name, hidden in VIEWS.items():
        shown: list[dict[str, Any]] = [{**posting, **dict.fromkeys(hidden, "")} for posting in postings]
        labelled = labeller.label(pa.RecordBatch.from_pylist(shown)).to_pylist()
        right = np.array([row["category"] == category_of(role) for row, role in zip(labelled, truth, strict=True)])
        exact = [(row["role_candidates"] or [{"role": None}])[0]["role"] for row in labelled]
        confidence = np.array([row["category_confidence"] or 0.0 for row in labelled])
        role_right = sum(said == role for said, role in zip(exact, truth, strict=True))
        review = sum(row["needs_review"] for row in labelled)
        cells = [wilson(int(hits), len(truth)) for hits in (right.sum(), role_right, review)]
        cells.append(
            bootstrap(lambda at, of=(confidence, right): expected_calibration_error(of[0][at], of[1][at]), len(truth))
        )
        print(f"| {name} | {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main()
