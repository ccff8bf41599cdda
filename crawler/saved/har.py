"""HAR, the recording of a browser's network panel (http://www.softwareishard.com/blog/har-12-spec/).

Browsers write what they got after unpacking it, as text or base64; some proxies leave it packed. Entries are read one
by one, so that a recording may be larger than memory.
"""

import base64
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import urlencode

import ijson

from crawler.reply import Reply
from crawler.saved.json_files import json_fault
from crawler.saved.json_items import json_items
from crawler.saved.page import MOST_PAGE_BYTES, PageFound

IS_HAR = re.compile(r'\{\s*"log"\s*:\s*\{')
"""How a recording begins."""

_NO_PAGE = re.compile(r"(?:image|video|audio|font)/|text/css|application/(?:font|x-font|wasm)")
_CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)
_UNPACKED_HERE = frozenset({"gzip", "x-gzip", "deflate"})
_PACKED = _UNPACKED_HERE | {"br", "zstd"}


def har_pages(stream: IO[bytes]) -> Iterator[PageFound]:
    """The entries of a recording.

    Args:
        stream: The file, in UTF-8.
    """
    number = 0
    try:
        for entry in json_items(stream, ("log", "entries")):
            number += 1
            yield _page(entry)
    except ijson.JSONError as error:
        yield PageFound(
            None, damage=f"the recording breaks off after entry {number}: {json_fault(error)}; save it again"
        )
        return
    if number == 0:
        yield PageFound(None, damage="a recording without entries; record while the page loads, then save it again")


def _page(entry: Any) -> PageFound:  # noqa: ANN401 - whatever JSON holds
    request, response = _object(entry, "request"), _object(entry, "response")
    url, status = request.get("url"), response.get("status")
    if not isinstance(url, str) or type(status) is not int:
        return PageFound(None, damage="an entry without address or status")
    content = _object(response, "content")
    kind, text = content.get("mimeType"), content.get("text")
    kind = kind if isinstance(kind, str) else ""
    if _NO_PAGE.match(kind):
        return PageFound(None)
    headers = _headers(response)
    body = text.encode("utf-8", "replace") if isinstance(text, str) else b""
    if content.get("encoding") == "base64":
        try:
            body = _unpacked(base64.b64decode(body), headers.get("content-encoding", ""))
        except (zlib.error, ValueError) as error:
            return PageFound(None, damage=f"{_place(url)}: the body cannot be unpacked ({error})")
    elif kind:
        # Text is Unicode here, whatever the server sent.
        headers["content-type"] = f"{_CHARSET.sub('', kind)}; charset=utf-8"
    if not body and (status < HTTPStatus.OK or HTTPStatus.NO_CONTENT <= status < HTTPStatus.BAD_REQUEST):
        return PageFound(None)  # not answered, no content, or answered by a redirect, whose target is an entry too
    reply = Reply(url, body, status, headers, sent=_sent(_object(request, "postData")))
    return PageFound(reply, _moment(entry.get("startedDateTime")))


def _object(value: Any, name: str) -> Mapping[str, Any]:  # noqa: ANN401 - as above
    inner = value.get(name) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _headers(response: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(header.get("name", "")).lower(): str(header.get("value", "")) for header in _objects(response, "headers")
    }


def _objects(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entries = value.get(name)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _sent(data: Mapping[str, Any]) -> str:
    if isinstance(text := data.get("text"), str):
        return text
    return urlencode([(str(field.get("name", "")), str(field.get("value", ""))) for field in _objects(data, "params")])


def _unpacked(body: bytes, encoding: str) -> bytes:
    """A body that a recorder left packed; others as they are.

    Raises:
        ValueError: it is packed in a way that nobody here unpacks, or beyond reason.
    """
    named = {part.strip().lower() for part in encoding.split(",")}
    if not named & _PACKED or _is_text(body):
        return body
    if not named <= _UNPACKED_HERE:
        raise ValueError(f"it is packed as {encoding}")
    # Gzip and zlib tell themselves apart (32); many servers call a bare stream deflate.
    unpacker = zlib.decompressobj(32 + zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(body, MOST_PAGE_BYTES)
    except zlib.error:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        unpacked = unpacker.decompress(body, MOST_PAGE_BYTES)
    if not unpacker.eof:
        raise ValueError("it is cut short" if len(unpacked) < MOST_PAGE_BYTES else "it is too large")
    return unpacked


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _place(url: str) -> str:
    """An address without what may be secret in it."""
    return url.split("?")[0][:200]


def _moment(value: Any) -> float | None:  # noqa: ANN401 - as above
    """Seconds since 1970 of a time in ISO 8601; None when it is none."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
