"""Company names of postings, read as companies of the vocabulary."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from taxonomy.loading import DataFile
from taxonomy.models import Company

_BRACKETED = re.compile(r"\([^()]*\)")
_NOT_WORD = re.compile(r"[^\w.]")


class CompanyNames:
    """Finds the listed company that a posting's company name means.

    Args:
        companies: the listed companies.
        file: the data file, for its lists of places, legal forms, continuations and words that speak against a match,
            and for the message about a name that two companies claim.
    """

    def __init__(self, companies: Iterable[Company], file: DataFile) -> None:
        places = file.texts("places")
        legal_forms = file.texts("legal_forms")
        self._place = re.compile(f"(?:{_any_of(places)})[省市]?")
        self._place_and_form = re.compile(f"(?:{_any_of([*places, *legal_forms])}|[省市])*")
        continuations = [*places, *file.texts("continuations")]
        self._continuation = re.compile(_any_of([*continuations, *legal_forms]))
        self._distinctive = re.compile(f"(?!.*(?:{_any_of(continuations)})$)[\\u4e00-\\u9fff]{{4,}}")
        self._other_company = re.compile(_any_of(file.texts("not_the_company")))
        self._named: dict[str, Company] = {}
        self._whole: dict[str, Company] = {}
        for company in companies:
            own = dict.fromkeys((company.zh, *company.names))
            self._add(self._named, company, own, file)
            self._add(self._whole, company, company.whole_names, file)
            for unit in company.units:
                as_unit = company.model_copy(update={"industry": unit.industry, "units": ()})
                self._add(self._named, as_unit, unit.names, file)
                self._add(self._whole, as_unit, unit.whole_names, file)
        self._longest = max(map(len, self._named))

    def _add(self, names: dict[str, Company], company: Company, added: Iterable[str], file: DataFile) -> None:
        for name in added:
            folded = _fold(name)
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
        if not name:
            return None
        folded = _fold(name)
        if self._other_company.search(folded):
            return None
        for start in self._starts(folded):
            for length in range(min(self._longest, len(folded) - start), 0, -1):
                company = self._named.get(folded[start : start + length])
                if company is not None and self._may_go_on(folded, start, start + length):
                    return company
        bare = _BRACKETED.sub("", folded)
        for start in self._starts(bare):
            for end in range(len(bare), start, -1):
                if bare[start:end] in self._whole and self._place_and_form.fullmatch(bare, end):
                    return self._whole[bare[start:end]]
        return None

    def _starts(self, name: str) -> Iterator[int]:
        yield 0
        place = self._place.match(name)
        if place:
            yield place.end()

    def _may_go_on(self, name: str, start: int, end: int) -> bool:
        if end == len(name) or _NOT_WORD.match(name, end):
            return True
        if name[end - 1].isascii() != name[end].isascii():
            return True  # the script changes: 影石Insta360
        if name[end].isascii():
            return False  # inside a Latin word
        return bool(self._continuation.match(name, end) or self._distinctive.fullmatch(name[start:end]))


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(_fold(word)) for word in sorted(words, key=len, reverse=True))


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
