"""Pages that a browser saved: HTML (complete, or in a single file) and MHTML."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import IO

from crawler.readers.saved_shapes import address_of
from crawler.reply import Reply
from crawler.saved.page import MOST_PAGE_BYTES, PageFound

IS_MHTML = re.compile(
    r"(?:^|\n)(?:MIME-Version:|Snapshot-Content-Location:|Content-Type:\s*multipart/related)", re.IGNORECASE
)
"""What the head of an MHTML file holds."""

# The extension SingleFile tells address and time in a comment, the time as JavaScript writes it.
_SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)\s+saved date:\s*([^\r\n]+?)\s*\n?-->")
_HEAD_BYTES = 1 << 14


def html_page(stream: IO[bytes]) -> Iterator[PageFound]:
    """The page of an HTML file."""
    body = stream.read(MOST_PAGE_BYTES + 1)
    if len(body) > MOST_PAGE_BYTES:
        yield PageFound(None, damage=f"a page of more than {MOST_PAGE_BYTES:,} bytes")
        return
    told = _SINGLE_FILE.search(body[:_HEAD_BYTES])
    reply = Reply(told[1].decode("ascii", "replace") if told else "", body)
    yield PageFound(replace(reply, url=address_of(reply)), _javascript_time(told[2]) if told else None)


def mhtml_page(stream: IO[bytes]) -> Iterator[PageFound]:
    """The page of an MHTML file; its frames and pictures are left out."""
    body = stream.read(MOST_PAGE_BYTES + 1)
    if len(body) > MOST_PAGE_BYTES:
        yield PageFound(None, damage=f"a page of more than {MOST_PAGE_BYTES:,} bytes")
        return
    message = email.message_from_bytes(body, policy=email.policy.default)
    page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    content = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(content, bytes):
        yield PageFound(None, damage="an MHTML file without a page")
        return
    address = str(message.get("Snapshot-Content-Location") or page.get("Content-Location") or "").strip()
    charset = page.get_content_charset()
    reply = Reply(
        address if address.startswith("http") else "",
        content,
        headers={"content-type": f"text/html; charset={charset}" if charset else "text/html"},
    )
    yield PageFound(replace(reply, url=address_of(reply)), _mail_time(message))


def _javascript_time(text: bytes) -> float | None:
    try:
        # Sun Nov 22 2026 11:41:38 GMT+0800 (China Standard Time)
        moment = datetime.strptime(text.decode("ascii", "replace").split(" (")[0], "%a %b %d %Y %H:%M:%S GMT%z")
        return moment.timestamp()
    except ValueError:
        return None


def _mail_time(message: EmailMessage) -> float | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
