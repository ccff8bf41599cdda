"""What a user sees: progress while a command works, and a summary at its end.

On a terminal progress is a live bar on standard error; elsewhere (a log, a pipe) it is a plain line every few seconds.
Summaries go to standard output, so that `jobatlas ... > summary.txt` holds them alone.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

SECONDS_BETWEEN_LINES = 10.0
"""How often a log gets a progress line."""


class Advance(Protocol):
    """Tells progress that `done` units are done, of `total` where that is known."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """Report the state reached; cheap enough to be called for every batch."""


@contextmanager
def progress(what: str, unit: str) -> Iterator[Advance]:
    """Show how far `what` is, counted in `unit`, until the block ends."""
    if sys.stderr.isatty():
        with _bar(what, unit) as advance:
            yield advance
    else:
        yield _LogLines(what, unit)


@contextmanager
def _bar(what: str, unit: str) -> Iterator[Advance]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)

        def advance(done: int, total: int | None = None) -> None:
            bars.update(task, completed=done, total=total)

        yield advance


class _LogLines:
    """Progress for a log: one line every `SECONDS_BETWEEN_LINES`, with the mean rate."""

    def __init__(self, what: str, unit: str) -> None:
        self._what = what
        self._unit = unit
        self._start = self._last = time.monotonic()

    def __call__(self, done: int, total: int | None = None) -> None:
        now = time.monotonic()
        if now - self._last < SECONDS_BETWEEN_LINES:
            return
        self._last = now
        of = f" of {total:,}" if total else ""
        rate = done / (now - self._start)
        print(f"{self._what}: {done:,}{of} {self._unit}, {rate:,.0f}/s", file=sys.stderr, flush=True)


def say(line: str = "") -> None:
    """One line of a summary on standard output."""
    _out().print(Text(line), soft_wrap=True)


def show(text: Text) -> None:
    """Styled text on standard output: in colour on a terminal, plain elsewhere."""
    _out().print(text, soft_wrap=not sys.stdout.isatty())


def warn(line: str) -> None:
    """One line on standard error that the user should read although the command goes on."""
    Console(stderr=True).print(Text(f"warning: {line}", style="yellow"), soft_wrap=True)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table of a summary. Numbers are right-aligned and get thousands separators; texts are shown as they are."""
    rows = [list(row) for row in rows]
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for index, heading in enumerate(headings):
        numeric = all(isinstance(row[index], int | float) or row[index] is None for row in rows)
        shown.add_column(heading, justify="right" if numeric and rows else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_cell(value)) for value in row))
    _out().print(shown)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3f}"
    return str(value)


def _out() -> Console:
    """Standard output as it is now; wide when it is no terminal, so that a log or a pipe gets whole rows."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)
