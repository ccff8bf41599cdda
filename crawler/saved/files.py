"""The files that an operator names: single ones, those in folders, those in zip archives."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from crawler.clock import CHINA
from postings.dump.files import reading
from taxonomy.errors import JobAtlasError

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".har", ".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht"})
"""What is looked into in folders and archives; a file that is named by itself is judged by its content alone."""

_PAGES = (".html", ".htm")
_ASSETS = ("_files", ".files")
"""How browsers name the folder beside a page that they save as complete; it is named like the page."""

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file to look into.

    Attributes:
        label: What messages and rejects call it.
        open: Opens its content.
        changed_at: When it was last changed, in seconds since 1970.
        sought: Whether it may hold pages; otherwise it is only counted.
        lines: Whether its name says that every line is a document of its own.
        damage: Why it cannot be opened; empty where it can.
    """

    label: str
    open: Callable[[], BinaryIO]
    changed_at: float
    sought: bool
    lines: bool = False
    damage: str = ""


def saved_files(paths: Iterable[Path]) -> Iterator[SavedFile]:
    """The files below some paths, in the order in which the paths are given, else by name.

    Folders are searched with all folders below them; the folder of assets that browsers put beside a page is left out.

    Raises:
        JobAtlasError: there is nothing at a path, or it cannot be read.
    """
    for path in paths:
        with reading(str(path)):
            if path.is_dir():
                names = {str(found.relative_to(path)): found for found in path.rglob("*") if found.is_file()}
                for name in _without_assets(names):
                    yield from _opened(names[name], named=False)
            elif path.exists():
                yield from _opened(path, named=True)
            else:
                raise JobAtlasError(f"{path} does not exist.")


def _opened(path: Path, *, named: bool) -> Iterator[SavedFile]:
    with path.open("rb") as file:
        packed = file.read(len(_ZIP)) == _ZIP
    if packed and (named or path.suffix.lower() == ".zip"):
        try:
            with reading(str(path)):
                yield from _unpacked(path)
        except JobAtlasError as error:
            yield SavedFile(str(path), lambda: path.open("rb"), path.stat().st_mtime, sought=True, damage=str(error))
        return
    sought = named or _is_sought(path.name)
    yield SavedFile(str(path), lambda: path.open("rb"), path.stat().st_mtime, sought, _has_lines(path.name))


def _unpacked(path: Path) -> Iterator[SavedFile]:
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: info for info in archive.infolist() if not info.is_dir()}
        for name in _without_assets(members):
            info = members[name]
            yield SavedFile(
                f"{path}/{name}",
                lambda info=info: cast("BinaryIO", archive.open(info)),  # type: ignore[misc] # open while it is read
                # Archives keep the time without a zone.
                datetime(*info.date_time, tzinfo=CHINA).timestamp(),
                _is_sought(PurePosixPath(name).name) and not name.startswith("__MACOSX/"),
                _has_lines(name),
            )


def _is_sought(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES and not name.startswith(".")


def _has_lines(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in {".jsonl", ".ndjson"}


def _without_assets(names: Iterable[str]) -> list[str]:
    """The names in order, without those in the folder of assets of a page among them."""
    known = {name.replace("\\", "/"): name for name in names}
    kept = []
    for name, original in sorted(known.items()):
        folders = PurePosixPath(name).parents
        if not any(_is_assets(str(folder), known) for folder in folders):
            kept.append(original)
    return kept


def _is_assets(folder: str, names: Iterable[str]) -> bool:
    page = next((folder.removesuffix(end) for end in _ASSETS if folder.endswith(end)), None)
    return page is not None and any(f"{page}{suffix}" in names for suffix in _PAGES)
