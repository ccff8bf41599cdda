"""How the cells of a table are written: for readers on the page, for programs in the CSV files."""

from math import isnan

from report.table import Column, Kind

TOO_FEW = "样本不足"
"""Stands for a figure withheld because too few postings tell; see `counting.SMALLEST_SAMPLE`."""

NUMERIC = frozenset({Kind.COUNT, Kind.PERCENT, Kind.YUAN})

_NOT_SHOWN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], " ")
"""Control characters break HTML and CSV; the bidirectional ones can make a name read as another."""

_UNITS = {Kind.PERCENT: "（%）", Kind.YUAN: "（元/月）"}


def printable(text: str) -> str:
    """The text with a space for every control character."""
    return text.translate(_NOT_SHOWN)


def csv_heading(column: Column) -> str:
    """The Chinese heading with its unit, since the cells are bare numbers."""
    return column.zh + _UNITS.get(column.kind, "")


def page_cell(value: object, kind: Kind) -> str:
    """A cell as the page shows it: thousands separators, percent signs."""
    plain = csv_cell(value, kind)
    if isinstance(plain, str):
        return plain
    if kind is Kind.PERCENT:
        return f"{plain:.2f}%"
    return f"{plain:,}"


def csv_cell(value: object, kind: Kind) -> str | int | float:
    """A cell as a CSV file holds it: whole postings and yuan, per cents with two decimals, one-line texts."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return TOO_FEW
    if kind in (Kind.TEXT, Kind.TRANSLATION):
        return " ".join(printable(str(value)).split())
    if kind is Kind.PERCENT:
        return round(100 * float(str(value)), 2)
    if kind is Kind.QUANTITY:
        return value if isinstance(value, int | float) else str(value)
    return round(float(str(value)))
