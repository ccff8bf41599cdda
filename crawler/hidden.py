"""What a page's own styles hide from its reader: words that are there for programs alone."""

import re
from collections.abc import Collection, Iterator

from cssselect import SelectorError
from lxml import etree
from parsel import Selector

from crawler.markup import element_text

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_MARK = re.compile(r"""[{};]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL)
_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
_LENGTH = re.compile(r"(-?\d*\.?\d+)[a-z%]*")
_PROPERTIES = frozenset({"display", "visibility", "opacity", "font-size", "width", "height", "overflow"})
_LEAST_SEEN = 2.0
"""A box of fewer pixels on both sides shows nothing of a text that may not overflow it."""

Declared = dict[str, tuple[bool, str]]
"""Property -> whether it is !important, and its value."""


def seen_text(element: Selector, page: Selector, *, preformatted: bool = False) -> str:
    """The text of an element as a reader sees it, with line breaks as in `crawler.markup.html_to_text`.

    Left out is what inline styles, rules of the page's style elements or the attribute `hidden` hide: display none,
    visibility hidden, no size, no opacity. Rules under a condition (@media) do not count.

    Args:
        element: One element of the page.
        page: The whole page.
        preformatted: Whether the page shows the line breaks in its source, which style sheets elsewhere may say.
    """
    return element_text(element.root, _hidden(element.root, page), preformatted=preformatted)


def _hidden(root: etree._Element, page: Selector) -> Collection[etree._Element]:
    declared: dict[etree._Element, Declared] = {}
    for selector, declarations in _rules(page, {name for node in root.iter(etree.Element) for name in _classes(node)}):
        for node in _matched(page, selector):
            _declare(declared.setdefault(node, {}), declarations)
    hidden = set()
    for node in root.iter(etree.Element):
        style: Declared = {"display": (False, "none")} if "hidden" in node.attrib else {}
        _declare(style, declared.get(node, {}))
        _declare(style, _declarations(node.get("style", "")))
        if _hides({name: value for name, (_, value) in style.items()}):
            hidden.add(node)
    return hidden


def _classes(node: etree._Element) -> list[str]:
    return str(node.get("class", "")).split()


def _rules(page: Selector, classes: set[str]) -> Iterator[tuple[str, Declared]]:
    """The unconditional rules that speak of one of the classes and may hide something, in order."""
    for sheet in page.css("style::text").getall():
        for selectors, body in _blocks(_COMMENT.sub("", sheet)):
            ours = [part.strip() for part in selectors.split(",") if not classes.isdisjoint(_CLASS.findall(part))]
            if ours and (declarations := _declarations(body)):
                yield from ((selector, declarations) for selector in ours)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """What stands before and in the braces of each rule; at-rules and what is in them are left out."""
    depth = begin = opened = 0
    for mark in _MARK.finditer(sheet):
        if mark[0] == "{":
            depth += 1
            if depth == 1:
                opened = mark.start()
        elif mark[0] == "}" and depth:
            depth -= 1
            if depth == 0:
                prelude = sheet[begin:opened].strip()
                if not prelude.startswith("@"):
                    yield prelude, sheet[opened + 1 : mark.start()]
                begin = mark.end()
        elif mark[0] == ";" and depth == 0:
            begin = mark.end()


def _declarations(text: str) -> Declared:
    """Those of the properties that decide whether something is seen."""
    found: Declared = {}
    for declaration in text.lower().split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() in _PROPERTIES:
            plain = value.replace("!important", "").strip()
            _declare(found, {name.strip(): ("!important" in value.replace(" ", ""), plain)})
    return found


def _declare(style: Declared, declarations: Declared) -> None:
    """Later declarations replace earlier ones, unless these alone are important."""
    for name, (important, value) in declarations.items():
        if important or not style.get(name, (False, ""))[0]:
            style[name] = (important, value)


def _matched(page: Selector, selector: str) -> list[etree._Element]:
    try:
        return [found.root for found in page.css(selector)]
    except (SelectorError, ValueError):
        return []  # ::before and the like, or a rule that browsers would not understand either


def _hides(style: dict[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"}:
        return True
    if _length(style.get("font-size")) == 0 or _length(style.get("opacity")) == 0:
        return True
    sides = [_length(style.get(name)) for name in ("width", "height")]
    return style.get("overflow") == "hidden" and all(side is not None and side < _LEAST_SEEN for side in sides)


def _length(value: str | None) -> float | None:
    """The number of a length (0, 0.1px); None for anything else. Em and percent count like pixels."""
    found = _LENGTH.fullmatch(value or "")
    return float(found[1]) if found else None
