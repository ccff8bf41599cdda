"""Company names of postings, read as companies of the vocabulary."""

import re
from collections.abc import Iterable, Iterator

from taxonomy._divisions import divisions
from taxonomy._text import fold, remembering
from taxonomy.loading import DataFile
from taxonomy.models import Company

_BRACKETED = re.compile(r"\([^()]*\)")
_NOT_WORD = re.compile(r"[^\w.]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4,}")


class CompanyNames:
    """Finds the listed company that a posting's company name means.

    Args:
        companies: the listed companies.
        file: the data file, for its lists of legal forms, continuations and words that speak against a match, and for
            the message about a name that two companies claim.
    """

    def __init__(self, companies: Iterable[Company], file: DataFile) -> None:
        places = {*divisions().provinces, *divisions().cities, *file.texts("places")}
        legal_forms = file.texts("legal_forms")
        continuations = [*places, *file.texts("continuations")]
        self._places = _Words(places)
        self._places_and_forms = _Words([*places, *legal_forms])
        self._continuations = _Words([*continuations, *legal_forms])
        self._endings = tuple(continuations)
        self._other_company = re.compile("|".join(map(re.escape, file.texts("not_the_company"))))
        self._named: dict[str, Company] = {}
        self._whole: dict[str, Company] = {}
        for company in companies:
            self._add(self._named, company, dict.fromkeys((company.zh, *company.names)), file)
            self._add(self._whole, company, company.whole_names, file)
            for unit in company.units:
                as_unit = company.model_copy(update={"industry": unit.industry, "units": ()})
                self._add(self._named, as_unit, unit.names, file)
                self._add(self._whole, as_unit, unit.whole_names, file)
        self._longest = max(map(len, self._named))
        self._find = remembering(self._find_folded)

    def _add(self, names: dict[str, Company], company: Company, added: Iterable[str], file: DataFile) -> None:
        for name in added:
            folded = fold(name)
            owner = self._named.get(folded) or self._whole.get(folded)
            if owner is not None:
                raise file.fail("companies", company.zh, f"{name!r} already names {owner.zh!r}.")
            names[folded] = company

    def find(self, name: str | None) -> Company | None:
        """The company that a name means.

        Rule, kept narrow because a wrong company is worse than none: the name, with or without a place name before
        it, is a listed name and goes on with nothing, with something other than a letter, or with a word with which
        company names go on (`continuations`); of several listed names the longest counts. A listed name of four and
        more characters that does not end in such a word (字节跳动, not 博彦科技) may go on in any way. `whole_names`
        match only when a place name and a legal form are all that stands beside them. A name with a word of
        `not_the_company` is somebody else (a reseller, an outsourcer).

        Args:
            name: the company as the posting names it, brand or registered name.

        Returns:
            The company, with the industry of its unit where the name is a unit's; None when no listed one is meant.
        """
        return self._find(name) if name else None

    def _find_folded(self, name: str) -> Company | None:
        folded = fold(name)
        if self._other_company.search(folded):
            return None
        for start in self._starts(folded):
            for end in range(min(start + self._longest, len(folded)), start, -1):
                company = self._named.get(folded[start:end])
                if company is not None and self._may_go_on(folded, start, end):
                    return company
        bare = _BRACKETED.sub("", folded)
        for start in self._starts(bare):
            for end in range(len(bare), start, -1):
                company = self._whole.get(bare[start:end])
                if company is not None and self._is_place_and_form(bare, end):
                    return company
        return None

    def _starts(self, name: str) -> Iterator[int]:
        yield 0
        place_end = self._places.longest_at(name, 0)
        if place_end:
            yield place_end

    def _may_go_on(self, name: str, start: int, end: int) -> bool:
        if end == len(name) or _NOT_WORD.match(name, end):
            return True
        if name[end - 1].isascii() != name[end].isascii():
            return True  # the script changes: 影石Insta360
        if name[end].isascii():
            return False  # inside a Latin word
        if self._continuations.longest_at(name, end):
            return True
        return bool(_CHINESE.fullmatch(name, start, end)) and not name[start:end].endswith(self._endings)

    def _is_place_and_form(self, name: str, position: int) -> bool:
        while position < len(name):
            word_end = self._places_and_forms.longest_at(name, position)
            if not word_end:
                return False
            position = word_end
        return True


class _Words:
    """Words to look for at a place in a text."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._lengths = sorted({len(word) for word in self._words}, reverse=True)

    def longest_at(self, text: str, start: int) -> int:
        """Where the longest of the words that begins at `start` ends; 0 when none does."""
        return next((start + n for n in self._lengths if text[start : start + n] in self._words), 0)
