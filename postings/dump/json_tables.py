"""JSON documents and JSON Lines, streamed; objects are rows and their keys are columns."""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

import ijson
import pyarrow as pa

from postings.conform import json_text
from postings.dump.columns import ColumnMapping, recognise
from postings.dump.files import InputFile, reading
from postings.dump.lines import LONGEST_LINE, Lines
from postings.dump.table import Chunk, ChunkBuilder, RejectRow
from postings.dump.values import well_formed
from taxonomy.errors import JobAtlasError

MOST_COLUMNS = 2_000
"""An object with more keys than this is keyed by something like an id, which is no column."""

MOST_DEPTH = 100
"""Arrays and objects inside each other beyond this are in no dump."""

_BEGINS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})

_DOCUMENT = ""
"""The path of a document that is itself the only row."""

_NOT_JSON_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b', re.DOTALL)
_OUTSIDE_OF_STRINGS = re.compile(r'(?:[^"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)


@dataclass(frozen=True)
class JsonTable:
    """The objects of a JSON document's array; a `Table`.

    Attributes:
        file: where it is.
        encoding: as `detect_encoding` found it.
        names: the keys of all objects, in the order of their first appearance.
        path: where the objects are, as ijson writes it: "data.list.item".
        with_nan: whether the document has NaN or Infinity, which JSON lacks and Python writes.
    """

    file: InputFile
    encoding: str
    names: Sequence[str]
    path: str
    with_nan: bool
    guarded: bool = False
    types: Mapping[str, pa.DataType] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The file's name."""
        return self.file.label

    def chunks(self, reject: RejectRow) -> Iterator[Chunk]:
        """Read the objects; numbers in rejects count the array's items from 1."""
        with _parsing(self.file):
            items = enumerate(_items(self.file, self.encoding, self.path, self.with_nan), 1)
            yield from _chunks(items, self.names, reject)


@dataclass(frozen=True)
class JsonLinesTable:
    """A file with one JSON object a line; a `Table`. Attributes as in `JsonTable`."""

    file: InputFile
    encoding: str
    names: Sequence[str]
    guarded: bool = False
    types: Mapping[str, pa.DataType] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The file's name."""
        return self.file.label

    def chunks(self, reject: RejectRow) -> Iterator[Chunk]:
        """Read the lines; those that are no JSON go to `reject`."""
        yield from _chunks(_lines(self.file, self.encoding, reject), self.names, reject)


def open_json(file: InputFile, encoding: str, mapping: ColumnMapping) -> JsonTable:
    """Find the array of objects in a JSON document, and their keys, by reading it once.

    The array is the document itself, or the one with the most objects inside it. A document that names a job title
    itself is a single posting.

    Raises:
        JobAtlasError: it is no valid JSON, or holds no objects.
    """
    try:
        return _opened(file, encoding, mapping, with_nan=False)
    except ijson.JSONError as error:
        if "NaN" not in str(error) and "Infinity" not in str(error):
            raise _invalid(file, error) from error
    with _parsing(file):
        return _opened(file, encoding, mapping, with_nan=True)


def _opened(file: InputFile, encoding: str, mapping: ColumnMapping, *, with_nan: bool) -> JsonTable:
    path = _path_of_rows(file, encoding, mapping, with_nan)
    names = _names(file, _items(file, encoding, path, with_nan))
    return JsonTable(file, encoding, names, path, with_nan)


def open_json_lines(file: InputFile, encoding: str) -> JsonLinesTable:
    """Find the keys of all lines by reading the file once.

    Raises:
        JobAtlasError: no line is a JSON object.
    """

    def pass_over(_number: int, _reason: str, _text: str) -> None:
        """Bad lines are rejected when the rows are read."""

    rows = (row for _, row in _lines(file, encoding, pass_over))
    return JsonLinesTable(file, encoding, _names(file, rows))


def _names(file: InputFile, rows: Iterable[object]) -> list[str]:
    names: dict[str, None] = {}
    for row in rows:
        if isinstance(row, dict):
            names.update(dict.fromkeys(_flat(row)))
            if len(names) > MOST_COLUMNS:
                raise JobAtlasError(
                    f"{file.label} has objects with more than {MOST_COLUMNS:,} different keys, such as"
                    f" {next(reversed(names))!r}: put the postings into an array, one object each."
                )
    if not names:
        raise JobAtlasError(f"{file.label} holds no JSON objects, so no postings.")
    return list(names)


def _flat(row: Mapping[str, object]) -> dict[str, object]:
    """An object with the keys of objects inside it as company.name; what lies deeper stays as it is."""
    flat: dict[str, object] = {}
    for key, value in row.items():
        name = well_formed(key)
        if isinstance(value, dict):
            flat.update({f"{name}.{well_formed(inner)}": inside for inner, inside in value.items()})
        else:
            flat[name] = value
    return flat


def _chunks(rows: Iterable[tuple[int, object]], names: Sequence[str], reject: RejectRow) -> Iterator[Chunk]:
    builder = ChunkBuilder(names)
    for number, row in rows:
        if not isinstance(row, dict):
            reject(number, "no JSON object", json_text(row))
            continue
        flat = _flat(row)
        if chunk := builder.add(number, [flat.get(name) for name in names]):
            yield chunk
    if chunk := builder.rest():
        yield chunk


def _lines(file: InputFile, encoding: str, reject: RejectRow) -> Iterator[tuple[int, object]]:
    with (
        reading(file.label),
        file.open() as stream,
        io.TextIOWrapper(stream, encoding, errors="replace", newline="\n") as text,
    ):
        for line in Lines(text):
            if not line.whole:
                reject(line.number, f"line of more than {LONGEST_LINE:,} characters", line.text)
            elif line.text.strip(" \t\r\n\ufeff"):
                try:
                    yield line.number, json.loads(line.text.strip("\ufeff"))
                except RecursionError:
                    reject(line.number, "JSON nested too deeply", line.text)
                except ValueError as error:
                    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                    reject(line.number, f"no valid JSON: {reason}", line.text)


def _items(file: InputFile, encoding: str, path: str, with_nan: bool) -> Iterator[Any]:
    with _utf8(file, encoding, with_nan) as stream:
        yield from ijson.items(_events(stream), path)


def _events(stream: "_Utf8Stream") -> Iterator[tuple[str, str, Any]]:
    """Path, event and value of a document as `ijson.parse` gives them, which needs memory with the square of its depth.

    Raises:
        ijson.JSONError: it is no JSON, or deeper than any dump.
    """
    events: Iterator[tuple[str, str, Any]] = ijson.parse(_shallow(ijson.basic_parse(stream, use_float=True)))
    return events


def _shallow(events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    depth = 0
    for event in events:
        if event[0] in _BEGINS:
            depth += 1
            if depth > MOST_DEPTH:
                raise ijson.JSONError("nested too deeply")
        elif event[0] in _ENDS:
            depth -= 1
        yield event


def _path_of_rows(file: InputFile, encoding: str, mapping: ColumnMapping, with_nan: bool) -> str:
    """Where the rows are in a document."""
    counts: dict[str, int] = {}
    keys: list[str] = []
    with _utf8(file, encoding, with_nan) as stream:
        for path, event, value in _events(stream):
            if path == _DOCUMENT and event == "start_array":
                return "item"
            if path == _DOCUMENT and event == "map_key":
                keys.append(value)
            # An array inside another's items holds parts of rows.
            if event == "start_map" and path.endswith(".item") and ".item." not in path:
                counts[path] = counts.get(path, 0) + 1
    if not counts or "title" in recognise(list(dict.fromkeys(keys)), mapping).slots:
        return _DOCUMENT
    return max(counts, key=lambda path: counts[path])


@contextmanager
def _parsing(file: InputFile) -> Iterator[None]:
    try:
        yield
    except ijson.JSONError as error:
        raise _invalid(file, error) from error


def _invalid(file: InputFile, error: Exception) -> JobAtlasError:
    reason = str(error).strip().splitlines()[0].strip() if str(error).strip() else "it ends too early"
    return JobAtlasError(
        f"{file.label} is no valid JSON or was cut short ({reason}): export it again, or as JSON Lines, where a bad row"
        " spoils only itself."
    )


@contextmanager
def _utf8(file: InputFile, encoding: str, with_nan: bool) -> Iterator["_Utf8Stream"]:
    """The document in UTF-8, damaged characters replaced."""
    with (
        reading(file.label),
        file.open() as stream,
        io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text,
    ):
        yield _WithoutNan(text) if with_nan else _Utf8Stream(text)


class _Utf8Stream:
    """A text as a stream of UTF-8 bytes, as ijson wants it."""

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def read(self, size: int) -> bytes:
        """The next bytes, about as many as asked for; none at the end."""
        return self._text.read(size).encode()


class _WithoutNan(_Utf8Stream):
    """A JSON text in which NaN and Infinity outside strings are null."""

    def __init__(self, text: TextIO) -> None:
        super().__init__(text)
        self._pending = ""

    def read(self, size: int) -> bytes:
        while size > 0:
            new = self._text.read(size)
            self._pending += new
            whole = self._whole_tokens() if new else len(self._pending)
            if whole or not new:
                text, self._pending = self._pending[:whole], self._pending[whole:]
                return _NOT_JSON_NUMBER.sub(lambda match: match[0] if match[0][0] == '"' else "null", text).encode()
        return b""

    def _whole_tokens(self) -> int:
        """How many of the pending characters end in no half string and no half word."""
        outside = _OUTSIDE_OF_STRINGS.match(self._pending)
        return len(outside[0].rstrip("-InfityNa")) if outside else 0
