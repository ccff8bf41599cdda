"""Lines of a text file, numbered, of bounded length, that can be given back and read again."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TextIO

from postings.dump.rejects import RAW_CHARACTERS

LONGEST_LINE = 1 << 22
"""Characters. Postings of 200,000 characters exist; a line of four million is no row of a table."""


LONE_RETURN = "\uffff"
"""Stands in a line for a carriage return that ends none, which the csv module would take for a line end.

Python and pandas write such a character into a file without quotation marks where lines end with a newline. U+FFFF is
no character, so no text has it.
"""


class Line(NamedTuple):
    """A line with its line end.

    `whole` is false for a line longer than `LONGEST_LINE`, of which only the beginning is kept.
    """

    number: int
    text: str
    whole: bool


_LONE_RETURN = re.compile(r"\r(?!\n|\Z)")


class Lines:
    """Reads lines, each once unless it is given back.

    Args:
        stream: opened with `newline` set to one line end, so that it is kept as it is.
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
            if "\r" in text[:-2]:
                text = _LONE_RETURN.sub(LONE_RETURN, text)
            return Line(self._number, text, whole=True)
        rest = text
        while len(rest) == LONGEST_LINE and not rest.endswith(("\n", "\r")):
            rest = self._stream.readline(LONGEST_LINE)
        return Line(self._number, text[:RAW_CHARACTERS], whole=False)

    def give_back(self, lines: Sequence[Line]) -> None:
        """Let these lines be taken again, in the same order."""
        self._returned.extendleft(reversed(lines))

    def __iter__(self) -> Iterator[Line]:
        while (line := self.take()) is not None:
            yield line
