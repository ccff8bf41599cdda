"""The ledger: what it gives out, what it keeps, and that no moment of a kill spoils the dataset."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.contract import Link, ListPage, Posting, Query, Task
from crawler.ledger import parts as parts_module
from crawler.ledger import store as store_module
from crawler.ledger.desk import Desk
from crawler.ledger.parts import PartWriter
from crawler.ledger.runs import Runs
from crawler.ledger.store import Store
from crawler.plan import CrawlPlan
from crawler.verdict import Verdict
from postings.dataset import Dataset
from taxonomy.errors import JobAtlasError

PLAN = CrawlPlan(("site",), ("大模型",))


class Killed(BaseException):
    """Stands for the moment at which a process is gone."""


class Ledger:
    """A ledger as a sitting opens it."""

    def __init__(self, store: Store, root: Path, part_rows: int = 100) -> None:
        self.store = store
        self.dataset = Dataset(root)
        self.parts = PartWriter(self.store, self.dataset, part_rows)
        self.parts.recover()
        self.runs = Runs(self.store)
        self.run, self.resumed = self.runs.begin(PLAN)
        self.desk = Desk(self.store, self.parts, self.run, "site", PLAN.fingerprint())

    def rows(self) -> list[dict[str, Any]]:
        return [row for part in self.dataset.parts() for row in self.dataset.read_part(part).to_pylist()]


def posting(number: int, text: str = "") -> Posting:
    return Posting(
        source_id=f"p{number}",
        title=f"算法工程师 {number}",
        company="某公司",
        description=f"职责 {number} {text}",
        city_text="上海·浦东新区",
        published_on=date(2026, 11, 1),
        site_tags=("PyTorch",),
    )


def page(number: int, keyword: str = "大模型") -> Task:
    return Task("list", {"page": number}, Query(keyword))


def fill(ledger: Ledger, numbers: range, text: str = "", keyword: str = "大模型") -> None:
    """Read one list page with these postings."""
    ledger.desk.seed([page(numbers.start, keyword)])
    ticket = ledger.desk.next_ticket()
    assert ticket is not None
    ledger.desk.hand_in_list(ticket, ListPage(postings=[posting(number, text) for number in numbers]))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Ledger]]:
    """Open the ledger of tmp_path; the one opened before is dropped as a kill would drop it."""
    held: list[Store] = []

    def drop() -> None:
        while held:
            held.pop().close()

    def open_again(**changes: Any) -> Ledger:
        drop()
        held.append(Store(tmp_path))
        return Ledger(held[-1], tmp_path, **changes)

    yield open_again
    drop()


def test_postings_round_trip_through_json() -> None:
    one = replace(posting(1), keywords=("大模型", "AIGC"))
    assert Posting.from_json(one.to_json()) == one
    assert Posting.from_json(replace(one, published_on=None).to_json()).published_on is None


def test_pages_are_given_out_lists_first_each_once(opened: Any) -> None:
    ledger = opened()
    ledger.desk.seed([page(1), page(2), page(1)])
    order = []
    while (ticket := ledger.desk.next_ticket()) is not None:
        assert ledger.desk.next_ticket() == ticket
        order.append(ticket.task.key)
        if ticket.task.kind == "list":
            links = [Link(f"p{n}", "v", {"n": n}) for n in (1, 2)]
            ledger.desk.hand_in_list(ticket, ListPage(links=links, further=[page(2), page(3)]))
        else:
            ledger.desk.hand_in_detail(ticket, [posting(int(ticket.task.params["n"]))])
    assert [key.split()[0] for key in order] == ["list", "list", "list", "detail", "detail"]
    assert len(set(order)) == 5


@pytest.mark.parametrize("moment", ["before the file", "after the file", "in the last transaction"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_kill_while_a_part_is_written_costs_and_doubles_nothing(
    opened: Any, monkeypatch: pytest.MonkeyPatch, moment: str, times: int
) -> None:
    ledger = opened()
    fill(ledger, range(10))
    write = Dataset.write_part

    def dying(*args: Any, **kwargs: Any) -> Any:
        if moment != "before the file":
            write(*args, **kwargs)
        raise Killed

    if moment == "in the last transaction":
        # The last statement of the last transaction.
        ledger.store.connection.execute(
            "CREATE TRIGGER dies BEFORE UPDATE OF written ON part BEGIN SELECT RAISE(ABORT, 'killed'); END"
        )
        with pytest.raises(sqlite3.IntegrityError):
            ledger.desk.close()
        ledger.store.connection.execute("DROP TRIGGER dies")
    else:
        monkeypatch.setattr(Dataset, "write_part", dying)
        with pytest.raises(Killed):
            ledger.desk.close()
        for _ in range(times - 1):
            with pytest.raises(Killed):
                opened()
        monkeypatch.setattr(Dataset, "write_part", write)
    ledger = opened()
    rows = ledger.rows()
    assert sorted(row["source_id"] for row in rows) == sorted(f"p{number}" for number in range(10))
    assert all(row["keywords"] == ["大模型"] for row in rows)
    assert len(ledger.dataset.parts()) == 1
    result = ledger.runs.sum_up(ledger.desk, "family")
    assert (result.counts.new, result.verdict) == (10, Verdict.OK)


def test_rows_that_were_read_before_a_kill_are_written_at_the_next_start(opened: Any) -> None:
    ledger = opened()
    fill(ledger, range(25))
    assert ledger.rows() == []
    ledger = opened()
    assert len(ledger.rows()) == 25
    assert ledger.resumed


def test_parts_are_written_as_soon_as_they_are_full(opened: Any) -> None:
    ledger = opened(part_rows=10)
    fill(ledger, range(25))
    assert [len(ledger.dataset.read_part(part)) for part in ledger.dataset.parts()] == [10, 10, 5]


def test_known_postings_get_a_sighting_and_changed_ones_a_version(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.ledger.desk.time.time", lambda: 1_790_000_000)
    ledger = opened()
    fill(ledger, range(4))
    ledger.desk.close()
    ledger.runs.end(ledger.run)
    monkeypatch.setattr("crawler.ledger.desk.time.time", lambda: 1_790_100_000)
    ledger = opened()
    assert not ledger.resumed
    fill(ledger, range(2), "改动")
    fill(ledger, range(2, 5), keyword="AIGC")
    ledger.desk.close()
    counts = ledger.runs.sum_up(ledger.desk, "family").counts
    assert (counts.postings, counts.new, counts.changed, counts.known) == (5, 1, 2, 2)
    rows = {row["source_id"]: row for batch in ledger.dataset.scan() for row in batch.to_pylist()}
    assert len(ledger.rows()) == 4 + 2 + 1
    assert rows["p0"]["description"].endswith("改动")
    assert rows["p2"]["keywords"] == ["大模型", "AIGC"]
    assert {name: row["first_seen"].timestamp() for name, row in rows.items()} == {
        **dict.fromkeys(("p0", "p1", "p2", "p3"), 1_790_000_000),
        "p4": 1_790_100_000,
    }
    assert all(row["last_seen"].timestamp() == 1_790_100_000 for row in rows.values())


def test_a_posting_met_twice_in_a_run_is_written_once_with_both_keywords(opened: Any) -> None:
    ledger = opened()
    fill(ledger, range(3))
    fill(ledger, range(3), keyword="AIGC")
    ledger.desk.close()
    assert len(ledger.rows()) == 3
    assert all(sorted(row["keywords"]) == ["AIGC", "大模型"] for row in ledger.rows())


def test_tasks_round_trip_through_json() -> None:
    task = Task("detail", {"page": 3, "city": "上海"}, Query("大模型", "上海"), "p1", "v2")
    assert Task.from_json(task.to_json()) == task


def test_progress_counts_the_pages_that_are_left_along(opened: Any) -> None:
    ledger = opened()
    ledger.desk.seed([page(1), page(2), page(1)])
    seen = [ledger.desk.progress("running").left]
    while (ticket := ledger.desk.next_ticket()) is not None:
        if ticket.task.kind == "list":
            links = [Link(f"p{n}", "v", {}) for n in range(3)]
            ledger.desk.hand_in_list(ticket, ListPage(links=links, further=[page(2), page(3)]))
        else:
            ledger.desk.hand_in_failure(ticket, "timeout", "too slow")
        assert ledger.desk.progress("running").left == ledger.desk.left
        seen.append(ledger.desk.left)
    # Three lists, the first of which brings the third list and the three postings; and the same after a kill.
    assert seen == [2, 5, 4, 3, 2, 1, 0]
    ledger.desk.seed([page(7)])
    assert opened().desk.progress("running").left == 1


def test_rows_of_two_days_go_into_two_parts(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = opened()
    # 2026-11-20 23:59:59 and 2026-11-21 00:00:01 in China.
    monkeypatch.setattr("crawler.ledger.desk.time.time", lambda: 1_795_190_399)
    fill(ledger, range(2))
    monkeypatch.setattr("crawler.ledger.desk.time.time", lambda: 1_795_190_401)
    fill(ledger, range(2, 5))
    ledger.desk.close()
    assert [(part.day.isoformat(), len(ledger.dataset.read_part(part))) for part in ledger.dataset.parts()] == [
        ("2026-11-20", 2),
        ("2026-11-21", 3),
    ]


@pytest.mark.parametrize(
    ("change", "versions"),
    [
        ({"salary_text": "30-50K"}, 2),
        ({"city_text": "北京"}, 2),
        ({"education_text": "硕士"}, 2),
        ({"published_text": "3天前", "published_on": date(2026, 11, 20)}, 1),
        ({"site_tags": ("JAX",)}, 1),
    ],
)
def test_another_salary_is_a_version_and_another_day_is_none(
    opened: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], versions: int
) -> None:
    for moment, changes in ((1_790_000_000, {}), (1_790_100_000, change)):
        monkeypatch.setattr("crawler.ledger.desk.time.time", lambda moment=moment: moment)
        ledger = opened()
        ledger.desk.seed([page(0)])
        ledger.desk.hand_in_list(ledger.desk.next_ticket(), ListPage(postings=[replace(posting(0), **changes)]))
        ledger.desk.close()
        counts = ledger.runs.sum_up(ledger.desk, "family").counts
        ledger.runs.end(ledger.run)
    assert (counts.changed, counts.known) == (versions - 1, 2 - versions)
    assert len(ledger.rows()) == versions


def test_a_link_is_followed_again_only_when_its_row_has_changed(opened: Any) -> None:
    def followed(ledger: Ledger, version: str, number: int) -> int:
        ledger.desk.seed([page(number)])
        ticket = ledger.desk.next_ticket()
        assert ticket is not None
        ledger.desk.hand_in_list(ticket, ListPage(links=[Link("p1", version, {})]))
        details = 0
        while (ticket := ledger.desk.next_ticket()) is not None:
            ledger.desk.hand_in_detail(ticket, [posting(1, version)])
            details += 1
        ledger.desk.close()
        ledger.runs.end(ledger.run)
        return details

    assert [followed(opened(), version, number) for number, version in enumerate("aab")] == [1, 0, 1]


def test_a_failed_detail_is_met_again_in_the_next_run(opened: Any) -> None:
    for expected in ("failed", "read"):
        ledger = opened()
        ledger.desk.seed([page(1)])
        ticket = ledger.desk.next_ticket()
        assert ticket is not None
        ledger.desk.hand_in_list(ticket, ListPage(links=[Link("p1", "v", {})]))
        ticket = ledger.desk.next_ticket()
        assert ticket is not None
        if expected == "failed":
            ledger.desk.hand_in_failure(ticket, "timeout", "30 seconds")
        else:
            ledger.desk.hand_in_detail(ticket, [posting(1)])
        ledger.desk.close()
        result = ledger.runs.sum_up(ledger.desk, "family")
        ledger.runs.end(ledger.run)
        assert (result.verdict, result.counts.missing) == (
            (Verdict.FAILED, 1) if expected == "failed" else (Verdict.OK, 0)
        )


def test_a_closed_posting_is_closed_only_on_the_source_s_word(opened: Any) -> None:
    def closed_at(ledger: Ledger) -> int | None:
        row = ledger.store.connection.execute("SELECT closed_at FROM posting WHERE posting_id = 'site:p1'").fetchone()
        value: int | None = row[0]
        return value

    for number, version in enumerate("ab"):
        ledger = opened()
        ledger.desk.seed([page(number)])
        ticket = ledger.desk.next_ticket()
        assert ticket is not None
        ledger.desk.hand_in_list(ticket, ListPage(links=[Link("p1", version, {})]))
        ticket = ledger.desk.next_ticket()
        assert ticket is not None
        if version == "a":
            ledger.desk.hand_in_detail(ticket, [posting(1)])
            ledger.desk.close()
            assert closed_at(ledger) is None
        else:
            ledger.desk.hand_in_nothing(ticket, "closed")
            assert closed_at(ledger) is not None
        ledger.runs.end(ledger.run)
    # A run whose list does not show it any more closes nothing and deletes nothing.
    assert len(ledger.rows()) == 1


def test_a_folder_belongs_to_one_crawl_at_a_time(opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_LOCK_PATIENCE_SECONDS", 0.1)
    ledger = opened()
    with pytest.raises(JobAtlasError, match=r"another crawl is using this data folder \(process \d+\)"):
        Store(tmp_path)
    ledger.store.close()
    Store(tmp_path).close()


@pytest.mark.parametrize("harm", ["not a database", "another layout"])
def test_a_ledger_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, harm: str) -> None:
    path = tmp_path / store_module.LEDGER_NAME
    if harm == "another layout":
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version=99")
        connection.close()
    else:
        path.write_bytes(b"no database at all" * 100)
    with pytest.raises(JobAtlasError, match="ledger") as told:
        Store(tmp_path)
    assert "\n" not in str(told.value)


def test_an_unfinished_run_of_another_plan_is_left_for_its_own_plan(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened().run
    monkeypatch.setitem(globals(), "PLAN", CrawlPlan(("site",), ("AIGC",)))
    other = opened()
    assert (other.run == first, other.resumed) == (False, False)
    monkeypatch.setitem(globals(), "PLAN", CrawlPlan(("site",), ("大模型",)))
    again = opened()
    assert (again.run, again.resumed) == (first, True)


def test_part_rows_default_is_what_the_docs_say() -> None:
    assert parts_module.PART_ROWS == 2000
