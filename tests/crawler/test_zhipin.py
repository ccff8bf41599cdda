"""BOSS直聘 online, against a replica: the operator's session, the end of lists, the end of the day."""

import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from replicas.base import KEYWORD
from replicas.zhipin import COOKIES, SECURITY, ZhipinReplica, refusal

from crawler import registry
from crawler.codes import load_codes
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.registry import resolve, sources
from crawler.spiders import zhipin
from crawler.verdict import Verdict
from taxonomy.errors import JobAtlasError

Rows = Callable[..., list[dict[str, Any]]]
SOURCE = next(source for source in sources() if source.name == "zhipin")


def lists(site: Any) -> list[Any]:
    return [asked for asked in site.asked if asked.path.endswith("joblist.json")]


def details(site: Any) -> list[Any]:
    return [asked for asked in site.asked if asked.path.endswith("detail.json")]


def test_it_is_off_until_it_is_confirmed_and_has_a_session() -> None:
    plan = CrawlPlan(("zhipin",), (KEYWORD,))
    assert not SOURCE.available
    with pytest.raises(JobAtlasError, match=r"confirm first.*robots\.txt and the user agreement"):
        resolve(plan, CrawlSettings())
    with pytest.raises(JobAtlasError, match=r"cookies\.txt of your own browser"):
        resolve(plan, CrawlSettings(confirmed=("zhipin",)))
    (source,) = resolve(plan, CrawlSettings(confirmed=("zhipin",), cookie_files={"zhipin": str(COOKIES)}))
    assert (source.cautious, source.waives_robots, source.requests_per_day) == (True, True, 150)
    assert source.delay_seconds == 15


def test_the_search_is_asked_as_the_site_asks_it(serve: Any, sit: Any) -> None:
    replica = ZhipinReplica(20)
    site = serve(replica)
    sit("zhipin", (KEYWORD,), **replica.settings(site.url))
    assert [(asked.method, asked.form["page"], asked.query) for asked in lists(site)] == [
        ("POST", "1", {}),
        ("POST", "2", {}),
    ]
    assert lists(site)[0].form == {"scene": "1", "query": KEYWORD, "city": "100010000", "page": "1", "pageSize": "15"}
    first = details(site)[0]
    assert first.query == {"securityId": "ticket-0~", "lid": "110kFiN0MAZ.search.0"}
    assert first.headers["x-requested-with"] == "XMLHttpRequest"
    assert not any("zp_stoken" in text for asked in site.asked for text in (asked.path, str(asked.query)))


def test_a_city_is_asked_for_by_its_code(serve: Any, sit: Any, stored: Rows) -> None:
    assert len(load_codes("zhipin_cities")) == 373
    replica = ZhipinReplica(20)
    site = serve(replica)
    result = sit("zhipin", (KEYWORD,), ("杭州", "某地"), **replica.settings(site.url))
    assert {asked.form["city"] for asked in lists(site)} == {"101210100", "100010000"}
    assert {row["city"] for row in stored()} == {"杭州"}
    assert result.sources[0].verdict is Verdict.OK


def test_without_a_session_the_site_wants_one(serve: Any, sit: Any, tmp_path: Path) -> None:
    site = serve(ZhipinReplica(3))
    (source,) = sit("zhipin", (KEYWORD,), base_urls={"zhipin": site.url}).sources
    assert (source.verdict, len(site.asked)) == (Verdict.BLOCKED, 1)
    assert "code 37" in source.reason
    half = tmp_path / "cookies.txt"
    half.write_text(
        "".join(COOKIES.read_text().splitlines(keepends=True)[:3] + COOKIES.read_text().splitlines(keepends=True)[4:])
    )
    (source,) = sit(
        "zhipin", (KEYWORD,), base_urls={"zhipin": site.url}, cookie_files={"zhipin": str(half)}, data=tmp_path / "d"
    ).sources
    assert (source.verdict, "code 7" in source.reason) == (Verdict.LOGIN_REQUIRED, True)


def test_a_search_beyond_the_cap_is_partial(serve: Any, sit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zhipin, "MOST_PAGES", 2)
    replica = ZhipinReplica(50)
    site = serve(replica)
    (source,) = sit("zhipin", (KEYWORD,), **replica.settings(site.url)).sources
    assert source.verdict is Verdict.PARTIAL
    assert (source.counts.listed, source.reported_total) == (30, 50)


