"""Why a role: the words without which the model would be less, or more, sure of it.

Occlusion (Zeiler and Fergus 2014; for text Li, Monroe and Jurafsky 2016): a word is blanked wherever the posting has
it, the posting is read again, and the change of the role's log-odds is the word's weight. It asks nothing of the model
but probabilities, so it explains any model.

- A weight is what this word alone does in this posting. Weights do not add up: two words that say the same each weigh
  little, since the other is still there.
- Words of the title are all tried. The description is searched in two steps: its clauses first, then the words of the
  clauses that matter most. So a posting costs at most `MOST_READINGS` readings, however long it is; a word that
  matters only together with others, in a clause that does not, is not found.
- Numbers and words of one Chinese character (的, 与) are not tried.
- A negative weight means that the word speaks against the role.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.decisions import answer_roles
from classifier.model import Model
from postings.schema import labelled_text
from taxonomy.segment import words

CLAUSES = 40
"""Passages into which a description is cut at most; further ones are joined to their neighbours."""

WORDS = 60
"""Words that are tried at most, in the order in which they are found: title first, then the clauses that matter."""

MOST_READINGS = 1 + CLAUSES + WORDS
"""Of one posting by the model."""

_CLAUSES_SEARCHED = 6
_READ_AT_ONCE = 512
_LEAST_PROBABILITY = 1e-6
_CLAUSE = re.compile(r"[^，。；！？、,;!?\n]+[，。；！？、,;!?\n]*")
_LETTER = re.compile(r"[a-zA-Z\u3400-\u9fff]")
_SINGLE_CHARACTER = re.compile(r"[\u3400-\u9fff]")

Span = tuple[int, int]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WordWeight:
    """What one word does for the role.

    Attributes:
        word: as the posting spells it where it first stands.
        weight: log-odds of the role with the word minus without it, natural logarithm; below 0 it speaks against it.
        probability: of the role without the word.
        spans: where the word stands in `labelled_text(title, description)`, as start and end (exclusive) characters.
    """

    word: str
    weight: float
    probability: float
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class RoleExplanation:
    """The words that carried a role.

    Attributes:
        role: index of the explained role in the model's labels.
        probability: of the role, all words read.
        words: the tried words, the weightiest first, whatever its sign.
    """

    role: int
    probability: float
    words: tuple[WordWeight, ...]

    def strongest(self, count: int, least: float = 0.05) -> tuple[WordWeight, ...]:
        """At most `count` words with a weight of at least `least` in size."""
        return tuple(word for word in self.words[:count] if abs(word.weight) >= least)


@dataclass(frozen=True)
class _Posting:
    title: str
    text: str
    company: str | None

    def without(self, spans: Sequence[Span]) -> tuple[str, str]:
        """Title and description with characters blanked; the blanks keep neighbours apart."""
        characters = list(self.text)
        for start, end in spans:
            characters[start:end] = " " * (end - start)
        text = "".join(characters)
        return text[: len(self.title)], text[len(self.title) + 1 :]


def explain_roles(
    model: Model,
    titles: Sequence[str | None],
    descriptions: Sequence[str | None],
    companies: Sequence[str | None],
    roles: Sequence[str | None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[RoleExplanation]:
    """Explain the roles of postings; their occluded versions are read in batches.

    Args:
        model: whose answers are explained.
        titles: titles, [n].
        descriptions: descriptions, [n].
        companies: company names, [n].
        roles: ids of the roles to be explained, [n]; None, or a None in it, for the model's own answer.
        progress: takes how many postings are done.

    Returns:
        One explanation per posting; without words where a posting has no letter.
    """
    explained: list[RoleExplanation] = []
    at_once = max(1, _READ_AT_ONCE // CLAUSES)
    for start in range(0, len(titles), at_once):
        end = min(start + at_once, len(titles))
        postings = [
            _Posting(titles[row] or "", labelled_text(titles[row], descriptions[row]), companies[row])
            for row in range(start, end)
        ]
        explained += _explain(model, postings, list(roles[start:end]) if roles else [None] * len(postings))
        if progress is not None:
            progress(len(explained))
    return explained


def _explain(model: Model, postings: list[_Posting], roles: list[str | None]) -> list[RoleExplanation]:
    whole = _read(model, [(posting, ()) for posting in postings])
    answered = answer_roles(whole, model.labels, model.thresholds).role
    targets = [
        int(answer) if role is None else model.labels.roles.index(role)
        for role, answer in zip(roles, answered, strict=True)
    ]
    sure = [float(probabilities[target]) for probabilities, target in zip(whole, targets, strict=True)]
    clauses = [_clauses(posting) for posting in postings]
    by_clause = _without(model, postings, targets, [[(clause,) for clause in found] for found in clauses])
    tried = [
        _words(posting, _most_telling(found, probabilities, probability))
        for posting, found, probabilities, probability in zip(postings, clauses, by_clause, sure, strict=True)
    ]
    by_word = _without(model, postings, targets, [list(spans.values()) for spans in tried])
    return [
        RoleExplanation(target, probability, _weighed(posting, spans, probabilities, probability))
        for posting, target, probability, spans, probabilities in zip(
            postings, targets, sure, tried, by_word, strict=True
        )
    ]


def _without(
    model: Model, postings: list[_Posting], targets: list[int], blanked: Sequence[Sequence[tuple[Span, ...]]]
) -> list[FloatArray]:
    """The probability of each posting's role without each of its passages, [passages] for each posting."""
    asked = [(posting, spans) for posting, passages in zip(postings, blanked, strict=True) for spans in passages]
    owners = [row for row, passages in enumerate(blanked) for _ in passages]
    probabilities = _read(model, asked)
    of_role = probabilities[np.arange(len(asked)), [targets[row] for row in owners]]
    ends = np.cumsum([len(passages) for passages in blanked])[:-1]
    return np.split(of_role, ends)


