"""Measures the duplicate marks against pairs of postings that were judged by reading.

    python benchmarks/check_duplicates.py --data postings.parquet

The postings are imported into a dataset of their own and searched for copies as `jobatlas dedupe` does; a pair is found
when its postings got the same representative. The year in which the file says that a posting was gathered stands for
the day it was seen, as a crawl would have known it. Pairs are named by the file's column `id`; the file is not part of
the repository. The thresholds were chosen on the half `tune`; the half `test` is what counts.

    python benchmarks/check_duplicates.py --data postings.parquet --sample 100 --seed 1

prints marks drawn at random, each with its two postings, for reading.
"""

import argparse
import csv
import difflib
import math
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from postings.dataset import Dataset
from postings.duplicates.mark import DuplicateCounts, Mark, find_duplicates
from postings.load import import_dump

PAIRS = Path(__file__).with_name("duplicate_pairs.csv")
KINDS = ("full", "near", "repost", "agency")
NOT = "not"
SHOWN = ["posting_id", "title", "company", "city", "salary_text", "experience", "published_on", "year", "description"]
SHOWN_CHARACTERS = 160

Pair = dict[str, str]


def gathered(folder: Path, data: Path) -> Dataset:
    """The postings of the file in a dataset, each seen in the middle of its year."""
    dataset = Dataset(folder)
    import_dump(data, dataset)
    for part in dataset.parts():
        table = dataset.read_part(part)
        years = [None if year is None else float(year) for year in table["year"].to_pylist()]
        seen = [None if year is None or math.isnan(year) else datetime(int(year), 7, 1, tzinfo=UTC) for year in years]
        for name in ("first_seen", "last_seen"):
            field = table.schema.field(name)
            table = table.set_column(table.schema.get_field_index(name), field, pa.array(seen, field.type))
        dataset.replace_part(part, table)
    return dataset


def found_kind(first: str, second: str, marks: dict[str, Mark]) -> str | None:
    """The kind that two postings are marked with, None where they have different representatives."""
    representatives = {marks[name][0] if name in marks else name for name in (first, second)}
    if len(representatives) > 1:
        return None
    return max((marks[name][1] for name in (first, second) if name in marks), key=KINDS.index)


def interval(hits: int, of: int) -> str:
    """A share with its 95 % interval (Wilson score)."""
    if not of:
        return "-"
    z, share = 1.96, hits / of
    centre, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = (max((centre + sign * spread) / (1 + z * z / of), 0.0) for sign in (-1, 1))
    return f"{share:.3f} [{low:.3f}, {min(high, 1):.3f}] ({hits} of {of})"


def report(pairs: Iterable[tuple[Pair, str | None]]) -> None:
    """Print precision and recall, together and by kind, and what was confused with what."""
    judged = [(pair["label"], kind or NOT) for pair, kind in pairs]
    both = sum(label != NOT and kind != NOT for label, kind in judged)
    print(f"pairs: {len(judged)}, duplicates among them: {sum(label != NOT for label, _ in judged)}\n")
    print("| | precision | recall |\n|---|---|---|")
    print(
        f"| duplicate or not | {interval(both, sum(kind != NOT for _, kind in judged))}"
        f" | {interval(both, sum(label != NOT for label, _ in judged))} |"
    )
    for name in KINDS:
        right = judged.count((name, name))
        print(
            f"| {name} | {interval(right, sum(kind == name for _, kind in judged))}"
            f" | {interval(right, sum(label == name for label, _ in judged))} |"
        )
    counted = Counter(judged)
    print("\n| judged \\ marked | " + " | ".join([*KINDS, NOT]) + " |\n|---|" + "---|" * (len(KINDS) + 1))
    for label in [*KINDS, NOT]:
        print(f"| {label} | " + " | ".join(str(counted[label, kind]) for kind in [*KINDS, NOT]) + " |")


def show(dataset: Dataset, marks: dict[str, Mark], count: int, seed: int) -> None:
    """Print marks drawn at random, with what the texts of their two postings do not share."""
    drawn = random.Random(seed).sample(sorted(marks), count)
    wanted = {name: place for place, copy in enumerate(drawn) for name in (copy, marks[copy][0])}
    rows = {
        row["posting_id"]: row
        for batch in dataset.scan(SHOWN)
        for row in batch.filter(pc.is_in(batch.column("posting_id"), pa.array(list(wanted)))).to_pylist()
    }
    for place, copy in enumerate(drawn, 1):
        representative, kind, evidence = marks[copy]
        print(f"\n{place}. {kind} {evidence}")
        texts = [re.sub(r"\W", "", rows[name]["description"] or "") for name in (representative, copy)]
        matcher = difflib.SequenceMatcher(None, *texts, autojunk=False)
        changes = [block for block in matcher.get_opcodes() if block[0] != "equal"]
        for side, name in enumerate((representative, copy)):
            row = rows[name]
            print("  ", " | ".join(str(row[field]) for field in SHOWN if field != "description"))
            own = [texts[side][block[1 + 2 * side] : block[2 + 2 * side]] for block in changes]
            print("     alone:", " … ".join(filter(None, own))[:SHOWN_CHARACTERS])


def main() -> int:
    """Run the check; 0 when every pair's postings are in the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the postings, with columns id and year")
    parser.add_argument("--pairs", type=Path, default=PAIRS, help="CSV: a, b, label, reason, half, drawn")
    parser.add_argument("--sample", type=int, default=0, help="print so many marks for reading and measure nothing")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    given = parser.parse_args()
    with given.pairs.open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    counts = DuplicateCounts()
    with tempfile.TemporaryDirectory() as folder:
        dataset = gathered(Path(folder), given.data)
        start = time.perf_counter()
        identifiers, marks = find_duplicates(dataset, counts)
        seconds = time.perf_counter() - start
        marked = {identifiers[number]: mark for number, mark in marks.items()}
        if given.sample:
            show(dataset, marked, given.sample, given.seed)
            return 0
    place = {identifier.split(":", 1)[1]: identifier for identifier in identifiers}
    unknown = [pair for pair in pairs if pair["a"] not in place or pair["b"] not in place]
    if unknown:
        print(f"{len(unknown)} pairs name postings that are not in {given.data}", file=sys.stderr)
        return 1
    print(f"{len(identifiers):,} postings, {counts.compared:,} pairs compared, {len(marks):,} marked, {seconds:.0f} s")
    print(", ".join(f"{kind} {count:,}" for kind, count in Counter(mark[1] for mark in marks.values()).most_common()))
    found = [(pair, found_kind(place[pair["a"]], place[pair["b"]], marked)) for pair in pairs]
    for half in ("tune", "test"):
        print(f"\nHalf {half}: ", end="")
        report(entry for entry in found if entry[0]["half"] == half)
    return 0


if __name__ == "__main__":
    sys.exit(main())
