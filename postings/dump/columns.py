"""Which column of a dump feeds which field of the posting."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from postings.dump.column_names import PARTS, SLOT_NAMES
from postings.schema import AS_FOUND, DUPLICATES, IDENTITY, LABELS, NORMALISED, POSTING_SCHEMA
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

ColumnMapping = Mapping[str, str]
"""What a user says: field, or part of one, -> the column that feeds it."""

COLLISION_SUFFIX = "_original"
"""Ends the name of an extra column whose own name is that of a field."""

_NOT_OF_A_NAME = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|<.*?>")

_BOUNDS = ("salary_low", "salary_high")

_OWN_MARKS = frozenset({"posting_id", "model_version"})
"""Columns that only a file written by Job Atlas has."""
_KEPT_OF_OWN = frozenset(field.name for field in IDENTITY + AS_FOUND + DUPLICATES)
_MADE_ANEW = frozenset(field.name for field in NORMALISED + LABELS)

_HEADER_WITHIN_ROWS = 20
"""A header stands in one of the first rows; titles and notes may stand above it."""

_SHOWN_COLUMNS = 40
_SHOWN_CHARACTERS = 30


def normal_name(name: str) -> str:
    """A column name reduced to its letters and digits: lower case, full-width forms made half-width."""
    return _NOT_OF_A_NAME.sub("", unicodedata.normalize("NFKC", name).casefold())


_RANKS: dict[str, tuple[str, int]] = {
    normal_name(name): (slot, rank)
    for slot, names in SLOT_NAMES.items()
    for rank, name in enumerate([*names.split(), slot])
}


@dataclass(frozen=True)
class Columns:
    """How the columns of one table are used.

    Attributes:
        slots: field or part of a field -> the column that feeds it.
        extras: column -> the name under which it travels along.
        own: whether Job Atlas wrote the table; its normalised fields and labels are then made anew.
    """

    slots: Mapping[str, str]
    extras: Mapping[str, str]
    own: bool

    @property
    def recognised(self) -> dict[str, list[str]]:
        """Field -> the columns that feed it, fields in the order of the schema."""
        fields: dict[str, list[str]] = {}
        for slot, column in self.slots.items():
            fields.setdefault(PARTS.get(slot, slot), []).append(column)
        return {name: fields[name] for name in POSTING_SCHEMA.names if name in fields}


def recognise(names: Sequence[str], mapping: ColumnMapping, unused: frozenset[str] = frozenset()) -> Columns:
    """Find out what the columns of a table hold.

    Args:
        names: the column names, all different.
        mapping: as `checked_mapping` gives it; entries whose column is not here are passed over.
        unused: slots that no column is to feed; the columns travel along.
    """
    mapped = _mapped(names, mapping)
    own = _OWN_MARKS.issubset(names)
    rest = [name for name in names if name not in mapped.values()]
    found = {name: name for name in rest if name in _KEPT_OF_OWN} if own else _recognised_slots(rest)
    slots = {**_beside(mapped, found), **mapped}
    if "salary_text" in slots:  # bounds beside it say nothing new
        slots = {slot: column for slot, column in slots.items() if slot not in _BOUNDS}
    slots = {slot: slots[slot] for slot in [*SLOT_NAMES, *_KEPT_OF_OWN] if slot in slots and slot not in unused}
    dropped = _MADE_ANEW if own else frozenset()
    return Columns(slots, _extras([name for name in names if name not in {*slots.values(), *dropped}]), own)


def _beside(mapped: ColumnMapping, found: Mapping[str, str]) -> dict[str, str]:
    """What is recognised by itself and does not stand against what the user says.

    A field that the user maps takes no part from other columns; a part that the user maps leaves the other parts.
    """
    against = {slot for slot in found if slot in mapped or PARTS.get(slot) in mapped}
    if any(bound in mapped for bound in _BOUNDS):
        against.add("salary_text")
    return {slot: column for slot, column in found.items() if slot not in against}


def _recognised_slots(names: Iterable[str]) -> dict[str, str]:
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        known = _RANKS.get(normal_name(name)) or _RANKS.get(normal_name(_BRACKETED.sub("", _half_width(name))))
        if known is None:
            continue
        slot, rank = known
        if slot not in best or rank < best[slot][0]:
            best[slot] = (rank, name)
    return {slot: name for slot, (_, name) in best.items()}


def _half_width(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def _extras(names: Iterable[str]) -> dict[str, str]:
    fields = {name.casefold() for name in POSTING_SCHEMA.names}
    extras: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        target = name
        if name.casefold() in fields:
            target, number = f"{name}{COLLISION_SUFFIX}", 2
            while target in taken or target in names:
                target, number = f"{name}{COLLISION_SUFFIX}_{number}", number + 1
        extras[name] = target
        taken.add(target)
    return extras


def distinct_names(header: Sequence[str | None]) -> list[str]:
    """Header cells as column names that are all different: empty ones numbered, repeated ones with _2, _3."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(header, 1):
        base = cell or f"column_{number}"
        name, repeat = base, 2
        while name in taken:
            name, repeat = f"{base}_{repeat}", repeat + 1
        names.append(name)
        taken.add(name)
    return names


