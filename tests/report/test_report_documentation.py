"""docs/report.md lists the tables that exist, with the names and titles they have."""

import re
from pathlib import Path

from report.counting import SMALLEST_SAMPLE
from report.registry import all_tables
from report.tables.requirements import SKILLS_LISTED

DOCUMENT = (Path(__file__).parents[2] / "docs" / "report.md").read_text(encoding="utf-8")


def test_every_table_is_listed_in_order_with_its_title():
    listed = re.findall(r"^\| `(\w+)\.csv` \| (\S+)", DOCUMENT, re.MULTILINE)

    assert [name for name, _ in listed] == [spec.name for spec in all_tables()]
    for spec, (_, title) in zip(all_tables(), listed, strict=True):
        assert title == spec.zh.split()[0]


def test_the_limits_are_the_real_ones():
    assert f"fewer than {SMALLEST_SAMPLE} postings" in DOCUMENT
    assert f"the {SKILLS_LISTED} most frequent" in DOCUMENT
