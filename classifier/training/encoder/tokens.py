"""The corpus cut into tokens once, on disk, and read from there without being loaded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from classifier.corpus import Corpus
from classifier.encoder_input import TOKEN_FIELDS, EncoderInput, readable_part
from classifier.training.matrices import CHUNK, Report, field_texts
from taxonomy.catalogue import Taxonomy
from taxonomy.segment import words

_IDS, _STARTS, _OFFSETS = "ids.npy", "starts.npy", "offsets.npy"


@dataclass(frozen=True)
class TokenisedCorpus:
    """The tokens of every posting, field by field in the order of TOKEN_FIELDS.

    Attributes:
        ids: uint16 where the vocabulary allows, else uint32, [tokens].
        starts: whether a word begins with this token, [tokens]; a token within a word, or one that holds the end of
            one word and the beginning of another, belongs to what stands before it.
        offsets: field f of posting i holds tokens offsets[3 * i + f]:offsets[3 * i + f + 1], [3 * postings + 1].
    """

    ids: npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
    starts: npt.NDArray[np.bool_]
    offsets: npt.NDArray[np.int64]

    def field(self, posting: int, field: int) -> slice:
        """Where the tokens of one field of a posting are."""
        at = len(TOKEN_FIELDS) * posting + field
        return slice(int(self.offsets[at]), int(self.offsets[at + 1]))

    def posting(self, posting: int, shown: npt.NDArray[np.bool_], reader: EncoderInput) -> npt.NDArray[np.int64]:
        """The tokens of a posting as the encoder reads them, hidden fields left empty.

        Args:
            posting: which.
            shown: whether each field is shown, [3].
            reader: puts the fields together.
        """
        fields = [self.ids[self.field(posting, place)] if see else self.ids[:0] for place, see in enumerate(shown)]
        return reader.join(*fields)  # type: ignore[arg-type]  # arrays are sequences of integers

    @classmethod
    def load(cls, folder: Path) -> "TokenisedCorpus":
        """Open what `tokenise` wrote."""
        arrays = (np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in (_IDS, _STARTS, _OFFSETS))
        return cls(*arrays)


def tokenise(corpus: Corpus, tokenizer: Tokenizer, whole_words: bool, folder: Path, report: Report) -> None:
    """Cut a corpus into tokens and write them.

    Args:
        corpus: all postings.
        tokenizer: cuts the texts.
        whole_words: whether words are found by jieba; otherwise each token is a word.
        folder: where to write.
        report: told of progress.
    """
    ids, starts, lengths = [], [], []
    kind = np.uint16 if tokenizer.get_vocab_size() <= np.iinfo(np.uint16).max else np.uint32
    for chunk in _chunks(corpus):
        encodings = tokenizer.encode_batch(chunk, add_special_tokens=False)
        for text, encoding in zip(chunk, encodings, strict=True):
            ids.append(np.array(encoding.ids, dtype=kind))
            lengths.append(len(encoding.ids))
            if whole_words:
                begins = word_starts(text)
                starts.append(np.array([start in begins for start, _ in encoding.offsets], dtype=bool))
            else:
                starts.append(np.ones(len(encoding.ids), dtype=bool))
        done = len(lengths) // len(TOKEN_FIELDS)
        if done % (10 * CHUNK) < CHUNK:
            report(f"tokens: {done:,} of {len(corpus):,} postings read")
    np.save(folder / _IDS, np.concatenate(ids), allow_pickle=False)
    np.save(folder / _STARTS, np.concatenate(starts), allow_pickle=False)
    np.save(folder / _OFFSETS, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), allow_pickle=False)


def _chunks(corpus: Corpus) -> Iterator[list[str]]:
    """The texts of all fields of some postings at a time."""
    columns = [field_texts(corpus, field) for field in TOKEN_FIELDS]
    for start in range(0, len(corpus), CHUNK):
        yield [
            readable_part(column[place], field)
            for place in range(start, min(start + CHUNK, len(corpus)))
            for field, column in zip(TOKEN_FIELDS, columns, strict=True)
        ]


def dictionary_hash(taxonomy: Taxonomy) -> str:
    """SHA-256 of what decides where words begin: jieba's version and the names that its dictionary is given.

    Args:
        taxonomy: the packaged one, whose names of skills `taxonomy.segment.words` takes for words.
    """
    names = [name for skill in taxonomy.skills for name in (skill.name, *skill.names)]
    return hashlib.sha256("\n".join([version("jieba"), *names]).encode()).hexdigest()


def word_starts(text: str) -> set[int]:
    """The characters of a text with which a word begins."""
    found, position = set(), 0
    for word in words(text):
        position = text.index(word, position)
        found.add(position)
        position += len(word)
    return found
