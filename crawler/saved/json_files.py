"""Answers that were saved as JSON: one in a file, one a line, or an array of them."""

import json
from collections.abc import Iterator
from typing import IO

import ijson

from crawler.reply import Reply
from crawler.saved.json_items import json_items
from crawler.saved.page import MOST_PAGE_BYTES, PageFound


def document_pages(stream: IO[bytes], *, lines: bool) -> Iterator[PageFound]:
    """The answers in a file that begins with an object: one, or one a line.

    Args:
        stream: The file, in UTF-8.
        lines: Whether the file's name says that there is one a line; otherwise the first line tells.
    """
    first = stream.readline(MOST_PAGE_BYTES + 1)
    second = b"" if lines else _next_line(stream)
    if lines or (second and _is_json(first)):
        yield from map(_page, filter(bytes.strip, (first, second)))
        while line := _next_line(stream):
            yield _page(line)
        return
    yield _page(first + second + stream.read(MOST_PAGE_BYTES))


def array_pages(stream: IO[bytes]) -> Iterator[PageFound]:
    """The answers in an array.

    Args:
        stream: The file, in UTF-8.
    """
    try:
        for item in json_items(stream):
            yield PageFound(Reply("", json.dumps(item, ensure_ascii=False).encode("utf-8", "replace")))
    except ijson.JSONError as error:
        yield PageFound(None, damage=f"the array breaks off: {json_fault(error)}")


def json_fault(error: Exception) -> str:
    """What a JSON parser found, in one line."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return next(iter(text.strip().splitlines()), "no valid JSON")


def _next_line(stream: IO[bytes]) -> bytes:
    """The next line that is not blank; empty at the end."""
    while line := stream.readline(MOST_PAGE_BYTES + 1):
        if line.strip():
            return line
    return b""


def _page(body: bytes) -> PageFound:
    if len(body) > MOST_PAGE_BYTES:
        return PageFound(None, damage=f"an answer of more than {MOST_PAGE_BYTES:,} bytes")
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        return PageFound(None, damage=f"no valid JSON: {json_fault(error)}")
    return PageFound(Reply("", body))


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
