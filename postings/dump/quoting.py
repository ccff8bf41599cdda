"""Reading a row whose quotation marks are wrong: the cheapest explanation that gives the right number of fields.

Programs that write CSV by hand forget to double the quotation marks inside a field, or to close a field, or put marks
where none belong. A reader that believes every mark then swallows all rows up to the next one. Here the number of
columns decides instead. Every mark in the text can be read as opening, closing, doubled or literal; a reading that
breaks the rules of CSV costs something, and readings are tried from the cheapest on until one has exactly as many
fields as the header. A reading after which the following text is no row either is thought worse than a dearer one
that is followed by a row.
"""

import heapq
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

MARK = '"'

_LITERAL_INSIDE = 1
"""A field with a mark inside that is neither doubled nor followed by a delimiter (熟悉"Java"开发), once a field."""
_CLOSING_AFTER_BACKSLASH = 1
"""A mark after a backslash, which MySQL and others write for a literal one, that is taken for the closing one."""
_LIKE_A_CLOSING = 1
"""A mark inside a field that is followed by a delimiter or line end and yet does not close the field."""
_LIKE_AN_OPENING = 3
"""A mark inside a field where the next field or row would begin: likely the field was never closed."""
_CLOSING_AFTER_DOUBLED = 1
"""A doubled mark that is taken for a literal one and the closing one."""
_LITERAL_OPENING = 3
"""A mark at the beginning of a field that quotes nothing."""
_BLANK_BEFORE_OPENING = 1
_ENDS_IN_ODD_MARK = 1
"""A field that is not quoted and yet ends in a mark without a partner: likely the end of one that was."""
_NO_ROW_AFTER = 10
"""How much dearer a reading may be than the cheapest one and be preferred for being followed by a row."""

_HIGHEST_COST = 30
"""Readings dearer than this explain nothing; it also ends those that swallow one row after the other."""
_MOST_STEPS = 10_000
_MOST_STEPS_AHEAD = 500
_BELIEVED = 3
"""What a following row may cost to count as one."""

