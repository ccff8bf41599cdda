"""One representative for each group of copies, compared directly and not found along chains."""

from collections import defaultdict
from collections.abc import Callable

from postings.duplicates.candidates import Pairs
from postings.duplicates.corpus import Integers
from postings.duplicates.verdict import Kind, Verdict

Decide = Callable[[int, int], Verdict | None]

_PRECEDENCE = {kind: place for place, kind in enumerate(Kind)}


def assign(
    pairs: Pairs, rank: Integers, decide: Decide, progress: Callable[[int], None]
) -> dict[int, tuple[int, Verdict]]:
    """Find what each copy is a copy of.

    Postings are taken in order of rank. One that is a copy of an earlier unmarked one is marked with it; one that is
    a copy of a marked one is compared with that one's representative, and marked only if it is a copy of that too. So
    every mark rests on a comparison of the two postings it names, and there are no chains: 北京, no city, 上海.

    Args:
        pairs: pairs worth comparing, the earlier in rank first.
        rank: each posting's place in the order.
        decide: the verdict on two postings.
        progress: told the number of pairs done.

    Returns:
        Copy -> its representative and the verdict on the two. Of several the surest kind counts, then the earliest.
    """
    earlier_of: dict[int, list[int]] = defaultdict(list)
    for first, second in pairs.tolist():
        earlier_of[second].append(first)
    marks: dict[int, tuple[int, Verdict]] = {}
    done = 0
    for copy in sorted(earlier_of, key=lambda number: rank[number]):
        others = earlier_of[copy]
        alike = {other: decide(copy, other) for other in others}
        for other in others:
            if alike[other] is not None and other in marks:
                representative = marks[other][0]
                if representative not in alike:
                    alike[representative] = decide(copy, representative)
        found = [
            (_PRECEDENCE[verdict.kind], int(rank[other]), other, verdict)
            for other, verdict in alike.items()
            if verdict is not None and other not in marks
        ]
        if found:
            _, _, representative, verdict = min(found, key=lambda entry: entry[:2])
            marks[copy] = (representative, verdict)
        done += len(others)
        progress(done)
    return marks
