"""Code tables of source families: what a site calls a city or a category. Data, read by `load_codes`."""

from functools import cache
from importlib import resources

from crawler.package_data import read_yaml


@cache
def load_codes(name: str) -> dict[str, str]:
    """The table `crawler/codes/<name>.yaml`: our name -> the site's code."""
    table: dict[str, str] = read_yaml(resources.files("crawler.codes") / f"{name}.yaml")
    return table
