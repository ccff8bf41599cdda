"""京东: forms, bare arrays, and a total from another address."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from replicas.jd import JdReplica

from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
SOURCE = "jd"
LIST, COUNT = "/web/job/job_list", "/web/job/job_count"


def requirement(number: int, **changes: Any) -> dict[str, Any]:
    values = {
        "requirementId": number,
        "positionId": number + 9000,
        "positionName": "算法岗",
        "positionNameOpen": f"大模型算法工程师 {number}",
        "workCity": "北京市",
        "workContent": "职责",
        "qualification": "要求",
        "formatPublishTime": "2026-05-11",
        "publishTime": 1778428800000,
        "jobType": "研发类",
    }
    return {**values, **changes}


def portal(rows: Any, count: Any, served: int = 100) -> Callable[[Any], Any]:
    """The portal with these rows, this total, and pages that are never larger than it serves."""

    def answering(asked: Any) -> Any:
        if asked.path == COUNT:
            return asked.answer_json(count) if not isinstance(count, int | str) else asked.answer(str(count))
        if asked.path != LIST:
            return None
        number = int(asked.form["pageIndex"])
        return asked.answer_json(rows[(number - 1) * served : number * served] if isinstance(rows, list) else rows)

    return answering


def test_both_addresses_are_asked_by_form_for_the_same_search(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(JdReplica(103))
    (source,) = sit(SOURCE, ("大模型",), ("上海",), base_urls={SOURCE: site.url}).sources
    search = {"workCityJson": "[]", "jobTypeJson": "[]", "jobSearch": "大模型", "depTypeJson": "[]"}
    asked = [(asked.path, asked.form) for asked in site.asked if asked.method == "POST"]
    assert asked == [
        (LIST, {"pageIndex": "1", "pageSize": "100", **search}),
        (COUNT, search),
        (LIST, {"pageIndex": "2", "pageSize": "100", **search}),
    ]
    headers = site.asked[-1].headers
    assert headers["referer"] == f"{site.url}/web/job/job_info_list/3"
    assert headers["x-requested-with"] == "XMLHttpRequest"
    assert headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert (source.verdict, source.reported_total) == (Verdict.OK, 103)
    assert {row["city"] for row in stored()} == {"上海", None}  # a province is no reason to drop a posting


@pytest.mark.parametrize("served", [10, 100])
def test_a_portal_that_serves_less_than_asked_for_is_read_to_its_total(
    serve: Any, sit: Any, stored: Rows, served: int
) -> None:
    site = serve(portal([requirement(number) for number in range(1, 35)], 34, served))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert (source.verdict, source.counts.listed, len(stored())) == (Verdict.OK, 34, 34)


def test_a_total_may_come_in_quotes(serve: Any, sit: Any) -> None:
    site = serve(portal([requirement(number) for number in range(1, 151)], '"150"'))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert (source.verdict, source.reported_total) == (Verdict.OK, 150)


def test_without_a_total_the_rows_are_kept_and_the_hole_is_told(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(portal([requirement(number) for number in range(1, 151)], {"success": False}))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert (source.verdict, source.reported_total, len(stored())) == (Verdict.PARTIAL, None, 150)
    assert "no total" in source.reason


@pytest.mark.parametrize(
    ("rows", "count", "verdict", "words"),
    [
        ([], 0, Verdict.EMPTY, ""),
        ([], 1838, Verdict.FORMAT_CHANGED, "total of 1838"),
        ([], True, Verdict.FORMAT_CHANGED, ""),
        ({"data": []}, 3, Verdict.FORMAT_CHANGED, "no array"),
        ([{"jobName": "x"}], 1, Verdict.FORMAT_CHANGED, "no row"),
    ],
)
def test_each_answer_has_its_verdict(serve: Any, sit: Any, rows: Any, count: Any, verdict: Verdict, words: str) -> None:
    site = serve(portal(rows, count))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert source.verdict is verdict, source
    assert words in source.reason


def test_odd_rows_are_read_with_what_they_have(serve: Any, sit: Any, stored: Rows) -> None:
    rows: list[Any] = [
        requirement(1, positionNameOpen=None, formatPublishTime=None),
        requirement(2, workContent="<p>一</p><p>二</p>", qualification=None, workCity=None),
        requirement(0),
        None,
    ]
    site = serve(portal(rows, 4))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    found = {row["source_id"]: row for row in stored()}
    assert source.errors == {"unreadable_row": 2}
    assert (found["1"]["title"], found["1"]["published_on"]) == ("算法岗", date(2026, 5, 11))
    assert (found["2"]["description"], found["2"]["city_text"]) == ("一\n二", None)
    assert found["2"]["url"] == f"{site.url}/web/job-info-detail?requementId=2"
