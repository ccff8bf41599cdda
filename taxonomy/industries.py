"""Industry names of job sites, read as industries of the vocabulary."""

import re
from collections.abc import Iterable

from taxonomy._text import fold, remembering
from taxonomy.loading import DataFile
from taxonomy.models import Industry

# What stands between two industries of one company; 51job and Lagou write "计算机软件,互联网/电子商务" and
# "移动互联网 | 企业服务". A full-width comma is part of a name ("检测，认证"), so it separates only in the last step.
_BETWEEN_INDUSTRIES = re.compile(r"\s*[,;；]\s*|\s+[|｜]\s+|\s+")
_BETWEEN_NAMES = re.compile("、")
# What stands between the words of one name; "丨" is a stroke that Lagou uses for a bar.
_BETWEEN_WORDS = re.compile(r"[/、,&+()\[\]]")
_BARS = str.maketrans({"|": "/", "丨": "/"})


class IndustryNames:
    """Finds the industry that a site's text means.

    Args:
        industries: the industries with the names that sites give them.
        file: where they come from, for the message about a name that two industries claim.
    """

    def __init__(self, industries: Iterable[Industry], file: DataFile) -> None:
        self._ids: dict[str, str] = {}
        for industry in industries:
            for name in dict.fromkeys(_fold_name(name) for name in (industry.zh, *industry.names)):
                if name in self._ids:
                    raise file.fail("industries", industry.id, f"{name!r} already names {self._ids[name]!r}.")
                self._ids[name] = industry.id
        self._find = remembering(self._find_text)
        self._any_name = re.compile("|".join(re.escape(name) for name in sorted(self._ids, key=len, reverse=True)))

    def find(self, text: str | None) -> str | None:
        """The industry id of a site's text.

        The steps, each tried only when the one before found nothing: the whole text is a known name; the first of
        the industries it lists that is known (sites put the main one first); the first word of a name that is
        known ("文化/传媒" by 文化). Width, case, blanks and the kind of bar or slash do not matter.

        Args:
            text: what the site shows as the company's industry.

        Returns:
            The industry id; None for an empty or unknown text and where the site leaves the question open (其他, 不限).
        """
        return self._find(text) if text else None

    def _find_text(self, text: str) -> str | None:
        whole = self._ids.get(_fold_name(text))
        if whole is not None:
            return whole
        listed = [_fold_name(part) for part in _BETWEEN_INDUSTRIES.split(text)]
        for name in listed:
            found = self._ids.get(name) or self._first_of_joined(name)
            if found is not None:
                return found
        for separators in (_BETWEEN_NAMES, _BETWEEN_WORDS):
            for name in listed:
                for word in separators.split(name):
                    if word in self._ids:
                        return self._ids[word]
        return None

    def _first_of_joined(self, text: str) -> str | None:
        """The first of two or more known names that a page lost the blank between ("互联网/电子商务汽车及零配件")."""
        first: str | None = None
        position = 0
        while position < len(text):
            name = self._any_name.match(text, position)
            if name is None:
                return None
            first = first or self._ids[name.group()]
            position = name.end()
        return first


def _fold_name(name: str) -> str:
    return fold(name).translate(_BARS).replace(" ", "")
