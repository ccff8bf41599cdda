"""What a graph with n-gram tables is fed: the weighted n-grams of one posting at a time."""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.features import FIELDS, MAX_CHARACTERS, bags
from classifier.vocabulary import PADDING_ROW, Vocabulary, WeightedBags

VOCABULARY_FILE = "vocabulary.npz"
CHARACTERS_AT_A_TIME = 500_000
"""Text whose n-grams are in memory at once: about 100 MB."""

Texts = list[str | None]


@dataclass(frozen=True)
class Feed:
    """The n-grams of one posting.

    Attributes:
        inputs: FIELD_rows and FIELD_values of the graph, by name.
        readable: whether title and description have a letter, and any known n-gram.
    """

    inputs: dict[str, npt.NDArray[Any]]
    readable: bool


def feeds(vocabularies: dict[str, Vocabulary], titles: Texts, descriptions: Texts, companies: Texts) -> Iterator[Feed]:
    """The feed of each posting, in order.

    Args:
        vocabularies: the known n-grams by field.
        titles: titles, [n].
        descriptions: descriptions, [n]; what follows the first 6,000 characters is not read.
        companies: company names, [n].
    """
    texts = {"title": titles, "description": descriptions, "company": companies}
    for start, end in _spans(descriptions):
        weighted = {field: vocabularies[field].weigh(bags(texts[field][start:end], field)) for field in FIELDS}
        for place in range(end - start):
            inputs: dict[str, npt.NDArray[Any]] = {}
            for field, of_field in weighted.items():
                inputs[f"{field}_rows"], inputs[f"{field}_values"] = _features_at(of_field, place)
            known = any(inputs[f"{field}_rows"][0] != PADDING_ROW for field in ("title", "description"))
            lettered = _has_letter(titles[start + place]) or _has_letter(descriptions[start + place])
            yield Feed(inputs, known and lettered)


def _has_letter(text: str | None) -> bool:
    """Whether a text has a letter of any script and width; digits and signs are known n-grams, but tell nothing."""
    return any(unicodedata.normalize("NFKC", character).isalpha() for character in text or "")


def _spans(descriptions: Texts) -> Iterator[tuple[int, int]]:
    """Runs of postings of at most `CHARACTERS_AT_A_TIME`, as start and end; at least one posting each."""
    start, characters = 0, 0
    for place, description in enumerate(descriptions):
        # A title and a company name are never longer than this allows for.
        length = min(len(description or ""), MAX_CHARACTERS["description"]) + 300
        if characters + length > CHARACTERS_AT_A_TIME and place > start:
            yield start, place
            start, characters = place, 0
        characters += length
    if start < len(descriptions):
        yield start, len(descriptions)


def _features_at(bag: WeightedBags, place: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    start, end = bag.offsets[place], bag.offsets[place + 1]
    if start == end:
        return np.array([PADDING_ROW], dtype=np.int32), np.zeros(1, dtype=np.float32)
    return bag.rows[start:end], bag.values[start:end]


def pack_vocabularies(vocabularies: dict[str, Vocabulary]) -> bytes:
    """The vocabularies as the content of a file of a model folder."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for field, vocabulary in vocabularies.items():
        arrays[f"{field}_buckets"] = vocabulary.buckets
        arrays[f"{field}_document_frequency"] = vocabulary.document_frequency
        arrays[f"{field}_documents"] = np.array(vocabulary.documents, dtype=np.int64)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def read_vocabularies(content: bytes) -> dict[str, Vocabulary]:
    """The vocabularies of a model folder, from the content of the file."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return {
            field: Vocabulary(
                buckets=arrays[f"{field}_buckets"],
                document_frequency=arrays[f"{field}_document_frequency"],
                documents=int(arrays[f"{field}_documents"]),
            )
            for field in FIELDS
        }
