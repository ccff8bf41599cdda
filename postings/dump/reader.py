"""A dump: files of any format, read as one stream of postings."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from postings.conform import joined_schema
from postings.dump.assemble import Assembler
from postings.dump.columns import (
    ColumnMapping,
    Columns,
    check_mapped_columns,
    checked_mapping,
    recognise,
    title_missing,
)
from postings.dump.delimited import open_delimited
from postings.dump.files import InputFile, Kind, find_files, sniff
from postings.dump.json_tables import open_json, open_json_lines
from postings.dump.parquet_table import open_parquet_table
from postings.dump.rejects import Rejects
from postings.dump.table import RejectRow, Table
from postings.dump.values import TextCleaner
from postings.dump.workbook import open_workbook
from postings.normalise import normalise_batch
from taxonomy.salary import is_obfuscated


@dataclass
class DumpCounts:
    """What became of the rows of a dump; complete once all batches have been read.

    Attributes:
        rows_in: rows read from the files.
        rows_out: rows in the batches.
        rejected: rows in the rejects file. Always `rows_in == rows_out + rejected`.
        control_characters: removed from the texts.
        unreadable: text field -> how many of its non-empty texts gave no normalised value.
        obfuscated_salaries: of those, salaries whose digits are drawn with a site's private font.
    """

    rows_in: int = 0
    rows_out: int = 0
    rejected: int = 0
    control_characters: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    obfuscated_salaries: int = 0


@dataclass(frozen=True)
class _Part:
    table: Table
    columns: Columns


class Dump:
    """An opened dump; made by `open_dump`.

    Attributes:
        schema: the posting fields, then the extra columns of all files.
        passed_over: files and sheets that are not read because nothing in them looks like postings.
        counts: what became of the rows of the last reading.
        rejects: the rejected rows of the last reading.
    """

    def __init__(
        self,
        parts: Sequence[_Part],
        passed_over: Sequence[str],
        source: str | None,
        seen_on: date | None,
        rejects_path: Path | None,
    ) -> None:
        self._parts = parts
        self._source = source
        self._seen_on = seen_on
        self._rejects_path = rejects_path
        self.passed_over = list(passed_over)
        self.counts = DumpCounts()
        self.rejects = Rejects(rejects_path)
        self.schema = joined_schema(_extra_schema(part) for part in parts)

    @property
    def recognised(self) -> dict[str, list[str]]:
        """Field -> the columns that feed it, of all files."""
        merged: dict[str, list[str]] = {}
        for part in self._parts:
            for name, columns in part.columns.recognised.items():
                merged[name] = list(dict.fromkeys([*merged.get(name, []), *columns]))
        return {name: merged[name] for name in self.schema.names if name in merged}

    @property
    def ignored(self) -> list[str]:
        """The columns that feed no field and travel along untouched, under the names they have in the output."""
        return list(dict.fromkeys(name for part in self._parts for name in part.columns.extras.values()))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Read all rows: postings in `schema`, normalised, in the order of the files.

        When the stream has ended, `counts` are complete and the rejects file stands.

        Raises:
            JobAtlasError: a file is found to be damaged while it is read.
        """
        self.counts = counts = DumpCounts()
        cleaner = TextCleaner()
        with Rejects(self._rejects_path) as self.rejects:
            for part in self._parts:
                assembler = Assembler(part.table, part.columns, self.schema, self._source, cleaner)
                label = part.table.label
                for chunk in part.table.chunks(self._rejecter(label, unread=True)):
                    counts.rows_in += len(chunk.rows)
                    batch = assembler.batch(chunk, self._rejecter(label, unread=False))
                    counts.rows_out += batch.num_rows
                    if batch.num_rows:
                        counts.obfuscated_salaries += sum(map(is_obfuscated, batch.column("salary_text").to_pylist()))
                        yield normalise_batch(batch, self._seen_on, counts.unreadable)
            counts.rejected = self.rejects.count
            counts.control_characters = cleaner.removed
        if counts.rows_in != counts.rows_out + counts.rejected:
            raise RuntimeError(f"rows were lost or made: {counts}")

    def _rejecter(self, label: str, *, unread: bool) -> RejectRow:
        """Takes rows of one table; `unread` ones are in no chunk and still have to be counted."""

        def reject(row: int, reason: str, text: str) -> None:
            self.counts.rows_in += unread
            self.rejects.add(label, row, reason, text)

        return reject


def open_dump(
    path: Path | str,
    mapping: ColumnMapping | None = None,
    *,
    source: str | None = None,
    seen_on: date | None = None,
    rejects_path: Path | str | None = None,
) -> Dump:
    """Open a file, zip archive or folder of postings that others made.

    CSV and TSV (UTF-8, UTF-16 with a mark, GB18030), Excel and OpenDocument sheets, JSON, JSON Lines and Parquet are
    told apart by their content. All columns are known, and all files found readable, before the first row is read.

    Args:
        path: a file, with .gz or .zip or without, or a folder of them.
        mapping: field, or part of one, -> column, where the names are not recognised; as `--map`.
        source: the postings' source; None takes it from a column such as 来源, or else `DEFAULT_SOURCE`.
        seen_on: the day on which the dump was gathered, for dates like 3天前; None if unknown: those are null then.
        rejects_path: the CSV file for rows that cannot be used; None only counts them.

    Raises:
        JobAtlasError: a file is empty, binary, damaged or protected, names no job title, or the mapping is wrong.
    """
    path = Path(path)
    said = checked_mapping(mapping or {})
    files, passed_over = find_files(path)
    tables: list[Table] = []
    for file in files:
        opened, passed = _open_tables(file, said)
        tables += opened
        passed_over += passed
    check_mapped_columns(said, list(dict.fromkeys(name for table in tables for name in table.names)), str(path))
    unused = frozenset({"source"}) if source else frozenset()
    parts = [_Part(table, recognise(table.names, said, unused)) for table in tables]
    for part in parts:
        if "title" not in part.columns.slots:
            raise title_missing(said, part.table.names, part.table.label)
    return Dump(parts, passed_over, source, seen_on, None if rejects_path is None else Path(rejects_path))


def _open_tables(file: InputFile, mapping: ColumnMapping) -> tuple[Sequence[Table], list[str]]:
    kind, encoding = sniff(file)
    if kind is Kind.WORKBOOK:
        return open_workbook(file, mapping)
    if kind is Kind.PARQUET:
        return [open_parquet_table(file)], []
    if kind is Kind.JSON:
        return [open_json(file, encoding, mapping)], []
    if kind is Kind.JSON_LINES:
        return [open_json_lines(file, encoding)], []
    return [open_delimited(file, encoding, mapping)], []


def _extra_schema(part: _Part) -> pa.Schema:
    return pa.schema(
        [pa.field(name, part.table.types.get(column, pa.string())) for column, name in part.columns.extras.items()]
    )
