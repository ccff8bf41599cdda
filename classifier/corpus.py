"""The postings and labels that a model is made from, and how they are kept apart from the measuring set."""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from classifier.labels import AI_INVOLVEMENT, LabelSpace
from postings.dataset import Dataset
from taxonomy.errors import JobAtlasError

DESCRIBED = "postings.parquet"
TITLES_ONLY = "postings_without_description.parquet"
DATASET = "dataset"
"""Under what name a dataset's hash stands among those of files."""

TRAIN = "train.jsonl"
DEV = "dev.jsonl"

CERTAINTIES = (1, 2, 3)
"""How sure an annotator was: coin toss, some doubt, clear."""

UNKNOWN = "unknown"
"""The industry label of a posting that does not tell its industry."""

LARGE_EMPLOYER = 40
"""A company with more labelled postings than this is spread over folds by title; others stay in one fold."""

_OUR_NAMES = {
    "posting_id": "id",
    "site_category": "category_label",
    "site_tags": "tags",
    "industry_text": "industry",
}
"""Columns of our own postings -> the names under which a corpus has them."""

_SAME_OPENING = 80
"""Descriptions that share this many first letters are copies."""

_NOT_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Corpus:
    """Postings as columns; the first `described` of them have a description.

    Lists have one entry per posting; an unknown text is "".
    """

    ids: list[str]
    titles: list[str]
    companies: list[str]
    descriptions: list[str]
    site_categories: list[list[str]]
    tags: list[list[str]]
    site_industries: list[str]
    described: int
    hashes: dict[str, str]
    """SHA-256 of each file read, by name."""

    def __len__(self) -> int:
        return len(self.ids)

    def texts(self, places: Iterable[int]) -> tuple[list[str | None], list[str | None], list[str | None]]:
        """Titles, descriptions and company names of some postings, as a model takes them."""
        chosen = list(places)
        return (
            [self.titles[place] for place in chosen],
            [self.descriptions[place] for place in chosen],
            [self.companies[place] for place in chosen],
        )


@dataclass(frozen=True)
class Labels:
    """Labelled postings as columns.

    Attributes:
        postings: index of each in the corpus, [n].
        role: role index, [n].
        alternative: index of the acceptable second role, -1 for none, [n].
        industry: industry index, -1 for unknown, [n].
        ai: index into AI_INVOLVEMENT, [n].
        sure: the annotator's certainty, 1 to 3, [n].
        skills: canonical names, as a set each.
        first_round: whether it was labelled before the skills marked `labelled: false` were in the vocabulary, [n].
    """

    postings: npt.NDArray[np.int64]
    role: npt.NDArray[np.int64]
    alternative: npt.NDArray[np.int64]
    industry: npt.NDArray[np.int64]
    ai: npt.NDArray[np.int64]
    sure: npt.NDArray[np.int64]
    skills: list[set[str]]
    first_round: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.role)

    def only(self, kept: npt.NDArray[np.bool_]) -> "Labels":
        """The labels that are kept, [n]."""
        return Labels(
            self.postings[kept],
            self.role[kept],
            self.alternative[kept],
            self.industry[kept],
            self.ai[kept],
            self.sure[kept],
            [skills for skills, keep in zip(self.skills, kept, strict=True) if keep],
            self.first_round[kept],
        )


def joined_labels(parts: Sequence[Labels]) -> Labels:
    """The labels of several files; of several about a posting the last counts, in its place."""
    last = {int(posting): place for place, posting in enumerate(np.concatenate([part.postings for part in parts]))}
    kept = np.array(list(last.values()), dtype=np.int64)
    skills = [skills for part in parts for skills in part.skills]
    columns = {
        column.name: np.concatenate([getattr(part, column.name) for part in parts])[kept]
        for column in fields(Labels)
        if column.name != "skills"
    }
    return Labels(skills=[skills[place] for place in kept], **columns)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_corpus(folder: Path) -> Corpus:
    """Read postings.parquet and, where present, postings_without_description.parquet of a folder; or a dataset.

    Columns id and title are required; description, company, category_label, tags and industry are used where present.
    A file that `jobatlas classify` wrote will do: posting_id, site_category, site_tags and industry_text are read as
    these.

    Args:
        folder: holds the files, or is the folder of a dataset (`postings.dataset.Dataset`).

    Raises:
        JobAtlasError: a file is missing, is not Parquet, or lacks a required column.
    """
    tables, hashes = _read_tables(folder)
    described = _texts(tables[0], "description")
    total = sum(table.num_rows for table in tables)

    def joined(column: str) -> list[str]:
        return [text for table in tables for text in _texts(table, column)]

    return Corpus(
        ids=joined("id"),
        titles=joined("title"),
        companies=joined("company"),
        descriptions=described + [""] * (total - len(described)),
        site_categories=[_split(text) for text in joined("category_label")],
        tags=[[_fold(tag) for tag in tags or []] for table in tables for tags in _values(table, "tags")],
        site_industries=[_fold(text) for text in joined("industry")],
        described=len(described),
        hashes=hashes,
    )


