"""Code tables of source families: what a site calls a city or a category. Data, read by `load_codes`."""

from functools import cache
from importlib import resources

import yaml


@cache
def load_codes(name: str) -> dict[str, str]:
    """The table `crawler/codes/<name>.yaml`: our name -> the site's code."""
    text = (resources.files("crawler.codes") / f"{name}.yaml").read_text(encoding="utf-8")
    table: dict[str, str] = yaml.safe_load(text)
    return table
