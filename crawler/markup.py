"""HTML to plain text that keeps the line breaks a reader would see."""

import html
import re
from collections.abc import Collection, Iterator

from lxml import etree
from lxml import html as lxml_html
from lxml.html import defs

_BLOCKS = frozenset(defs.block_tags) | {"dd", "dt", "li", "tbody", "td", "th", "thead", "tr", "section", "article"}
_UNSEEN = frozenset({"head", "noscript", "script", "style", "template"})
_NAMES = "|".join(sorted(defs.tags, key=len, reverse=True))
_TAG = re.compile(rf"</?(?:{_NAMES})\b[^<>]*>", re.IGNORECASE)
_BARE_LESS_THAN = re.compile(rf"<(?!/?(?:{_NAMES})\b[^<>]*>|!--)", re.IGNORECASE)
_ESCAPED_TAG = re.compile(rf"&(?:amp;)*lt;/?(?:{_NAMES})\b", re.IGNORECASE)
_ESCAPED_BREAK = re.compile(r"\\r\\n|\\n|\\r")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\n{3,}")
_MOST_ESCAPES = 3
"""Job pages escape their description once or twice; a third time is already a mistake."""


def html_to_text(text: str) -> str:
    """The text of a description that may be HTML, entity-escaped HTML or plain text.

    Block elements and `<br>` become line breaks, scripts and styles vanish, runs of spaces shrink to one, and three
    or more line breaks shrink to two. Text without any tag keeps its own line breaks, and a `<` that begins no HTML
    tag (`vector<int>`) stays.
    """
    for _ in range(_MOST_ESCAPES):
        if not _ESCAPED_TAG.search(text):
            break
        text = html.unescape(text)
    if not _TAG.search(text):
        breaks = text if "\n" in text.strip() else _ESCAPED_BREAK.sub("\n", text)
        return tidy_lines(html.unescape(breaks))
    # Written-out \n between the tags of a page are escapes that somebody escaped again.
    text = _BARE_LESS_THAN.sub("&lt;", _ESCAPED_BREAK.sub("\n", text))
    try:
        tree = lxml_html.fragment_fromstring(text, create_parent="div")
    # lxml asserts that a whole page has a body, which one that only says a title need not have.
    except (etree.ParserError, ValueError, AssertionError):
        return tidy_lines(html.unescape(_TAG.sub("\n", text)))
    return element_text(tree)


def element_text(
    element: etree._Element, unseen: Collection[etree._Element] = (), *, preformatted: bool = False
) -> str:
    """The text of an element of a parsed page, with line breaks as in `html_to_text`.

    Args:
        element: The element.
        unseen: Elements below it to leave out, with all that is in them.
        preformatted: Whether the page shows the line breaks in its source, as `<pre>` does and CSS may.
    """
    return tidy_lines("".join(_pieces(element, unseen, preformatted=preformatted)))


def tidy_lines(text: str) -> str:
    """Trim every line, shrink runs of spaces to one and of empty lines to one."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def _pieces(element: etree._Element, unseen: Collection[etree._Element], *, preformatted: bool) -> Iterator[str]:
    """The text below an element in order, with one line break where blocks meet and one for each `<br>`."""
    hidden, depth = 0, int(preformatted)
    broken = True  # the last piece ended a line
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        starts = event == "start"
        if event in {"start", "end"}:
            step = 1 if starts else -1
            hidden += step * (node.tag in _UNSEEN or node in unseen)
            depth += step * (node.tag == "pre")
            if (node.tag == "br" and starts) or (node.tag in _BLOCKS and not broken):
                yield "\n"
                broken = True
        text = node.text if starts else node.tail if node is not element else None
        if text and not hidden:
            flowing = text if depth else " ".join(text.split("\n"))
            if flowing.strip():
                broken = False
            yield flowing
