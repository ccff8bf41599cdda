"""One CSV file for each table, safe to open in a spreadsheet."""

import csv
import io
from pathlib import Path

from postings.atomic import atomic_path
from report.formats import csv_cell, csv_heading
from report.table import Table

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""With these spreadsheet programs start a formula, the full-width forms too (OWASP, CSV Injection)."""


def write_csv(table: Table, path: Path) -> None:
    """Write a table as UTF-8 with a byte order mark (Excel needs it), comma separated, CRLF, texts in quotes.

    Written beside its place and renamed, so that a reader sees the old file or the whole new one.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([csv_heading(column) for column in table.columns])
    for row in table.rows.itertuples(index=False, name=None):
        cells = (csv_cell(value, column.kind) for value, column in zip(row, table.columns, strict=True))
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    with atomic_path(path) as temporary:
        temporary.write_text(buffer.getvalue(), encoding="utf-8-sig", newline="")


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would read it as a formula.

    >>> guarded("=HYPERLINK(A1)")
    "'=HYPERLINK(A1)"
    >>> guarded("C/C++")
    'C/C++'
    """
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text
