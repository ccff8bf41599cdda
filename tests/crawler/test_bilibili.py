"""哔哩哔哩: the anonymous token, its loss, and the two parts of the portal."""

from collections.abc import Callable
from typing import Any

import pytest
from replicas.bilibili import BilibiliReplica

from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
TOKEN_PATH = "/api/auth/v1/csrf/token"
CAMPUS_PATH = "/api/campus/position/positionList"


def position(number: int, **changes: Any) -> dict[str, Any]:
    values = {
        "id": number,
        "positionName": f"大模型算法 {number}",
        "positionDescription": "工作职责：职责",
        "positionTypeName": "全职",
        "postCodeName": "技术类",
        "pushTime": "2026-06-18T15:59:11Z",
        "workLocation": "上海",
    }
    return {**values, **changes}


def campus(lists: dict[str, list[Any]]) -> Callable[[Any], Any]:
    """The part for 校招, with a list for each code."""

    def answering(asked: Any) -> Any:
        if asked.path == TOKEN_PATH:
            return asked.answer_json({"code": 0, "data": "token-1"})
        if asked.path != CAMPUS_PATH:
            return None
        wanted = asked.json
        # A search over both lists at once leaves most out, and a search for 社招 finds nothing here.
        one = wanted["workTypeList"] == wanted["positionTypeList"] and len(wanted["workTypeList"]) == 1
        rows = lists[wanted["workTypeList"][0]] if one and wanted["recruitType"] == 1 else []
        return asked.answer_json({"code": 0, "data": {"total": len(rows), "list": rows}})

    return answering


def test_the_token_is_asked_for_once_and_goes_back_as_header_and_cookie(serve: Any, sit: Any) -> None:
    site = serve(BilibiliReplica(120))
    (source,) = sit("bilibili-social", ("大模型",), base_urls={"bilibili-social": site.url}).sources
    assert source.verdict is Verdict.OK
    assert site.paths().count(TOKEN_PATH) == 1
    searches = [asked for asked in site.asked if asked.method == "POST"]
    assert len(searches) == 3
    assert {asked.headers["x-channel"] for asked in site.asked if asked.path != "/robots.txt"} == {"social"}
    assert {asked.cookies["X-CSRF"] == asked.headers["x-csrf"] for asked in searches} == {True}


def test_a_lost_token_is_asked_for_anew(serve: Any, sit: Any, stored: Rows) -> None:
    replica = BilibiliReplica(120)
    lost: list[int] = []

    def forgetful(asked: Any) -> Any:
        if replica.is_list(asked) and asked.json["pageNum"] == 2 and not lost:
            lost.append(1)
            return asked.answer_json({"code": -3, "message": "csrf不能为空"})
        return replica(asked)

    site = serve(forgetful)
    (source,) = sit("bilibili-social", ("大模型",), base_urls={"bilibili-social": site.url}).sources
    assert (source.verdict, len(stored())) == (Verdict.OK, 120)
    assert site.paths().count(TOKEN_PATH) == 2


def test_a_token_that_is_never_taken_is_told(serve: Any, sit: Any) -> None:
    def refusing(asked: Any) -> Any:
        if asked.path == TOKEN_PATH:
            return asked.answer_json({"code": 0, "data": "token-1"})
        return asked.answer_json({"code": -3, "message": "csrf不能为空"}) if asked.method == "POST" else None

    site = serve(refusing)
    (source,) = sit("bilibili-social", base_urls={"bilibili-social": site.url}).sources
    assert source.verdict is Verdict.FAILED
    assert "csrf不能为空" in source.reason
    assert site.paths().count(TOKEN_PATH) == 2


@pytest.mark.parametrize(
    ("body", "status", "verdict", "words"),
    [
        ('{"code": 0, "data": null}', 200, Verdict.FORMAT_CHANGED, "no token"),
        ('{"code": -1, "message": "服务器开小差"}', 200, Verdict.FORMAT_CHANGED, "服务器开小差"),
        ('{"code": -500, "data": "x"}', 200, Verdict.FORMAT_CHANGED, "-500"),
        ("<html><title>新版招聘</title></html>", 200, Verdict.FORMAT_CHANGED, "not JSON"),
        ("<html><title>安全验证</title></html>", 200, Verdict.BLOCKED, "challenge"),
        ("<html><body>请先登录</body></html>", 200, Verdict.LOGIN_REQUIRED, "登录"),
        ("", 412, Verdict.BLOCKED, "412"),
        ("", 404, Verdict.FORMAT_CHANGED, "404"),
    ],
)
def test_what_the_portal_says_instead_of_a_token(
    serve: Any, sit: Any, body: str, status: int, verdict: Verdict, words: str
) -> None:
    site = serve(lambda asked: asked.answer(body, status) if asked.path == TOKEN_PATH else None)
    (source,) = sit("bilibili-social", base_urls={"bilibili-social": site.url}).sources
    assert source.verdict is verdict, source
    assert words in source.reason


def test_a_caller_that_the_portal_intercepts_rests_and_is_then_blocked(serve: Any, sit: Any) -> None:
    def refusing(asked: Any) -> Any:
        if asked.path == TOKEN_PATH:
            return asked.answer_json({"code": 0, "data": "token-1"})
        return asked.answer_json({"code": -412, "message": "请求被拦截"}) if asked.method == "POST" else None

    site = serve(refusing)
    (source,) = sit("bilibili-social", base_urls={"bilibili-social": site.url}).sources
    assert (source.verdict, source.reason) == (Verdict.BLOCKED, "code -412: 请求被拦截")
    assert site.paths().count("/api/srs/position/positionList") == 2


def test_the_lists_of_the_campus_part_are_asked_for_one_by_one(serve: Any, sit: Any, stored: Rows) -> None:
    rows = {"3": [position(1), position(2, positionTypeName=None)], "0": [position(3, positionTypeName="实习")]}
    site = serve(campus(rows))
    (source,) = sit("bilibili-campus", base_urls={"bilibili-campus": site.url}).sources
    found = {row["source_id"]: row for row in stored()}
    assert (source.verdict, source.reported_total) == (Verdict.OK, 3)
    assert [found[name]["employment_text"] for name in "123"] == ["校招/全职", "校招", "实习"]
    assert [found[name]["employment_type"] for name in "123"] == ["full_time", "full_time", "internship"]
    assert found["1"]["url"] == f"{site.url}/campus/positions/1"
    # 15:59 in London is a minute before midnight in China.
    assert str(found["1"]["published_on"]) == "2026-06-18"


def test_odd_rows_are_read_with_what_they_have(serve: Any, sit: Any, stored: Rows) -> None:
    rows: list[Any] = [
        position(1, positionDescription=None, workLocation=None, pushTime=None, postCodeName=None),
        position(2, positionDescription="<p>职责</p><ul><li>一</li><li>二</li></ul>"),
        position(3, positionName=" "),
        7,
    ]
    site = serve(campus({"3": rows, "0": []}))
    (source,) = sit("bilibili-campus", base_urls={"bilibili-campus": site.url}).sources
    found = {row["source_id"]: row for row in stored()}
    assert source.errors == {"unreadable_row": 2}
    assert (found["1"]["description"], found["1"]["city_text"], found["1"]["published_on"]) == (None, None, None)
    assert found["2"]["description"] == "职责\n一\n二"
