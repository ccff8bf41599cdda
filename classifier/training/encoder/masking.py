"""Rows of tokens for masked-language-model pre-training, and what is masked in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.encoder_input import TOKEN_FIELDS, EncoderInput
from classifier.training.encoder.tokens import TokenisedCorpus
from classifier.training.encoder.vocabulary import SPECIAL

_MASKED, _RANDOM = 0.8, 0.1
"""Of the chosen tokens: become the mask, become any token; the others stay (Devlin et al. 2019)."""


@dataclass(frozen=True)
class Rows:
    """Packed rows.

    Attributes:
        ids: [rows, length].
        starts: whether a word begins with the token, [rows, length].
    """

    ids: npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
    starts: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


def pack(tokens: TokenisedCorpus, postings: Sequence[int] | npt.NDArray[np.int64], reader: EncoderInput) -> Rows:
    """Postings one after another, as the encoder reads them but uncut, in rows of its length.

    What does not fill the last row is left out.

    Args:
        tokens: of the corpus.
        postings: which, in this order.
        reader: the special tokens and the length.
    """
    kind = tokens.ids.dtype
    first, separator = np.array([reader.first], dtype=kind), np.array([reader.separator], dtype=kind)
    begins = np.array([True])
    ids, starts = [], []
    for posting in postings:
        ids.append(first)
        starts.append(begins)
        for field in range(len(TOKEN_FIELDS)):
            at = tokens.field(int(posting), field)
            ids += [tokens.ids[at], separator]
            starts += [tokens.starts[at], begins]
    flat, marks = np.concatenate(ids), np.concatenate(starts)
    rows = len(flat) // reader.length
    shape = (rows, reader.length)
    return Rows(flat[: rows * reader.length].reshape(shape), marks[: rows * reader.length].reshape(shape))


def mask(
    ids: npt.NDArray[np.int64],
    starts: npt.NDArray[np.bool_],
    share: float,
    mask_id: int,
    vocabulary: int,
    random: np.random.Generator,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Hide whole words.

    Args:
        ids: rows of tokens, [rows, length].
        starts: whether a word begins with the token, [rows, length].
        share: of words to choose.
        mask_id: the mask.
        vocabulary: entries of the vocabulary; the special ones are the first.
        random: of the choice.

    Returns:
        What the encoder sees, [rows, length], and which tokens it has to tell, [rows, length].
    """
    rows, length = ids.shape
    word = np.cumsum(starts, axis=1, dtype=np.int64)
    drawn = np.take_along_axis(random.random((rows, length + 1)), word, axis=1)
    chosen = (drawn < share) & (ids >= len(SPECIAL))
    fate = random.random(ids.shape)
    seen = np.where(chosen & (fate < _MASKED), mask_id, ids)
    anything = random.integers(len(SPECIAL), vocabulary, ids.shape)
    return np.where(chosen & (fate >= _MASKED) & (fate < _MASKED + _RANDOM), anything, seen), chosen


def slices(total: int, size: int) -> Iterator[slice]:
    """Parts of a sequence, `size` at a time."""
    for start in range(0, total, size):
        yield slice(start, min(start + size, total))
