"""CSV and its relatives, read so that a wrong quotation mark costs one row and not the rest of the file."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

import pyarrow as pa

from postings.dump.columns import ColumnMapping, distinct_names, find_header, recognise, title_missing
from postings.dump.files import InputFile, reading
from postings.dump.lines import LONE_RETURN, LONGEST_LINE, Lines
from postings.dump.row_reader import RowReader
from postings.dump.table import Chunk, ChunkBuilder, RejectRow
from taxonomy.errors import JobAtlasError

DELIMITERS = (",", "\t", ";", "|")

_NO_DELIMITER = "\x1f"
"""For files of one column: a control character that no text should have."""

_SAMPLED_LINES = 200
_SAMPLED_ROWS = 20


@dataclass(frozen=True)
class DelimitedTable:
    """A text file of rows; a `Table`.

    Attributes:
        file: where it is.
        encoding: as `detect_encoding` found it.
        delimiter: between fields.
        header: the cells of the header as they are.
        header_lines: how many lines there are up to the header's end.
        line_end: what every line ends with: a newline, or in files of old a carriage return.
    """

    file: InputFile
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_lines: int
    line_end: str
    guarded: bool = True
    types: Mapping[str, pa.DataType] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The file's name."""
        return self.file.label

    @property
    def names(self) -> list[str]:
        """The column names, all different."""
        return distinct_names([cell.strip() for cell in self.header])

    def chunks(self, reject: RejectRow) -> Iterator[Chunk]:
        """Read the rows below the header."""
        builder = ChunkBuilder(self.names)
        repeated = list(self.header)
        with _opened(self.file, self.encoding, self.line_end) as lines:
            for _ in islice(lines, self.header_lines):
                pass
            for number, cells in RowReader(lines, self.delimiter, len(self.header), reject).rows():
                if cells == repeated:
                    reject(number, "repeats the header", self.delimiter.join(cells))
                elif chunk := builder.add(number, [_cell(cell) for cell in cells]):
                    yield chunk
        if chunk := builder.rest():
            yield chunk


def open_delimited(file: InputFile, encoding: str, mapping: ColumnMapping) -> DelimitedTable:
    """Find a text file's delimiter and header.

    The delimiter is the one with which the header has the most names that we know, then the most names.

    Raises:
        JobAtlasError: no line names a job title, or the file is one endless line.
    """
    line_end = _line_end(file, encoding)
    with _opened(file, encoding, line_end) as lines:
        sample = list(islice(lines, _SAMPLED_LINES))
    if not all(line.whole for line in sample[:1]):
        raise JobAtlasError(
            f"{file.label} begins with a line of more than {LONGEST_LINE:,} characters: it is no table with one row a"
            " line. Export it again with line breaks, or as JSON."
        )
    texts = [line.text for line in sample if line.whole]
    best: tuple[int, int] | None = None
    table: DelimitedTable | None = None
    widest: list[str] = []
    for delimiter in (*DELIMITERS, _NO_DELIMITER):
        rows, ends = _sampled(texts, delimiter)
        index = find_header(rows, mapping)
        if index is None:
            widest = max(widest, next((row for row in rows if any(row)), []), key=len)
            continue
        names = distinct_names(rows[index])
        found = (len(recognise(names, mapping).slots), len(names))
        # With one column the delimiters are text, so that the last one tried counts.
        if best is None or found > best or len(names) == 1:
            best = found
            table = DelimitedTable(file, encoding, delimiter, tuple(rows[index]), ends[index], line_end)
    if table is None:
        raise title_missing(mapping, distinct_names([cell.strip() for cell in widest]), file.label)
    return table


def _sampled(texts: Sequence[str], delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first rows with a delimiter, and the line at which each ends."""
    reader = csv.reader(texts, delimiter=delimiter)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in islice(reader, _SAMPLED_ROWS):
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error:  # a field without end among the rows below the header
        pass
    return rows, ends


@contextmanager
def _opened(file: InputFile, encoding: str, line_end: str) -> Iterator[Lines]:
    with (
        reading(file.label),
        file.open() as stream,
        io.TextIOWrapper(stream, encoding, errors="replace", newline=line_end) as text,
    ):
        yield Lines(text)


def _line_end(file: InputFile, encoding: str) -> str:
    with (
        reading(file.label),
        file.open() as stream,
        io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text,
    ):
        start = text.read(LONGEST_LINE)
    return "\r" if "\r" in start and "\n" not in start else "\n"


def _cell(text: str) -> str | None:
    """A cell's text as the file has it; None when it is empty."""
    return (text.replace(LONE_RETURN, "\r") if LONE_RETURN in text else text) or None
