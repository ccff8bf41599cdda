"""The Chinese cities a text names, and the tiers of the reports."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest

from taxonomy._divisions import City, divisions
from taxonomy._text import fold, remembering

CITY_TIERS = ("一线", "二线", "三线", "其他")
"""The tiers of 《AI 大模型人才发展报告》 (2023), in its order."""

_BETWEEN_PLACES = re.compile(r"[/、,，;；|&+]|(?<=[\u4e00-\u9fff])[或及与](?=[\u4e00-\u9fff])|\b(?:or|and)\b")
_BETWEEN_LEVELS = re.compile(r"""[-·•・.>\s()\[\]{}:_–—~"'“”]+""")
_LEAD_IN = re.compile(r"^(?:中国|(?:工作|上班|办公|公司)?(?:地[点址区]|城市)|坐标|位于|base)+")
_LATIN = re.compile(r"[a-z]")
_ENGLISH_STREET = (
    r"[ -](?:(?:east|west|north|south|middle|central|[1-9](?:st|nd|rd|th)) )?"
    r"(?:road|rd|street|st|avenue|ave|lane|square)\b"
)

# A short city name that runs on like this is a street, a gate or a bay (北京路, 南京东路, 中山公园).
_NO_CITY = re.compile(r"[东南西北中上下一二三四五六七八九十]*(?:路|街|大道|道|巷|弄|里|桥|大桥|门|湾|公园|大厦|广场)")
_PART_OF_CITY = re.compile(
    r"地区|周边|市区|城区|主城|全市|等|总部|分公司|分部|办事处|校区|高新|经开|经济|开发|工业|科技|产业|保税|自贸"
)
_LONGEST_NAME = 18


def city_tier(city: str) -> str:
    """The tier of a city, by the name `read_cities` gives it; 其他 for every city the report does not list."""
    return divisions().tiers.get(city, CITY_TIERS[-1])


def read_cities(text: str | None) -> list[str]:
    """Reads the Chinese cities a place text names, in its order, each once, by short name (北京, 凉山, 兴安盟).

    Cities are the municipalities, prefecture-level cities, autonomous prefectures, leagues and prefectures, 香港,
    澳门, the cities of 台湾, and the county-level divisions that a province administers itself (济源, 仙桃, 琼海).

    Rules:
        Several places stand between / 、 , ; | and the like; the levels of one place between - · > or spaces, or run on
            (广东省深圳市南山区). Of one place's levels the first city counts; what follows is its district, even
            where another city has that name (大连·中山, 广州·越秀·北京路). Only a later level that is a city by
            itself and no district of the first is a second city (北京 上海), and not after ·.
        A county-level division stands for the city above it (昆山: 苏州; 浦东新区: 上海). By its name alone only
            where no other city has one so named, now or formerly: 朝阳区, 南山区 and 高新区 alone are not read. With
            its province only that province's are compared; without its kind it is first a county-level city's
            (开平: 江门).
        吉林 is the city unless another city of the province follows (吉林·长春). 海南 alone is the province; the
            prefecture in 青海 is 海南州. English names are known for the larger cities.

    Returns:
        An empty list where no such city is named: provinces, 全国, 远程, 异地, places abroad, ambiguous districts.
    """
    return list(_read_cities(text)) if text else []


@remembering
def _read_cities(text: str) -> tuple[str, ...]:
    folded = fold(text).replace("’", "'")
    if _LATIN.search(folded):
        folded = _english_names().sub(lambda match: f" {divisions().english[match[0]]} ", folded)
    found: dict[str, None] = {}
    before: City | None = None
    for place in _BETWEEN_PLACES.split(folded):
        for city in _Place(place, before).cities():
            found[city.name] = None
            before = city
    return tuple(found)


@cache
def _english_names() -> re.Pattern[str]:
    names = sorted(divisions().english, key=len, reverse=True)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, names))})(?![a-z])(?!{_ENGLISH_STREET})")


