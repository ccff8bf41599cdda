"""Whether a skill is given where a short fragment of a posting asks for it, and not where it is only named.

    python benchmarks/skill_fragments.py
    python benchmarks/skill_fragments.py --confirmer my-skills --wrong

`benchmarks/skill_fragments/` has two files of 60 fragments, each with one skill: taken back, named of the company
alone, another word, or asked for. A language model wrote both before it saw any rule. `read.jsonl` was read while rules
and contrasts were mended, so it tells nothing of other texts; `blind.jsonl` was not, only counted.

Prints, for each file and kind, how many fragments are answered right, with 95 % Wilson score intervals.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from classifier.metrics import wilson
from classifier.skills.confirmer import PACKAGED_CONFIRMER, read_confirmer
from postings.schema import labelled_text
from taxonomy.catalogue import load_taxonomy
from taxonomy.skills import SkillMatcher

FOLDER = Path(__file__).with_name("skill_fragments")


def main() -> None:
    """Read arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--confirmer", type=Path, default=PACKAGED_CONFIRMER, help="its folder (default: packaged)")
    parser.add_argument("--wrong", action="store_true", help="print the fragments of read.jsonl answered wrong")
    arguments = parser.parse_args()
    matcher, confirmer = SkillMatcher(load_taxonomy()), read_confirmer(arguments.confirmer)
    for name in ("read", "blind"):
        fragments = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        texts = [labelled_text(None, fragment["text"]) for fragment in fragments]
        given = confirmer.confirm([""] * len(texts), texts, [matcher.propose(text) for text in texts])
        right: Counter[str] = Counter()
        for fragment, proposals in zip(fragments, given, strict=True):
            found = any(proposal.skill == fragment["skill"] for proposal in proposals)
            right[fragment["kind"]] += found == fragment["asked"]
            if arguments.wrong and name == "read" and found != fragment["asked"]:
                print(f"wrong: {fragment['skill']} ({fragment['kind']}): {fragment['text']!r}")
        for kind, total in Counter(fragment["kind"] for fragment in fragments).items():
            print(f"{name}.jsonl, {kind}: {right[kind]} of {total}, {wilson(right[kind], total)}")


if __name__ == "__main__":
    main()
