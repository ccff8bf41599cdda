"""Lines of a text file, numbered, of bounded length, that can be given back and read again."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

from postings.dump.rejects import RAW_CHARACTERS

LONGEST_LINE = 1 << 22
"""Characters. Postings of 200,000 characters exist; a line of four million is no row of a table."""


class Line(NamedTuple):
    """A line with its line end.

    `whole` is false for a line longer than `LONGEST_LINE`, of which only the beginning is kept.
    """

    number: int
    text: str
    whole: bool


class Lines:
    """Reads lines, each once unless it is given back.

    Args:
        stream: opened with newline="", so that line ends are kept as they are.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._number = 0
        self._returned: deque[Line] = deque()

    def take(self) -> Line | None:
        """The next line; None at the end of the file."""
        if self._returned:
            return self._returned.popleft()
        text = self._stream.readline(LONGEST_LINE)
        if not text:
            return None
        self._number += 1
        if len(text) < LONGEST_LINE or text.endswith(("\n", "\r")):
            return Line(self._number, text, whole=True)
        rest = text
        while rest and not rest.endswith(("\n", "\r")):
            rest = self._stream.readline(LONGEST_LINE)
        return Line(self._number, text[:RAW_CHARACTERS], whole=False)

    def give_back(self, lines: Sequence[Line]) -> None:
        """Let these lines be taken again, in the same order."""
        self._returned.extendleft(reversed(lines))

    def __iter__(self) -> Iterator[Line]:
        while (line := self.take()) is not None:
            yield line
