"""Rows of any table as postings in the schema."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from postings.conform import cast, json_text
from postings.dump.column_names import COUNTER_NAMES, PARTS
from postings.dump.columns import Columns, normal_name
from postings.dump.salary_columns import SalaryColumn
from postings.dump.table import Cells, Chunk, RejectRow, Table
from postings.dump.values import TextCleaner, shown_text, well_formed
from postings.normalise import content_hashes
from postings.schema import AS_FOUND_NAMES, DUPLICATES, POSTING_SCHEMA
from postings.spreadsheet import unguarded

DEFAULT_SOURCE = "dump"
"""The source of postings of which nobody says where they are from."""

NO_CONTENT = "no job title and no description"

_LISTS = ("site_tags", "benefits", "keywords")
_JOINED = frozenset(PARTS.values())
_SINGLE = tuple(name for name in [*AS_FOUND_NAMES, "url"] if name not in _LISTS and name not in _JOINED)
_DESCRIPTION = ("duties", "requirements", "bonus", "description")

_NOT_OF_A_SOURCE = re.compile(r"[^\w.\-]+")
_LONGEST_SOURCE = 64
_HASH_BYTES = 12

Texts = list[str | None]


class Assembler:
    """Makes postings of the rows of one table.

    Args:
        table: where the rows are from.
        columns: how its columns are used.
        schema: the posting fields and the extra columns of the whole dump.
        source: the postings' source; None takes it from the table, or else `DEFAULT_SOURCE`.
        cleaner: counts what it removes.
    """

    def __init__(
        self, table: Table, columns: Columns, schema: pa.Schema, source: str | None, cleaner: TextCleaner
    ) -> None:
        self._columns = columns
        self._schema = schema
        self._source = source
        self._cleaner = cleaner
        self._extra_columns = {name: column for column, name in columns.extras.items()}
        self._guarded = columns.own and table.guarded
        salary = columns.slots.get("salary_text") or columns.slots.get("salary_low") or columns.slots.get("salary_high")
        self._salary = SalaryColumn("" if salary is None or columns.own else salary)
        identity = columns.slots.get("source_id")
        self._counted = identity is not None and normal_name(identity) in COUNTER_NAMES

    def batch(self, chunk: Chunk, reject: RejectRow) -> pa.RecordBatch:
        """The postings of a chunk, in the schema, not yet normalised.

        Args:
            chunk: rows of the table.
            reject: takes the rows without title and description.
        """
        fields: dict[str, list[Any]] = {name: self._texts(chunk, name) for name in _SINGLE}
        fields["description"] = self._descriptions(chunk)
        fields["city_text"] = self._cities(chunk)
        fields["salary_text"] = self._salaries(chunk)
        for name in _LISTS:
            fields[name] = self._lists(chunk, name)
        usable = [bool(t or d) for t, d in zip(fields["title"], fields["description"], strict=True)]
        if not all(usable):
            self._reject_unusable(chunk, usable, reject)
            fields = {name: _kept(values, usable) for name, values in fields.items()}
        fields["title"] = [title or "" for title in fields["title"]]
        fields |= self._identity(chunk, usable, fields)
        arrays = []
        for field in self._schema:
            if field.name in fields:
                arrays.append(pa.array(fields[field.name], field.type))
            elif field.name in POSTING_SCHEMA.names:
                arrays.append(self._carried(chunk, field, usable))
            else:
                arrays.append(self._extra(chunk, field, usable))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _cells(self, chunk: Chunk, column: str | None) -> list[Any]:
        cells = None if column is None else chunk.columns.get(column)
        if cells is None:
            return [None] * len(chunk.rows)
        values = _listed(cells)
        if self._guarded:
            return [unguarded(value) if isinstance(value, str) else value for value in values]
        return values

    def _texts(self, chunk: Chunk, slot: str) -> Texts:
        return [self._cleaner.text(cell) for cell in self._cells(chunk, self._columns.slots.get(slot))]

    def _lists(self, chunk: Chunk, slot: str) -> list[list[str] | None]:
        return [self._cleaner.texts(cell) for cell in self._cells(chunk, self._columns.slots.get(slot))]

    def _descriptions(self, chunk: Chunk) -> Texts:
        parts = [self._texts(chunk, slot) for slot in _DESCRIPTION if slot in self._columns.slots]
        if len(parts) == 1:
            return parts[0]
        return [_joined(row) for row in zip(*parts, strict=True)] if parts else [None] * len(chunk.rows)

    def _cities(self, chunk: Chunk) -> Texts:
        cities = self._texts(chunk, "city_text")
        if self._columns.slots.get("district") is None:
            return cities
        districts = self._texts(chunk, "district")
        return [
            f"{city}·{district}" if city and district and district not in city else city or district
            for city, district in zip(cities, districts, strict=True)
        ]

    def _salaries(self, chunk: Chunk) -> Texts:
        if self._columns.slots.get("salary_text") is not None:
            texts = self._texts(chunk, "salary_text")
            return [None if text is None else self._salary.complete(text) for text in texts]
        lows, highs = self._texts(chunk, "salary_low"), self._texts(chunk, "salary_high")
        return [self._salary.range(low, high) for low, high in zip(lows, highs, strict=True)]

    def _identity(self, chunk: Chunk, usable: list[bool], fields: Mapping[str, list[Any]]) -> dict[str, Texts]:
        """source, source_id and posting_id of the usable rows."""
        names = _kept(self._texts(chunk, "source"), usable)
        sources = [source_name(self._source or name or DEFAULT_SOURCE) for name in names]
        given = _kept(self._texts(chunk, "source_id"), usable)
        if all(given) and not self._counted:
            ids = given
        else:
            hashes = content_hashes(
                *(pa.array(fields[name], pa.string()) for name in ("title", "company", "description"))
            )
            ids = [
                self._identifier(said, _short_hash(content, city))
                for said, content, city in zip(given, hashes, fields["city_text"], strict=True)
            ]
        whole = _kept(self._texts(chunk, "posting_id"), usable) if self._columns.own else [None] * len(ids)
        return {
            "source": sources,
            "source_id": ids,
            "posting_id": [w or f"{s}:{i}" for w, s, i in zip(whole, sources, ids, strict=True)],
        }

    def _identifier(self, said: str | None, content: str) -> str:
        """The row's own id; that of its content where there is none; both where the own one may be a row counter."""
        if said is None:
            return content
        return f"{said}-{content}" if self._counted and said.isdigit() else said

    def _carried(self, chunk: Chunk, field: pa.Field, usable: list[bool]) -> pa.Array:
        """A field that only our own files have; null for others."""
        cells = chunk.columns.get(field.name) if self._columns.own else None
        if cells is None or field.name not in self._columns.slots:
            return pa.nulls(sum(usable), field.type)
        if field.name in _DUPLICATE_NAMES:
            return pa.array(_kept(self._texts(chunk, field.name), usable), field.type)
        return pa.array([_moment(value) for value in _kept(_listed(cells), usable)]).cast(field.type)

    def _extra(self, chunk: Chunk, field: pa.Field, usable: list[bool]) -> pa.Array:
        column = self._extra_columns.get(field.name)
        cells = None if column is None else chunk.columns.get(column)
        if cells is None:
            return pa.nulls(sum(usable), field.type)
        if isinstance(cells, pa.Array):
            return cast(cells.filter(pa.array(usable)), field.type)
        texts = (shown_text(cell) for cell in _kept(self._cells(chunk, column), usable))
        return pa.array([None if text is None else well_formed(text) for text in texts], field.type)

    def _reject_unusable(self, chunk: Chunk, usable: list[bool], reject: RejectRow) -> None:
        columns = {name: _listed(cells) for name, cells in chunk.columns.items()}
        for index, number in enumerate(chunk.rows):
            if not usable[index]:
                row = {name: cells[index] for name, cells in columns.items() if cells[index] is not None}
                reject(number, NO_CONTENT, json_text(row))


