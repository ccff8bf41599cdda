"""Pay that a dump spreads over two columns, or whose unit only the header states: 最低薪资(K), 年薪（万元）."""

import re
import unicodedata

_UNIT = re.compile(r"[(\[【/_\-\s]([kK千万wW]?)元?(?:每|/)?(年|月|周|天|日|小时|时)?[)\]】]?$")
_PERIOD = re.compile(r"(年|日|时)薪|(annual|yearly|daily|hourly)", re.IGNORECASE)
_PERIOD_OF = {"annual": "年", "yearly": "年", "daily": "天", "hourly": "时"}
_FIGURES = re.compile(r"[\d.,]+(?:\s*[-~—–至到]+\s*[\d.,]+)?")
_WHOLE = re.compile(r"(?<=\d)\.0+$")
_PERIOD_STATED = re.compile(r"[/每年月周天日时]")


class SalaryColumn:
    """What the header of a salary column adds to its cells.

    Args:
        header: the column's name.
    """

    def __init__(self, header: str) -> None:
        name = unicodedata.normalize("NFKC", header).strip()
        unit = _UNIT.search(name)
        period = _PERIOD.search(name)
        self._unit = unit[1] if unit else ""
        self._period = (unit[2] if unit else None) or ((period[1] or _PERIOD_OF[period[2].lower()]) if period else None)

    def complete(self, text: str) -> str:
        """A cell's text with the unit and period that only the header states; a text that states its own keeps it."""
        if self._unit and _FIGURES.fullmatch(text):
            text += self._unit
        if self._period and self._period != "月" and text[:1].isdigit() and not _PERIOD_STATED.search(text):
            text += f"/{self._period}"
        return text

    def range(self, low: str | None, high: str | None) -> str | None:
        """Two bounds as one text, 15000.0 as 15000; a single one with 以上 or 以下."""
        low, high = (bound and _WHOLE.sub("", bound) for bound in (low, high))
        if low and high:
            return self.complete(low if low == high else f"{low}-{high}")
        if low:
            return f"{self.complete(low)}以上"
        return f"{self.complete(high)}以下" if high else None
