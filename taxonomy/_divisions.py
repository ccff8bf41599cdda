"""The divisions of China as tables for the place reader: every spelling of a province, a city and what lies in it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from taxonomy.errors import JobAtlasError

PLACES_FILE = Path(__file__).parent / "data" / "places.yaml"

# The peoples in the names of autonomous divisions; a few names leave 族 out.
_WITH_SUFFIX = (
    "各|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|土|达斡尔"
    "|仫佬|羌|布朗|撒拉|毛南|仡佬|普米|怒|鄂温克|保安|裕固|独龙"
)
_AUTONOMY = re.compile(rf"(?<=.)(?:(?:{_WITH_SUFFIX})族|蒙古|哈萨克|柯尔克孜|锡伯|塔吉克)+自治(?=[州县旗]$)")
_AUTONOMOUS_REGION = re.compile(r"(?:壮族|回族|维吾尔)?自治区$")
_KIND = re.compile(r"(?:特别行政区|林区|新区|特区|地区|[省市州区县旗])$")
_PREFECTURE_KIND = re.compile(r"(?:特别行政区|林区|地区|自治州|[市县])$")


@dataclass(frozen=True, slots=True)
class City:
    """A prefecture-level city, or a county-level one that its province administers.

    Attributes:
        name: The short name (北京, 凉山, 兴安盟).
        province: The short name of its province.
    """

    name: str
    province: str


@dataclass(frozen=True, slots=True)
class Divisions:
    """Lookup tables by spelling.

    Attributes:
        provinces: Spelling -> short name of the province.
        cities: Spelling -> city.
        full_names: The spellings in `cities` that carry their kind (市, 州, 盟, 地区), the longest first.
        districts: Name of what lies in a city, current, former or informal -> the cities that have one so named.
        short_districts: The same without 区, 县, 市 or 旗.
        county_cities: Of `short_districts`, those that name a county-level city (开平市) -> the city above it.
        tiers: City name -> tier; a city in no tier is missing.
        english: English name in lower case -> city name.
    """

    provinces: dict[str, str]
    cities: dict[str, City]
    full_names: tuple[str, ...]
    districts: dict[str, frozenset[City]]
    short_districts: dict[str, frozenset[City]]
    county_cities: dict[str, frozenset[City]]
    tiers: dict[str, str]
    english: dict[str, str]


@cache
def divisions() -> Divisions:
    """The tables of the shipped places.yaml."""
    return build_divisions(yaml.safe_load(PLACES_FILE.read_text(encoding="utf-8")))


def build_divisions(data: dict[str, Any]) -> Divisions:
    """Turns the content of places.yaml into tables.

    Raises:
        JobAtlasError: A city is listed twice, or a section names a city that `divisions` lacks.
    """
    provinces = {
        spelling: _short_province(province)
        for province in data["divisions"]
        for spelling in (province, _short_province(province))
    }
    by_name: dict[str, City] = {}
    cities: dict[str, City] = {}
    inside: defaultdict[str, set[City]] = defaultdict(set)
    for province, content in data["divisions"].items():
        for full_name, districts in content.items():
            spellings = _city_spellings(full_name, provinces, by_name)
            city = City(spellings[-1], provinces[province])
            if city.name in by_name:
                raise JobAtlasError(f"{PLACES_FILE}: divisions: {full_name} is listed twice; delete one.")
            by_name[city.name] = city
            cities |= dict.fromkeys(spellings, city)
            for district in (districts or "").split():
                inside[district].add(city)

    def cities_named(section: str) -> list[tuple[City, Any]]:
        for name in data[section]:
            if name not in by_name:
                raise JobAtlasError(f"{PLACES_FILE}: {section}: {name} is no city of `divisions`; use its short name.")
        return [(by_name[name], content) for name, content in data[section].items()]

    for city, former in cities_named("former"):
        for district in former.split():
            inside[district].add(city)
    named: defaultdict[str, set[City]] = defaultdict(set)
    short: defaultdict[str, set[City]] = defaultdict(set)
    county_cities: defaultdict[str, set[City]] = defaultdict(set)
    for district, holders in inside.items():
        plain = _AUTONOMY.sub("", district)
        named[district] |= holders
        named[plain] |= holders
        stem = _KIND.sub("", plain)
        if len(stem) > 1 and stem not in provinces:
            short[stem] |= holders
            if district.endswith("市"):
                county_cities[stem] |= holders
    for city, aliases in cities_named("aliases"):
        for alias in aliases.split():
            named[alias].add(city)
    return Divisions(
        provinces=provinces,
        cities=cities,
        full_names=tuple(
            sorted((spelling for spelling, city in cities.items() if spelling != city.name), key=len, reverse=True)
        ),
        districts=_frozen(named),
        short_districts=_frozen(short),
        county_cities=_frozen(county_cities),
        tiers=_tiers(data["tiers"], by_name),
        english={name.lower(): city.name for city, names in cities_named("english") for name in names},
    )


def _frozen(holders: dict[str, set[City]]) -> dict[str, frozenset[City]]:
    return {spelling: frozenset(cities) for spelling, cities in holders.items()}


def _short_province(province: str) -> str:
    return _KIND.sub("", _AUTONOMOUS_REGION.sub("", province))


def _city_spellings(full_name: str, provinces: dict[str, str], taken: dict[str, City]) -> list[str]:
    """Every spelling of a city, from the official to the short one that names it (凉山彝族自治州, 凉山州, 凉山)."""
    plain = _AUTONOMY.sub("", full_name)
    short = re.sub(r"(?<=.)州$", "", plain) if full_name.endswith("自治州") else _PREFECTURE_KIND.sub("", plain)
    # 海南州 of 青海 is not the province 海南, 新竹县 not 新竹市.
    if (
        not full_name.endswith("市")
        and plain != short
        and (short in taken or (plain.endswith("州") and short in provinces))
    ):
        short = plain
    return list(dict.fromkeys((full_name, plain, short)))


def _tiers(data: dict[str, str], by_name: dict[str, City]) -> dict[str, str]:
    tiers: dict[str, str] = {}
    for tier, names in data.items():
        for name in names.split():
            if name not in by_name:
                raise JobAtlasError(f"{PLACES_FILE}: tiers: {name} is no city of `divisions`; use its short name.")
            tiers.setdefault(name, tier)
    return tiers
