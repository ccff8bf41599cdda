"""What is held of each posting while copies are looked for: facts and keys in memory, shingles on disk, no text."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from postings.duplicates.candidates import BANDS, NO_KEY, Keys, band_keys
from postings.duplicates.companies import Company, read_company
from postings.duplicates.shingles import Hashes, plain_texts, shingles
from postings.duplicates.titles import Title, read_title
from postings.schema import AS_FOUND_NAMES

_FACTS = [
    *("posting_id", "source", "title", "company", "cities", "salary_min", "salary_max", "experience"),
    *("published_on", "first_seen", "last_seen"),
]
COLUMNS = list(dict.fromkeys([*_FACTS, *AS_FOUND_NAMES]))
"""What is read of a posting. Most of the as-found fields are only counted."""

HEAD_CHARACTERS = 40
"""Texts that begin alike are compared however they go on: one may be cut short or have an advertisement added."""

_KEY_BYTES = 8
_CONTENT_BYTES = 16

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Posting:
    """The facts of one posting; None and empty where unknown.

    Attributes:
        title: the title, read.
        company: the company, read.
        source: the posting's source.
        cities: where it is.
        pay: least and most, yuan a month.
        experience: the band of years asked for.
        published: the day of publication, as a proleptic ordinal.
        first_seen: the day it was first seen, as a proleptic ordinal.
        days_seen: how many days later it was last seen.
        content: the same for postings that say the same: title, company and description.
        has_text: whether it has a description.
    """

    title: Title
    company: Company
    source: str
    cities: frozenset[str]
    pay: tuple[int, int] | None
    experience: str | None
    published: int | None
    first_seen: int | None
    days_seen: int
    content: bytes
    has_text: bool


class Corpus:
    """The postings of a stream, numbered from 0 in its order. Made by `read_corpus`."""

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self.identifiers: list[str] = []
        self.postings: list[Posting] = []
        self._filled: list[npt.NDArray[np.int64]] = []
        self._bands: list[npt.NDArray[np.uint32]] = []
        self._heads: list[Keys] = []
        self._offsets = [np.zeros(1, np.int64)]

    def __len__(self) -> int:
        return len(self.postings)

    def add(self, batch: pa.RecordBatch, spool: BinaryIO) -> None:
        """Take in a batch with the columns `COLUMNS`; the shingles go to the spool file."""
        plain = plain_texts(batch.column("description"))
        texts = shingles(plain)
        spool.write(texts.hashes.tobytes())
        self._offsets.append(texts.offsets[1:] + self._offsets[-1][-1])
        self._bands.append(band_keys(texts))
        heads = pc.utf8_slice_codeunits(plain, 0, HEAD_CHARACTERS).to_pylist()
        self._heads.append(_keys(head if len(head) == HEAD_CHARACTERS else None for head in heads))
        filled = sum(np.asarray(pc.cast(pc.is_valid(batch.column(name)), pa.int64())) for name in AS_FOUND_NAMES)
        self._filled.append(np.asarray(filled))
        facts = zip(*(batch.column(name).to_pylist() for name in _FACTS), strict=True)
        for values, text in zip(facts, plain.to_pylist(), strict=True):
            row = dict(zip(_FACTS, values, strict=True))
            self.identifiers.append(row["posting_id"])
            self.postings.append(_posting(row, text))

    def finish(self) -> None:
        """Join what was gathered batch by batch; the corpus is complete."""
        self.offsets = np.concatenate(self._offsets)
        self._band_columns = np.asfortranarray(np.concatenate([np.empty((0, BANDS), np.uint32), *self._bands]))
        self._head_keys = np.concatenate([np.empty(0, np.uint64), *self._heads])
        self._bands.clear()
        self._hashes: Hashes = (
            np.memmap(self._spool, np.uint32, "r") if self.offsets[-1] else np.empty(0, np.uint32)  # no empty memmap
        )

    def shingles(self, number: int) -> Hashes:
        """The shingles of a posting's description, ascending."""
        return self._hashes[self.offsets[number] : self.offsets[number + 1]]

    def rank(self) -> Integers:
        """Each posting's place when representatives are chosen: seen earliest, most fields filled, smallest id."""
        filled = np.concatenate([np.empty(0, np.int64), *self._filled])
        never = date.max.toordinal()
        seen = [never if posting.first_seen is None else posting.first_seen for posting in self.postings]
        order = sorted(range(len(self)), key=lambda n: (seen[n], -filled[n], self.identifiers[n], n))
        rank = np.empty(len(self), np.int64)
        rank[order] = np.arange(len(self))
        return rank

    def keys(self) -> Iterator[npt.NDArray[np.unsignedinteger]]:
        """The keys under which postings are compared, one array after the other."""
        yield from self._band_columns.T
        yield self._head_keys
        yield _keys(posting.content.hex() for posting in self.postings)
        yield _keys(
            f"{posting.company.key}\n{posting.title.core}" if posting.company.key else None for posting in self.postings
        )


@contextmanager
def read_corpus(batches: Iterable[pa.RecordBatch], progress: Callable[[int], None]) -> Iterator[Corpus]:
    """Read postings; their shingles lie in a temporary file until the block ends.

    Args:
        batches: with the columns `COLUMNS`.
        progress: told the number of postings read after each batch.
    """
    with tempfile.TemporaryDirectory(prefix="jobatlas-dedupe-") as folder:
        spool = Path(folder) / "shingles"
        corpus = Corpus(spool)
        with spool.open("wb") as file:
            for batch in batches:
                corpus.add(batch, file)
                progress(len(corpus))
        corpus.finish()
        yield corpus


def _posting(row: dict[str, object], plain: str) -> Posting:
    title, company = read_title(_text(row["title"])), read_company(_text(row["company"]))
    said = f"{title.plain}\x1f{company.key}\x1f{plain}"
    first, last = _day(row["first_seen"]), _day(row["last_seen"])
    return Posting(
        title=title,
        company=company,
        source=_text(row["source"]),
        cities=_cities(tuple(_list(row["cities"]))),
        pay=_pay(row["salary_min"], row["salary_max"]),
        experience=_text(row["experience"]) or None,
        published=_day(row["published_on"]),
        first_seen=first,
        days_seen=0 if first is None or last is None else max(last - first, 0),
        content=hashlib.blake2b(said.encode(), digest_size=_CONTENT_BYTES).digest(),
        has_text=bool(plain),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []


@lru_cache(maxsize=1 << 12)
def _cities(cities: tuple[str, ...]) -> frozenset[str]:
    """The set, once for all postings that have it."""
    return frozenset(cities)


def _day(value: object) -> int | None:
    return value.toordinal() if isinstance(value, date | datetime) else None


def _pay(least: object, most: object) -> tuple[int, int] | None:
    return (least, most) if isinstance(least, int) and isinstance(most, int) else None


def _keys(texts: Iterable[str | None]) -> Keys:
    """64-bit keys of texts; `NO_KEY` for none."""
    return np.fromiter((NO_KEY if text is None else _key(text) for text in texts), np.uint64)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest(), "little") | 1
