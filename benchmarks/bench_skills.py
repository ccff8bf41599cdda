"""Measures skills: agreement of matcher, confirmer and site tags with labels, and their speed on one core.

    python benchmarks/bench_skills.py --labels labels.jsonl --postings postings.parquet

Labels are JSON lines with `id`, `skills` (canonical names) and `round`; skills that the vocabulary marks
`labelled: false` are left out of round 1, whose annotators did not have them, and those marked `measured: false` of all
rounds. Postings have `id`, `title`, `description` and `tags`. The agreement of the confirmer with labels that taught it
is too high: docs/skills.md has that on folds.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from classifier.skills.confirmer import load_confirmer
from classifier.skills.site_tags import skills_of_tags
from postings.schema import labelled_text, tag_lines
from taxonomy.catalogue import load_taxonomy
from taxonomy.skills import SkillMatcher


@dataclass(frozen=True)
class Texts:
    """What is read of some postings: titles, labelled texts, and the lines of the site's tags, [n] each."""

    titles: list[str]
    texts: list[str]
    tags: list[str]

    @classmethod
    def of_rows(cls, rows: list[dict[str, Any]]) -> "Texts":
        """The texts of rows with title, description and tags."""
        return cls(
            [row["title"] or "" for row in rows],
            [labelled_text(row["title"], row["description"]) for row in rows],
            [tag_lines(row["tags"]) for row in rows],
        )


System = Callable[[Texts], list[set[str]]]
"""Postings to the skills of each."""

RESAMPLES = 1000
SEED = 20240601
BLOCK, RUNS = 500, 7


def main() -> None:
    """Prints agreement and speed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True, help="JSON lines with id, skills, round")
    parser.add_argument("--postings", type=Path, required=True, help="Parquet with id, title, description, tags")
    parser.add_argument("--speed-rows", type=int, default=30_000, help="postings to measure the speed on")
    parser.add_argument("--worst", type=int, default=0, help="print that many skills with the most errors")
    parser.add_argument("--each", type=int, default=0, help="print figures of skills with that many labels or more")
    arguments = parser.parse_args()

    table = pq.read_table(arguments.postings, columns=["id", "title", "description", "tags"])
    matcher, confirmer = SkillMatcher(), load_confirmer()

    def by_rules(of: Texts) -> list[set[str]]:
        return [{match.skill for match in matcher.find(text)} for text in of.texts]

    def confirmed(of: Texts) -> list[set[str]]:
        found = confirmer.confirm(of.titles, of.texts, [matcher.propose(text) for text in of.texts])
        return [{mention.skill for mention in mentions} for mentions in found]

    def with_tags(of: Texts) -> list[set[str]]:
        named = [{mention.skill for mention in skills_of_tags(matcher, tags)} for tags in of.tags]
        return [skills | others for skills, others in zip(confirmed(of), named, strict=True)]

    systems = {"matcher": by_rules, "matcher and confirmer": confirmed, "these and the site's tags": with_tags}
    for name, system in systems.items():
        print(f"== {name}")
        agreement(system, arguments.labels, table, arguments.worst, arguments.each)
        speed(system, table.slice(0, arguments.speed_rows))


def agreement(system: System, labels_path: Path, table: pa.Table, worst: int, each: int) -> None:
    """Prints precision, recall and F1 against labels, in all and by round, and of skills with `each` labels or more."""
    labels = [json.loads(line) for line in labels_path.read_text(encoding="utf-8").splitlines()]
    chosen = table.filter(pc.field("id").isin([label["id"] for label in labels]))
    rows = {row["id"]: row for row in chosen.to_pylist()}
    texts = Texts.of_rows([rows[label["id"]] for label in labels])
    never = {skill.name for skill in load_taxonomy().skills if not skill.measured}
    late = never | {skill.name for skill in load_taxonomy().skills if not skill.labelled}
    counts = []
    hits, spurious, missed = Counter(), Counter(), Counter()
    for label, said in zip(labels, system(texts), strict=True):
        unseen = late if label["round"] == 1 else never
        found, named = said - unseen, set(label["skills"]) - unseen
        counts.append((len(found & named), len(found - named), len(named - found)))
        hits.update(found & named)
        spurious.update(found - named)
        missed.update(named - found)
    by_posting = np.array(counts)
    rounds = np.array([label["round"] for label in labels])
    print(f"{len(labels)} labelled postings, micro-averaged over (posting, skill):")
    for title, part in [("all", by_posting), *((f"round {r}", by_posting[rounds == r]) for r in sorted(set(rounds)))]:
        precision, recall, f1 = scores(part)
        low, high = interval(part)
        print(
            f"  {title:8} {len(part):5} postings  precision {precision:.3f}  recall {recall:.3f}  "
            f"F1 {f1:.3f} (95 % interval {low:.3f} to {high:.3f})"
        )
    for kind, errors in (("spurious", spurious), ("missed", missed)):
        if worst:
            print(f"most often {kind}: " + ", ".join(f"{skill} {n}" for skill, n in errors.most_common(worst)))
    labelled = hits + missed
    if each:
        print("\n| skill | precision | recall | F1 | labels |\n|---|---|---|---|---|")
        for skill, n in labelled.most_common():
            if n >= each:
                figures = scores(np.array([[hits[skill], spurious[skill], missed[skill]]]))
                print(f"| {skill} | {' | '.join(f'{figure:.2f}' for figure in figures)} | {n} |")


def scores(counts: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 of (true positives, false positives, false negatives) rows."""
    hits, spurious, missed = counts.sum(axis=0)
    return hits / (hits + spurious), hits / (hits + missed), 2 * hits / (2 * hits + spurious + missed)


def interval(counts: np.ndarray) -> tuple[float, float]:
    """The 95 % bootstrap interval of F1 over postings."""
    random = np.random.default_rng(SEED)
    samples = (counts[random.integers(0, len(counts), len(counts))] for _ in range(RESAMPLES))
    low, high = np.percentile([scores(sample)[2] for sample in samples], [2.5, 97.5])
    return float(low), float(high)


def speed(system: System, table: pa.Table) -> None:
    """Prints the speed over the postings of a table.

    Each block of postings counts with its fastest of several runs, so that other work on the machine hardly shows.
    """
    rows = table.to_pylist()
    blocks = [Texts.of_rows(rows[start : start + BLOCK]) for start in range(0, len(rows), BLOCK)]
    megabytes = sum(len(text.encode()) for block in blocks for text in block.texts) / 1e6
    seconds = sum(min(timed(system, block) for _ in range(RUNS)) for block in blocks)
    print(
        f"speed: {len(rows)} postings, {megabytes:.1f} MB of UTF-8: "
        f"{megabytes / seconds:.0f} MB/s, {len(rows) / seconds:.0f} postings/s on one core"
    )


def timed(system: System, block: Texts) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    system(block)
    return time.process_time() - start


if __name__ == "__main__":
    main()
