"""What is particular to the portals of 北森 iTalent."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replicas.beisen import PORTAL_ID, BeisenReplica

from crawler.contract import Link, Posting, Query, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import FormatChanged, Misconfigured
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import beisen
from crawler.verdict import Verdict

SOURCE = BeisenReplica.source
TENANT = next(source for source in sources() if source.name == SOURCE)
FIRST = Task("list", {**FIRST_PAGE, "spelling": "Jobad"}, Query("大模型"))
Rows = Callable[..., list[dict[str, Any]]]


def crawl(serve: Any, sit: Any, replica: BeisenReplica, *cities: str) -> tuple[Any, Any]:
    site = serve(replica)
    (source,) = sit(SOURCE, ("大模型",), cities, base_urls={SOURCE: site.url}).sources
    return site, source


def read(answer: dict[str, Any]) -> Any:
    return beisen.read_list(TENANT, FIRST, Reply("https://iflytek.zhiye.com/", json.dumps(answer).encode()))


def test_asks_from_page_0_for_the_portal_and_the_fields_it_wants(serve: Any, sit: Any, stored: Rows) -> None:
    site, source = crawl(serve, sit, BeisenReplica(103))
    assert source.verdict is Verdict.OK, source.reason
    asked = [asked.json for asked in site.asked if asked.method == "POST"]
    assert [body["PageIndex"] for body in asked] == [0, 1, 2]
    assert {body["PortalId"] for body in asked} == {PORTAL_ID}
    assert {(body["PageSize"], body["KeyWords"], str(body["Category"])) for body in asked} == {(50, "大模型", "[]")}
    assert [asked.path for asked in site.asked].count("/") == 1
    assert len(stored()) == 103


def test_the_other_spelling_is_tried_where_the_first_is_unknown(serve: Any, sit: Any, stored: Rows) -> None:
    replica = BeisenReplica(53)
    replica.spelling = "JobAd"
    site, source = crawl(serve, sit, replica)
    assert source.verdict is Verdict.OK, source.reason
    assert source.reported_total == source.counts.listed == 53
    folders = [asked.path.split("/")[2] for asked in site.asked if asked.method == "POST"]
    assert folders == ["Jobad", "JobAd", "JobAd"]
    assert len(stored()) == 53


def test_a_portal_without_the_list_in_either_spelling_has_gone(serve: Any, sit: Any) -> None:
    replica = BeisenReplica(3)
    replica.spelling = "Elsewhere"
    _, source = crawl(serve, sit, replica)
    assert source.verdict is Verdict.FAILED
    assert "404" in source.reason


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(404, Verdict.FAILED), (202, Verdict.BLOCKED), (401, Verdict.BLOCKED), (403, Verdict.BLOCKED)],
)
def test_an_address_without_a_portal_is_told(serve: Any, sit: Any, status: int, verdict: Verdict) -> None:
    site = serve(lambda asked: asked.answer("", 404 if asked.path == "/robots.txt" else status))
    (source,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url}).sources
    assert source.verdict is verdict
    assert f"HTTP {status}" in source.reason


def test_a_portal_that_is_switched_off_is_told(serve: Any, sit: Any) -> None:
    replica = BeisenReplica(3)
    replica.status = 0
    site, source = crawl(serve, sit, replica)
    assert source.verdict is Verdict.FAILED
    assert "switched its portal off" in source.reason
    assert not any(replica.is_list(asked) for asked in site.asked)


def test_a_row_that_is_not_open_is_closed_only_by_its_own_page(serve: Any, sit: Any, stored: Rows) -> None:
    class Closing(BeisenReplica):
        def row(self, number: int) -> dict[str, Any]:
            return {**super().row(number), "Status": 2 if number < 2 else 1}

        def info(self, source_id: str) -> dict[str, Any]:
            answer = super().info(source_id)
            answer["Data"]["Status"] = 2 if source_id.startswith("00000000") else 1
            return answer

    site, source = crawl(serve, sit, Closing(5))
    assert source.verdict is Verdict.OK, source.reason
    assert (source.counts.listed, source.counts.new, source.counts.closed) == (5, 4, 1)
    rows = {row["source_id"][:8]: row for row in stored()}
    assert sorted(rows) == ["00000001", "00000002", "00000003", "00000004"]
    assert rows["00000001"]["url"].startswith(f"{site.url}/campus/detail?")
    assert rows["00000001"]["description"].startswith("1、负责第 1 号方向")
    details = [asked.query for asked in site.asked if asked.path == "/api/JobAd/GetJobAdInfo"]
    assert [query["category"] for query in details] == ["1", "2"]
    assert {"Duty", "Require"} < set(json.loads(details[0]["displayFields"]))


def test_cities_are_picked_out_after_reading(serve: Any, sit: Any, stored: Rows) -> None:
    _, source = crawl(serve, sit, BeisenReplica(9), "北京")
    assert source.verdict is Verdict.OK, source.reason
    assert {tuple(row["cities"]) for row in stored()} == {("上海", "北京")}
    assert len(stored()) == 3


def test_rows_say_what_they_have() -> None:
    row = {"Id": "a", "JobAdName": "多模态研究员", "Status": 1}
    page = read(
        {
            "Code": 200,
            "Count": 7,
            "Total": 0,
            "Data": [
                {**row, "Id": "1", "PostDate": "0001-01-01T00:00:00", "LocNames": [], "DetailAddress": "合肥市高新区"},
                {**row, "Id": "2", "Duty": "", "Require": None, "CategoryId": "6", "Category": "校园大使", "Kind": ""},
                {**row, "Id": "3", "Degree": 5, "Salary": "面议", "YearsOfWorking": 3, "LocNames": None},
                {**row, "Id": "4", "Duty": "C++ 的 vector&lt;int&gt;\n&amp; 泛型", "Status": None},
                {**row, "Id": "5", "Status": 2},
                {"JobAdName": "没有编号"},
                None,
            ],
        }
    )
    first, second, third, fourth = page.postings
    assert (first.published_on, first.published_text, first.city_text) == (None, None, "合肥市高新区")
    assert (second.description, second.employment_text) == (None, "校园大使")
    assert second.url == "https://iflytek.zhiye.com/6/detail?jobAdId=2"
    assert (third.education_text, third.experience_text, third.salary_text) == (None, None, "面议")
    assert fourth.description == "C++ 的 vector<int>\n& 泛型"
    assert [link.source_id for link in page.links] == ["5"]
    assert (page.unreadable, page.reported_total) == (2, 7)


def test_a_tenant_with_pages_of_its_own_is_linked_there() -> None:
    tenant = next(source for source in sources() if source.name == "beisen-chinalife")
    answer = {"Code": 200, "Count": 1, "Data": [{"Id": "g", "JobAdName": "精算", "CategoryId": "3", "Status": 1}]}
    page = beisen.read_list(tenant, FIRST, Reply("https://chinalife.zhiye.com/", json.dumps(answer).encode()))
    assert page.postings[0].url == "https://chinalife.zhiye.com/custom/zwxq?jobAdId=g"


@pytest.mark.parametrize(
    ("page", "problem", "words"),
    [
        ("<script>_splash('zhiye_contentpage',0,1,'new_zhiye_com')</script>", Misconfigured, "old portal"),
        ("<html><body>欢迎</body></html>", FormatChanged, "BSGlobal"),
    ],
)
def test_pages_that_open_no_portal(page: str, problem: type[Exception], words: str) -> None:
    with pytest.raises(problem, match=words):
        beisen.read_portal(Reply("https://iflytek.zhiye.com/", page.encode()))


@pytest.mark.parametrize("portal", ['{"PortalId": "a;}b"}', '{"Key":"k","PortalId":"a;}b","tenantInfo":null}'])
def test_portals_that_tell_less_are_taken_for_open(portal: str) -> None:
    page = f"<script>var BSGlobal = {portal};var other = {{}};</script>"
    assert beisen.read_portal(Reply("https://iflytek.zhiye.com/", page.encode())) == {"portal_id": "a;}b"}


def test_the_captured_answer_is_read() -> None:
    """Keys and value types of a real answer, with values of our own."""
    page = read(
        {
            "Code": 200,
            "Message": "operation success",
            "Data": [
                {
                    "Id": "7c0d5e58-2222-4222-8333-444455556666",
                    "JobAdId": 230000001,
                    "JobAdName": "大模型训练工程师(J20001)",
                    "Category": "社会招聘",
                    "CategoryId": "1",
                    "Org": "平台部",
                    "OrgId": "1000009",
                    "LocNames": ["安徽省·合肥市"],
                    "LocId": ["340100"],
                    "Salary": "30K-60K 元/月",
                    "Kind": "全职",
                    "HeadCount": "1",
                    "PostDate": "2026-08-12T09:30:11",
                    "EndTime": "2027-08-12T00:00:00",
                    "ChangeDate": "2026-08-12T09:30:11",
                    "Degree": "硕士",
                    "Status": 1,
                    "Duty": "1、训练",
                    "Require": "1、硕士",
                    "YearsOfWorking": "3-5年",
                    "DetailAddress": "合肥市蜀山区",
                }
            ],
            "Count": 1,
            "Total": 0,
        }
    )
    (posting,) = page.postings
    assert (posting.title, posting.company, posting.description) == (
        "大模型训练工程师(J20001)",
        "科大讯飞",
        "1、训练\n\n1、硕士",
    )
    assert (posting.city_text, posting.salary_text, posting.published_on) == (
        "安徽省·合肥市",
        "30K-60K 元/月",
        date(2026, 8, 12),
    )
    assert not page.further


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["Id", "JobAdName", "Status", "LocNames", "PostDate", "Duty", "Require", "Category", "CategoryId", "Salary"]


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES) | VALUES, max_size=4))
def test_any_rows_are_read_or_counted(rows: list[Any]) -> None:
    try:
        page = read({"Code": 200, "Count": len(rows), "Data": rows})
    except FormatChanged:
        return
    assert len(page.postings) + len(page.links) + page.unreadable == len(rows)
    assert all(isinstance(entry, Posting | Link) for entry in (*page.postings, *page.links))


def test_every_tenant_is_named_and_asked_slowly() -> None:
    tenants = [source for source in sources() if source.family == "beisen"]
    assert len(tenants) > 70
    assert all(source.company and source.base_url.startswith("https://") for source in tenants)
    assert all(source.delay_seconds >= 3 for source in tenants)
