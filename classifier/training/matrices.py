"""Vocabularies and features of a whole corpus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.corpus import Corpus
from classifier.features import BUCKETS, FIELDS, bags
from classifier.training.config import VocabularyConfig
from classifier.vocabulary import Vocabulary, WeightedBags, most_frequent

CHUNK = 2_000
"""Postings read at a time; bounds the memory of unfiltered n-grams to about 30 MB."""

Report = Callable[[str], None]
"""Takes one line about progress."""


@dataclass(frozen=True)
class CorpusFeatures:
    """What the models read of a corpus, by field.

    Attributes:
        vocabularies: every n-gram of the linear teacher.
        network_vocabularies: the most frequent of them, which the network reads.
        network: the network's features of all postings.
    """

    vocabularies: dict[str, Vocabulary]
    network_vocabularies: dict[str, Vocabulary]
    network: dict[str, WeightedBags]


def field_texts(corpus: Corpus, field: str) -> list[str]:
    """The texts of one field, one per posting."""
    return {"title": corpus.titles, "description": corpus.descriptions, "company": corpus.companies}[field]


def read_features(
    corpus: Corpus, usable: npt.NDArray[np.bool_], sizes: VocabularyConfig, report: Report
) -> CorpusFeatures:
    """Choose the vocabularies and read the network's features.

    Args:
        corpus: all postings.
        usable: the postings from which vocabularies may be chosen, [postings].
        sizes: how many n-grams to keep.
        report: told of each field done.
    """
    vocabularies, chosen, network = {}, {}, {}
    for field in FIELDS:
        texts = field_texts(corpus, field)
        vocabularies[field] = choose_vocabulary(
            [text for text, use in zip(texts, usable, strict=True) if use and text], field, getattr(sizes, field)
        )
        chosen[field] = vocabularies[field].first(getattr(sizes, f"network_{field}"))
        network[field] = weigh_texts(texts, field, chosen[field])
        report(f"{field}: {len(vocabularies[field].buckets):,} n-grams, network {len(chosen[field].buckets):,}")
    return CorpusFeatures(vocabularies, chosen, network)


def features_by(vocabularies: dict[str, Vocabulary], corpus: Corpus, report: Report) -> CorpusFeatures:
    """The network's features by vocabularies that are given, such as those of a finished model."""
    network = {}
    for field in FIELDS:
        network[field] = weigh_texts(field_texts(corpus, field), field, vocabularies[field])
        report(f"{field}: {len(vocabularies[field].buckets):,} n-grams of the base")
    return CorpusFeatures(vocabularies, vocabularies, network)


def choose_vocabulary(texts: Sequence[str], field: str, size: int) -> Vocabulary:
    """The n-grams found in most of some texts."""
    frequency = np.zeros(BUCKETS, dtype=np.int64)
    for start in range(0, len(texts), CHUNK):
        frequency += np.bincount(bags(texts[start : start + CHUNK], field).buckets, minlength=BUCKETS)
    return most_frequent(frequency, len(texts), size)


def weigh_texts(texts: Sequence[str], field: str, vocabulary: Vocabulary) -> WeightedBags:
    """Weighted features of any number of texts."""
    parts = [
        vocabulary.weigh(bags(texts[start : start + CHUNK], field)) for start in range(0, max(len(texts), 1), CHUNK)
    ]
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    return WeightedBags(
        rows=np.concatenate([part.rows for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]),
    )
