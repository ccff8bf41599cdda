"""Industry names of job sites, read as industries of the vocabulary."""

import re
from collections.abc import Iterable

from taxonomy.loading import DataFile
from taxonomy.models import Industry

_SEPARATORS = re.compile(r"[,，;；|｜丨]|\s+")


class IndustryNames:
    """Finds the industry that a site's text means.

    Args:
        industries: the industries with the names that sites give them.
        file: where they come from, for the message about a name that two industries claim.
    """

    def __init__(self, industries: Iterable[Industry], file: DataFile) -> None:
        self._ids: dict[str, str] = {}
        for industry in industries:
            for name in dict.fromkeys(_fold(name) for name in (industry.zh, *industry.names)):
                if name in self._ids:
                    raise file.fail("industries", industry.id, f"{name!r} already names {self._ids[name]!r}.")
                self._ids[name] = industry.id

    def find(self, text: str | None) -> str | None:
        """The industry id of a site's text.

        The whole text is looked up first; then, since sites join several industries in one text with the main one
        first, the first part that is a known name.
        """
        if not text:
            return None
        folded = _fold(text)
        if folded in self._ids:
            return self._ids[folded]
        for part in _SEPARATORS.split(text):
            found = self._ids.get(_fold(part))
            if found:
                return found
        return None


def _fold(name: str) -> str:
    return name.strip().casefold()
