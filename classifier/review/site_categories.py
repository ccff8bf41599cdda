"""What a site's own category says about ours, where it says anything."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import yaml

from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

WORDS_FILE = Path(__file__).parent / "site_categories.yaml"


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    known = [category.id for category in load_taxonomy().categories]
    patterns = []
    for category, words in yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8")).items():
        if category not in known:
            raise JobAtlasError(f"{WORDS_FILE}: {category!r} is no category.{did_you_mean(category, known)}")
        patterns.append((category, re.compile("|".join(map(_pattern, words)))))
    return patterns


def _pattern(word: str) -> str:
    before = "(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    after = "(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return f"{before}{re.escape(word)}{after}"


@lru_cache(maxsize=10_000)
def category_of_site_category(text: str | None) -> str | None:
    """The category id that a site's category means.

    Args:
        text: as the site shows it: a name, several with commas, or a path such as 技术/后端开发/Java.

    Returns:
        None where it means none of ours in particular: no word of site_categories.yaml is in it, or words of several
        categories are.
    """
    folded = "".join(unicodedata.normalize("NFKC", text or "").lower().split())
    meant = {category for category, pattern in _patterns() if pattern.search(folded)}
    return meant.pop() if len(meant) == 1 else None
