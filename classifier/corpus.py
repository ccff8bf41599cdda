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

_TEXT_COLUMNS = frozenset({"id", "title", "company", "description", "category_label", "industry"})

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
    """The labels of several files, the first of which measures (`training.run.prepare`).

    Of several about a posting that of the first file counts; within a file `read_labels` has taken the last.
    """
    postings = np.concatenate([part.postings for part in parts])
    kept = np.sort(np.unique(postings, return_index=True)[1])
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
        JobAtlasError: a file is missing, is not Parquet, lacks a required column, or a column is not of text.
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
        tags=[[tag for tag in tags or [] if tag] for table in tables for tags in _values(table, "tags")],
        site_industries=[folded(text) for text in joined("industry")],
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
    roles = {role: place for place, role in enumerate(space.roles)}
    industries = {industry: place for place, industry in enumerate(space.industries)} | {UNKNOWN: -1}
    degrees = {degree: place for place, degree in enumerate(AI_INVOLVEMENT)}
    rows = read_label_lines(path)
    places = places_of_names(corpus.ids, (row["id"] for row in rows if isinstance(row.get("id"), str)))

    def place_of(known: dict[str, int], row: dict[str, Any], key: str, line: int) -> int:
        value = row.get(key)
        if not isinstance(value, str) or value not in known:
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


def places_of_names(ids: Iterable[str], names: Iterable[str]) -> dict[str, int]:
    """Where the postings are that the names of label files mean; a name that means none, or several, is left out.

    Args:
        ids: of all postings; of an id that is there twice the first counts.
        names: each an id, or what follows the source of a posting_id, if only one posting has it.
    """
    wanted = set(names)
    whole: dict[str, int] = {}
    short: dict[str, dict[str, int]] = {}
    for place, posting_id in enumerate(ids):
        if posting_id in wanted:
            whole.setdefault(posting_id, place)
        rest = posting_id.partition(":")[2]
        if rest and rest in wanted:
            short.setdefault(rest, {}).setdefault(posting_id, place)
    return {rest: place for rest, found in short.items() if len(found) == 1 for place in found.values()} | whole


def read_label_lines(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a label file, in order.

    Raises:
        JobAtlasError: the file cannot be read, is empty, or a line is not a JSON object.
    """
    try:
        # Not splitlines(): it parts lines at characters such as U+2028 too, which a term of a label may hold.
        lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise JobAtlasError(f"{path}: cannot be read ({error}). Name a label file (JSON Lines, UTF-8).") from error
    if lines == [""]:
        raise JobAtlasError(f"{path}: holds no labels. Name a label file with at least one line.")
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise JobAtlasError(f"{path}, line {number}: is not JSON ({error}). Correct or remove it.") from error
        if not isinstance(row, dict):
            raise JobAtlasError(f"{path}, line {number}: is not a JSON object. Correct or remove it.")
        rows.append(row)
    return rows


def named_ids(corpus: Corpus, names: Iterable[str]) -> set[str]:
    """The ids of the postings that names mean, as label files name them (`read_labels`); unknown names are left out."""
    return {corpus.ids[place] for place in places_of_names(corpus.ids, names).values()}


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
    companies = [folded(corpus.companies[place]) for place in postings]
    sizes = Counter(companies)
    groups = [
        company if company and sizes[company] <= LARGE_EMPLOYER else f"{company}|{folded(corpus.titles[place])}"
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
    for column in table.schema:
        if column.name in _TEXT_COLUMNS and not _is_text(column.type):
            raise JobAtlasError(f"{path}: the column {column.name!r} holds {column.type}, not text. Convert it first.")
        if column.name == "tags" and not _is_texts(column.type):
            raise JobAtlasError(
                f"{path}: the column 'tags' holds {column.type}, not lists of text. Make each value a list, or "
                "leave the column out."
            )
    return table


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return any(
        test(kind) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    )


def _is_texts(kind: pa.DataType) -> bool:
    listed = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return _is_text(kind.value_type) if listed else pa.types.is_null(kind)


def _values(table: pa.Table, column: str) -> list[Any]:
    if column not in table.column_names:
        return [None] * table.num_rows
    values: list[Any] = table[column].to_pylist()
    return values


def _texts(table: pa.Table, column: str) -> list[str]:
    return [value or "" for value in _values(table, column)]


def folded(text: str) -> str:
    """A text in lower case, of usual width (NFKC), with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _split(text: str) -> list[str]:
    return [part for part in re.split("[,，]", folded(text)) if part]


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())
