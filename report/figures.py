"""Draws the chart of a table as its registry entry asks."""

from typing import Any

from markupsafe import Markup

from report.charts import Bar, Range, bar_chart, range_chart
from report.counting import UNKNOWN
from report.formats import page_cell
from report.table import Bars, Kind, Ranges, Table, TableSpec

Row = dict[str, Any]


def figure(spec: TableSpec, table: Table) -> Markup | None:
    """The chart of a table; None where the entry asks for none or no row can be drawn."""
    rows: list[Row] = table.rows.to_dict("records")  # type: ignore[assignment]  # all column names are texts
    if isinstance(spec.view, Bars):
        return _bars(spec, spec.view, rows[: spec.view.limit])
    if isinstance(spec.view, Ranges):
        return _ranges(spec, [row for row in rows if row["median"] == row["median"]][: spec.view.limit])
    return None


def caption(spec: TableSpec, table: Table) -> str:
    """What the chart shows, and what it leaves to the table (Chinese)."""
    size = len(table.rows)
    if isinstance(spec.view, Ranges):
        limited = f"图示中位数最高的 {spec.view.limit} 个岗位，全部见表。" if size > spec.view.limit else ""
        return f"圆点为中位数，横条为下四分位至上四分位，千元/月。{limited}"
    if isinstance(spec.view, Bars):
        if spec.view.limit is not None and size > spec.view.limit:
            return f"图示前 {spec.view.limit} 项，全部 {size} 项见表。"
        if (table.rows.loc[table.rows["label"] == UNKNOWN, spec.view.count] > 0).any():
            return f"{UNKNOWN}只列数字，不画条。"
    return ""


def _bars(spec: TableSpec, view: Bars, rows: list[Row]) -> Markup | None:
    bars = [
        Bar(
            label=page_cell(row["label"], Kind.TEXT),
            length=None if row["label"] == UNKNOWN else row["share"],
            text=f"{row[view.count]:,} · {row['share']:.1%}",
        )
        for row in rows
    ]
    if not bars:
        return None
    top = max(bars, key=lambda bar: bar.length or 0)
    description = f"横向条形图，{len(bars)} 项。最长的是 {top.label}：{top.text}。"
    return bar_chart(spec.name, spec.zh, description, bars)


def _ranges(spec: TableSpec, rows: list[Row]) -> Markup | None:
    ranges = [
        Range(
            label=page_cell(row["label"], Kind.TEXT),
            low=row["quartile_1"] / 1000,
            middle=row["median"] / 1000,
            high=row["quartile_3"] / 1000,
            text=page_cell(row["median"], Kind.YUAN),
        )
        for row in rows
    ]
    if not ranges:
        return None
    top = max(ranges, key=lambda entry: entry.middle)
    description = f"区间图，{len(ranges)} 项，单位千元每月。中位数最高的是 {top.label}：{top.text} 元。"
    return range_chart(spec.name, spec.zh, description, ranges, unit="K")
