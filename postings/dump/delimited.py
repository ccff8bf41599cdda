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
from postings.dump.lines import LONE_RETURN, LONGEST_LINE, Line, Lines
from postings.dump.quoting import RowSearch
from postings.dump.table import Chunk, ChunkBuilder, RejectRow
from taxonomy.errors import JobAtlasError

# The csv module gives up at 131,072 characters, which is less than postings have. The limit can only be set for all
# its users at once.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))

DELIMITERS = (",", "\t", ";", "|")

_NO_DELIMITER = "\x1f"
"""For files of one column: a control character that no text should have."""

_SAMPLED_LINES = 200
_SAMPLED_ROWS = 20

_WINDOWS = ((1 << 15, 300), (1 << 18, 3_000), (1 << 21, 30_000))
"""Characters and lines in which the end of a row with wrong quotation marks is looked for, one after the other."""
_FAILED_WIDE_SEARCHES = 100
"""After so many in vain only the first window is searched: such a file has no rows that long."""
_FAILURES_IN_A_ROW = 50
"""After so many rows without a good one between, rows are no longer repaired until a good one comes."""


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
            for number, cells in _RowReader(lines, self.delimiter, len(self.header), reject).rows():
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


class _OverlongError(Exception):
    """A line or row is longer than a row may be."""


class _Feed:
    """Feeds the csv module line by line and remembers what the current row has taken.

    Attributes:
        taken: the lines of the current row.
        longest: characters after which a row is given up; where a quotation mark is missing it goes on to the next
            one, however far that is.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._characters = 0
        self.taken: list[Line] = []
        self.longest = LONGEST_LINE

    def next_row(self) -> None:
        """Forget the lines of the row that has been read."""
        self.taken.clear()
        self._characters = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._lines.take()
        if line is None:
            raise StopIteration
        self.taken.append(line)
        self._characters += len(line.text)
        if not line.whole or self._characters > self.longest:
            raise _OverlongError
        return line.text


class _RowReader:
    """Rows of one width; what is no such row is repaired or rejected.

    The csv module reads as long as the rules hold and the width is right. Where not, the row's lines are given back
    and read again by `RowSearch`.
    """

    def __init__(self, lines: Lines, delimiter: str, width: int, reject: RejectRow) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._reject = reject
        self._wide_searches_left = _FAILED_WIDE_SEARCHES
        self._failures = 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows with the number of the line on which each begins."""
        feed = _Feed(self._lines)
        reader = csv.reader(feed, delimiter=self._delimiter, strict=True)
        while True:
            feed.next_row()
            if self._wide_searches_left <= 0:
                feed.longest = _WINDOWS[1][0]
            row: list[str] | None = None
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, _OverlongError):
                pass
            if row is not None and len(row) > self._width and not any(row[self._width :]):
                del row[self._width :]
            if row is not None and (not row or (len(row) == 1 and not row[0].strip() and self._width > 1)):
                continue  # an empty line
            number = feed.taken[0].number
            if row is None or len(row) != self._width:
                row = self._repaired(feed.taken, row)
            if row is None:
                self._failures += 1
            else:
                self._failures = 0
                yield number, row

    def _repaired(self, taken: list[Line], row: list[str] | None) -> list[str] | None:
        """The fields of a row that breaks the rules; None when its lines had to be rejected.

        Args:
            taken: the lines that the csv module took for it.
            row: what it made of them; None when it gave up.
        """
        if not taken[0].whole:
            self._lines.give_back(taken[1:])
            self._reject(taken[0].number, f"line of more than {LONGEST_LINE:,} characters", taken[0].text)
            return None
        searched = self._failures < _FAILURES_IN_A_ROW
        # On one line and by the rules, a row just has the wrong number of fields. On several lines it may be two rows.
        if row is not None and not (searched and len(taken) > 1):
            self._reject_lines(taken, row)
            return None
        self._lines.give_back(taken)
        window: list[Line] = []
        if searched:
            for characters, count in _WINDOWS if self._wide_searches_left > 0 else _WINDOWS[:1]:
                complete = self._fill(window, characters, count)
                search = RowSearch(
                    "".join(line.text for line in window), self._delimiter, self._width, complete=complete
                )
                found = search.row_at(0)
                if found and (found.followed or (found.believable and (complete or characters == _WINDOWS[-1][0]))):
                    self._lines.give_back(window[_lines_before(window, found.end) :])
                    return found.fields
                if complete:
                    break
            self._wide_searches_left -= 1
            rejected = _lines_to_good_rows(window, search, len(taken) if row is not None else None)
        else:
            window.extend(islice(self._lines, 1))
            rejected = 1
        self._lines.give_back(window[rejected:])
        self._reject_lines(window[:rejected], row if rejected == len(taken) else None)
        return None

    def _fill(self, window: list[Line], characters: int, count: int) -> bool:
        """Take lines into the window up to so many characters or lines; whether the rows end there for certain."""
        held = sum(len(line.text) for line in window)
        while held < characters and len(window) < count:
            line = self._lines.take()
            if line is None:
                return True
            if not line.whole:
                self._lines.give_back([line])
                return True
            window.append(line)
            held += len(line.text)
        return False

    def _reject_lines(self, lines: Sequence[Line], row: list[str] | None) -> None:
        fields = len(row or ())
        reason = f"{fields} column{'s' if fields != 1 else ''} where the header has {self._width}"
        if row is None:
            reason = "quotation marks that do not match"
        if len(lines) > 1:
            reason += f" (lines {lines[0].number} to {lines[-1].number})"
        text = "".join(line.text for line in lines).rstrip("\r\n")
        self._reject(lines[0].number, reason, text.replace(LONE_RETURN, "\r"))


def _lines_before(window: Sequence[Line], end: int) -> int:
    """How many lines the first `end` characters are."""
    characters = 0
    for count, line in enumerate(window):
        if characters >= end:
            return count
        characters += len(line.text)
    return len(window)


def _lines_to_good_rows(window: Sequence[Line], search: RowSearch, most: int | None) -> int:
    """How many lines have to be rejected before rows can be read again.

    Args:
        window: the lines, of which the first begins the bad row.
        search: over their text.
        most: how many lines the bad row has by the rules of CSV; None when it has no end by them. Then it is the
            first line alone, unless good rows show where it ends.
    """
    start = 0
    for count, line in enumerate(window[:most]):
        if count and search.can_go_on(start, by_the_rules=most is not None):
            return count
        start += len(line.text)
    return most or 1
