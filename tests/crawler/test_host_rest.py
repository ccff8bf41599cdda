"""Hosts that refused are left alone, by all their sources and by later runs; days have budgets; pages can be reserved."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from replicas.greenhouse import GreenhouseReplica
from replicas.lever import LeverReplica
from replicas.site import Answer, Asked

from crawler import registry
from crawler.clock import china_day, next_china_day
from crawler.host_memory import FAILURE_REST_PACES, REFUSAL_REST_PACES
from crawler.ledger import hosts
from crawler.ledger.hosts import HostBook
from crawler.ledger.store import Store
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
PACE = 0.004  # seconds between two requests: a refusal rests for 2.4, a failure for 0.4
XPENG, SCALE, LEVER = "greenhouse-xpengmotors", "greenhouse-scaleai", "lever-binance"


class Boards(GreenhouseReplica):
    """The host of several boards; all but the first are empty.

    Args:
        status: How it answers for the first board.
    """

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(3)
        self.status = status
        self.headers = headers or {}
        self.trouble = self._refuse

    def _refuse(self, asked: Asked) -> Answer | None:
        if "xpengmotors" not in asked.path:
            return asked.answer_json({"jobs": [], "meta": {"total": 0}})
        return asked.answer(status=self.status, headers=self.headers) if self.status != 200 else None


def rest_of(data: Path) -> tuple[float, str] | None:
    """How long, in seconds from now, the one host in a ledger is still left alone, and why."""
    with closing(sqlite3.connect(data / "ledger.sqlite")) as ledger:
        row = ledger.execute("SELECT until, reason FROM host_rest").fetchone()
    return (row[0] - time.time(), row[1]) if row else None


def end_rest(data: Path) -> None:
    with closing(sqlite3.connect(data / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE host_rest SET until = ?", (time.time() - 1,))


@pytest.fixture
def source_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that changes what the data say of all sources."""

    def change(**fields: Any) -> None:
        changed = tuple(replace(source, **fields) for source in registry._all_sources())
        monkeypatch.setattr(registry, "_all_sources", lambda: changed)

    return change


def test_a_refusal_leaves_the_host_alone_for_its_other_sources_too(serve: Any, sit: Any, tmp_path: Path) -> None:
    site = serve(Boards(403))
    refused, resting = sit((XPENG, SCALE), delay=PACE, base_urls={"greenhouse": site.url}).sources
    assert (refused.verdict, resting.verdict) == (Verdict.BLOCKED, Verdict.BLOCKED)
    assert site.paths() == ["/v1/boards/xpengmotors/jobs"]
    assert "left alone until" in resting.reason
    assert f"{XPENG}: HTTP 403" in resting.reason
    assert resting.counts.requests == 0
    seconds, reason = rest_of(tmp_path / "data") or (0, "")
    assert REFUSAL_REST_PACES * PACE - 2 < seconds <= REFUSAL_REST_PACES * PACE
    assert reason == f"{XPENG}: HTTP 403"


def test_a_later_run_leaves_the_host_alone_until_its_rest_is_over(serve: Any, sit: Any, stored: Rows) -> None:
    boards = Boards(403)
    site = serve(boards)
    settings = {"delay": PACE, "base_urls": {"greenhouse": site.url}}
    first = sit(XPENG, **settings)
    boards.status = 200
    second = sit(XPENG, **settings)
    assert (second.sources[0].verdict, len(site.paths())) == (Verdict.BLOCKED, 1)
    assert second.run != first.run
    assert second.finished  # it does not pile up work behind a host that rests
    time.sleep(REFUSAL_REST_PACES * PACE)
    third = sit(XPENG, **settings)
    assert (third.sources[0].verdict, len(stored())) == (Verdict.OK, 7)


def test_another_host_is_not_touched_by_a_rest(serve: Any, sit: Any) -> None:
    refusing, sound = serve(Boards(403)), serve(LeverReplica(3))
    urls = {"greenhouse": refusing.url, LEVER: sound.url}
    result = sit((XPENG, LEVER), delay=PACE, base_urls=urls)
    assert [source.verdict for source in result.sources] == [Verdict.BLOCKED, Verdict.OK]
    again = sit((XPENG, LEVER), delay=PACE, base_urls=urls)
    assert [source.verdict for source in again.sources] == [Verdict.BLOCKED, Verdict.OK]


def test_a_server_that_asks_for_an_hour_gets_it(serve: Any, sit: Any, tmp_path: Path) -> None:
    site = serve(Boards(429, {"Retry-After": "3600"}))
    sit((XPENG, SCALE), delay=PACE, base_urls={"greenhouse": site.url})
    assert len(site.paths()) == 1
    seconds, _ = rest_of(tmp_path / "data") or (0, "")
    assert 3500 < seconds <= 3600


