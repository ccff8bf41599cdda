"""What a file of any format is read as: tables with named columns, in chunks of rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import pyarrow as pa

CHUNK_ROWS = 1_000
CHUNK_CHARACTERS = 4_000_000
"""A chunk ends at whichever is reached first, so that long postings do not fill the memory."""

Cells: TypeAlias = Sequence[object] | pa.Array


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table.

    Attributes:
        rows: the number of each row for messages: line, sheet row, or place in the array, from 1.
        columns: column -> its cells, one for each row. A column may be missing when all its cells are empty.
    """

    rows: Sequence[int]
    columns: Mapping[str, Cells]


RejectRow = Callable[[int, str, str], None]
"""Takes the number of a row that cannot be read, the reason, and the row's text."""


class Table(Protocol):
    """Rows under named columns, read in one pass, again from the start each time."""

    @property
    def label(self) -> str:
        """The file, with the sheet where there is one, for messages."""

    @property
    def names(self) -> Sequence[str]:
        """The column names, all different."""

    @property
    def types(self) -> Mapping[str, pa.DataType]:
        """The types of columns that have their own; all others are text."""

    @property
    def guarded(self) -> bool:
        """Whether texts that look like formulas are guarded where we wrote the file ourselves."""

    def chunks(self, reject: RejectRow) -> Iterator[Chunk]:
        """Read the rows; those that cannot be read go to `reject`."""


@dataclass
class ChunkBuilder:
    """Gathers rows of cells into chunks.

    Args:
        names: the columns, in the order of the cells.
    """

    names: Sequence[str]
    _rows: list[Sequence[object]] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _characters: int = 0

    def add(self, number: int, cells: Sequence[object]) -> Chunk | None:
        """Take a row; gives a chunk when one is full."""
        self._rows.append(cells)
        self._numbers.append(number)
        self._characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        full = len(self._rows) >= CHUNK_ROWS or self._characters >= CHUNK_CHARACTERS
        return self.rest() if full else None

    def rest(self) -> Chunk | None:
        """The rows that are left; None without any."""
        if not self._rows:
            return None
        chunk = Chunk(self._numbers, dict(zip(self.names, zip(*self._rows, strict=True), strict=True)))
        self._rows, self._numbers, self._characters = [], [], 0
        return chunk
