"""Text from strangers in CSV cells that a spreadsheet program will open.

Excel, WPS and LibreOffice run a cell that begins with =, +, - or @ as a formula, which can call out to the network
("CSV injection", OWASP). An apostrophe before it makes the cell text; it is taken off again when we read our own file.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def guarded(text: str) -> str:
    """The text of a cell that no spreadsheet program takes for a formula; numbers stay as they are."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    if text.startswith("'") and _FORMULA.match(text):
        return text[1:]
    return text