def test_a_list_that_turns_in_a_circle_ends(serve: Any, sit: Any) -> None:
    replica = ZhipinReplica(15)
    replica.circles = True
    site = serve(replica)
    sit("zhipin", (KEYWORD,), **replica.settings(site.url))
    assert [asked.form["page"] for asked in lists(site)] == ["1", "2", "3", "4"]
    assert len(details(site)) == 15


@pytest.mark.parametrize("code", [9, 31, 35, 36, 37, 121, 122, 400061])
def test_the_first_risk_code_ends_the_day_and_keeps_what_was_read(
    serve: Any, sit: Any, stored: Rows, code: int
) -> None:
    replica = ZhipinReplica(20)
    seen = []

    def risk(asked: Any) -> Any:
        seen.append(asked.path)
        return asked.answer_json(refusal(code, "请稍后再试")) if len(seen) == 6 else None

    replica.trouble = risk
    site = serve(replica)
    (source,) = sit("zhipin", (KEYWORD,), **replica.settings(site.url)).sources
    assert (source.verdict, len(site.asked), len(stored())) == (Verdict.BLOCKED, 6, 3)
    assert f"code {code}:" in source.reason
    (again,) = sit("zhipin", ("别的",), **replica.settings(site.url)).sources
    assert (again.verdict, len(site.asked)) == (Verdict.BLOCKED, 6)
    assert "left alone until" in again.reason


def test_a_security_page_in_place_of_a_detail_ends_the_day(serve: Any, sit: Any) -> None:
    replica = ZhipinReplica(4)
    replica.trouble = lambda asked: (
        asked.answer(status=302, headers={"Location": f"{SECURITY}?seed=1"}) if replica.is_detail(asked) else None
    )
    site = serve(replica)
    (source,) = sit("zhipin", (KEYWORD,), **replica.settings(site.url)).sources
    assert (source.verdict, len(details(site))) == (Verdict.BLOCKED, 1)
    assert "security" in source.reason


def test_the_day_has_so_many_requests(serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [source if source.name != "zhipin" else _with_limit(source, 7) for source in registry._all_sources()]
    monkeypatch.setattr(registry, "_all_sources", lambda: tuple(few))
    replica = ZhipinReplica(20)
    site = serve(replica)
    (source,) = sit("zhipin", (KEYWORD,), **replica.settings(site.url)).sources
    assert (len(site.asked), len(stored()), source.counts.left) == (7, 5, 15)
    assert source.verdict is Verdict.PARTIAL


def _with_limit(source: Any, most: int) -> Any:
    return replace(source, requests_per_day=most)


def test_tickets_of_another_day_are_not_shown_again(serve: Any, sit: Any, stored: Rows, tmp_path: Path) -> None:
    replica = ZhipinReplica(6)
    site = serve(replica)
    (source,) = sit("zhipin", (KEYWORD,), max_requests=3, **replica.settings(site.url)).sources
    assert (len(details(site)), source.counts.left) == (2, 4)
    _make_older(tmp_path / "data" / "ledger.sqlite", zhipin.TICKET_SECONDS + 60)
    (later,) = sit("zhipin", (KEYWORD,), **replica.settings(site.url)).sources
    assert (len(details(site)), later.errors) == (2, {"expired": 4})
    (fresh,) = sit("zhipin", (KEYWORD,), **replica.settings(site.url)).sources
    assert (len(details(site)), fresh.verdict, len(stored())) == (6, Verdict.OK, 6)


def _make_older(ledger: Path, seconds: int) -> None:
    """What is written in the ledger was written so many seconds earlier."""
    with sqlite3.connect(ledger) as connection:
        for number, text in connection.execute("SELECT id, task FROM task WHERE kind = 'detail'").fetchall():
            task = json.loads(text)
            task["params"]["listed"] = int(time.time()) - seconds
            connection.execute("UPDATE task SET task = ? WHERE id = ?", (json.dumps(task), number))
    connection.close()


def test_a_changed_row_is_read_again_and_an_unchanged_one_is_not(serve: Any, sit: Any, stored: Rows) -> None:
    replica = ZhipinReplica(4)
    site = serve(replica)
    sit("zhipin", (KEYWORD,), **replica.settings(site.url))
    usual = replica.row

    def raised(number: int) -> dict[str, Any]:
        return {**usual(number), **({"salaryDesc": "60-90K"} if number == 2 else {})}

    replica.row = raised  # type: ignore[method-assign]
    (source,) = sit("zhipin", (KEYWORD,), **replica.settings(site.url)).sources
    assert (len(details(site)), source.counts.changed, source.counts.known) == (5, 1, 3)
