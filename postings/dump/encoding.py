"""Which encoding a text file is in: Unicode with a mark, UTF-8, or GB18030 (which includes GBK and GB2312)."""

import codecs
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from taxonomy.errors import JobAtlasError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CHUNK = 1 << 20
_JUDGED_BEFORE = 1 << 16
_JUDGED_AFTER = 3
"""Bytes before, and chunks after, the one where UTF-8 first fails: there the encodings are compared."""

_DAMAGE_ALLOWED = 0.3
"""Share of the characters beyond ASCII that may be damaged, as texts cut in the middle of a character are. Chinese in
GB18030 read as UTF-8 has over 0.8."""

_CONTROL_BYTES = bytes(set(range(0x20)) - set(b"\t\n\r\f\v\x1a\x1b"))
_FEW_CONTROLS = 32


def looks_binary(head: bytes) -> bool:
    """Whether bytes are no text in an encoding that we read: too many control characters.

    A share of 2 % is more than damaged text has (a handful of stray ones is always allowed) and far less than
    compressed data has, 9 %.
    """
    if head.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    return head.count(0) * 10 >= len(head) or (controls >= _FEW_CONTROLS and controls * 50 >= len(head))


def detect_encoding(open_file: Callable[[], BinaryIO], where: str) -> str:
    """Find the encoding by reading the whole file once.

    A file that is UTF-8 throughout is UTF-8. Otherwise the text around the first failure decides: it is UTF-8 with
    damage, or else GB18030, or else nothing we read.

    Args:
        open_file: opens the file anew.
        where: the file's name for the message.

    Returns:
        A name for `open(encoding=...)`.

    Raises:
        JobAtlasError: it is neither.
    """
    with open_file() as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    with open_file() as file:
        judged = _around_first_failure(_chunks(file))
    if judged is None:
        return "utf-8"
    for name in ("utf-8", "gb18030"):
        if _damage(judged, name) <= _DAMAGE_ALLOWED:
            return name
    raise JobAtlasError(
        f"{where} is neither UTF-8 nor GB18030 (GBK) text: save it as UTF-8, or as .xlsx, and try again."
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _around_first_failure(chunks: Iterator[bytes]) -> bytes | None:
    """The bytes around the place where UTF-8 first fails; None when it never does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = b""
    for chunk in chunks:
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return b"".join([before, chunk, *islice(chunks, _JUDGED_AFTER)])
        before = (before + chunk)[-_JUDGED_BEFORE:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return before
    return None


def _damage(text: bytes, encoding: str) -> float:
    """The share of the characters beyond ASCII that cannot be decoded."""
    decoded = text.decode(encoding, "replace")
    beyond = len(decoded) - len(decoded.encode("ascii", "ignore"))
    return decoded.count("�") / beyond if beyond else 0.0
