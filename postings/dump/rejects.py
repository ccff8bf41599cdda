"""The rows of a dump that cannot be used: where each stood, why, and what it said."""

import csv
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from postings.atomic import atomic_path
from postings.dump.values import well_formed
from postings.spreadsheet import guarded

RAW_CHARACTERS = 2_000
"""How much of a rejected row is kept."""

COLUMNS = ("file", "row", "reason", "text")

_REMEMBERED = 20


@dataclass(frozen=True)
class Reject:
    """A rejected row.

    Attributes:
        file: the file, with the sheet or archive member where there is one.
        row: its line in a text file (the first of several), else its row in the sheet, array or table, from 1.
        reason: why, in words for the user.
        text: the beginning of the row, at most `RAW_CHARACTERS`.
    """

    file: str
    row: int
    reason: str
    text: str


class Rejects:
    """Collects rejected rows, into a CSV file where a path is given.

    A context manager: the file stands in full when the block ends without an exception, and there is none, also no
    older one, when nothing was rejected.

    Args:
        path: the CSV file (UTF-8 with BOM, columns `COLUMNS`), or None to only count.

    Attributes:
        count: how many there are.
        reasons: reason, without what stands in brackets -> how many.
        first: the first twenty.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self.reasons: Counter[str] = Counter()
        self.first: list[Reject] = []
        self._file = ExitStack()

    def add(self, file: str, row: int, reason: str, text: str) -> None:
        """Take a rejected row; the parameters are the attributes of `Reject`."""
        reject = Reject(file, row, reason, well_formed(text[:RAW_CHARACTERS]))
        self.count += 1
        self.reasons[reason.partition(" (")[0]] += 1
        if len(self.first) < _REMEMBERED:
            self.first.append(reject)
        if self.path is not None:
            if self.count == 1:
                temporary = self._file.enter_context(atomic_path(self.path))
                # The writer belongs to the stack: it is closed before the file is put in place.
                stream = self._file.enter_context(temporary.open("w", encoding="utf-8-sig", newline=""))
                self._writer = csv.writer(stream)
                self._writer.writerow(COLUMNS)
            self._writer.writerow([reject.file, reject.row, reject.reason, guarded(reject.text)])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.__exit__(kind, error, trace)
        if kind is None and self.count == 0 and self.path is not None:
            self.path.unlink(missing_ok=True)
