"""Measures what a few dozen labels of a new role make of the shipped model.

    python benchmarks/new_role.py examples/train-continued.toml --postings data/ --labels labels/ \\
        --labels classifier/annotations --role cloud --role animation_video --role autonomous_driving

The roles are taken out of the vocabulary and out of the shipped model, as `jobatlas train --base shipped` does with an
edited vocabulary. Then each comes back alone, as a new role, with so many labels of its own and as many of the roles
that its postings were answered with until then. Asked are the other labels of the role, and labels of all other roles;
some of their postings are among those without a label that a training replays, as in a user's own postings. In
brackets: 95 % Wilson intervals.

These are upper bounds. The shipped model has learnt the postings of these roles under their names, which its n-grams do
not forget, and those of the other roles too.
"""

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from classifier.corpus import DEV, TRAIN, read_label_lines
from classifier.labeller import Labeller
from classifier.metrics import Figure, wilson
from classifier.model import SHIPPED, load_model
from classifier.training.train import train
from taxonomy.catalogue import DATA_FOLDER, Taxonomy

POSTINGS = 15_000
"""What the user of the trial has, labelled or not."""

ASKED = 2_000
"""Labels of other roles that are asked, at most."""

BEFORE = 300
"""Labels of other roles by which the model without the roles is made."""

Line = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """Where a trial takes its files from and puts them.

    Attributes:
        settings: of the training.
        postings: a table with a column id.
        held: content of dev.jsonl, whose postings are left out; empty for none.
        work: folder for everything.
    """

    settings: Path
    postings: pa.Table
    held: bytes
    work: Path

    def model(self, name: str, labels: list[Line], taxonomy: Taxonomy, base: str) -> Labeller:
        """Go on from a base with some labels."""
        data, folder = self.work / f"{name} data", self.work / f"{name} labels"
        for made in (data, folder):
            made.mkdir()
        needed = pc.is_in(self.postings["id"], pa.array([line["id"] for line in labels]))
        others = self.postings.filter(pc.invert(needed)).slice(0, POSTINGS)
        pq.write_table(pa.concat_tables([self.postings.filter(needed), others]), data / "postings.parquet")
        (folder / TRAIN).write_text("".join(json.dumps(line) + "\n" for line in labels), encoding="utf-8")
        if self.held:
            (folder / DEV).write_bytes(self.held)
        output = self.work / name
        train(self.settings, data, [folder], output, self.work / "work", lambda _: None, base, taxonomy)
        return Labeller(load_model(output), taxonomy, output)

    def answers(self, labeller: Labeller, labels: list[Line]) -> list[str | None]:
        """The most probable role of each label's posting."""
        asked = {
            row["id"]: row
            for row in self.postings.filter(
                pc.is_in(self.postings["id"], pa.array([line["id"] for line in labels]))
            ).to_pylist()
        }
        labelled = labeller.label(pa.RecordBatch.from_pylist([asked[line["id"]] for line in labels])).to_pylist()
        return [row["role_candidates"][0]["role"] if row["role_candidates"] else None for row in labelled]


def vocabulary(folder: Path, without: Collection[str]) -> Taxonomy:
    """The packaged vocabulary without some roles, written to a folder."""
    shutil.copytree(DATA_FOLDER, folder)
    content = yaml.safe_load((folder / "roles.yaml").read_text(encoding="utf-8"))
    content["roles"] = [role for role in content["roles"] if role["id"] not in without]
    (folder / "roles.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return Taxonomy(folder)


def shares(labels: list[Line], said: list[str | None], role: str) -> list[Figure]:
    """Precision and recall of a role, and accuracy on the others."""
    truth = np.array([line["role"] == role for line in labels])
    named = np.array([answer == role for answer in said])
    right = np.array([answer == line["role"] for answer, line in zip(said, labels, strict=True)])
    hits = int((truth & named).sum())
    others = ~truth
    return [
        wilson(hits, int(named.sum())),
        wilson(hits, int(truth.sum())),
        wilson(int(right[others].sum()), int(others.sum())),
    ]


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("settings", type=Path, help="settings of a training that goes on from a model")
    parser.add_argument("--postings", type=Path, required=True, help="folder with postings.parquet")
    parser.add_argument("--labels", type=Path, required=True, action="append", help="label folder; may be given again")
    parser.add_argument("--role", required=True, action="append", help="role to take out; may be given again")
    parser.add_argument("--count", type=int, nargs="+", default=[20, 40], help="labels of the new role")
    given = parser.parse_args()
    lines = {line["id"]: line for folder in reversed(given.labels) for line in read_label_lines(folder / TRAIN)}
    for line in lines.values():
        # An alternative that was taken out would be refused as unknown.
        line["alt"] = None if line.get("alt") in given.role else line.get("alt")
    held = given.labels[0] / DEV
    random = np.random.default_rng(20261122)
    table = pq.read_table(given.postings / "postings.parquet")
    if held.exists():
        measured = [line["id"] for line in read_label_lines(held)]
        table = table.filter(pc.invert(pc.is_in(table["id"], pa.array(measured))))
    table = table.take(random.permutation(len(table)))
    known = set(table["id"].to_pylist())
    labels = [lines[place] for place in random.permutation(sorted(known & lines.keys()))]
    kept = [line for line in labels if line["role"] not in given.role]
    first, second = min(BEFORE, len(kept) // 3), min(BEFORE + ASKED, 2 * len(kept) // 3)
    before, asked, rest = kept[:first], kept[first:second], kept[second:]
    print("| new role | its labels | precision | recall | others right | others right without it |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        trial = Trial(given.settings, table, held.read_bytes() if held.exists() else b"", work)
        base = trial.model("without", before, vocabulary(work / "taxonomy", given.role), SHIPPED)
        for role in given.role:
            of_role = [line for line in labels if line["role"] == role]
            taught, unseen = of_role[: max(given.count)], of_role[max(given.count) :]
            neighbours = [near for near, _ in Counter(trial.answers(base, taught)).most_common(3)]
            near = [line for line in rest if line["role"] in neighbours]
            taxonomy = vocabulary(work / f"taxonomy {role}", set(given.role) - {role})
            until_then = shares(asked, trial.answers(base, asked), role)[2]
            for count in given.count:
                lessons = [*taught[:count], *near[:count]]
                labeller = trial.model(f"{role} {count}", lessons, taxonomy, str(work / "without"))
                questions = [*unseen, *asked]
                found = shares(questions, trial.answers(labeller, questions), role)
                print(f"| {role} | {count} | {' | '.join(map(str, found))} | {until_then} |", flush=True)


if __name__ == "__main__":
    main()
