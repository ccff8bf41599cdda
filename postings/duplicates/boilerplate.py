"""What a company says in many of its postings: introductions, benefits, how to apply.

Two vacancies of a company are not copies of each other because both begin with its introduction. What counts between
them is the part of the text that the company's other titles do not have.
"""

from collections import defaultdict

import numpy as np

from postings.duplicates.corpus import Corpus, Integers
from postings.duplicates.shingles import Hashes, distinct

TITLES = 4
"""A shingle that a company uses under so many different titles is its boilerplate."""

MOST_POSTINGS = 2_000
"""Of a company with more, the earliest are looked at; what is in a fraction of them is boilerplate for all."""

_NONE = np.empty(0, np.uint32)


class Boilerplate:
    """The boilerplate of companies, found when first asked for.

    Args:
        corpus: all postings.
        rank: their order; of a large company the first ones are looked at.
    """

    def __init__(self, corpus: Corpus, rank: Integers) -> None:
        self._corpus = corpus
        self._of_company: dict[str, list[int]] = defaultdict(list)
        for number in np.argsort(rank).tolist():
            posting = corpus.postings[number]
            if posting.company.key and posting.has_text:
                self._of_company[posting.company.key].append(number)
        self._found: dict[str, Hashes] = {}

    def of(self, company: str) -> Hashes:
        """The boilerplate of a company by its key, ascending; empty for one with few titles."""
        if company not in self._found:
            self._found[company] = self._find(self._of_company.get(company, [])[:MOST_POSTINGS])
        return self._found[company]

    def _find(self, numbers: list[int]) -> Hashes:
        titles: dict[str, list[int]] = defaultdict(list)
        for number in numbers:
            titles[self._corpus.postings[number].title.core].append(number)
        if len(titles) < TITLES:
            return _NONE
        each = [distinct(np.concatenate([self._corpus.shingles(n) for n in same])) for same in titles.values()]
        shingles, counts = np.unique(np.concatenate(each), return_counts=True)
        return shingles[counts >= TITLES]


def without(shingles: Hashes, boilerplate: Hashes) -> Hashes:
    """The shingles that are no boilerplate."""
    return shingles[~np.isin(shingles, boilerplate, assume_unique=True)] if len(boilerplate) else shingles