def test_a_longer_rest_is_not_cut_short_by_a_shorter_one(serve: Any, sit: Any, tmp_path: Path) -> None:
    boards = Boards(429, {"Retry-After": "3600"})
    site = serve(boards)
    sit(XPENG, delay=PACE, base_urls={"greenhouse": site.url})
    seconds = (rest_of(tmp_path / "data") or (0, ""))[0]
    store = Store(tmp_path / "data")
    with store.transaction() as connection:
        HostBook(store, site.url.removeprefix("http://")).leave_alone(connection, time.time() + 5, "a shorter one")
    store.close()
    assert abs((rest_of(tmp_path / "data") or (0, ""))[0] - seconds) < 5


def test_one_lost_page_rests_no_host(serve: Any, sit: Any, tmp_path: Path) -> None:
    site = serve(Boards(502))
    lost, other = sit((XPENG, SCALE), delay=PACE, base_urls={"greenhouse": site.url}).sources
    assert (lost.verdict, lost.errors, other.verdict) == (Verdict.FAILED, {"server_error": 1}, Verdict.EMPTY)
    assert rest_of(tmp_path / "data") is None


def test_three_failed_pages_rest_the_host(serve: Any, sit: Any, tmp_path: Path) -> None:
    failing = serve(lambda asked: asked.answer(status=502) if asked.method == "POST" else None)
    (source,) = sit(
        "feishu-minimax", ("a", "b", "c", "d"), delay=PACE, base_urls={"feishu-minimax": failing.url}
    ).sources
    assert (source.verdict, source.errors, source.counts.left) == (Verdict.FAILED, {"server_error": 3}, 1)
    seconds, reason = rest_of(tmp_path / "data") or (0, "")
    assert 0 < seconds <= FAILURE_REST_PACES * PACE
    assert "3 pages in a row failed" in reason


def test_pages_lost_by_several_sources_of_a_host_are_lost_in_a_row(serve: Any, sit: Any, tmp_path: Path) -> None:
    names = (XPENG, SCALE, "greenhouse-xai", "greenhouse-okx", "greenhouse-imc")
    site = serve(lambda asked: asked.answer(status=502) if asked.path.startswith("/v1/") else None)
    sources = sit(names, delay=PACE, base_urls={"greenhouse": site.url}).sources
    assert [source.errors for source in sources] == [{"server_error": 1}] * 3 + [{}] * 2
    assert "3 pages in a row failed" in sources[2].reason
    assert "left alone until" in sources[3].reason
    assert sum(path.startswith("/v1/") for path in site.paths()) == 3 * 3
    assert rest_of(tmp_path / "data") is not None


def test_an_answer_in_between_is_no_row(serve: Any, sit: Any, tmp_path: Path) -> None:
    names = (XPENG, SCALE, "greenhouse-xai", "greenhouse-okx", "greenhouse-imc")

    def shaky(asked: Asked) -> Answer | None:
        if not asked.path.startswith("/v1/"):
            return None
        # The third board has left, which says that the host is well.
        return asked.answer(status=404 if "/xai/" in asked.path else 502)

    site = serve(shaky)
    sources = sit(names, delay=PACE, base_urls={"greenhouse": site.url}).sources
    assert [len(source.errors) for source in sources] == [1] * 5
    assert rest_of(tmp_path / "data") is None


@pytest.mark.parametrize("status", [401, 404, 200])
def test_what_says_something_of_the_source_alone_rests_no_host(
    serve: Any, sit: Any, tmp_path: Path, status: int
) -> None:
    boards = Boards(status)
    if status == 200:
        boards.trouble = lambda asked: asked.answer("<html>new page</html>") if "xpeng" in asked.path else None
    site = serve(boards)
    result = sit((XPENG, SCALE), delay=PACE, base_urls={"greenhouse": site.url})
    assert result.sources[0].verdict is not Verdict.OK
    assert rest_of(tmp_path / "data") is None
    assert any("scaleai" in path for path in site.paths())


