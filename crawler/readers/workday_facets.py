"""The filters of a Workday career site: each list says by which values it can be narrowed, and how many rows each has.

Values may be grouped, and a company names and groups them as it likes: a country is found by its name alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.readers.careers import rows_of
from taxonomy.places import read_cities

_MAINLAND = re.compile(
    r"(?:mainland |greater )?china(?: mainland|, mainland| \(mainland\))?|(?:the )?people'?s republic of china"
    r"|中国(?:大陆)?",
    re.IGNORECASE,
)
_CHINA = re.compile(
    rf"{_MAINLAND.pattern}"
    r"|(?:china )?(?:hong kong|maca[ou])(?: sar)?(?:,? china)?|taiwan(?:, china| china)?|中国?(?:香港|澳门|台湾)",
    re.IGNORECASE,
)
_MOST_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter.

    Attributes:
        parameter: Its name in a request.
        values: Id, name and number of rows of each value.
    """

    parameter: str
    values: tuple[tuple[str, str, int], ...]

    @property
    def is_country(self) -> bool:
        """Whether its values are countries, by its name."""
        return "country" in self.parameter.casefold()

    @property
    def china(self) -> list[str]:
        """The ids of those of its values that are China or a part of it."""
        return [key for key, name, _ in self.values if _CHINA.fullmatch(name.strip())]

    @property
    def names_the_mainland(self) -> bool:
        """Whether one of its values is the mainland, and none is a place in it."""
        names = [name.strip() for _, name, _ in self.values]
        rest = [name for name in names if not _CHINA.fullmatch(name)]
        return any(_MAINLAND.fullmatch(name) for name in names) and not any(map(read_cities, rest))


def facets_of(tree: Any) -> list[Facet]:  # noqa: ANN401 - whatever JSON holds
    """The filters that a list page offers, out of their groups."""
    return list(_facets(tree, 0))


def china_filter(facets: Sequence[Facet]) -> dict[str, list[str]] | None:
    """The filter for China.

    A filter of countries is asked first. Another serves where it names the mainland as such and no city of it beside:
    of cities, only 香港 and 澳门 are named like a country, and asked for them alone the site shows no other.

    Returns:
        None where no filter tells countries; {} where one does and has none of China.
    """
    countries = [facet for facet in facets if facet.is_country]
    others = [facet for facet in facets if not facet.is_country and facet.names_the_mainland]
    named = next(({facet.parameter: facet.china} for facet in (*countries, *others) if facet.china), None)
    return {} if named is None and countries else named


def split(facets: Sequence[Facet], applied: Sequence[str], most: int) -> list[dict[str, list[str]]]:
    """A list that is longer than the site shows, in parts.

    A filter serves when its values have at least as many rows together as the site shows; best is one whose values are
    all short enough, then one of few values.

    Args:
        facets: The filters that the list offers.
        applied: Names of those that narrow it already.
        most: Rows that the site shows.

    Returns:
        One filter for each part; [] where none serves.
    """
    serving = [
        facet
        for facet in facets
        if facet.parameter not in applied and len(facet.values) > 1 and sum(rows for *_, rows in facet.values) >= most
    ]
    if not serving:
        return []
    best = min(serving, key=lambda facet: (max(rows for *_, rows in facet.values) >= most, len(facet.values)))
    return [{best.parameter: [key]} for key, _, rows in best.values if rows]


def _facets(tree: Any, depth: int) -> Iterator[Facet]:  # noqa: ANN401 - as above
    if depth > _MOST_DEPTH:
        return
    for entry in rows_of(tree):
        values = rows_of(entry.get("values"))
        leaves = tuple(
            (str(value["id"]), str(value.get("descriptor") or ""), _count(value)) for value in values if value.get("id")
        )
        if leaves and isinstance(entry.get("facetParameter"), str):
            yield Facet(entry["facetParameter"], leaves)
        yield from _facets(values, depth + 1)


def _count(value: Any) -> int:  # noqa: ANN401 - as above
    count = value.get("count")
    return count if isinstance(count, int) else 0