_FIELDS_TO_GO_ON = 4
_MOST_ROWS_TO_GO_ON = 3
"""So many fields in the right places, or so many good rows, show that rows can be read from a line on."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_BLANKS = re.compile(r" *")


@dataclass(frozen=True)
class Row:
    """A row found in a text.

    Attributes:
        fields: its fields, quotation undone.
        end: where the text after it begins.
        cost: 0 when it follows the rules of CSV.
        followed: whether another row, or the end of the text, comes after it.
    """

    fields: list[str]
    end: int
    cost: int
    followed: bool = False

    @property
    def believable(self) -> bool:
        """Whether the reading can be taken for what was meant."""
        return self.followed or self.cost <= _LITERAL_INSIDE


class _Chain(NamedTuple):
    """The fields of a reading so far, the last one first."""

    before: "_Chain | None"
    start: int
    end: int
    quoted: bool


class _State(NamedTuple):
    """A reading up to `at`; compared by its cost, then by its age."""

    cost: int
    serial: int
    at: int
    opened: int
    """Where the content of the quoted field begins in which `at` lies; -1 between fields."""
    broken: bool
    """Whether that field has had a literal mark."""
    chain: _Chain | None
    done: int
    """How many fields the chain has."""


class RowSearch:
    """Finds rows of a known width at places in a text.

    Args:
        text: some lines; it begins where a row may begin.
        delimiter: between fields.
        width: the number of fields of a row.
        complete: whether the file ends with the text; otherwise a row that may need more text is not found.
    """

    def __init__(self, text: str, delimiter: str, width: int, *, complete: bool) -> None:
        self._text = text
        self._delimiter = delimiter
        self._last = width - 1
        self._complete = complete
        self._rows_to_go_on = min(_MOST_ROWS_TO_GO_ON, math.ceil(_FIELDS_TO_GO_ON / max(self._last, 1)))
        self._end_of_plain = re.compile(rf"{re.escape(delimiter)}|\r\n|\n|\r")

    def row_at(self, start: int) -> Row | None:
        """The cheapest row that begins at `start` and is followed by a row, or else the cheapest; None without any."""
        best: Row | None = None
        for row in self._readings(start, _MOST_STEPS):
            if best is not None and row.cost > best.cost + _NO_ROW_AFTER:
                break
            if row.cost and self._swallows(start, row.end):
                continue
            if self.rows_follow(row.end):
                return replace(row, followed=True)
            best = best or row
        return best

    def rows_follow(self, start: int, rows: int = 1, most_cost: int = _BELIEVED) -> bool:
        """Whether so many rows of at most this cost begin at `start`, or such rows alone up to the end of the text."""
        for _ in range(rows):
            while self._text.startswith(("\n", "\r"), start):
                start += 1
            if start >= len(self._text):
                return True
            row = next(self._readings(start, _MOST_STEPS_AHEAD), None)
            if row is None or row.cost > most_cost:
                return False
            start = row.end
        return True

    def can_go_on(self, start: int, *, by_the_rules: bool) -> bool:
        """Whether rows can be read from a line on, for all that can be seen there."""
        return self.rows_follow(start, self._rows_to_go_on, 0 if by_the_rules else _BELIEVED)

    def _swallows(self, start: int, end: int) -> bool:
        """Whether a reading takes good rows for the text of a field."""
        inner = (found.end() for found in _LINE_END.finditer(self._text, start, end) if found.end() < end)
        return any(self.can_go_on(line, by_the_rules=True) for line in inner)

    def _readings(self, start: int, most_steps: int) -> Iterator[Row]:
        """The readings of the row at `start`, the cheapest first; of those that end at one place only that."""
        heap = [_State(0, 0, start, -1, False, None, 0)]
        met: set[tuple[int, int, bool, bool]] = set()
        serial = 0
        for _ in range(most_steps):
            if not heap:
                return
            state = heapq.heappop(heap)
            # What comes after a place does not depend on how it was reached, so only the cheapest way counts.
            place = (state.at, state.done, state.opened < 0, state.broken)
            if place in met:
                continue
            met.add(place)
            if state.done > self._last:
                yield Row(self._fields(state.chain), state.at, state.cost)
                continue
            for after in self._between(state) if state.opened < 0 else self._inside(state):
                if after.cost <= _HIGHEST_COST:
                    serial += 1
                    heapq.heappush(heap, after._replace(serial=serial))

    def _between(self, state: _State) -> Iterator[_State]:
        """A field begins: quoted, if there is a mark, or plain."""
        blanks = _BLANKS.match(self._text, state.at)
        mark = blanks.end() if blanks else state.at
        literal = 0
        if self._text.startswith(MARK, mark):
            cost = state.cost + (_BLANK_BEFORE_OPENING if mark > state.at else 0)
            yield state._replace(cost=cost, at=mark + 1, opened=mark + 1, broken=False)
            literal = _LITERAL_OPENING if mark == state.at else 0
        found = self._end_of_plain.search(self._text, state.at)
        end = found.start() if found else len(self._text)
        if found or self._complete:
            if end > state.at and self._text[end - 1] == MARK and self._text.count(MARK, state.at, end) % 2:
                literal += _ENDS_IN_ODD_MARK
            yield from self._ended(state, state.cost + literal, _Chain(state.chain, state.at, end, quoted=False), end)

    def _inside(self, state: _State) -> Iterator[_State]:
        """The next marks of a quoted field: they close it, or belong to its text, or both are possible."""
        text = self._text
        first = text.find(MARK, state.at)
        if first < 0:
            return
        after = first
        while text.startswith(MARK, after):
            after += 1
        doubled = (after - first) % 2 == 0
        at_end = after >= len(text)
        escaped = after - first == 1 and first > state.opened and text[first - 1] == "\\"
        closes = at_end or text.startswith((self._delimiter, "\n", "\r"), after)
        if closes and (not at_end or self._complete):
            chain = _Chain(state.chain, state.opened, after - 1, quoted=True)
            cost = (_CLOSING_AFTER_DOUBLED if doubled else 0) + (_CLOSING_AFTER_BACKSLASH if escaped else 0)
            yield from self._ended(state, state.cost + cost, chain, after)
        cost = state.cost
        broken = state.broken
        if not doubled and not escaped:
            opens = not closes and (text[first - 1] in "\r\n" or text.endswith(self._delimiter, 0, first))
            cost += (0 if broken else _LITERAL_INSIDE) + (_LIKE_A_CLOSING if closes else 0)
            cost += _LIKE_AN_OPENING if opens else 0
            broken = True
        yield state._replace(cost=cost, at=after, broken=broken)

    def _ended(self, state: _State, cost: int, chain: _Chain, end: int) -> Iterator[_State]:
        """A field ends at `end`: the row goes on there, or ends too, or has the wrong number of fields."""
        if self._text.startswith(self._delimiter, end):
            if state.done < self._last:
                yield _State(cost, 0, end + len(self._delimiter), -1, False, chain, state.done + 1)
        elif state.done == self._last:
            line_end = _LINE_END.match(self._text, end)
            yield _State(cost, 0, line_end.end() if line_end else end, -1, False, chain, state.done + 1)

    def _fields(self, chain: _Chain | None) -> list[str]:
        fields = []
        while chain is not None:
            field = self._text[chain.start : chain.end]
            if chain.quoted:
                field = field.replace("\\" + MARK, MARK).replace(MARK * 2, MARK)
            fields.append(field)
            chain = chain.before
        return fields[::-1]
