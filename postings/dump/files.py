"""The files that a dump consists of: one, those of a folder, those in a zip archive; gzip is undone on the way."""

import gzip
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, cast

from postings.atomic import TEMPORARY_PREFIX
from postings.dump.encoding import detect_encoding, looks_binary
from taxonomy.errors import JobAtlasError

DATA_SUFFIXES = frozenset(
    {".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson", ".parquet", ".pq"}
    | {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
)
"""What is read from a folder or archive, also with .gz; a file named by itself is judged by its content alone."""

PACKED_SUFFIXES = frozenset({".gz", ".zip"})
"""What may follow these, or stand alone on an archive."""

_HEAD = 1 << 16
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_JSON_LINE_LIMIT = 1 << 22


class Kind(Enum):
    """How a file is read."""

    DELIMITED = "delimited text"
    JSON = "JSON"
    JSON_LINES = "JSON Lines"
    PARQUET = "Parquet"
    WORKBOOK = "spreadsheet"


@dataclass(frozen=True)
class InputFile:
    """A file of a dump.

    Attributes:
        path: the file on disk.
        member: the file's name inside, where `path` is a zip archive.
    """

    path: Path
    member: str | None = None

    @property
    def label(self) -> str:
        """What messages and rejects call it."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    @property
    def suffix(self) -> str:
        """The suffix that tells the format, in lower case; that before .gz where there is one."""
        name = Path(self.member or self.path.name)
        return (Path(name.stem) if name.suffix.lower() == ".gz" else name).suffix.lower()

    def open(self) -> BinaryIO:
        """Open the content for reading, archive and gzip undone."""
        if self.member is not None:
            with zipfile.ZipFile(self.path) as archive:
                return cast("BinaryIO", archive.open(self.member))
        if self.packed:
            return cast("BinaryIO", gzip.open(self.path))
        return self.path.open("rb")

    @property
    def packed(self) -> bool:
        """Whether the content lies on disk only in compressed form."""
        if self.member is not None:
            return True
        with self.path.open("rb") as file:
            return file.read(len(_GZIP)) == _GZIP


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn what opening and reading a file raises into one line for the user."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
        raise JobAtlasError(f"{where} is damaged or was cut short ({error}): pack or download it again.") from error
    except RuntimeError as error:  # what zipfile raises for an encrypted member
        if "password" not in str(error):
            raise
        raise JobAtlasError(f"{where} is protected with a password: unpack it first.") from error
    except OSError as error:
        raise JobAtlasError(f"{where} cannot be read: {error.strerror or error}.") from error


def find_files(path: Path) -> tuple[list[InputFile], list[str]]:
    """The files of a dump and the names of those that are passed over.

    Args:
        path: a file, a zip archive, or a folder, which is searched with all folders below it.

    Raises:
        JobAtlasError: there is nothing at `path`, or nothing in it that we read.
    """
    if not path.exists():
        raise JobAtlasError(f"{path} does not exist.")
    if not path.is_dir():
        return _unpacked(path)
    if any((path / "postings").glob("source=*")):
        raise JobAtlasError(f"{path} is a Job Atlas dataset, not a dump: its postings need no import.")
    files: list[InputFile] = []
    passed: list[str] = []
    for found in sorted(found for found in path.rglob("*") if found.is_file()):
        if any(part.startswith((".", "~$")) for part in found.relative_to(path).parts):
            if not found.name.startswith(TEMPORARY_PREFIX):
                passed.append(str(found))
        elif found.suffix.lower() == ".zip" or InputFile(found).suffix in DATA_SUFFIXES:
            inside, outside = _unpacked(found)
            files += inside
            passed += outside
        else:
            passed.append(str(found))
    if not files:
        raise JobAtlasError(f"{path} holds no file that can be read ({', '.join(sorted(DATA_SUFFIXES))}, .gz, .zip).")
    return files, passed


def _unpacked(path: Path) -> tuple[list[InputFile], list[str]]:
    with reading(str(path)):
        with path.open("rb") as file:
            if file.read(len(_ZIP)) != _ZIP:
                return [InputFile(path)], []
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if "[Content_Types].xml" in names or "mimetype" in names:
        return [InputFile(path)], []
    members = [InputFile(path, name) for name in sorted(names)]
    hidden = {m for m in members if any(part.startswith((".", "__MACOSX")) for part in Path(m.member or "").parts)}
    files = [m for m in members if m not in hidden and m.suffix in DATA_SUFFIXES]
    if not files:
        raise JobAtlasError(f"{path} holds no file that can be read ({', '.join(sorted(DATA_SUFFIXES))}).")
    return files, [member.label for member in members if member not in files]


def sniff(file: InputFile) -> tuple[Kind, str]:
    """How a file is to be read, by its content.

    Returns:
        The kind, and the encoding of a text file ("" for others).

    Raises:
        JobAtlasError: it is empty, binary, a web page, or damaged.
    """
    where = file.label
    with reading(where), file.open() as stream:
        head = stream.read(_HEAD)
    if not head.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise JobAtlasError(f"{where} is empty.")
    if head.startswith(_PARQUET) or file.suffix in (".parquet", ".pq"):
        return _whole(file, Kind.PARQUET), ""
    if head.startswith((_ZIP, _OLE)):
        return _whole(file, Kind.WORKBOOK), ""
    if looks_binary(head):
        raise JobAtlasError(
            f"{where} is a binary file of a kind that is not read: save it as CSV, .xlsx, JSON or Parquet."
        )
    with reading(where):
        encoding = detect_encoding(file.open, where)
        with file.open() as stream:
            return _text_kind(file, stream, encoding), encoding


def _whole(file: InputFile, kind: Kind) -> Kind:
    if file.packed:
        raise JobAtlasError(f"{file.label} is a packed {kind.value} file: unpack it first.")
    return kind


def _text_kind(file: InputFile, stream: BinaryIO, encoding: str) -> Kind:
    text = _start(stream, encoding)
    begin = "".join(text[:200].split())
    if begin[:1] == "<" and begin[1:2] in ("!", "?", "h", "H", "t", "T"):
        raise JobAtlasError(
            f"{file.label} is a web page or XML, not a table, whatever its name says: open it in Excel and save it as"
            " .xlsx or CSV."
        )
    if begin[:1] == "[" and begin[1:2] in tuple('{["]-0123456789tfn'):
        return Kind.JSON
    if begin[:2] in ('{"', "{}"):
        return Kind.JSON_LINES if _is_json_lines(text, file.suffix) else Kind.JSON
    return Kind.DELIMITED


def _start(stream: BinaryIO, encoding: str) -> str:
    """The first lines of a text, enough to hold one JSON line."""
    return stream.read(_JSON_LINE_LIMIT).decode(encoding, "replace").lstrip("\ufeff \t\r\n")


def _is_json_lines(text: str, suffix: str) -> bool:
    """Whether a text that begins with an object is one object a line; an object alone is a JSON document."""
    first, _, rest = text.partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return suffix in (".jsonl", ".ndjson")
    return bool(rest.strip()) or suffix in (".jsonl", ".ndjson")
