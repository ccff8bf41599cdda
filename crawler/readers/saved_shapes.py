"""Which saved page is which: by its address where it has one, by its shape where it has none."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from crawler.contract import Posting
from crawler.problems import Blocked, FormatChanged
from crawler.reply import Reply, diagnose, read_soundly, refusal

# What Chrome, Edge and Firefox write into the first lines of a page that they save.
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of page of a site.

    Attributes:
        address: Matches the host and path of its addresses from their beginning.
        found: Whether a page without address has this shape.
        read: Reads its postings; raises PageProblem.
        detail: Whether it is the page of one posting.
    """

    address: re.Pattern[str]
    found: Callable[[Reply], bool]
    read: Callable[[Reply], Sequence[Posting]]
    detail: bool = False


def read_as(shapes: Sequence[Shape], domain: str, reply: Reply) -> Sequence[Posting] | None:
    """Read a saved page of a site.

    Args:
        shapes: The kinds of pages that the site has.
        domain: The site's domain; its subdomains are the site's as well.
        reply: The page; its address is empty where a file does not know it.

    Returns:
        Its postings; None when it is none of the site's pages, or nothing was saved of it.

    Raises:
        PageProblem: it is one of the site's pages and cannot be read, or says that the site refused it.
    """
    if not reply.body.strip() or reply.status == HTTPStatus.NOT_MODIFIED:
        return None
    reply = replace(reply, url=address_of(reply))
    parts = urlsplit(reply.url)
    host = parts.hostname or ""
    if host and host != domain and not host.endswith(f".{domain}"):
        return None
    place = f"{host}{parts.path}"
    shape = next((shape for shape in shapes if host and shape.address.match(place)), None)
    shape = shape or next((shape for shape in shapes if _has(shape, reply)), None)
    if shape is None:
        if host and is_markup(reply) and isinstance(problem := diagnose(reply, FormatChanged("")), Blocked):
            raise problem
        return None
    if (refused := refusal(reply, detail=shape.detail)) is not None:
        raise refused
    return read_soundly(shape.read, reply)


def with_search(postings: Sequence[Posting] | None, reply: Reply, name: str) -> Sequence[Posting] | None:
    """The postings of a saved list, with the keyword that was searched for where the page's request tells it.

    Args:
        postings: What was read of the page; None stays None.
        reply: The page.
        name: What the site calls the keyword in the address, in a form, or anywhere in a JSON body.
    """
    keyword = _searched(reply, name)
    if not postings or not keyword:
        return postings
    return [replace(posting, keywords=(keyword,)) for posting in postings]


def unreadable_rows(count: int) -> list[Posting]:
    """What stands for the rows of a saved list that could not be read: postings without title."""
    return [Posting(source_id="", title="")] * count


def address_of(reply: Reply) -> str:
    """Where a page comes from: its address, what the browser that saved it wrote, or what the page says itself.

    Returns:
        An empty string where nothing says so, or what says so is no address.
    """
    address = reply.url
    if not address and is_markup(reply):
        found = _SAVED_FROM.search(reply.body[:_BEGINNING])
        told = reply.html.css('link[rel="canonical"]::attr(href), meta[property="og:url"]::attr(content)').get("")
        address = found[1].decode("ascii", "replace") if found else told
    try:
        urlsplit(address)
    except ValueError:
        return ""
    return address


def is_markup(reply: Reply) -> bool:
    """Whether the page is HTML rather than JSON or a script."""
    return reply.text.lstrip("\ufeff \r\n\t")[:1] == "<"


def _searched(reply: Reply, name: str) -> str:
    for text in (address_of(reply).partition("?")[2], reply.sent):
        if words := parse_qs(text.partition("#")[0]).get(name):
            return words[0].strip()
    found = re.search(rf'"{re.escape(name)}"\s*:\s*("(?:[^"\\]|\\.)*")', reply.sent)
    try:
        return str(json.loads(found[1])).strip() if found else ""
    except ValueError:
        return ""


def _has(shape: Shape, reply: Reply) -> bool:
    """Whether a page has a shape; one that cannot even be looked at has not."""
    try:
        return shape.found(reply)
    except (FormatChanged, LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return False
