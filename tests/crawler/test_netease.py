"""网易: the page field that counts, the largest page, its lists by work type."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from replicas.netease import NeteaseReplica

from crawler.spiders import netease
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
SOURCE = "netease"


def position(number: int, **changes: Any) -> dict[str, Any]:
    values = {
        "id": number,
        "name": f"大模型评测 {number}",
        "workType": "0",
        "firstPostTypeName": "人工智能",
        "firstDepName": "伏羲",
        "workPlaceList": [229],
        "workPlaceNameList": ["杭州市"],
        "description": "职责",
        "requirement": "要求",
        "reqEducationName": "硕士",
        "reqWorkYearsName": "不限",
        "recruitNum": 1,
        "updateTime": 1788412520000,
    }
    return {**values, **changes}


def portal(**lists: list[Any]) -> Callable[[Any], Any]:
    """The portal with one page for each work type (type0, type1, type2)."""

    def answering(asked: Any) -> Any:
        if asked.method != "POST":
            return None
        rows = lists.get(f"type{asked.json['workType']}", []) if asked.json["currentPage"] == 1 else []
        return asked.answer_json({"code": 200, "msg": None, "data": {"total": len(rows), "pages": 1, "list": rows}})

    return answering


def test_pages_are_counted_in_the_field_that_the_site_heeds(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(NeteaseReplica(230))
    (source,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url}).sources
    searches = [asked.json for asked in site.asked if asked.method == "POST"]
    assert (source.verdict, len(stored())) == (Verdict.OK, 230)
    assert all(set(search) == {"currentPage", "pageSize", "workType", "keyword"} for search in searches)
    assert [search["currentPage"] for search in searches if search["workType"] == "0"] == [1, 2, 3]
    assert {search["workType"] for search in searches} == {"0", "1", "2"}


def test_a_page_larger_than_the_site_allows_is_told(serve: Any, sit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netease, "PAGE_SIZE", 201)
    site = serve(NeteaseReplica(3))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.FORMAT_CHANGED
    assert "402" in source.reason


def test_lists_say_what_their_postings_are(serve: Any, sit: Any, stored: Rows) -> None:
    lists = {f"type{kind}": [position(kind + 1, workType=None)] for kind in range(3)}
    site = serve(portal(**lists))
    sit(SOURCE, base_urls={SOURCE: site.url})
    found = {row["source_id"]: row for row in stored()}
    assert [found[name]["employment_text"] for name in "123"] == ["社招", "校招/实习", None]
    assert [found[name]["employment_type"] for name in "123"] == ["full_time", "internship", None]
    assert found["1"]["published_on"] == date(2026, 9, 3)
    assert (found["1"]["education"], found["1"]["experience"]) == ("硕士", "经验不限")
    assert found["1"]["url"] == f"{site.url}/job-detail.html?id=1"


def test_the_word_of_a_posting_goes_before_that_of_its_list(serve: Any, sit: Any, stored: Rows) -> None:
    rows = [position(1, workType="0"), position(2, workType=1), position(3, workType="7")]
    site = serve(portal(type0=rows, type1=rows, type2=rows))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert (source.verdict, source.counts.new) == (Verdict.OK, 3)
    assert [row["employment_text"] for row in stored()] == ["社招", "校招/实习", None]


def test_odd_rows_are_read_with_what_they_have(serve: Any, sit: Any, stored: Rows) -> None:
    rows: list[Any] = [
        position(1, workPlaceNameList=None, requirement=None, updateTime=None),
        position(2, workPlaceNameList=["上海市", None, 7, "北京市"], description="", reqWorkYearsName=3),
        position(3, name={"zh": "x"}),
        {"name": "没有编号"},
    ]
    site = serve(portal(type0=rows))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    found = {row["source_id"]: row for row in stored()}
    assert source.errors == {"unreadable_row": 2}
    assert (found["1"]["city_text"], found["1"]["description"], found["1"]["published_on"]) == (None, "职责", None)
    assert (found["2"]["cities"], found["2"]["description"]) == (["上海", "北京"], "要求")
    assert found["2"]["experience_text"] is None
