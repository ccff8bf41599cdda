"""Terms that readers miss in the vocabulary, the most wanted first, so that it can grow by them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from classifier.review.answers import Reading, folded


@dataclass(frozen=True)
class MissingTerm:
    """A term that is no skill of the vocabulary.

    Attributes:
        term: as it is most often spelt.
        answers: postings whose readers named it in the answers of this import.
        labels: postings of the label file that have it.
    """

    term: str
    answers: int
    labels: int


def missing_terms(
    readings: Iterable[Iterable[Reading]], lines: Iterable[Mapping[str, Any]], knows: Callable[[str], bool]
) -> list[MissingTerm]:
    """The terms named in an import, by the postings of the label file that have them.

    Case and width of spaces make no other term. A term that the vocabulary has by now is left out.

    Args:
        readings: of each posting of the import.
        lines: of the label file with the import; of several about a posting the last counts.
        knows: whether the vocabulary has a skill of this name.
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    answers: Counter[str] = Counter()
    for of_posting in readings:
        terms = [term for reading in of_posting for term in reading.answer.missing if not knows(term)]
        answers.update({folded(term) for term in terms})
        for term in terms:
            spellings[folded(term)][term] += 1
    labels: Counter[str] = Counter()
    for line in {line.get("id"): line for line in lines}.values():
        given = line.get("missing")
        # A label file may be written by hand.
        labels.update({folded(term) for term in (given if isinstance(given, list) else []) if isinstance(term, str)})
    ordered = sorted(answers, key=lambda term: (-labels[term], -answers[term], term))
    return [MissingTerm(spellings[term].most_common(1)[0][0], answers[term], labels[term]) for term in ordered]
