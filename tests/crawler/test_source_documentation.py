"""The pages about sources name every family and every source there is."""

import re
from collections import Counter
from pathlib import Path

import pytest

from crawler.registry import sources

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["sources.md", "sources.zh-CN.md"])
def test_the_table_of_families_is_complete_and_counts_right(page: str) -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|[^|]+\| (\d+) \|", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: int(count) for name, count in rows} == Counter(source.family for source in sources())
    assert len(rows) == len({name for name, _ in rows})


def test_every_source_is_listed_with_its_host() -> None:
    listed = (DOCS / "tenants.md").read_text(encoding="utf-8").splitlines()
    lines = [f"| `{source.name}` | {source.company or '-'} | {source.host or '-'} |" for source in sources()]
    assert [line for line in listed if line.startswith("| `")] == lines
