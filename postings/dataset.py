"""The dataset on disk: Parquet parts by source and day, read as one stream with one row per posting.

    DATA/postings/source=demo/date=2026-11-22/part-<run>-<n>.parquet    new postings, new versions of changed ones
    DATA/sightings/source=demo/date=2026-11-22/part-<run>-<n>.parquet   posting_id, keyword, seen_at of known ones

Parts are only ever added or replaced as a whole, so a reader needs no lock.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from postings.atomic import TEMPORARY_PREFIX, remove_abandoned
from postings.conform import conform, joined_schema, projected
from postings.fold import FOLD_COLUMNS, fold
from postings.parquet import open_parquet, read_batches, write_parquet
from postings.schema import LABELS_KEY, POSTING_SCHEMA, SIGHTING_SCHEMA
from postings.view import PostingsView
from taxonomy.errors import JobAtlasError

_NAME = re.compile(r"[\w.\-]+")
_REQUIRED = ("posting_id", "title")


@dataclass(frozen=True)
class Part:
    """One Parquet file of a dataset."""

    path: Path
    source: str
    day: date

    @property
    def name(self) -> str:
        """The file's name without its suffix, unique within source and day."""
        return self.path.stem


class Dataset(PostingsView):
    """The postings below a folder.

    Nothing is read or made when it is opened; the folder need not exist before the first part is written.

    Args:
        root: the data folder, the one that holds `postings/`.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)

    def parts(self) -> list[Part]:
        """The parts with postings, by source, then day, then name (numbers in names by value)."""
        return self._parts("postings")

    def sighting_parts(self) -> list[Part]:
        """The parts with sightings, in the same order."""
        return self._parts("sightings")

    def write_part(self, source: str, day: date, name: str, records: Iterable[Mapping[str, Any]] | pa.Table) -> Part:
        """Add a part, or replace the one of the same source, day and name.

        Args:
            source: a name of letters, digits, `_`, `-` and `.`.
            day: the day of the crawl or import.
            name: the part's name without suffix, `part-<run>-<n>`.
            records: postings by field name, in which missing fields are null; or a table, whose columns beyond the
                schema travel along.

        Raises:
            ValueError: a name that cannot be a folder's, or a record without posting_id, source, source_id or title.
        """
        part = self._part("postings", source, day, name)
        table = records if isinstance(records, pa.Table) else pa.Table.from_pylist(list(records), POSTING_SCHEMA)
        write_parquet(part.path, _conformed(table, joined_schema([table.schema])))
        return part

    def write_sightings(self, source: str, day: date, name: str, records: Iterable[Mapping[str, Any]]) -> Part:
        """Add a part of sightings: posting_id, keyword, seen_at. Names as in `write_part`."""
        part = self._part("sightings", source, day, name)
        table = pa.Table.from_pylist(list(records), SIGHTING_SCHEMA)
        write_parquet(part.path, _conformed(table, SIGHTING_SCHEMA))
        return part

    def read_part(self, part: Part) -> pa.Table:
        """All rows and columns of a part, every version of a posting as it was written; `LABELS_KEY` too."""
        with open_parquet(part.path, _REQUIRED) as file:
            schema = _schema_of_part(file.schema_arrow)
        return pa.Table.from_batches(read_batches(part.path, schema), schema)

    def replace_part(self, part: Part, table: pa.Table) -> None:
        """Put a table in the place of a part, atomically; readers see the one or the other.

        A note of `LABELS_KEY` in the table's metadata is written with it.
        """
        write_parquet(part.path, _conformed(table, _schema_of_part(table.schema)))

    def remove_abandoned(self) -> list[Path]:
        """Remove the temporary files of killed writers; returns what was removed."""
        return remove_abandoned(self.root) if self.root.is_dir() else []

    def schema(self) -> pa.Schema:
        """The posting fields, then the extra columns of all parts."""
        schemas = []
        for part in self.parts():
            with open_parquet(part.path, _REQUIRED) as file:
                schemas.append(file.schema_arrow)
        return joined_schema(schemas)

    def scan(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Stream the postings, one row each; memory grows with the number of postings, not with their text.

        A row has the content of the posting's latest version, its earliest `first_seen`, its latest `last_seen` and
        the union of its `keywords`, those of sightings included.

        Args:
            columns: names in the order wanted; None gives the posting fields, then all extra columns.

        Raises:
            JobAtlasError: a part is damaged or of another schema version, or a column is unknown.
        """
        schema = self.selected(columns)
        parts = self.parts()
        folded = fold(_versions(parts, projected(POSTING_SCHEMA, FOLD_COLUMNS)), self._sightings())
        start = 0
        for part in parts:
            for batch in read_batches(part.path, schema, required=_REQUIRED):
                latest = folded.apply(batch, start)
                start += batch.num_rows
                if latest.num_rows:
                    yield latest

    def versions(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Stream some posting fields of every version of every posting, as written, in scan order."""
        yield from _versions(self.parts(), projected(POSTING_SCHEMA, columns))

    def count(self) -> int:
        """How many postings there are, versions of one counted once."""
        schema = projected(POSTING_SCHEMA, ["posting_id"])
        identifiers = pa.Table.from_batches(_versions(self.parts(), schema), schema)
        return int(pc.count_distinct(identifiers["posting_id"]).as_py())

    def _sightings(self) -> Iterator[pa.RecordBatch]:
        for part in self.sighting_parts():
            yield from read_batches(part.path, SIGHTING_SCHEMA, required=SIGHTING_SCHEMA.names)

    def _part(self, kind: str, source: str, day: date, name: str) -> Part:
        for text in (source, name):
            if not _NAME.fullmatch(text) or text.startswith("."):
                raise ValueError(f"{text!r} cannot name a folder or file of a dataset")
        folder = self.root / kind / f"source={source}" / f"date={day.isoformat()}"
        return Part(folder / f"{name}.parquet", source, day)

    def _parts(self, kind: str) -> list[Part]:
        parts = []
        for path in (self.root / kind).glob("source=*/date=*/*.parquet"):
            if path.name.startswith(TEMPORARY_PREFIX):
                continue
            source = path.parent.parent.name.removeprefix("source=")
            day = path.parent.name.removeprefix("date=")
            try:
                parts.append(Part(path, source, date.fromisoformat(day)))
            except ValueError as error:
                raise JobAtlasError(
                    f"{path.parent} is no folder of a dataset, {day!r} is not a date: move it away or rename it."
                ) from error
        return sorted(parts, key=_scan_order)


def _versions(parts: Iterable[Part], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for part in parts:
        yield from read_batches(part.path, schema, required=_REQUIRED)


def _scan_order(part: Part) -> tuple[str, date, list[tuple[int, str]]]:
    """Source, day and name, in which part-9 comes before part-10."""
    pieces = re.findall(r"\d+|\D+", part.name)
    return part.source, part.day, [(int(piece) if piece.isdigit() else -1, piece) for piece in pieces]


def _schema_of_part(schema: pa.Schema) -> pa.Schema:
    """The posting fields, then the extra columns of a part, with its note of what its labels come from."""
    joined = joined_schema([schema])
    note = (schema.metadata or {}).get(LABELS_KEY)
    return joined if note is None else joined.with_metadata({**joined.metadata, LABELS_KEY: note})


def _conformed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in a schema, refused when it lacks a value that the schema requires."""
    result = pa.Table.from_batches((conform(batch, schema) for batch in table.to_batches()), schema)
    for field in schema:
        if not field.nullable and result[field.name].null_count:
            raise ValueError(f"{result[field.name].null_count} records have no {field.name}")
    return result


class PostingsFile(PostingsView):
    """A single Parquet file of postings, as `jobatlas classify FILE` writes it; its rows are taken as they are.

    Args:
        path: the file.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def schema(self) -> pa.Schema:
        """The posting fields, then the file's extra columns."""
        with open_parquet(self.path, _REQUIRED) as file:
            return joined_schema([file.schema_arrow])

    def scan(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Stream the rows; arguments and errors as in `Dataset.scan`."""
        yield from read_batches(self.path, self.selected(columns), required=_REQUIRED)

    def count(self) -> int:
        """How many rows the file has."""
        with open_parquet(self.path, _REQUIRED) as file:
            return int(file.metadata.num_rows)


def open_postings(path: Path | str) -> PostingsView:
    """Open a dataset folder or a single Parquet file of postings.

    Raises:
        JobAtlasError: there is nothing at `path`, or a folder without postings.
    """
    path = Path(path)
    if path.is_file():
        return PostingsFile(path)
    if not path.exists():
        raise JobAtlasError(f"{path} does not exist: name a data folder or a Parquet file of postings.")
    dataset = Dataset(path)
    if not dataset.parts():
        raise JobAtlasError(
            f"{path} holds no postings (no postings/source=*/date=*/*.parquet below it): fill it with `jobatlas"
            " crawl` or `jobatlas import` first, or name the folder above."
        )
    return dataset
