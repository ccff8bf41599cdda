"""The demo source against the bundled board, end to end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.board import pages
from crawler.board.faults import Faults
from crawler.board.generate import recombine
from crawler.board.server import serve_in_background
from crawler.board.store import BoardStore, written_postings
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def some() -> list[Any]:
    return written_postings()[:60]


def test_collects_every_posting_with_all_its_fields(sit: Any, stored: Rows) -> None:
    result = sit("demo")
    (source,) = result.sources
    written = {posting.id: posting for posting in written_postings()}
    rows = {row["source_id"]: row for row in stored()}

    assert source.verdict is Verdict.OK
    assert (source.counts.new, source.counts.listed, source.reported_total) == (len(written),) * 3
    assert rows.keys() == written.keys()
    posting = written["alg-002"]
    row = rows["alg-002"]
    assert row["title"] == posting.title
    assert row["company"] == posting.company
    assert row["description"] == posting.description
    assert row["city_text"] == f"{posting.city}·{posting.district}"
    assert (row["city"], row["salary_text"], row["salary_min"]) == ("上海", posting.salary, 80000)
    assert (row["experience_text"], row["education_text"]) == (posting.experience, posting.education)
    assert (row["industry_text"], row["company_size_text"]) == (posting.industry, posting.company_size)
    assert (row["company_stage_text"], row["employment_text"]) == (posting.company_stage, posting.employment)
    assert (row["site_tags"], row["benefits"]) == (list(posting.tags), list(posting.benefits))
    assert row["published_on"].isoformat() == posting.published
    assert source.coverage["description"] == 1.0


def test_searches_by_keyword_and_city(sit: Any, stored: Rows) -> None:
    result = sit("demo", ("AIGC", "大模型"), ("北京", "上海"))
    store = BoardStore(written_postings())
    expected: dict[str, set[str]] = {}
    for keyword in ("AIGC", "大模型"):
        for city in ("北京", "上海"):
            for posting in store.search(keyword, city, ""):
                expected.setdefault(posting.id, set()).add(keyword)

    assert result.outcome == "done"
    assert {row["source_id"]: set(row["keywords"]) for row in stored()} == expected


def test_reads_a_list_that_the_cap_cuts_by_city_and_category(
    sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    monkeypatch.setattr(pages, "PAGE_SIZE", 5)
    postings = recombine(written_postings()[::4], 120, seed=3)
    with serve_in_background(postings) as board:
        result = sit("demo", base_urls={"demo": board.url})
    crowded = BoardStore(postings)
    reachable = {
        posting.id
        for city in {posting.city for posting in postings}
        for part in (
            [crowded.search("", city, "")]
            if len(crowded.search("", city, "")) <= 10
            else [crowded.search("", city, category) for category in {posting.category for posting in postings}]
        )
        for posting in part[:10]
    }
    assert {row["source_id"] for row in stored()} == reachable
    assert len(reachable) > 100
    cut = len(reachable) < len(postings)
    assert result.sources[0].verdict is (Verdict.PARTIAL if cut else Verdict.OK)


def test_faults_are_waited_out_and_closed_postings_counted(sit: Any, stored: Rows, some: list[Any]) -> None:
    faults = Faults(
        error_share=0.1, truncate_share=0.1, throttle_every=40, retry_after_seconds=0, closed_share=0.1, seed=5
    )
    with serve_in_background(some, faults) as board:
        result = sit("demo", base_urls={"demo": board.url})
    (source,) = result.sources
    closed = source.counts.closed
    assert 0 < closed < 20
    assert source.verdict is Verdict.OK, source
    assert len(stored()) == source.counts.new == len(some) - closed


def test_a_challenge_page_stops_the_source_and_keeps_what_was_read(sit: Any, stored: Rows, some: list[Any]) -> None:
    with serve_in_background(some, Faults(challenge_after=30)) as board:
        result = sit("demo", base_urls={"demo": board.url})
    (source,) = result.sources
    assert source.verdict is Verdict.BLOCKED
    assert "challenge" in source.reason
    assert len(stored()) == source.counts.new > 20
    # The challenge was seen on one page, which was looked at twice.
    assert source.counts.requests <= 33


def test_a_second_run_fetches_no_detail_and_updates_last_seen(
    sit: Any, stored: Rows, some: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "board.log"
    with serve_in_background(some, log=log) as board:
        urls = {"demo": board.url}
        first = sit("demo", base_urls=urls)
        before = stored()
        log.write_text("")
        monkeypatch.setattr("crawler.ledger.desk.time.time", lambda: 4_000_000_000)
        second = sit("demo", base_urls=urls)
        requests = log.read_text()

    assert first.run != second.run
    assert "/job/" not in requests
    assert second.sources[0].counts.known == len(some)
    assert (second.sources[0].counts.new, second.sources[0].counts.changed) == (0, 0)
    after = stored()
    assert all(row["last_seen"].timestamp() == 4_000_000_000 for row in after)
    for old, new in zip(before, after, strict=True):
        assert {**old, "last_seen": None} == {**new, "last_seen": None}


def test_a_changed_posting_makes_a_new_version(sit: Any, stored: Rows, some: list[Any], tmp_path: Path) -> None:
    from dataclasses import replace

    with serve_in_background(some) as board:
        sit("demo", base_urls={"demo": board.url})
    changed = [replace(some[0], title="改名后的职位", description="全新的职责描述"), *some[1:]]
    log = tmp_path / "board.log"
    with serve_in_background(changed, log=log) as board:
        result = sit("demo", base_urls={"demo": board.url})

    assert log.read_text().count("/job/") == 1
    assert (result.sources[0].counts.changed, result.sources[0].counts.known) == (1, len(some) - 1)
    rows = {row["source_id"]: row for row in stored()}
    assert len(rows) == len(some)
    assert rows[some[0].id]["title"] == "改名后的职位"


def test_the_budget_ends_a_sitting_and_the_next_carries_on(
    sit: Any, stored: Rows, some: list[Any], tmp_path: Path
) -> None:
    log = tmp_path / "board.log"
    with serve_in_background(some, log=log) as board:
        urls = {"demo": board.url}
        first = sit("demo", base_urls=urls, max_requests=25)
        assert log.read_text().count("\n") == 25
        second = sit("demo", base_urls=urls, max_requests=25)
        third = sit("demo", base_urls=urls)
    assert [result.finished for result in (first, second, third)] == [False, False, True]
    assert [result.sources[0].verdict for result in (first, second, third)] == ["partial", "partial", "ok"]
    assert first.run == second.run == third.run
    assert third.resumed
    assert len(stored()) == len(some) == third.sources[0].counts.new
    paths = [line.split()[2] for line in log.read_text().splitlines() if "/job/" in line]
    assert len(paths) == len(set(paths))


def test_nothing_for_the_plan_is_empty(sit: Any) -> None:
    result = sit("demo", ("没有人找的词",))
    assert result.sources[0].verdict is Verdict.EMPTY
    assert result.outcome == "done"


def test_recruiters_of_the_page_and_contacts_in_the_text_are_not_stored(sit: Any, stored: Rows) -> None:
    sit("demo")
    rows = stored()
    text = "\n".join(str(row) for row in rows)
    assert "1380000" not in text
    assert "招聘者" not in text
    assert "@example.com" not in text
    by_id = {row["source_id"]: row for row in rows}
    assert "13900000000" in {posting.id: posting for posting in written_postings()}["alg-023"].description
    assert "13900000000" not in by_id["alg-023"]["description"]
    assert "少样本或缺陷合成" in by_id["alg-023"]["description"]