def read_labels(path: Path, corpus: Corpus, space: LabelSpace) -> Labels:
    """Read a label file: one JSON object a line with id, role, alt, industry, ai, skills, sure, round.

    Of several lines about a posting the last counts, in its place. An id is that of a posting, or of a posting_id what
    follows its source, if only one posting has it.

    Raises:
        JobAtlasError: a line is not JSON, lacks a field, or names a posting, role, industry or degree of AI
            involvement that does not exist.
    """
    places = _places(corpus.ids)
    roles = {role: place for place, role in enumerate(space.roles)}
    industries = {industry: place for place, industry in enumerate(space.industries)} | {UNKNOWN: -1}
    degrees = {degree: place for place, degree in enumerate(AI_INVOLVEMENT)}
    rows = read_label_lines(path)

    def place_of(known: dict[str, int], row: dict[str, Any], key: str, line: int) -> int:
        value = row.get(key)
        if value not in known:
            raise JobAtlasError(f"{path}, line {line}: {key} = {value!r} is not known. Correct or remove the line.")
        return known[value]

    def certainty_of(row: dict[str, Any], line: int) -> int:
        value = row.get("sure", CERTAINTIES[-1])
        if isinstance(value, bool) or value not in CERTAINTIES:
            raise JobAtlasError(f"{path}, line {line}: sure = {value!r} must be one of {CERTAINTIES}, 3 for clear.")
        return int(value)

    def skills_of(row: dict[str, Any], line: int) -> set[str]:
        value = row.get("skills", [])
        if not isinstance(value, list) or not all(isinstance(skill, str) for skill in value):
            raise JobAtlasError(f"{path}, line {line}: skills = {value!r} must be a list of names.")
        return set(value)

    last = {place_of(places, row, "id", line): (line, row) for line, row in enumerate(rows, start=1)}
    numbered = list(last.values())
    rows = [row for _, row in numbered]
    return Labels(
        postings=np.array(list(last), dtype=np.int64),
        role=np.array([place_of(roles, row, "role", line) for line, row in numbered], dtype=np.int64),
        alternative=np.array(
            [place_of(roles, row, "alt", line) if row.get("alt") else -1 for line, row in numbered], dtype=np.int64
        ),
        industry=np.array([place_of(industries, row, "industry", line) for line, row in numbered], dtype=np.int64),
        ai=np.array([place_of(degrees, row, "ai", line) for line, row in numbered], dtype=np.int64),
        sure=np.array([certainty_of(row, line) for line, row in numbered], dtype=np.int64),
        skills=[skills_of(row, line) for line, row in numbered],
        first_round=np.array([row.get("round") == 1 for row in rows], dtype=np.bool_),
    )


def _places(ids: Sequence[str]) -> dict[str, int]:
    """Where each posting is, the first of an id; also by what follows the source, where that is unambiguous."""
    places = {posting_id: place for place, posting_id in reversed(list(enumerate(ids)))}
    short = Counter(posting_id.partition(":")[2] for posting_id in places)
    by_short = {rest: place for posting_id, place in places.items() if short[rest := posting_id.partition(":")[2]] == 1}
    return by_short | places