@pytest.mark.parametrize("trouble", [403, 429, 503, "slow", "changed"])
def test_a_cautious_source_is_asked_once_and_left_alone_for_the_day(
    serve: Any, sit: Any, source_with: Any, tmp_path: Path, trouble: Any
) -> None:
    source_with(cautious=True)
    replica = LeverReplica(3)

    def answering(asked: Asked) -> Answer | None:
        if not replica.is_list(asked):
            return None
        if trouble == "slow":
            time.sleep(0.8)
        return asked.answer("<p>?</p>", trouble if isinstance(trouble, int) else 200)

    replica.trouble = answering
    site = serve(replica)
    settings = {"base_urls": {LEVER: site.url}, "timeout_seconds": 0.4}
    (source,) = sit(LEVER, **settings).sources
    assert source.verdict is not Verdict.OK
    assert len(site.paths()) == 1
    seconds, _ = rest_of(tmp_path / "data") or (0, "")
    assert abs(time.time() + seconds - next_china_day(time.time())) < 5
    replica.trouble = None
    (again,) = sit(LEVER, **settings).sources
    assert (again.verdict, len(site.paths())) == (Verdict.BLOCKED, 1)
    end_rest(tmp_path / "data")
    assert sit(LEVER, **settings).sources[0].verdict is Verdict.OK


def test_a_day_s_budget_is_kept_and_the_next_day_carries_on(
    serve: Any, sit: Any, stored: Rows, source_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source_with(requests_per_day=3)
    site = serve(LeverReplica(325))
    first = sit(LEVER, base_urls={LEVER: site.url})
    assert len(site.asked) == 3  # robots.txt and two pages
    assert (first.sources[0].verdict, first.sources[0].counts.left) == (Verdict.PARTIAL, 1)
    assert (first.finished, len(stored())) == (False, 200)
    same_day = sit(LEVER, base_urls={LEVER: site.url})
    assert (len(site.asked), same_day.resumed) == (3, True)
    monkeypatch.setattr(hosts, "china_day", lambda seconds: china_day(seconds) + timedelta(days=1))
    second = sit(LEVER, base_urls={LEVER: site.url})
    assert (second.run, second.finished) == (first.run, True)
    assert (second.sources[0].verdict, len(stored())) == (Verdict.OK, 330)
    assert [asked.query["skip"] for asked in site.asked if asked.query] == ["0", "100", "200", "300"]


def test_a_day_s_budget_is_the_host_s_whichever_source_asks(serve: Any, sit: Any, source_with: Any) -> None:
    source_with(requests_per_day=4)
    site = serve(Boards())
    names = (XPENG, SCALE, "greenhouse-xai", "greenhouse-okx")
    result = sit(names, base_urls={"greenhouse": site.url})
    assert len(site.asked) == 4
    # robots.txt is asked for once, by the first of them.
    assert [source.counts.requests for source in result.sources] == [2, 1, 1, 0]


def test_sources_of_one_host_share_its_robots_txt_and_its_pace(serve: Any, sit: Any) -> None:
    boards = Boards()
    moments = []

    def timed(asked: Any) -> Any:
        moments.append(time.monotonic())
        return boards(asked)

    site = serve(timed)
    sit((XPENG, SCALE, "greenhouse-xai"), base_urls={"greenhouse": site.url}, delay=0.3)
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    assert len(site.asked) == 4
    # Delays vary by 30 %.
    assert min(later - earlier for earlier, later in pairwise(moments)) > 0.3 * 0.7 - 0.05


@pytest.mark.parametrize(
    ("headers", "head", "verdict"),
    [
        ({"tdm-reservation": "1"}, "", Verdict.BLOCKED),
        ({"TDM-Reservation": " 1 "}, "", Verdict.BLOCKED),
        ({"tdm-reservation": "0"}, "", Verdict.OK),
        ({}, '<meta name="tdm-reservation" content="1">', Verdict.BLOCKED),
        ({}, "<META NAME='TDM-Reservation' CONTENT='1'/>", Verdict.BLOCKED),
        ({}, '<meta content="1" name="tdm-reservation">', Verdict.BLOCKED),
        ({}, "<meta  name=tdm-reservation  content=1 >", Verdict.BLOCKED),
        ({}, '<meta name="tdm-reservation" content="0">', Verdict.OK),
        ({}, "<p>We explain tdm-reservation: 1</p>", Verdict.OK),
    ],
)
def test_pages_that_are_reserved_against_mining_are_left_alone(
    serve: Any, sit: Any, stored: Rows, headers: dict[str, str], head: str, verdict: Verdict
) -> None:
    job = (
        '<script type="application/ld+json">{"@type": "JobPosting", "title": "工程师", "description": "职责"}</script>'
    )

    def answering(asked: Asked) -> Answer | None:
        if asked.path == "/jobs":
            return asked.answer('<a href="/job/1">1</a><a href="/job/2">2</a>')
        return asked.answer(f"<head>{head}</head>{job}", headers=headers) if "/job/" in asked.path else None

    site = serve(answering)
    (source,) = sit("jsonld", start_urls={"jsonld": [f"{site.url}/jobs"]}).sources
    assert source.verdict is verdict, source
    if verdict is Verdict.BLOCKED:
        assert "tdm-reservation" in source.reason
        assert "/job/2" not in site.paths()
        assert stored() == []