def find_header(rows: Sequence[Sequence[str | None]], mapping: ColumnMapping) -> int | None:
    """The index of the row that names the columns; None when no row names a job title.

    It is the first row that is not empty, or else, below titles and notes, the first with a title and another
    recognised column; rows above it must not name any column themselves, or they would be the header.
    """
    first = True
    for index, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        if not any(row):
            continue
        found = recognise(distinct_names(row), mapping).slots
        if "title" in found and (first or len(found) > 1):
            return index
        if len(found) > 1:
            return None
        first = False
    return None


def checked_mapping(mapping: Mapping[str, str]) -> ColumnMapping:
    """A user's mapping with the names of our slots; `city` may stand for `city_text`, and so on.

    Raises:
        JobAtlasError: an unknown field.
    """
    checked: dict[str, str] = {}
    for target, column in mapping.items():
        slot = target if target in SLOT_NAMES else f"{target}_text"
        if slot not in SLOT_NAMES:
            raise JobAtlasError(
                f"--map {target}={column}: there is no field {target!r}.{did_you_mean(target, SLOT_NAMES)}"
                f" Fields: {', '.join(SLOT_NAMES)}."
            )
        checked[slot] = column
    return checked


def check_mapped_columns(mapping: ColumnMapping, names: Sequence[str], where: str) -> None:
    """Refuse a mapping that names a column which is nowhere.

    Args:
        mapping: as `checked_mapping` gives it.
        names: the columns of all tables.
        where: the file or folder, for the message.

    Raises:
        JobAtlasError: names the column and the nearest one.
    """
    for slot, column in mapping.items():
        if _find(column, names) is None:
            raise JobAtlasError(
                f"--map {slot}={column}: {where} has no column {column!r}.{did_you_mean(column, names)}"
                f" {columns_found(names)}"
            )


def title_missing(mapping: ColumnMapping, names: Sequence[str], where: str) -> JobAtlasError:
    """The error for a table without a column of job titles; arguments as for `check_mapped_columns`."""
    check_mapped_columns(mapping, names, where)
    return JobAtlasError(
        f"{where} has no column of job titles that is recognised. {columns_found(names)} Say which: --map title=列名."
    )


def columns_found(names: Sequence[str]) -> str:
    """The columns of a table as a sentence of a message."""
    if not names:
        return "No columns found."
    shown = [
        name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…" for name in names[:_SHOWN_COLUMNS]
    ]
    more = f" and {len(names) - _SHOWN_COLUMNS} more" if len(names) > _SHOWN_COLUMNS else ""
    return f"Columns found: {', '.join(' '.join(name.split()) for name in shown)}{more}."


def _mapped(names: Sequence[str], mapping: ColumnMapping) -> dict[str, str]:
    found = {slot: _find(column, names) for slot, column in mapping.items()}
    return {slot: name for slot, name in found.items() if name is not None}


def _find(column: str, names: Sequence[str]) -> str | None:
    if column in names:
        return column
    wanted = normal_name(column)
    return next((name for name in names if wanted and normal_name(name) == wanted), None)
