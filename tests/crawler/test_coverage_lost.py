"""A field that postings no longer state tells a change that no page tells by itself."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from replicas.lever import LeverReplica

from crawler.judging import LEAST_READ
from crawler.result import RunResult
from crawler.verdict import Verdict

SOURCE = "lever-binance"


class Site(LeverReplica):
    """A site that leaves fields out of some of its rows: field -> share of rows without it."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.without: dict[str, float] = {}

    def _row(self, number: int) -> dict[str, Any]:
        row = super()._row(number)
        for name, share in self.without.items():
            if number < share * self.listed:
                del row[name]
        return row


@pytest.fixture
def crawl(serve: Any, sit: Any) -> Callable[[Site], Any]:
    running: dict[int, Any] = {}

    def run(site: Site) -> Any:
        server = running.get(id(site)) or running.setdefault(id(site), serve(site))
        return sit(SOURCE, base_urls={SOURCE: server.url}).sources[0]

    return run


def kept(data: Path) -> dict[str, float]:
    with closing(sqlite3.connect(data / "ledger.sqlite")) as ledger:
        row = ledger.execute("SELECT coverage FROM good_coverage WHERE source = ?", (SOURCE,)).fetchone()
    found: dict[str, float] = json.loads(row[0]) if row else {}
    return found


def test_a_lost_field_is_a_changed_format_until_it_is_back(crawl: Any, tmp_path: Path) -> None:
    site = Site(30)
    first = crawl(site)
    assert (first.verdict, first.coverage_before) == (Verdict.OK, {})
    assert first.coverage["salary_text"] == kept(tmp_path / "data")["salary_text"] == 1.0
    site.without = {"salaryRange": 1.0}
    second = crawl(site)
    assert second.verdict is Verdict.FORMAT_CHANGED
    assert "salary_text 100% -> 0%" in second.reason
    assert second.coverage_before["salary_text"] == 1.0
    # It stays told: a bad run is no measure for the next.
    assert crawl(site).verdict is Verdict.FORMAT_CHANGED
    assert kept(tmp_path / "data")["salary_text"] == 1.0
    site.without = {}
    assert crawl(site).verdict is Verdict.OK


def test_what_was_read_is_kept_all_the_same(crawl: Any, stored: Any, tmp_path: Path) -> None:
    site = Site(30)
    crawl(site)
    site.without = dict.fromkeys(("description", "descriptionPlain", "lists", "additional"), 1.0)
    result = crawl(site)
    assert (result.verdict, result.counts.changed) == (Verdict.FORMAT_CHANGED, 35)
    assert {row["description"] for row in stored()} == {None}
    summaries = [RunResult.read(path).sources[0] for path in (tmp_path / "data" / "runs").glob("*/run.json")]
    (told,) = [source for source in summaries if source.verdict is Verdict.FORMAT_CHANGED]
    assert (told.coverage["description"], told.coverage_before["description"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        (0.0, 0.7, Verdict.OK),  # a little more than a quarter is left
        (0.0, 0.8, Verdict.FORMAT_CHANGED),
        (0.4, 0.9, Verdict.FORMAT_CHANGED),  # 60 % stated it
        (0.6, 1.0, Verdict.OK),  # 40 % did: such a field comes and goes
    ],
)
def test_only_what_most_postings_stated_and_hardly_any_does_now_is_lost(
    crawl: Any, before: float, now: float, verdict: Verdict
) -> None:
    site = Site(95)
    site.without = {"salaryRange": before}
    assert crawl(site).verdict is Verdict.OK
    site.without = {"salaryRange": now}
    assert crawl(site).verdict is verdict


def test_a_few_postings_say_nothing(crawl: Any, tmp_path: Path) -> None:
    few = Site(LEAST_READ - LeverReplica.others - 1)
    assert crawl(few).verdict is Verdict.OK
    assert kept(tmp_path / "data") == {}
    crawl(many := Site(30))
    few.without = many.without = {"salaryRange": 1.0}
    assert crawl(few).verdict is Verdict.OK
    assert crawl(many).verdict is Verdict.FORMAT_CHANGED


def test_a_field_that_is_new_changes_the_measure(crawl: Any, tmp_path: Path) -> None:
    site = Site(30)
    site.without = {"salaryRange": 1.0}
    crawl(site)
    assert kept(tmp_path / "data")["salary_text"] == 0.0
    site.without = {}
    assert crawl(site).verdict is Verdict.OK
    assert kept(tmp_path / "data")["salary_text"] == 1.0
