"""What is particular to the portals of 大易 Wecruit."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replicas.site import Asked
from replicas.wecruit import MOST_ROWS, SUITE, WecruitReplica

from crawler.contract import Query, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import FormatChanged, Misconfigured
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import wecruit
from crawler.verdict import Verdict

SOURCE = WecruitReplica.source
Rows = Callable[..., list[dict[str, Any]]]


def lists(site: Any) -> list[dict[str, str]]:
    return [asked.form for asked in site.asked if "/listPosition/" in asked.path]


def test_the_page_of_a_posting_elsewhere_is_not_asked_for(serve: Any, sit: Any, stored: Rows) -> None:
    replica = WecruitReplica(9)
    site = serve(replica)
    (source,) = sit(SOURCE, ("大模型",), ("深圳", "杭州"), base_urls={SOURCE: site.url}).sources
    assert [row["cities"] for row in stored()] == [["北京", "深圳"]] * 3
    assert sum(replica.is_detail(asked) for asked in site.asked) == 3
    assert (source.verdict, source.counts.listed, source.reported_total) == (Verdict.OK, 9, 9)


def test_asks_by_form_for_each_channel_page_by_page(serve: Any, sit: Any) -> None:
    site = serve(WecruitReplica(33))
    (source,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url}, contact="crawl@example.org").sources
    assert source.verdict is Verdict.OK, source.reason
    asked = lists(site)
    assert [(form["recruitType"], form["currentPage"]) for form in asked] == [
        ("2", "1"),
        ("1", "1"),
        ("12", "1"),
        ("2", "2"),
        ("2", "3"),
    ]
    assert {(form["isFrompb"], form["pageSize"], form["postName"]) for form in asked} == {("true", "15", "大模型")}
    assert int(asked[0]["pageSize"]) <= MOST_ROWS
    detail = next(asked for asked in site.asked if "/listPositionDetail/" in asked.path)
    assert detail.form["recruitType"] == "2"
    assert detail.query == {"iSaJAx": "isAjax", "request_locale": "zh_CN"}


def test_a_suite_that_is_not_known_is_asked_for(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(WecruitReplica(3))
    (source,) = sit("wecruit-skyworth", ("大模型",), base_urls={"wecruit-skyworth": site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    (opening,) = [asked for asked in site.asked if asked.path == "/wecruit/common/getSLD"]
    assert opening.form == {"sld": site.url.removeprefix("http://")}
    assert {row["company"] for row in stored()} == {"创维集团"}
    assert all(row["url"].startswith(f"{site.url}/{SUITE}/pb/posDetail.html?") for row in stored())


def test_all_suites_of_a_company_are_read(serve: Any, sit: Any) -> None:
    empty = {"pageData": [], "dataCount": 0, "totalPage": 0, "pageSize": 0, "currentPage": 0}
    site = serve(lambda asked: asked.answer_json({"state": "200", "data": {"pageForm": empty, "positonNum": 0}}))
    (source,) = sit("wecruit-horizon", ("大模型",), base_urls={"wecruit-horizon": site.url}).sources
    assert source.verdict is Verdict.EMPTY, source.reason
    suites = [path.rsplit("/", 1)[1] for path in site.paths()]
    assert suites == ["SU64819a4f2f9d2433ba8b043a"] * 3 + ["SU6409ef49bef57c635fd390a6"] * 3


def test_a_suite_that_has_gone_costs_no_other(serve: Any, sit: Any, stored: Rows) -> None:
    replica = WecruitReplica(3)
    gone = "SU6409ef49bef57c635fd390a6"
    kept = "SU64819a4f2f9d2433ba8b043a"

    def portal(asked: Asked) -> Any:
        if gone in asked.path:
            return asked.answer("<h1>404 Not Found</h1>", status=404)
        asked.path = asked.path.replace(kept, SUITE)
        return replica(asked)

    site = serve(portal)
    (source,) = sit("wecruit-horizon", ("大模型",), base_urls={"wecruit-horizon": site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert f"HTTP 404 for the list of suite {gone}" in source.reason
    assert len(stored()) == 3


def test_only_changed_rows_are_read_again(serve: Any, sit: Any, stored: Rows) -> None:
    class Moving(WecruitReplica):
        moved = False

        def row(self, number: int) -> dict[str, Any]:
            row = super().row(number)
            return {**row, "postName": "大模型首席研究员"} if self.moved and number == 1 else row

    replica = Moving(4)
    site = serve(replica)
    sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url})
    replica.moved = True
    before = len(site.asked)
    (again,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url}).sources
    assert (again.counts.changed, again.counts.known) == (1, 3)
    assert sum(replica.is_detail(asked) for asked in site.asked[before:]) == 1
    assert "大模型首席研究员" in {row["title"] for row in stored()}


def test_the_state_of_a_closed_posting_closes_it_and_no_list(serve: Any, sit: Any) -> None:
    replica = WecruitReplica(3)
    closed = {"state": "1017", "msg": "该职位招聘已经关闭", "type": "warning"}

    def answering(asked: Asked) -> Any:
        return asked.answer_json(closed) if replica.is_list(asked) else replica(asked)

    site = serve(answering)
    (source,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.FORMAT_CHANGED
    assert "1017" in source.reason
    assert source.counts.closed == 0


def test_a_list_that_knows_no_page_number_ends_and_is_partial(serve: Any, sit: Any, stored: Rows) -> None:
    class Stuck(WecruitReplica):
        def page(self, form: dict[str, str]) -> dict[str, Any]:
            return super().page({**form, "currentPage": "1"})

    site = serve(Stuck(40))
    (source,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert len(stored()) == 15
    assert len(lists(site)) == 4


def test_the_captured_answers_are_read() -> None:
    """Keys and value types of real answers, with values of our own."""
    row = {
        "postId": "SUabc",
        "postName": "多模态研究员",
        "postType": "0001",
        "postTypeName": "技术类",
        "workPlaceStr": "上海市",
        "workPlace": "310000",
        "company": "商汤科技",
        "department": "研究院",
        "recruitType": 2,
        "publishDate": "2026-08-03",
        "endDate": "2026-12-31",
        "educationStr": "硕士",
        "workYearName": "3-5年",
        "recruitNumStr": "若干",
        "workContent": "",
        "serviceCondition": "",
    }
    form = {"currentPage": 1, "pageSize": 15, "totalPage": 72, "dataCount": 1068, "pageData": [row]}
    answer = {"state": "200", "msg": "", "type": "success", "data": {"pageForm": form}}
    task = Task("list", {**FIRST_PAGE, "suite": "SU1", "channel": 12}, Query("多模态"))
    page = wecruit.read_list(task, Reply("https://hr.sensetime.com/", json.dumps(answer).encode()))
    (link,) = page.links
    assert page.reported_total == 1068
    assert page.further[0].params["page"] == 2
    source = next(source for source in sources() if source.name == "wecruit-sensetime")
    detail = {"state": 200, "data": {"workContent": "职责", "education": "博士", "postName": "多模态研究员(27届)"}}
    task = Task("detail", link.params, Query("多模态"), link.source_id, link.version)
    posting = wecruit.read_detail(source, "SU1", task, Reply("", json.dumps(detail).encode()))
    assert (posting.title, posting.company, posting.description) == ("多模态研究员(27届)", "商汤科技", "职责")
    assert (posting.city_text, posting.education_text, posting.employment_text) == ("上海市", "硕士", "实习")
    assert posting.url == "https://hr.sensetime.com/SU1/pb/posDetail.html?postId=SUabc&postType=intern"


@pytest.mark.parametrize("data", [{"linkData": None}, {"linkData": {"link": "https://www.hotjob.cn/wt/X/web/index"}}])
def test_hosts_without_a_suite_are_told(data: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured, match="no suite"):
        wecruit.read_suite(Reply("", json.dumps({"state": "200", "data": data}).encode()))


ROWS = st.dictionaries(
    st.sampled_from(["postId", "postName", "workPlaceStr", "publishDate", "educationStr"]),
    st.none() | st.integers() | st.text(max_size=8) | st.lists(st.text(max_size=3), max_size=2),
)


@settings(deadline=None)
@given(st.lists(ROWS | st.none() | st.text(max_size=3), max_size=4))
def test_any_rows_are_read_or_counted(rows: list[Any]) -> None:
    answer = {"state": "200", "data": {"pageForm": {"pageData": rows, "dataCount": len(rows)}}}
    task = Task("list", {**FIRST_PAGE, "suite": "SU1", "channel": 2})
    try:
        page = wecruit.read_list(task, Reply("", json.dumps(answer).encode()))
    except FormatChanged:
        return
    assert len(page.links) + page.unreadable == len(rows)


def test_every_tenant_names_its_suites_or_has_a_host_that_does() -> None:
    for source in (source for source in sources() if source.family == "wecruit"):
        assert source.company
        assert source.delay_seconds >= 3
        suites = source.options.get("suites")
        shared = source.base_url == "https://wecruit.hotjob.cn"
        assert all(suite.startswith("SU") and len(suite) == 26 for suite in suites) if suites else not shared