def _read(model: Model, asked: Sequence[tuple[_Posting, tuple[Span, ...]]]) -> FloatArray:
    """Role probabilities of postings with passages blanked, [asked, roles]."""
    read = [np.zeros((0, len(model.labels.roles)))]
    for start in range(0, len(asked), _READ_AT_ONCE):
        part = asked[start : start + _READ_AT_ONCE]
        texts = [posting.without(spans) for posting, spans in part]
        probabilities = model.probabilities(
            [title for title, _ in texts], [body for _, body in texts], [posting.company for posting, _ in part]
        )
        read.append(probabilities.role)
    return np.concatenate(read)


def _clauses(posting: _Posting) -> list[Span]:
    """Passages of the description, between marks of punctuation, at most `CLAUSES`."""
    body = len(posting.title) + 1
    found = [
        match.span() for match in _CLAUSE.finditer(posting.text, body) if _LETTER.search(posting.text, *match.span())
    ]
    parts = np.array_split(np.arange(len(found)), min(CLAUSES, len(found))) if found else []
    return [(found[part[0]][0], found[part[-1]][1]) for part in parts]


def _most_telling(clauses: list[Span], probabilities: FloatArray, probability: float) -> list[Span]:
    """The clauses that matter most, the first of them first."""
    weights = np.abs(_log_odds(probability) - _log_odds(probabilities))
    return [clauses[place] for place in np.argsort(-weights, kind="stable")[:_CLAUSES_SEARCHED]]


def _words(posting: _Posting, clauses: list[Span]) -> dict[str, tuple[Span, ...]]:
    """The words to be tried, in lower case, with all places where they stand in the posting."""
    wanted: dict[str, None] = {}
    everywhere: dict[str, list[Span]] = {}
    for word, span in _placed(posting.text):
        everywhere.setdefault(word, []).append(span)
    for start, end in [(0, len(posting.title)), *clauses]:
        wanted |= dict.fromkeys(word for word, _ in _placed(posting.text[start:end]) if word in everywhere)
    return {word: tuple(everywhere[word]) for word in list(wanted)[:WORDS]}


def _placed(text: str) -> list[tuple[str, Span]]:
    """The words of a text that may be tried, in lower case, with their places."""
    placed = []
    position = 0
    for word in words(text):
        start = text.index(word, position)
        position = start + len(word)
        if _LETTER.search(word) and not _SINGLE_CHARACTER.fullmatch(word):
            placed.append((word.lower(), (start, position)))
    return placed


def _weighed(
    posting: _Posting, tried: dict[str, tuple[Span, ...]], probabilities: FloatArray, probability: float
) -> tuple[WordWeight, ...]:
    weights = _log_odds(probability) - _log_odds(probabilities)
    found = [
        WordWeight(posting.text[slice(*spans[0])], float(weight), float(without), spans)
        for spans, weight, without in zip(tried.values(), weights, probabilities, strict=True)
    ]
    return tuple(sorted(found, key=lambda word: -abs(word.weight)))


def _log_odds(probability: float | FloatArray) -> FloatArray:
    clipped = np.clip(probability, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return np.asarray(np.log(clipped) - np.log1p(-clipped), dtype=np.float64)