_DUPLICATE_NAMES = frozenset(field.name for field in DUPLICATES)


def source_name(text: str) -> str:
    """A source's name as it can stand in a posting_id and a folder name: letters, digits, `_`, `-` and `.`."""
    return _NOT_OF_A_SOURCE.sub("_", text.strip()).strip("._")[:_LONGEST_SOURCE] or DEFAULT_SOURCE


def _short_hash(content: str, city: str | None) -> str:
    return hashlib.blake2b(f"{content}{city or ''}".encode(), digest_size=_HASH_BYTES).hexdigest()


def _listed(cells: Cells) -> list[Any]:
    return cells.to_pylist() if isinstance(cells, pa.Array) else list(cells)


def _kept(values: Iterable[Any], usable: list[bool]) -> list[Any]:
    return [value for value, keep in zip(values, usable, strict=True) if keep]


def _joined(parts: Iterable[str | None]) -> str | None:
    """The parts of a description below each other; one that another part contains is left out."""
    texts = list(dict.fromkeys(part for part in parts if part))
    whole = [text for text in texts if not any(text != other and text in other for other in texts)]
    return "\n".join(whole) or None


def _moment(value: object) -> object:
    """A time or day of our own file, read from text where it was a CSV or JSON file."""
    if not isinstance(value, str):
        return value
    try:
        if len(value) <= len("2026-11-22"):
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
