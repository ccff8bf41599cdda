"""Places as English pages write them."""

import pytest

from taxonomy._divisions import divisions
from taxonomy.places import read_cities


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("Shanghai", "上海"),
        ("Shanghai, Shanghai, China", "上海"),
        ("China, Shanghai", "上海"),
        ("China-Beijing-Chaoyang", "北京"),
        ("CN - Guangdong - Shenzhen", "深圳"),
        ("Suzhou, Jiangsu, China; Wuxi, Jiangsu, China", "苏州 无锡"),
        ("Shanghai, China/Hong Kong", "上海 香港"),
        ("Ningde, Fujian", "宁德"),
        ("Huai'an", "淮安"),
        ("Ya’an, Sichuan", "雅安"),
        ("ZUNYI", "遵义"),
        ("Xiangtan or Xiangyang", "湘潭 襄阳"),
        ("Dalian", "大连"),
        # a street named after a city, a place abroad, a country
        ("1266 Nanjing West Road, Shanghai", "上海"),
        ("Beijing Rd, Kunming", "昆明"),
        ("Huangshan Avenue, Hefei", "合肥"),
        ("Nanjing, Shanghai Road 5", "南京"),
        ("Canton, OH", ""),
        ("Canton, Michigan", ""),
        ("Salida, CO", ""),
        ("Nanyang Avenue, Singapore", ""),
        ("Remote - China", ""),
        ("2 Locations", ""),
        ("Anshanville", ""),
    ],
)
def test_reads(text: str, cities: str) -> None:
    assert read_cities(text) == cities.split()


def test_every_english_name_reads_as_its_city_alone_and_before_its_country() -> None:
    for name, city in divisions().english.items():
        assert read_cities(name.title()) == [city], name
        assert read_cities(f"{name.upper()}, China") == [city], name


def test_most_cities_of_the_tiers_have_an_english_name() -> None:
    named = set(divisions().english.values())
    assert set(divisions().tiers) - named == {"台州"}  # 泰州 shares its spelling
