"""The lists of 美团: what the site reads of a search, its empty pages, and postings without text."""

import json
from typing import Any

import pytest
from replicas.base import KEYWORD
from replicas.meituan import MeituanReplica
from replicas.site import Answer, Asked

from crawler.contract import Query, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import Closed, FormatChanged, Unwilling
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import meituan
from crawler.verdict import Verdict

SOURCE = "meituan"
TAUGHT = next(source for source in sources() if source.name == SOURCE)


def searches(site: Any) -> list[dict[str, Any]]:
    return [asked.json for asked in site.asked if asked.path.endswith("/getJobList")]


def empty_from(replica: MeituanReplica, page: int, times: int) -> None:
    """Answer as the site does when it is asked too fast: page after page without rows."""
    met: list[int] = []

    def trouble(asked: Asked) -> Answer | None:
        if replica.is_list(asked) and asked.json["page"]["pageNo"] >= page and len(met) < times:
            met.append(1)
            counts = {"pageNo": page, "pageSize": 100, "totalPage": 3, "totalCount": 201}
            return asked.answer_json({"status": 1, "message": "成功", "data": {"list": [], "page": counts}})
        return None

    replica.trouble = trouble


def test_searches_are_written_as_the_site_reads_them(serve: Any, sit: Any) -> None:
    site = serve(MeituanReplica(203))
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    bodies = searches(site)
    assert [(body["jobType"], body["page"]) for body in bodies] == [
        ([{"code": "3", "subCode": []}], {"pageNo": 1, "pageSize": 100}),
        ([{"code": "4", "subCode": ["1", "2", "6"]}], {"pageNo": 1, "pageSize": 100}),
        ([{"code": "3", "subCode": []}], {"pageNo": 2, "pageSize": 100}),
        ([{"code": "3", "subCode": []}], {"pageNo": 3, "pageSize": 100}),
    ]
    assert {body["jobShareType"] for body in bodies} == {"1"}


def test_an_empty_page_in_the_middle_is_waited_out(serve: Any, sit: Any, stored: Any) -> None:
    replica = MeituanReplica(203)
    empty_from(replica, 2, times=1)
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == 203


def test_a_site_that_stays_empty_is_left_alone_and_what_was_read_is_kept(serve: Any, sit: Any, stored: Any) -> None:
    replica = MeituanReplica(203)
    empty_from(replica, 2, times=99)
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.BLOCKED
    assert "asked too fast" in source.reason
    assert [body["page"]["pageNo"] for body in searches(site)] == [1, 1, 2, 2]
    assert len(stored()) == 99  # the first posting has no text in the list, and nothing more is asked for


def test_a_posting_whose_row_has_no_text_is_read_again_only_when_the_row_has_changed(
    serve: Any, sit: Any, stored: Any
) -> None:
    replica = MeituanReplica(5)
    site = serve(replica)
    sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url})
    details = [asked.json for asked in site.asked if replica.is_detail(asked)]
    assert sorted(body["jobUnionId"] for body in details) == ["4100000000", "4100000001", "4100000002"]
    asked_before = len(site.asked)

    def refreshed(asked: Asked) -> Answer | None:
        answer = replica.answer(asked)
        if replica.is_list(asked) and answer is not None:
            body = json.loads(answer.body)
            for row in body["data"]["list"]:
                row["refreshTime"] += 86_400_000 * (row["jobUnionId"] == "4100000001")
            answer = asked.answer_json(body)
        return answer

    replica.trouble = refreshed
    sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url})
    again = [asked.json["jobUnionId"] for asked in site.asked[asked_before:] if replica.is_detail(asked)]
    assert again == ["4100000001"]
    assert len(stored()) == 5


def test_cities_are_asked_for_by_code_and_name_or_picked_out(serve: Any, sit: Any, stored: Any) -> None:
    site = serve(MeituanReplica(12))
    sit(SOURCE, (KEYWORD,), ("上海", "合肥"), base_urls={SOURCE: site.url})
    assert {row["city"] for row in stored()} == {"上海"}
    asked = [body["cityList"] for body in searches(site)]
    assert asked == [[{"code": "001009", "name": "上海"}]] * 2 + [[]] * 2


def read(rows: str, total: int, size: str = "100", **params: Any) -> Any:
    answer = f'{{"status": 1, "data": {{"list": {rows}, "page": {{"pageSize": {size}, "totalCount": {total}}}}}}}'
    task = Task("list", {"part": "social", "city": "", **FIRST_PAGE, **params}, Query("大模型"))
    return meituan.read_list(TAUGHT, task, Reply("https://zhaopin.meituan.com/", answer.encode()))


def test_empty_pages_mean_what_came_before_them() -> None:
    assert read("[]", 0).reported_total == 0
    assert not read("null", 200, page=3, seen=200).further
    # The list ended with a page that was not full; its total promises too much.
    assert not read("[]", 900, page=4, seen=203).further
    for page, seen in ((1, 0), (3, 200)):
        with pytest.raises(Unwilling):
            read("[]", 900, page=page, seen=seen)


def test_the_known_answers_are_read() -> None:
    """Keys and value types of answers, with values of our own."""
    row = (
        '{"jobUnionId":"4100000007","name":"智能体算法工程师","jobType":"3","jobFamily":"技术类","jobFamilyGroup":"算法",'
        '"cityList":[{"code":"001001","name":"北京市"},{"code":"001009","name":"上海市"}],'
        '"department":[{"code":"BG041","name":"基础研发平台"}],"workYear":"3-5年","jobDuty":"1. 职责",'
        '"jobRequirement":"1. 要求","highLight":"","departmentIntro":"","precedence":"","jobStatus":"000",'
        '"firstPostTime":1773000000000,"refreshTime":1779000000000}'
    )
    page = read(f"[{row}]", 1)
    (posting,) = page.postings
    assert posting.description == "1. 职责\n\n1. 要求"
    assert (posting.city_text, posting.site_category) == ("北京市/上海市", "技术类/算法")
    assert str(posting.published_on) == "2026-03-09"

    task = Task("detail", {"part": "campus"}, Query(), "4100000007")
    posting = meituan.read_detail(TAUGHT, task, Reply("u", f'{{"status": 1, "data": {row}}}'.encode()))
    assert posting.url.endswith("/web/position/detail?jobUnionId=4100000007&highlightType=campus")
    with pytest.raises(Closed):
        meituan.read_detail(
            TAUGHT, task, Reply("u", '{"data":null,"status":0,"message":"职位已下线或不存在！"}'.encode())
        )
    for broken in ('{"status": 0, "data": null, "message": "系统繁忙"}', '{"status": 1, "data": {"name": null}}'):
        with pytest.raises(FormatChanged):
            meituan.read_detail(TAUGHT, task, Reply("u", broken.encode()))