def read_label_lines(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a label file, in order.

    Raises:
        JobAtlasError: the file cannot be read, is empty, or a line is not a JSON object.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JobAtlasError(f"{path}: cannot be read ({error}). Name a label file (JSON Lines, UTF-8).") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise JobAtlasError(f"{path}, line {number}: is not JSON ({error}). Correct or remove it.") from error
        if not isinstance(row, dict):
            raise JobAtlasError(f"{path}, line {number}: is not a JSON object. Correct or remove it.")
        rows.append(row)
    if not rows:
        raise JobAtlasError(f"{path}: holds no labels. Name a label file with at least one line.")
    return rows


def named_ids(corpus: Corpus, names: Iterable[str]) -> set[str]:
    """The ids of the postings that names mean, as label files name them (`read_labels`); unknown names are left out."""
    places = _places(corpus.ids)
    return {corpus.ids[places[name]] for name in names if name in places}


def copies_of(corpus: Corpus, measured: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Which postings are, or copy, one of the measuring set; nothing may be learnt from them.

    A copy has the same title and company, the same letters in its description, or the same first 80 of them.

    Args:
        corpus: all postings.
        measured: ids of the measuring set.
    """
    wanted = named_ids(corpus, measured)
    titles = [_letters(text) for text in corpus.titles]
    companies = [_letters(text) for text in corpus.companies]
    bodies = [_letters(text) for text in corpus.descriptions]
    held = [place for place, posting_id in enumerate(corpus.ids) if posting_id in wanted]
    posts = {(titles[place], companies[place]) for place in held if companies[place]}
    texts = {bodies[place] for place in held if bodies[place]}
    openings = {bodies[place][:_SAME_OPENING] for place in held if len(bodies[place]) > _SAME_OPENING}
    return np.array(
        [
            corpus.ids[place] in wanted
            or (titles[place], companies[place]) in posts
            or bodies[place] in texts
            or (len(bodies[place]) > _SAME_OPENING and bodies[place][:_SAME_OPENING] in openings)
            for place in range(len(corpus))
        ]
    )


def fold_of(corpus: Corpus, postings: Sequence[int], folds: int) -> npt.NDArray[np.int64]:
    """The fold of each labelled posting, [n]: all of a company's in one, so that a fold's companies are unseen.

    The postings of a company with more than 40 are parted by title instead; postings without a company too.
    """
    companies = [_fold(corpus.companies[place]) for place in postings]
    sizes = Counter(companies)
    groups = [
        company if company and sizes[company] <= LARGE_EMPLOYER else f"{company}|{_fold(corpus.titles[place])}"
        for company, place in zip(companies, postings, strict=True)
    ]
    return np.array(
        [int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") % folds for group in groups], dtype=np.int64
    )


def _read_tables(folder: Path) -> tuple[list[pa.Table], dict[str, str]]:
    """The tables of a folder, the one with descriptions first, and a SHA-256 of each by name."""
    dataset = Dataset(folder)
    if not (folder / DESCRIBED).exists() and dataset.parts():
        table = _in_corpus_names(dataset.reader(["title", "description", "company", *_OUR_NAMES]).read_all())
        has_text = pc.fill_null(pc.greater(pc.utf8_length(table["description"]), 0), False)
        parts = "".join(file_hash(part.path) for part in dataset.parts())
        hashes = {DATASET: hashlib.sha256(parts.encode()).hexdigest()}
        return [table.filter(has_text), table.filter(pc.invert(has_text))], hashes
    paths = [folder / DESCRIBED]
    if (folder / TITLES_ONLY).exists():
        paths.append(folder / TITLES_ONLY)
    return [_read_table(path) for path in paths], {path.name: file_hash(path) for path in paths}


def _in_corpus_names(table: pa.Table) -> pa.Table:
    """A table of our own postings under the names of a corpus."""
    kept = [name for name in table.column_names if name not in _OUR_NAMES.values()]
    return table.select(kept).rename_columns([_OUR_NAMES.get(name, name) for name in kept])


def _read_table(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise JobAtlasError(f"{path}: cannot be read as Parquet ({error}). Name a folder that holds it.") from error
    if "id" not in table.column_names and "posting_id" in table.column_names:
        table = _in_corpus_names(table)
    for column in ("id", "title"):
        if column not in table.column_names:
            raise JobAtlasError(f"{path}: has no column {column!r}. Add it; it has {', '.join(table.column_names)}.")
    return table


def _values(table: pa.Table, column: str) -> list[Any]:
    if column not in table.column_names:
        return [None] * table.num_rows
    values: list[Any] = table[column].to_pylist()
    return values


def _texts(table: pa.Table, column: str) -> list[str]:
    return [value or "" for value in _values(table, column)]


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _split(text: str) -> list[str]:
    return [part for part in re.split("[,，]", _fold(text)) if part]


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())
