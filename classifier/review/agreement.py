"""Several readers of one posting: how often they agree, and the one label that comes of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TypeVar

from classifier.review.answers import Reading

Value = TypeVar("Value")


@dataclass
class Agreement:
    """How often two readers of a posting said the same.

    Attributes:
        pairs: pairs of readers, over all postings with several.
        same: what they agree on (role, industry, ai) -> pairs.
        disagreements: the readings of each posting on whose role its readers did not all agree.
    """

    pairs: int = 0
    same: Counter[str] = field(default_factory=Counter)
    disagreements: list[list[Reading]] = field(default_factory=list)

    def add(self, readings: Sequence[Reading]) -> None:
        """Count the readings of one posting, each by another reader."""
        for one, other in combinations(readings, 2):
            self.pairs += 1
            self.same["role"] += one.role == other.role
            self.same["industry"] += one.industry == other.industry
            self.same["ai"] += one.ai == other.ai
        if len({reading.role for reading in readings}) > 1:
            self.disagreements.append(list(readings))


def latest_by_reader(readings: Iterable[Reading]) -> tuple[list[Reading], list[Reading]]:
    """One reading per reader, the last of each, and the earlier ones that they replaced.

    Readings without a day count as earlier than those with one; of equals the later in the files counts.
    """
    latest: dict[str | None, Reading] = {}
    replaced = []
    for reading in readings:
        before = latest.get(reading.answer.annotator)
        if before is None:
            latest[reading.answer.annotator] = reading
        elif _when(reading) >= _when(before):
            latest[reading.answer.annotator] = reading
            replaced.append(before)
        else:
            replaced.append(reading)
    return list(latest.values()), replaced


def _when(reading: Reading) -> str:
    day = reading.answer.day
    return day.isoformat() if day else ""


def agreed(readings: Sequence[Reading]) -> Reading | None:
    """The label of several readers: the role of more than half of them; None where no role has that many.

    Only those who gave that role count for the rest: the most frequent industry, degree of AI involvement, second role
    and certainty (of equals the first reader's), and the skills that at least half of them named.
    """
    role, votes = Counter(reading.role for reading in readings).most_common(1)[0]
    if votes * 2 <= len(readings):
        return None
    same = [reading for reading in readings if reading.role == role]
    named = Counter(skill for reading in same for skill in reading.skills)
    first = same[0].answer
    annotators = [reading.answer.annotator for reading in same if reading.answer.annotator]
    return Reading(
        answer=replace(
            first,
            annotator="+".join(sorted(annotators)) or None,
            day=max((reading.answer.day for reading in same if reading.answer.day), default=None),
            missing=tuple(dict.fromkeys(term for reading in same for term in reading.answer.missing)),
        ),
        role=role,
        alternative=_most_frequent(reading.alternative for reading in same),
        industry=_most_frequent(reading.industry for reading in same),
        ai=_most_frequent(reading.ai for reading in same),
        skills=tuple(skill for skill, count in named.items() if count * 2 >= len(same)),
        sure=_most_frequent(reading.sure for reading in same),
    )


def _most_frequent(values: Iterable[Value]) -> Value:
    return Counter(values).most_common(1)[0][0]
