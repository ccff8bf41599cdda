"""All pages in all files that an operator names. A file's content decides what it is, not its name."""

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from crawler.reply import Reply
from crawler.saved.files import SavedFile, saved_files
from crawler.saved.har import IS_HAR, har_pages
from crawler.saved.json_files import array_pages, document_pages
from crawler.saved.page import PageFound
from crawler.saved.web_pages import IS_MHTML, html_page, mhtml_page
from postings.dump.encoding import detect_encoding
from postings.dump.files import reading
from taxonomy.errors import JobAtlasError

_HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page, or a place where one should be.

    Attributes:
        file: The file it is in.
        number: Its number there, from 1: HAR entry, item of an array, line.
        reply: The page; None where there is nothing to be read.
        saved_at: When it was saved, in seconds since 1970: as it says itself, else the file's own time.
        damage: Why there is nothing; empty where it is nothing that could be a page (a picture).
    """

    file: str
    number: int
    reply: Reply | None
    saved_at: float
    damage: str


def saved_pages(paths: Iterable[Path]) -> Iterator[SavedPage]:
    """The pages in some files, folders and zip archives.

    A file that is damaged gives the pages before the damage, then one that tells of it.

    Raises:
        JobAtlasError: there is nothing at a path, or a folder cannot be read.
    """
    for file in saved_files(paths):
        for number, found in enumerate(_pages_of(file), 1):
            saved_at = file.changed_at if found.saved_at is None else found.saved_at
            yield SavedPage(file.label, number, found.reply, saved_at, found.damage)


def _pages_of(file: SavedFile) -> Iterator[PageFound]:
    if file.damage or not file.sought:
        yield PageFound(None, damage=file.damage)
        return
    try:
        with reading(file.label), file.open() as stream:
            head = stream.read(_HEAD_BYTES)
        if not head.strip():
            yield PageFound(None, damage="the file is empty")
            return
        with reading(file.label):
            yield from _read(file, head)
    except JobAtlasError as error:
        yield PageFound(None, damage=str(error))


def _read(file: SavedFile, head: bytes) -> Iterator[PageFound]:
    # Pages declare their encoding themselves; JSON does not.
    begin = _ascii(head).lstrip()
    if begin.startswith("<"):
        with file.open() as stream:
            yield from html_page(stream)
    elif IS_MHTML.search(begin):
        with file.open() as stream:
            yield from mhtml_page(stream)
    elif begin.startswith(("{", "[")):
        encoding = detect_encoding(file.open, file.label)
        with file.open() as raw, _as_utf8(raw, encoding) as stream:
            if IS_HAR.match(begin):
                yield from har_pages(stream)
            elif begin.startswith("["):
                yield from array_pages(stream)
            else:
                yield from document_pages(stream, lines=file.lines)
    else:
        yield PageFound(None, damage="neither JSON, HAR, HTML nor MHTML")


def _ascii(head: bytes) -> str:
    """The beginning of a file as far as its kind shows in it, in whatever encoding."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("ascii", "replace")


def _as_utf8(raw: IO[bytes], encoding: str) -> IO[bytes]:
    """A file's content in UTF-8 without mark."""
    if encoding == "utf-8":
        return raw
    if encoding == "utf-8-sig":
        raw.read(len(codecs.BOM_UTF8))
        return raw
    return io.BufferedReader(_Utf8(io.TextIOWrapper(raw, encoding, errors="replace")))


class _Utf8(io.RawIOBase):
    """A text as a stream of bytes in UTF-8."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever takes bytes, as RawIOBase has it
        self._left = self._left or self._text.read(len(buffer)).encode("utf-8", "replace")
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
