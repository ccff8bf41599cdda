"""Company names of postings, read as companies of the vocabulary."""

import re
from collections.abc import Iterable

from taxonomy.loading import DataFile
from taxonomy.models import Company

_PLACE = re.compile(r"^(?:北京|上海|广州|深圳|杭州|南京|成都|武汉|苏州|天津|重庆|西安|合肥|长沙|厦门|珠海)市?")
_LEGAL_FORM = re.compile(r"(?:集团|股份|有限|责任|公司|科技|技术|网络|信息|智能|中国|\(.*?\))+$")


class CompanyNames:
    """Finds the listed company that a posting's company name means.

    Args:
        companies: the listed companies.
        file: where they come from, for the message about a name that two companies claim.
    """

    def __init__(self, companies: Iterable[Company], file: DataFile) -> None:
        self._prefixes: dict[str, Company] = {}
        self._wholes: dict[str, Company] = {}
        owner: dict[str, str] = {}
        for company in companies:
            for name in dict.fromkeys((company.zh, *company.names, *company.whole_names)):
                folded = _fold(name)
                if folded in owner:
                    raise file.fail("companies", company.zh, f"{name!r} already names {owner[folded]!r}.")
                owner[folded] = company.zh
                self._wholes[folded] = company
            for name in company.names:
                self._prefixes[_fold(name)] = company
        self._longest = max(map(len, self._prefixes), default=0)

    def find(self, name: str | None) -> Company | None:
        """The company a name means, or None.

        The name is compared without its city, brackets and legal form: whole against every listed name, then its
        beginning against `Company.names`, the longest first.
        """
        if not name:
            return None
        folded = _fold(name)
        bare = _PLACE.sub("", folded)
        core = _LEGAL_FORM.sub("", bare)
        for candidate in (folded, bare, core):
            if candidate in self._wholes:
                return self._wholes[candidate]
        for start in (folded, bare):
            for length in range(min(self._longest, len(start)), 0, -1):
                company = self._prefixes.get(start[:length])
                if company is not None:
                    return company
        return None


def _fold(name: str) -> str:
    return name.strip().casefold().replace("（", "(").replace("）", ")")