class _Place:
    """One place of a list, written as one or more levels.

    Args:
        text: The folded place.
        before: The last city of the list before it, whose district it may be.
    """

    def __init__(self, text: str, before: City | None) -> None:
        self._levels = [level for level in _BETWEEN_LEVELS.split(text) if level]
        self._dotted = "·" in text
        self._before = before
        self._province: str | None = None

    def cities(self) -> Iterator[City]:
        """The cities the place names."""
        first: City | None = None
        for level, following in zip_longest(self._levels, self._levels[1:], fillvalue=""):
            if first is None:
                for city in self._read_level(_LEAD_IN.sub("", level), following):
                    first = first or city
                    yield city
            elif not self._dotted and not _lies_in(level, first):
                another = divisions().cities.get(level)
                if another is not None:
                    yield another

    def _read_level(self, level: str, following: str) -> list[City]:
        """The cities of the level that comes first, or that follows the province."""
        tables = divisions()
        rest = level
        while name := _longest_name(rest):
            rest = rest[len(name) :]
            if name in tables.provinces and self._is_province(name, rest or following):
                self._province = tables.provinces[name]
                continue
            city = self._city_called(name, rest)
            if city is not None:
                return [city, *_run_on(rest, city)]
            break
        return next(([tables.cities[name]] for name in tables.full_names if name in level), [])

    def _is_province(self, name: str, following: str) -> bool:
        """Whether the name of a province is not that of its city too, or is followed by another of its cities."""
        tables = divisions()
        city = tables.cities.get(name)
        if city is None:
            return True
        next_name = _longest_name(following)
        next_city = tables.cities.get(next_name)
        holders = {next_city} if next_city else _holders(next_name, whole=next_name == following)
        return city not in holders and city.province in {holder.province for holder in holders if holder}

    def _city_called(self, name: str, rest: str) -> City | None:
        """The city that is so named, or the only one in which something so named lies."""
        holders = _holders(name, whole=not rest)
        city = divisions().cities.get(name)
        if city is not None:
            if self._before in holders and self._before != city:
                return None  # 大连/中山: the city or 大连's district
            return city if _stands_alone(name, rest, city) else None
        if self._before in holders:
            return self._before
        if self._province:
            holders = frozenset(holder for holder in holders if holder.province == self._province)
        if len(holders) > 1 and not rest:
            holders &= divisions().county_cities.get(name, frozenset())
        return next(iter(holders)) if len(holders) == 1 else None


def _longest_name(text: str) -> str:
    """The longest known name with which a text begins; empty where there is none.

    Names without their kind (海淀, 昆山) count only as the whole text: as a beginning they would be too many words.
    """
    tables = divisions()
    if text in tables.short_districts:
        return text
    for length in range(min(len(text), _LONGEST_NAME), 1, -1):
        name = text[:length]
        if name in tables.cities or name in tables.districts or name in tables.provinces:
            return name
    return ""


def _holders(name: str, *, whole: bool) -> frozenset[City]:
    """The cities in which something so named lies; `whole` also finds names without their kind."""
    tables = divisions()
    holders = tables.districts.get(name, frozenset())
    return holders or tables.short_districts.get(name, frozenset()) if whole else holders


def _lies_in(name: str, city: City) -> bool:
    tables = divisions()
    return city in tables.districts.get(name, ()) or city in tables.short_districts.get(name, ())


def _stands_alone(name: str, rest: str, city: City) -> bool:
    """Whether a city's name at the head of a text means the city, and not a street or a house named after it."""
    if not rest or name != city.name:
        return True
    if _NO_CITY.match(rest):
        return False
    tables = divisions()
    if tables.tiers.get(city.name) in CITY_TIERS[:2] or city.name == city.province:
        return True
    next_name = _longest_name(rest)
    return (
        next_name in tables.cities
        or _PART_OF_CITY.match(rest) is not None
        or any(_lies_in(rest[:length], city) for length in range(2, min(len(rest), _LONGEST_NAME) + 1))
    )


def _run_on(rest: str, city: City) -> list[City]:
    """The further cities of a text without separators (北京上海广州); none unless it is cities to its end."""
    tables = divisions()
    more = []
    while rest:
        name = _longest_name(rest) or _longest_name(rest := rest.removeprefix("和"))
        if name not in tables.cities or _lies_in(name, city):
            return []
        more.append(tables.cities[name])
        rest = rest[len(name) :]
    return more
