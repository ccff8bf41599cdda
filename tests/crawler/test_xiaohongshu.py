"""小红书: fields that the site passes over, its three lists, and its error codes."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from replicas.site import Asked
from replicas.xiaohongshu import XiaohongshuReplica

from crawler.contract import Query, Task
from crawler.paging import FIRST_PAGE
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import xiaohongshu
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
SOURCE = "xiaohongshu"
PORTAL = next(source for source in sources() if source.name == SOURCE)


def position(number: int, **changes: Any) -> dict[str, Any]:
    values = {
        "positionId": number,
        "positionName": f"大模型后训练 {number}",
        "jobType": "大模型",
        "duty": "职责",
        "qualification": "要求",
        "workplace": "上海市，北京市",
        "workplaceIds": ["3100", "1100"],
        "publishTime": "2026-06-01",
        "jobProjectName": "社招",
        "recruitStatus": "recruiting",
    }
    return {**values, **changes}


class Portal:
    """The portal with these lists."""

    def __init__(self, **lists: list[Any]) -> None:
        self.lists = lists
        self.largest_page = 50

    def __call__(self, asked: Asked) -> Any:
        if asked.method != "POST":
            return None
        wanted = asked.json
        if wanted["recruitType"] not in self.lists:
            return asked.answer_json({"success": False, "errorCode": 999, "alertMsg": "招聘类型参数异常", "data": None})
        rows, size = self.lists[wanted["recruitType"]], min(wanted["pageSize"], self.largest_page)
        page = rows[(wanted["pageNum"] - 1) * size : wanted["pageNum"] * size]
        data = {"total": len(rows), "totalPage": -(-len(rows) // size), "pageSize": size, "list": page}
        return asked.answer_json({"success": True, "statusCode": 200, "data": data})


def test_only_fields_that_the_site_heeds_are_sent(serve: Any, sit: Any) -> None:
    site = serve(XiaohongshuReplica(53))
    sit(SOURCE, ("大模型",), ("上海",), base_urls={SOURCE: site.url})
    searches = [asked.json for asked in site.asked if asked.method == "POST"]
    assert all(set(search) == {"positionName", "recruitType", "pageNum", "pageSize"} for search in searches)
    assert {search["positionName"] for search in searches} == {"大模型"}
    asked_for = [(search["recruitType"], search["pageNum"]) for search in searches]
    assert asked_for == [("social", 1), ("campus", 1), ("social", 2), ("intern", 1)]


def test_cities_are_picked_out_after_reading(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(XiaohongshuReplica(9))
    (source,) = sit(SOURCE, ("大模型",), ("杭州", "北京"), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK
    assert sorted(row["city_text"] for row in stored()) == ["上海市，北京市"] * 3 + ["杭州市"] * 3


def test_postings_of_both_lists_keep_the_narrower_word(serve: Any, sit: Any, stored: Rows) -> None:
    campus = [position(number) for number in range(1, 61)]
    site = serve(Portal(social=[position(900)], campus=campus, intern=campus[:5]))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    found = {row["source_id"]: row for row in stored()}
    assert source.verdict is Verdict.OK
    # Rows count in each list, postings once.
    assert (source.reported_total, source.counts.listed, source.counts.new) == (66, 66, 61)
    assert found["900"]["url"] == f"{site.url}/social/position/900"
    assert [found[str(number)]["employment_text"] for number in (1, 5, 6)] == ["实习", "实习", "校招"]
    assert found["1"]["employment_type"] == "internship"
    assert found["1"]["url"] == f"{site.url}/campus/position/1"


def test_a_site_that_serves_smaller_pages_than_asked_for_is_read_to_its_end(serve: Any, sit: Any, stored: Rows) -> None:
    portal = Portal(social=[position(number) for number in range(1, 36)], campus=[], intern=[])
    portal.largest_page = 10
    site = serve(portal)
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert (source.verdict, len(stored())) == (Verdict.OK, 35)


def test_one_unknown_recruit_type_leaves_the_others(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(Portal(social=[position(1)], campus=[]))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"wrong_channel": 1}
    assert "intern" in source.reason
    assert "招聘类型参数异常" in source.reason
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        ({"success": False, "statusCode": 999, "errorMsg": "招聘类型参数异常"}, Verdict.FAILED, "999|招聘类型"),
        ({"success": False, "errorCode": 320001, "errorMsg": "用户未登录"}, Verdict.LOGIN_REQUIRED, "用户未登录"),
        ({"success": True, "statusCode": 200, "data": {"total": 0, "list": None}}, Verdict.EMPTY, ""),
        ({"success": True, "statusCode": 200, "data": {"list": []}}, Verdict.FORMAT_CHANGED, "total"),
        ({"success": False, "statusCode": 200, "alertMsg": "系统繁忙"}, Verdict.FORMAT_CHANGED, "系统繁忙"),
    ],
)
def test_each_answer_has_its_verdict(
    serve: Any, sit: Any, answer: dict[str, Any], verdict: Verdict, words: str
) -> None:
    site = serve(lambda asked: asked.answer_json(answer) if asked.method == "POST" else None)
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert source.verdict is verdict, source
    assert any(word in source.reason for word in words.split("|"))


def test_odd_rows_are_read_with_what_they_have(serve: Any, sit: Any, stored: Rows) -> None:
    rows: list[Any] = [
        position(1, duty=None, jobType=None, jobProjectName="Ace 顶尖实习生计划"),
        position(2, qualification=["要求"], workplace=None, publishTime=None),
        position(3, publishTime=1779000000000),
        position(4, positionName=None),
        {"positionName": "没有编号"},
        None,
    ]
    site = serve(Portal(social=rows, campus=[], intern=[]))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    found = {row["source_id"]: row for row in stored()}
    assert source.errors == {"unreadable_row": 3}
    assert sorted(found) == ["1", "2", "3"]
    assert (found["1"]["description"], found["1"]["site_tags"]) == ("要求", ["Ace 顶尖实习生计划"])
    assert (found["2"]["description"], found["2"]["cities"], found["2"]["published_on"]) == ("职责", None, None)
    assert (found["3"]["published_on"], found["3"]["published_text"]) == (date(2026, 5, 17), "2026-05-17")


def test_the_captured_answer_is_read() -> None:
    """Keys and value types of a real answer, with values of our own."""
    answer = {"success": True, "statusCode": 200, "data": {"total": 51, "totalPage": 2, "list": [position(20099)]}}
    task = Task("list", {"type": "social", **FIRST_PAGE}, Query("大模型"))
    page = xiaohongshu.read_list(PORTAL, task, Reply("u", json.dumps(answer).encode()))
    (posting,) = page.postings
    assert posting.url == "https://job.xiaohongshu.com/social/position/20099"
    assert (posting.company, posting.description, posting.site_tags) == ("小红书", "职责\n\n要求", ())
    assert page.reported_total == 51
    assert [(following.params["page"], following.params["seen"]) for following in page.further] == [(2, 1)]
