"""The board's postings: loaded from `postings/*.jsonl`, checked, and searched as a job board would."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

_OPTIONAL = frozenset({"role"})  # written for whoever checks the labels; the board does not show it


@dataclass(frozen=True, slots=True)
class BoardPosting:
    """One posting as it was written. `category` is an id of the vocabulary, by which the board sorts its postings."""

    id: str
    title: str
    company: str
    city: str
    district: str
    salary: str
    experience: str
    education: str
    industry: str
    company_size: str
    company_stage: str
    category: str
    keywords: tuple[str, ...]
    tags: tuple[str, ...]
    benefits: tuple[str, ...]
    published: str
    employment: str
    description: str


_LISTS = frozenset({"keywords", "tags", "benefits"})
_MAY_BE_EMPTY = frozenset(
    {"district", "salary", "experience", "education", "industry", "company_size", "company_stage"}
) | {
    "employment",
    "tags",
    "benefits",
}


def written_postings(folder: Traversable | None = None) -> list[BoardPosting]:
    """The postings in the files of a folder, by file name and line.

    Args:
        folder: The folder; None is the package's own.

    Raises:
        JobAtlasError: a line is no posting, lacks a key, or repeats an id; the message names file and line.
    """
    folder = folder or resources.files("crawler.board") / "postings"
    found: dict[str, tuple[str, BoardPosting]] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".jsonl"):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{file.name} line {number}"
            posting = _read(where, line)
            if posting.id in found:
                raise JobAtlasError(f"{where}: the id {posting.id!r} is taken by {found[posting.id][0]}.")
            found[posting.id] = where, posting
    if not found:
        raise JobAtlasError(f"{folder}: no postings (*.jsonl) for the board.")
    return [posting for _, posting in found.values()]


def _read(where: str, line: str) -> BoardPosting:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise JobAtlasError(f"{where}: not JSON ({error}).") from error
    if not isinstance(values, dict):
        raise JobAtlasError(f"{where}: a posting is a JSON object.")
    known = [field.name for field in fields(BoardPosting)]
    unknown = values.keys() - {*known, *_OPTIONAL}
    if unknown:
        raise JobAtlasError(f"{where}: unknown keys {', '.join(sorted(unknown))}.")
    taken: dict[str, Any] = {}
    for name in known:
        value = values.get(name)
        if name in _LISTS:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise JobAtlasError(f"{where}: {name!r} must be a list of texts.")
            taken[name] = tuple(value)
        elif isinstance(value, str):
            taken[name] = value
        else:
            raise JobAtlasError(f"{where}: {name!r} is missing or no text.")
        if not taken[name] and name not in _MAY_BE_EMPTY:
            raise JobAtlasError(f"{where}: {name!r} is empty.")
    if taken["category"] not in _category_names():
        hint = did_you_mean(taken["category"], _category_names())
        raise JobAtlasError(f"{where}: there is no category {taken['category']!r}.{hint}")
    try:
        date.fromisoformat(taken["published"])
    except ValueError as error:
        raise JobAtlasError(f"{where}: 'published' is no date such as 2026-11-02.") from error
    return BoardPosting(**taken)


def category_name(category: str) -> str:
    """The Chinese name of a category id."""
    return _category_names()[category]


@cache
def _category_names() -> dict[str, str]:
    return {category.id: category.zh for category in load_taxonomy().categories}


class BoardStore:
    """The postings of a board, newest first.

    Args:
        postings: What it holds.
    """

    def __init__(self, postings: Iterable[BoardPosting]) -> None:
        self.postings = sorted(postings, key=lambda posting: (posting.published, posting.id), reverse=True)
        self._by_id = {posting.id: posting for posting in self.postings}
        self.search = lru_cache(maxsize=4096)(self._search)

    def get(self, posting_id: str) -> BoardPosting | None:
        """The posting of an id."""
        return self._by_id.get(posting_id)

    def _search(self, keyword: str, city: str, category: str) -> Sequence[BoardPosting]:
        """The postings that match; an empty argument matches all."""
        word = keyword.casefold()
        return [
            posting
            for posting in self.postings
            if (not city or posting.city == city)
            and (not category or posting.category == category)
            and (not word or keyword in posting.keywords or word in self._texts[posting.id])
        ]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {posting.id: f"{posting.title}\n{posting.description}".casefold() for posting in self.postings}
