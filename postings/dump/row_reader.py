"""The rows of a text file: by the rules of CSV where they hold, else repaired, else rejected, one by one."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice

from postings.dump.lines import LONE_RETURN, LONGEST_LINE, Line, Lines
from postings.dump.quoting import RowSearch
from postings.dump.table import RejectRow

# The csv module gives up at 131,072 characters, which is less than postings have. The limit can only be set for all
# its users at once.
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))

_WINDOWS = ((1 << 15, 300), (1 << 18, 3_000), (1 << 21, 30_000))
"""Characters and lines in which the end of a row with wrong quotation marks is looked for, one after the other."""
_FAILED_WIDE_SEARCHES = 100
"""After so many in vain only the first window is searched: such a file has no rows that long."""
_FAILURES_IN_A_ROW = 50
"""After so many rows without a good one between, rows are no longer repaired until a good one comes."""


class _OverlongError(Exception):
    """A line or row is longer than a row may be."""


class _Feed:
    """Feeds the csv module line by line and remembers what the current row has taken.

    Attributes:
        taken: the lines of the current row.
        longest: characters after which a row is given up; where a quotation mark is missing it goes on to the next
            one, however far that is.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._characters = 0
        self.taken: list[Line] = []
        self.longest = LONGEST_LINE

    def next_row(self) -> None:
        """Forget the lines of the row that has been read."""
        self.taken.clear()
        self._characters = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._lines.take()
        if line is None:
            raise StopIteration
        self.taken.append(line)
        self._characters += len(line.text)
        if not line.whole or self._characters > self.longest:
            raise _OverlongError
        return line.text


class RowReader:
    """Rows of one width; what is no such row is repaired or rejected.

    The csv module reads as long as the rules hold and the width is right. Where not, the row's lines are given back
    and read again by `RowSearch`.
    """

    def __init__(self, lines: Lines, delimiter: str, width: int, reject: RejectRow) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._reject = reject
        self._wide_searches_left = _FAILED_WIDE_SEARCHES
        self._failures = 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows with the number of the line on which each begins."""
        feed = _Feed(self._lines)
        reader = csv.reader(feed, delimiter=self._delimiter, strict=True)
        while True:
            feed.next_row()
            if self._wide_searches_left <= 0:
                feed.longest = _WINDOWS[1][0]
            row: list[str] | None = None
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, _OverlongError):
                pass
            if row is not None and len(row) > self._width and not any(row[self._width :]):
                del row[self._width :]
            if row is not None and (not row or (len(row) == 1 and not row[0].strip() and self._width > 1)):
                continue  # an empty line
            number = feed.taken[0].number
            if row is None or len(row) != self._width:
                row = self._repaired(feed.taken, row)
            if row is None:
                self._failures += 1
            else:
                self._failures = 0
                yield number, row

    def _repaired(self, taken: list[Line], row: list[str] | None) -> list[str] | None:
        """The fields of a row that breaks the rules; None when its lines had to be rejected.

        Args:
            taken: the lines that the csv module took for it.
            row: what it made of them; None when it gave up.
        """
        if not taken[0].whole:
            self._lines.give_back(taken[1:])
            self._reject(taken[0].number, f"line of more than {LONGEST_LINE:,} characters", taken[0].text)
            return None
        searched = self._failures < _FAILURES_IN_A_ROW
        # On one line and by the rules, a row just has the wrong number of fields. On several lines it may be two rows.
        if row is not None and not (searched and len(taken) > 1):
            self._reject_lines(taken, row)
            return None
        self._lines.give_back(taken)
        window: list[Line] = []
        if searched:
            for characters, count in _WINDOWS if self._wide_searches_left > 0 else _WINDOWS[:1]:
                complete = self._fill(window, characters, count)
                search = RowSearch(
                    "".join(line.text for line in window), self._delimiter, self._width, complete=complete
                )
                found = search.row_at(0)
                if found and (found.followed or (found.believable and (complete or characters == _WINDOWS[-1][0]))):
                    self._lines.give_back(window[_lines_before(window, found.end) :])
                    return found.fields
                if complete:
                    break
            self._wide_searches_left -= 1
            rejected = _lines_to_good_rows(window, search, len(taken) if row is not None else None)
        else:
            window.extend(islice(self._lines, 1))
            rejected = 1
        self._lines.give_back(window[rejected:])
        self._reject_lines(window[:rejected], row if rejected == len(taken) else None)
        return None

    def _fill(self, window: list[Line], characters: int, count: int) -> bool:
        """Take lines into the window up to so many characters or lines; whether the rows end there for certain."""
        held = sum(len(line.text) for line in window)
        while held < characters and len(window) < count:
            line = self._lines.take()
            if line is None:
                return True
            if not line.whole:
                self._lines.give_back([line])
                return True
            window.append(line)
            held += len(line.text)
        return False

    def _reject_lines(self, lines: Sequence[Line], row: list[str] | None) -> None:
        fields = len(row or ())
        reason = f"{fields} column{'s' if fields != 1 else ''} where the header has {self._width}"
        if row is None:
            reason = "quotation marks that do not match"
        if len(lines) > 1:
            reason += f" (lines {lines[0].number} to {lines[-1].number})"
        text = "".join(line.text for line in lines).rstrip("\r\n")
        self._reject(lines[0].number, reason, text.replace(LONE_RETURN, "\r"))


def _lines_before(window: Sequence[Line], end: int) -> int:
    """How many lines the first `end` characters are."""
    characters = 0
    for count, line in enumerate(window):
        if characters >= end:
            return count
        characters += len(line.text)
    return len(window)


def _lines_to_good_rows(window: Sequence[Line], search: RowSearch, most: int | None) -> int:
    """How many lines have to be rejected before rows can be read again.

    Args:
        window: the lines, of which the first begins the bad row.
        search: over their text.
        most: how many lines the bad row has by the rules of CSV; None when it has no end by them. Then it is the
            first line alone, unless good rows show where it ends.
    """
    start = 0
    for count, line in enumerate(window[:most]):
        if count and search.can_go_on(start, by_the_rules=most is not None):
            return count
        start += len(line.text)
    return most or 1
