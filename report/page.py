"""The report as one HTML page that needs nothing else: no script, no font, no picture, no request.

Everything that comes from postings is escaped (Jinja autoescape; `Markup.format` in the charts), and a content security
policy lets the page's own style sheet through by its hash and nothing more.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from report.figures import caption, figure
from report.formats import NUMERIC, TOO_FEW, page_cell, printable
from report.registry import CHAPTERS, Chapter
from report.table import Column, Kind, Table, TableSpec, Tiles


@dataclass(frozen=True)
class Remark:
    """A sentence in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Heading:
    """What the top of the page says.

    Attributes:
        title: the reader's title for the report.
        dataset: name of what was read.
        made_at: when the page was made, with its time zone.
        account: how the rows read became the postings counted.
        warnings: what the reader should know before using a figure.
    """

    title: str
    dataset: str
    made_at: datetime
    account: Remark
    warnings: Sequence[Remark]


@dataclass(frozen=True)
class _Cell:
    text: str
    english: str  # shown small behind the text; empty for none
    css: str


@dataclass(frozen=True)
class _Section:
    """What the template needs of one table."""

    spec: TableSpec
    csv: str
    tiles: list[dict[str, str]]
    headings: list[tuple[Column, str]]  # column, css class
    rows: list[list[_Cell]]
    totals: list[str]
    chart: Markup | None
    caption: str
    notes: Sequence[str]


def render_page(
    heading: Heading,
    tables: Mapping[str, Table],
    csv_links: Mapping[str, str],
    chapters: Sequence[Chapter] = CHAPTERS,
) -> str:
    """The page.

    Args:
        heading: the top of the page.
        tables: the computed tables by name; every table of the chapters.
        csv_links: address of each table's CSV file, relative to the page.
        chapters: what to show, in order.

    Returns:
        An HTML document.
    """
    environment = Environment(
        loader=PackageLoader("report"),
        autoescape=True,
        # Markup is ours and made of texts already cleaned.
        finalize=lambda value: printable(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (files("report") / "templates" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html.jinja").render(
        heading=heading,
        made_at=f"{heading.made_at:%Y-%m-%d %H:%M %Z}",
        chapters=[
            (chapter, [_section(spec, tables[spec.name], csv_links[spec.name]) for spec in chapter.tables])
            for chapter in chapters
        ],
        style=Markup(style),  # noqa: S704  # the package's own file; the policy holds its hash
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
    )


def _section(spec: TableSpec, table: Table, csv: str) -> _Section:
    tiles = isinstance(spec.view, Tiles)
    shown = [column for column in table.columns if column.kind is not Kind.TRANSLATION]
    return _Section(
        spec=spec,
        csv=csv,
        tiles=_tiles(table) if tiles else [],
        headings=[(column, _css(column)) for column in shown],
        rows=[] if tiles else _rows(table),
        totals=_totals(table, shown),
        chart=figure(spec, table),
        caption=caption(spec, table),
        notes=table.notes,
    )


def _rows(table: Table) -> list[list[_Cell]]:
    rows = []
    for values in table.rows.itertuples(index=False, name=None):
        cells: list[_Cell] = []
        for value, column in zip(values, table.columns, strict=True):
            text = page_cell(value, column.kind)
            if column.kind is Kind.TRANSLATION:
                cells[-1] = _Cell(cells[-1].text, text, cells[-1].css)
            else:
                cells.append(_Cell(text, "", f"{_css(column)} few".strip() if text == TOO_FEW else _css(column)))
        rows.append(cells)
    return rows


def _totals(table: Table, shown: Sequence[Column]) -> list[str]:
    """The last line of a table that adds up, one text a column; empty where the rows overlap."""
    if table.total is None:
        return []
    texts = []
    for column in shown:
        if column.kind is Kind.COUNT:
            texts.append(page_cell(int(table.rows[column.key].sum()), column.kind))
        elif column.kind is Kind.PERCENT:
            texts.append(page_cell(float(table.rows[column.key].sum()), column.kind))
        else:
            texts.append("")
    return ["合计", *texts[1:]]


def _tiles(table: Table) -> list[dict[str, str]]:
    kinds = {column.key: column.kind for column in table.columns}
    return [
        {str(key): page_cell(value, kinds[str(key)]) for key, value in row.items()}
        for row in table.rows.to_dict("records")
    ]


def _css(column: Column) -> str:
    return "number" if column.kind in NUMERIC else ""
