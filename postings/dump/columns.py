"""Which column of a dump feeds which field of the posting."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from postings.dump.column_names import PARTS, SLOT_NAMES
from postings.schema import AS_FOUND, DUPLICATES, IDENTITY, LABELS, NORMALISED, POSTING_SCHEMA
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

UserMapping = Mapping[str, str | Sequence[str]]
"""What a user says about columns: field -> column, or columns that are joined in this order."""

ColumnMapping = Mapping[str, tuple[str, ...]]
"""The same after `checked_mapping`: slot -> columns."""

COLLISION_SUFFIX = "_original"
"""Ends the name of an extra column whose own name is that of a field."""

_NOT_OF_A_NAME = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|<.*?>")

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
        slots: field or part of a field -> the columns that feed it, in the order in which they are joined.
        extras: column -> the name under which it travels along.
        own: whether Job Atlas wrote the table; its normalised fields and labels are then made anew.
    """

    slots: Mapping[str, tuple[str, ...]]
    extras: Mapping[str, str]
    own: bool

    def of(self, slot: str) -> str | None:
        """The column of a slot that has one at most."""
        columns = self.slots.get(slot)
        return columns[0] if columns else None

    @property
    def recognised(self) -> dict[str, list[str]]:
        """Field -> the columns that feed it, fields in the order of the schema."""
        fields: dict[str, list[str]] = {}
        for slot, columns in self.slots.items():
            fields.setdefault(PARTS.get(slot, slot), []).extend(columns)
        return {name: fields[name] for name in POSTING_SCHEMA.names if name in fields}


def recognise(names: Sequence[str], mapping: ColumnMapping, unused: frozenset[str] = frozenset()) -> Columns:
    """Find out what the columns of a table hold.

    Args:
        names: the column names, all different.
        mapping: as `checked_mapping` gives it; entries whose columns are not all here are passed over.
        unused: slots that no column is to feed; the columns travel along.
    """
    mapped = _mapped(names, mapping)
    own = _OWN_MARKS.issubset(names)
    used = {column for columns in mapped.values() for column in columns}
    # A field that the user maps takes no part from a column that only we recognise.
    said = {PARTS.get(slot, slot) for slot in mapped}
    found = _own_slots(names) if own else _recognised_slots([name for name in names if name not in used])
    slots = {**{slot: c for slot, c in found.items() if PARTS.get(slot, slot) not in said}, **mapped}
    slots = {slot: columns for slot, columns in slots.items() if not _unneeded(slot, slots) and slot not in unused}
    ordered = {slot: slots[slot] for slot in [*SLOT_NAMES, *_KEPT_OF_OWN] if slot in slots}
    used = {column for columns in ordered.values() for column in columns}
    dropped = _MADE_ANEW if own else frozenset()
    return Columns(ordered, _extras([n for n in names if n not in used and n not in dropped]), own)


def _unneeded(slot: str, slots: Mapping[str, tuple[str, ...]]) -> bool:
    """Bounds beside a salary column say nothing new."""
    return slot in ("salary_low", "salary_high") and "salary_text" in slots


def _recognised_slots(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        known = _RANKS.get(normal_name(name)) or _RANKS.get(normal_name(_BRACKETED.sub("", _half_width(name))))
        if known is None:
            continue
        slot, rank = known
        if slot not in best or rank < best[slot][0]:
            best[slot] = (rank, name)
    return {slot: (name,) for slot, (_, name) in best.items()}


def _half_width(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def _own_slots(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names if name in _KEPT_OF_OWN}


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


def checked_mapping(mapping: UserMapping) -> ColumnMapping:
    """A user's mapping with the names of our slots; `city` may stand for `city_text`, and so on.

    Raises:
        JobAtlasError: an unknown field, or several columns for a field that takes one.
    """
    checked: dict[str, tuple[str, ...]] = {}
    for target, said in mapping.items():
        slot = target if target in SLOT_NAMES else f"{target}_text"
        columns = (said,) if isinstance(said, str) else tuple(said)
        if slot not in SLOT_NAMES:
            raise JobAtlasError(
                f"--map {target}={'+'.join(columns)}: there is no field {target!r}.{did_you_mean(target, SLOT_NAMES)}"
                f" Fields: {', '.join(SLOT_NAMES)}."
            )
        if len(columns) > 1 and slot != "description":
            raise JobAtlasError(
                f"--map {target}: only description takes several columns, not {', '.join(columns)}; name one."
            )
        checked[slot] = columns
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
    for slot, columns in mapping.items():
        for column in columns:
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


def _mapped(names: Sequence[str], mapping: ColumnMapping) -> dict[str, tuple[str, ...]]:
    mapped = {}
    for slot, said in mapping.items():
        columns = [_find(column, names) for column in said]
        there = tuple(column for column in columns if column is not None)
        if there and len(there) == len(columns):
            mapped[slot] = there
    return mapped


def _find(column: str, names: Sequence[str]) -> str | None:
    if column in names:
        return column
    wanted = normal_name(column)
    return next((name for name in names if wanted and normal_name(name) == wanted), None)
