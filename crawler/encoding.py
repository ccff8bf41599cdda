"""From the bytes of a page to its text, also where the page is wrong about its own encoding."""

from w3lib.encoding import html_to_unicode

_UNREADABLE = "\ufffd"
_FIRST_CHINESE = "\u2e80"
"""Radicals, punctuation and characters begin here."""


def page_text(body: bytes, content_type: str | None) -> str:
    """The text of a page: by its byte-order mark, the header, its own declaration, UTF-8, then GB18030.

    What is declared is not believed where the bytes say otherwise: bytes that give Chinese as UTF-8 are UTF-8, because
    no text in another encoding does so by chance; and what is hardly readable as UTF-8 but sound GB18030 is that, as
    pages of old sites are behind servers that name UTF-8 for all of them.

    Args:
        body: The bytes, decompressed.
        content_type: The header; None where there is none.
    """
    declared, text = html_to_unicode(content_type, body, auto_detect_fun=_utf8_or_gb18030, default_encoding="utf-8")
    if declared == "utf-8":
        return (_decoded(body, "gb18030") or text) if _hardly_readable(text) else text
    other = _decoded(body, "utf-8") or ""
    return other if _is_chinese(other) else text


def _hardly_readable(text: str) -> bool:
    """Whether most of what is not ASCII is lost; a few stray bytes are no other encoding."""
    unreadable = text.count(_UNREADABLE)
    return unreadable > 0 and unreadable >= sum(not character.isascii() for character in text) - unreadable


def _is_chinese(text: str) -> bool:
    """Whether most of what is not ASCII is Chinese. Short words in GB18030 are Latin or Greek letters as UTF-8."""
    beyond = [character for character in text if not character.isascii()]
    return 2 * sum(character >= _FIRST_CHINESE for character in beyond) > len(beyond)


def _utf8_or_gb18030(body: bytes) -> str:
    return "gb18030" if _decoded(body, "utf-8") is None else "utf-8"


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None
