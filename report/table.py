"""What a table of the report is: rows with typed columns, and the entry that says what it means and how to make it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from report.frame import PostingFrame


class Kind(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    TRANSLATION = "translation"  # the English of the text column before it; the page shows both in one cell
    COUNT = "count"
    PERCENT = "percent"  # held as a fraction of 1
    YUAN = "yuan"  # yuan a month; missing where fewer than SMALLEST_SAMPLE postings tell
    QUANTITY = "quantity"  # a text, a count or a number in the unit that its row names


@dataclass(frozen=True)
class Column:
    """One column: `key` in the frame, Chinese and English heading, kind."""

    key: str
    zh: str
    en: str
    kind: Kind


LABEL_EN = Column("label_en", "英文名", "English", Kind.TRANSLATION)
POSTINGS = Column("postings", "招聘数", "Postings", Kind.COUNT)
SHARE = Column("share", "占比", "Share", Kind.PERCENT)


def label_column(zh: str, en: str) -> Column:
    """The first column of a table: what its rows are."""
    return Column("label", zh, en, Kind.TEXT)


@dataclass(frozen=True)
class Table:
    """A computed table.

    Attributes:
        columns: the headings, in the order of the columns of `rows`.
        rows: one row per line of the table, ready in its final order.
        total: the postings that the column `postings` adds up to; None where a posting counts in several rows or none.
        notes: what a reader must know about these rows (Chinese), such as how many postings name several cities.
    """

    columns: tuple[Column, ...]
    rows: pd.DataFrame
    total: int | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if list(self.rows.columns) != keys:
            raise ValueError(f"the rows have the columns {list(self.rows.columns)}, the headings say {keys}")
        if self.total is not None and int(self.rows["postings"].sum()) != self.total:
            raise ValueError(f"the rows hold {self.rows['postings'].sum()} postings instead of {self.total}")


@dataclass(frozen=True)
class Bars:
    """Horizontal bars of the column `share`, beside each the column `count` and the share.

    Attributes:
        limit: only the first rows; all of them where it is None.
        count: the column of the postings of which `share` is the share.
    """

    limit: int | None = None
    count: str = "postings"


@dataclass(frozen=True)
class Ranges:
    """Lower quartile to upper quartile with the median marked, the first `limit` rows that have them."""

    limit: int


@dataclass(frozen=True)
class Tiles:
    """Headline figures, one tile a row, in place of a table."""


@dataclass(frozen=True)
class TableSpec:
    """An entry of the registry.

    Attributes:
        name: the anchor on the page and the name of the CSV file.
        zh: title.
        en: title.
        definition: what is counted, one line, Chinese.
        definition_en: the same in English.
        origin: the published table that it reproduces; None where there is none.
        compute: postings to table; pure.
        view: how the page draws it; None for the table alone.
    """

    name: str
    zh: str
    en: str
    definition: str
    definition_en: str
    origin: str | None
    compute: Callable[[PostingFrame], Table]
    view: Bars | Ranges | Tiles | None
