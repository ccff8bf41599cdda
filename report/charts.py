"""Horizontal charts as inline SVG: no script, no style attribute, no library.

The drawing is the plot alone: bars are per cents of its width, labels hang out of it to the left and figures to the
right, both at a fixed size. The page's style sheet leaves `_LABEL_WIDTH` and room for the figures beside it, and gives
the colours; so a chart fits a phone and a desktop without being scaled. Labels are untrusted: every text goes through
`Markup.format`, which escapes it.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from markupsafe import Markup

_ROW = 26  # pixels from one row to the next
_BAR = 14  # pixels, height of a bar
_BASELINE = _ROW // 2 + 5  # pixels from the top of a row to the foot of its text
_AXIS = 24  # pixels, height of the axis under a range chart
_LABEL_WIDTH = 128  # pixels, the left margin of .chart in report.css
_LABEL_EMS = 9.6  # what fits into them at 13 pixels an em


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its length in any unit from 0 on (None for the text alone), the text behind it."""

    label: str
    length: float | None
    text: str


@dataclass(frozen=True)
class Range:
    """One range: label, lower quartile, median and upper quartile in one unit, the text behind it."""

    label: str
    low: float
    middle: float
    high: float
    text: str


def bar_chart(name: str, title: str, description: str, bars: Sequence[Bar]) -> Markup:
    """Bars from zero, the longest as wide as the plot.

    Args:
        name: prefix of the ids, unique on the page.
        title: read out as the chart's name.
        description: read out after it.
        bars: from top to bottom.
    """
    longest = max((bar.length or 0 for bar in bars), default=0) or 1
    rows = [_bar(row, bar, longest) for row, bar in enumerate(bars)]
    return _drawing(name, title, description, len(bars) * _ROW, rows)


def range_chart(name: str, title: str, description: str, ranges: Sequence[Range], *, unit: str) -> Markup:
    """Ranges with their median marked, on an axis from zero with round ticks.

    Args:
        name: prefix of the ids, unique on the page.
        title: read out as the chart's name.
        description: read out after it.
        ranges: from top to bottom.
        unit: written after each tick.
    """
    step, ticks = _ticks(max((entry.high for entry in ranges), default=0))
    end = step * ticks
    height = len(ranges) * _ROW
    parts = [*_axis(step, ticks, height, unit), *(_range(row, entry, end) for row, entry in enumerate(ranges))]
    return _drawing(name, title, description, height + _AXIS, parts)


def shortened(label: str, ems: float = _LABEL_EMS) -> str:
    """The label cut to a width, with an ellipsis; a full-width character is one em wide, any other 0.56.

    >>> shortened("大模型算法")
    '大模型算法'
    >>> shortened("铁路船舶航空航天和其他运输设备制造业")
    '铁路船舶航空航天…'
    """
    widths = [1.0 if unicodedata.east_asian_width(character) in "WF" else 0.56 for character in label]
    if sum(widths) <= ems:
        return label
    room = ems - 1
    end = 0
    while widths[end] <= room:
        room -= widths[end]
        end += 1
    return label[:end] + "…"


def _drawing(name: str, title: str, description: str, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" id="{name}-chart" role="img" height="{height}"'
        ' aria-labelledby="{name}-chart-title {name}-chart-description">'
        '<title id="{name}-chart-title">{title}</title>'
        '<desc id="{name}-chart-description">{description}</desc>{parts}</svg>'
    ).format(name=name, title=title, description=description, height=height, parts=Markup().join(parts))


def _bar(row: int, bar: Bar, longest: float) -> Markup:
    width = 100 * (bar.length or 0) / longest
    drawn = Markup('<rect class="bar" y="{top}" width="{width:.3f}%" height="{height}" rx="2"/>').format(
        top=row * _ROW + (_ROW - _BAR) // 2, width=width, height=_BAR
    )
    parts = [drawn] if width else []
    return _row(
        row, bar.label, bar.text, [*parts, _figure(row, width, bar.text, 6 if width else 0)], muted=bar.length is None
    )


def _range(row: int, entry: Range, end: float) -> Markup:
    centre = row * _ROW + _ROW // 2
    low, middle, high = (100 * value / end for value in (entry.low, entry.middle, entry.high))
    drawn = Markup(
        '<rect class="range" x="{low:.3f}%" y="{top}" width="{width:.3f}%" height="6" rx="3"/>'
        '<circle class="median" cx="{middle:.3f}%" cy="{centre}" r="5"/>'
    ).format(low=low, top=centre - 3, width=high - low, middle=middle, centre=centre)
    return _row(row, entry.label, entry.text, [drawn, _figure(row, high, entry.text, 10)], muted=False)


def _row(row: int, label: str, text: str, parts: Sequence[Markup], *, muted: bool) -> Markup:
    """A label and what is drawn behind it, with a tooltip that has the whole label."""
    return Markup(
        '<g{muted}><title>{label} {text}</title><text class="label" x="{left}" y="{baseline}">{shown}</text>{parts}</g>'
    ).format(
        muted=Markup(' class="muted"') if muted else "",
        label=label,
        text=text,
        left=-_LABEL_WIDTH,
        baseline=row * _ROW + _BASELINE,
        shown=shortened(label),
        parts=Markup().join(parts),
    )


def _figure(row: int, x: float, text: str, gap: int) -> Markup:
    return Markup('<text class="figure" x="{x:.3f}%" dx="{gap}" y="{baseline}">{text}</text>').format(
        x=x, gap=gap, baseline=row * _ROW + _BASELINE, text=text
    )


def _axis(step: float, ticks: int, height: int, unit: str) -> list[Markup]:
    """Grid lines from zero to the last tick, and the tick's value under each."""
    return [
        Markup(
            '<line class="grid" x1="{x:.3f}%" x2="{x:.3f}%" y1="0" y2="{height}"/>'
            '<text class="tick" x="{x:.3f}%" y="{baseline}">{text}</text>'
        ).format(
            x=100 * tick / ticks,
            height=height,
            baseline=height + 16,
            text=f"{step * tick:g}{unit}" if tick else "0",
        )
        for tick in range(ticks + 1)
    ]


def _ticks(highest: float) -> tuple[float, int]:
    """A round step (1, 2 or 5 times a power of ten) and how many of them, at most five, reach `highest`."""
    if highest <= 0:
        return 1.0, 1
    magnitude = 10.0 ** floor(log10(highest / 5))
    step = next(step for factor in (1, 2, 5, 10) if (step := factor * magnitude) * 5 >= highest)
    return step, -int(-highest // step)
