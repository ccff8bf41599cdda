"""Which words about AI a posting holds, and where: what a bag of weighted n-grams loses in a long text."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from ahocorasick_rs import AhoCorasick

from classifier.features import MAX_CHARACTERS

TERMS_FILE = Path(__file__).parent / "ai_terms.yaml"

FloatArray = npt.NDArray[np.float32]

_PARTS = 3
"""The description is read in thirds: introduction and duties come first, requirements and preferences last."""

_TITLE, _COUNT, _PREFERRED = 0, 1, 2
_FIRST_PART = 3
_OF_TERM = _FIRST_PART + _PARTS
"""Features of a term: in the title, log of occurrences in the description, one before 优先, and one in each third."""

_PREFERRED_WITHIN = 40
"""Characters between a term and a 优先 that is taken to speak of it."""


class AiTerms:
    """Reads the terms of a posting.

    Args:
        terms: folded; those in Latin letters count only as whole words.
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self.terms = tuple(terms)
        self._automaton = AhoCorasick(self.terms)
        self._word = [term[0].isascii() for term in terms], [term[-1].isascii() for term in terms]

    @property
    def width(self) -> int:
        """How many features a posting has."""
        return _OF_TERM * len(self.terms) + 1

    def features(self, titles: Sequence[str | None], descriptions: Sequence[str | None]) -> FloatArray:
        """The features of postings, [n, width].

        Args:
            titles: titles, [n].
            descriptions: descriptions, [n]; what the text model does not read is not read here either.
        """
        found = np.zeros((len(titles), self.width), dtype=np.float32)
        for row, (title, description) in enumerate(zip(titles, descriptions, strict=True)):
            of_posting = found[row, :-1].reshape(len(self.terms), _OF_TERM)
            for term, _ in self._matches(_folded(title, "title")):
                of_posting[term, _TITLE] = 1.0
            text = _folded(description, "description")
            for term, end in self._matches(text):
                of_posting[term, _COUNT] += 1.0
                of_posting[term, _FIRST_PART + _PARTS * (end - 1) // len(text)] = 1.0
                if "优先" in text[end : end + _PREFERRED_WITHIN]:
                    of_posting[term, _PREFERRED] = 1.0
            of_posting[:, _COUNT] = np.log1p(of_posting[:, _COUNT])
            found[row, -1] = np.log1p(len(text))
        return found

    def _matches(self, text: str) -> list[tuple[int, int]]:
        """Terms in a folded text, each with the place where it ends; one may lie within another."""
        starts_word, ends_word = self._word
        return [
            (term, end)
            for term, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if not (starts_word[term] and start and _is_latin(text[start - 1]))
            and not (ends_word[term] and end < len(text) and _is_latin(text[end]))
        ]


def packaged_terms() -> tuple[str, ...]:
    """The terms of ai_terms.yaml."""
    return tuple(yaml.safe_load(TERMS_FILE.read_text(encoding="utf-8")))


def _folded(text: str | None, field: str) -> str:
    folded = unicodedata.normalize("NFKC", (text or "")[: MAX_CHARACTERS[field]]).lower()
    # Halves of surrogate pairs, which broken JSON holds, cannot be searched.
    return folded.encode("utf-8", "replace").decode("utf-8")


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
