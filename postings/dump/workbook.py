"""Excel and OpenDocument spreadsheets: every visible sheet with a header that names a job title."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from postings.dump.columns import ColumnMapping, distinct_names, find_header, title_missing
from postings.dump.files import InputFile, reading
from postings.dump.table import Chunk, ChunkBuilder, RejectRow
from postings.dump.values import shown_text
from taxonomy.errors import JobAtlasError

_SAMPLED_ROWS = 20

_MOST_CELLS = 60_000_000
"""A sheet of Excel's most rows (1,048,576) with 57 columns. The reader holds the whole rectangle, 32 bytes a cell,
and a single cell in Excel's last corner would make it 17 billion."""

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]{1,3})([0-9]{1,7})"')
_DIMENSION_WITHIN_BYTES = 4_096


@dataclass(frozen=True)
class SheetTable:
    """A sheet; a `Table`.

    Attributes:
        file: the workbook.
        sheet: the sheet's name.
        header_row: the header's index among the rows, from 0.
        columns: the index of every column with a name or a cell below the header -> its name.
    """

    file: InputFile
    sheet: str
    header_row: int
    columns: Mapping[int, str]
    guarded: bool = False
    types: Mapping[str, pa.DataType] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The file's and the sheet's name."""
        return f"{self.file.label}[{self.sheet}]"

    @property
    def names(self) -> list[str]:
        """The column names, all different."""
        return list(self.columns.values())

    def chunks(self, reject: RejectRow) -> Iterator[Chunk]:
        """Read the rows below the header, numbered as in the sheet; empty ones are passed over."""
        builder = ChunkBuilder(self.names)
        indexes = list(self.columns)
        with _opened(self.file) as workbook:
            rows = enumerate(workbook.get_sheet_by_name(self.sheet).iter_rows(), 1)
            _, header = next(islice(rows, self.header_row, None))
            for number, row in rows:
                cells = [row[index] if row[index] != "" else None for index in indexes]
                if not any(cell is not None for cell in cells):
                    continue
                if row == header:
                    reject(number, "repeats the header", "\t".join(filter(None, map(shown_text, cells))))
                elif chunk := builder.add(number, cells):
                    yield chunk
        if chunk := builder.rest():
            yield chunk


def open_workbook(file: InputFile, mapping: ColumnMapping) -> tuple[list[SheetTable], list[str]]:
    """Find the sheets with postings and their headers.

    Returns:
        The tables, and the labels of the sheets without a column of job titles.

    Raises:
        JobAtlasError: the file is damaged or protected, or no sheet names a job title.
    """
    tables: list[SheetTable] = []
    passed: list[str] = []
    widest: list[str] = []
    with _opened(file) as workbook:
        for sheet in workbook.sheets_metadata:
            if sheet.typ is not SheetTypeEnum.WorkSheet or sheet.visible is not SheetVisibleEnum.Visible:
                continue
            opened = workbook.get_sheet_by_name(sheet.name)
            rows = [_texts(row) for row in islice(opened.iter_rows(), _SAMPLED_ROWS)]
            index = find_header(rows, mapping)
            if index is None:
                passed.append(f"{file.label}[{sheet.name}]")
                widest = max([widest, *([cell for cell in row if cell] for row in rows)], key=len)
            else:
                tables.append(SheetTable(file, sheet.name, index, _columns(opened, rows[index], index)))
    if not tables:
        raise title_missing(mapping, distinct_names(widest), file.label)
    return tables, passed


def _texts(row: Sequence[object]) -> list[str]:
    return [(shown_text(cell) or "").strip() for cell in row]


def _columns(sheet: CalamineSheet, header: Sequence[str], header_row: int) -> dict[int, str]:
    """The columns with a name, and those without one that have a cell all the same."""
    names = distinct_names(header)
    nameless = [index for index, cell in enumerate(header) if not cell]
    filled: set[int] = set()
    if nameless:
        for row in islice(sheet.iter_rows(), header_row + 1, None):
            filled.update(index for index in nameless if row[index] != "")
            if len(filled) == len(nameless):
                break
    return {index: name for index, name in enumerate(names) if header[index] or index in filled}


def _check_extent(file: InputFile) -> None:
    """Refuse a workbook with a sheet whose used range is too large to be held.

    Raises:
        JobAtlasError: names the last cell.
    """
    if not zipfile.is_zipfile(file.path):  # .xls, whose sheets are small
        return
    with zipfile.ZipFile(file.path) as archive:
        for name in filter(_SHEET.fullmatch, archive.namelist()):
            with archive.open(name) as sheet:
                found = _DIMENSION.search(sheet.read(_DIMENSION_WITHIN_BYTES))
            if found is None:
                continue
            columns = reduce(lambda number, letter: number * 26 + letter - 64, found[1], 0)
            if columns * int(found[2]) > _MOST_CELLS:
                raise JobAtlasError(
                    f"{file.label} has a sheet that goes to cell {(found[1] + found[2]).decode()}: delete the rows and"
                    " columns beyond the table, or save it as CSV."
                )


@contextmanager
def _opened(file: InputFile) -> Iterator[CalamineWorkbook]:
    try:
        with reading(file.label):
            _check_extent(file)
            workbook = CalamineWorkbook.from_path(file.path)
            try:
                yield workbook
            finally:
                workbook.close()
    except PasswordError as error:
        raise JobAtlasError(f"{file.label} is protected with a password: save it without one.") from error
    except CalamineError as error:
        raise JobAtlasError(
            f"{file.label} cannot be read as a spreadsheet, it is damaged or of another kind ({error}): open it in"
            " Excel and save it as .xlsx or CSV."
        ) from error
