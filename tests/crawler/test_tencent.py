"""腾讯: what the operator has to confirm, two hosts of which one wants a session, and postings kept elsewhere."""

import json
from typing import Any

import pytest
from replicas.base import KEYWORD
from replicas.site import Answer, Asked
from replicas.tencent import TencentReplica

from crawler.contract import Link, Posting, Query, Task
from crawler.paging import FIRST_PAGE
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.problems import Closed, FormatChanged, SessionLost
from crawler.readers import tencent
from crawler.registry import resolve, sources
from crawler.reply import Reply
from crawler.verdict import Verdict
from taxonomy.errors import JobAtlasError

SOURCE = "tencent"
PLAN = CrawlPlan((SOURCE,))
TOLD = next(source for source in sources() if source.name == SOURCE)


def test_it_is_off_until_the_operator_confirms_having_read_the_terms() -> None:
    assert not TOLD.available
    assert "7.2.4" in TOLD.reason
    assert "--confirm tencent" in TOLD.reason
    with pytest.raises(JobAtlasError, match="off: confirm first"):
        resolve(PLAN, CrawlSettings())
    (source,) = resolve(PLAN, CrawlSettings(confirmed=(SOURCE,)))
    assert source.available
    assert source.base_url == "https://careers.tencent.com"


def test_confirming_another_source_does_not_confirm_this_one() -> None:
    with pytest.raises(JobAtlasError, match="off: confirm first"):
        resolve(PLAN, CrawlSettings(confirmed=("baidu",)))
    with pytest.raises(JobAtlasError, match="there is no source 'tencen'"):
        resolve(PLAN, CrawlSettings(confirmed=("tencen",)))


def test_a_server_on_this_machine_needs_no_confirmation_but_half_of_one_does() -> None:
    (source,) = resolve(PLAN, CrawlSettings(base_urls={SOURCE: "http://127.0.0.1:8001"}))
    assert source.available
    assert source.other_urls == {"campus": "http://127.0.0.1:8001"}
    for elsewhere in (
        {f"{SOURCE}.campus": "http://127.0.0.1:8001"},
        {SOURCE: "http://127.0.0.1:8001", f"{SOURCE}.campus": "https://join.qq.com"},
        {SOURCE: "https://mirror.example.org"},
    ):
        with pytest.raises(JobAtlasError, match="off: confirm first"):
            resolve(PLAN, CrawlSettings(base_urls=elsewhere))


@pytest.mark.parametrize(("name", "words"), [("kuaishou", "robots.txt"), ("maimai", "account")])
def test_sources_that_are_never_crawled_are_listed_with_the_reason(name: str, words: str) -> None:
    source = next(source for source in sources() if source.name == name)
    assert (source.available, source.has_spider) == (False, False)
    assert words in source.reason
    for settings in (CrawlSettings(confirmed=(name,)), CrawlSettings(base_urls={name: "http://127.0.0.1:8001"})):
        with pytest.raises(JobAtlasError, match=f"source '{name}' is off"):
            resolve(CrawlPlan((name,)), settings)


def test_each_host_is_asked_for_its_own_and_only_one_wants_a_session(serve: Any, sit: Any, stored: Any) -> None:
    replica = TencentReplica(9)
    careers, campus = serve(replica), serve(replica)
    # Cookies are told apart by name of host, not by port.
    campus_url = campus.url.replace("127.0.0.1", "localhost")
    urls = {SOURCE: careers.url, f"{SOURCE}.campus": campus_url}
    (source,) = sit(SOURCE, (KEYWORD,), base_urls=urls).sources
    assert source.verdict is Verdict.OK, source.reason
    assert (len(stored()), source.reported_total) == (9, 9)
    assert {path.split("/")[1] for path in careers.paths()} == {"tencentcareer"}
    assert campus.paths()[0] == "/"
    assert campus.paths().count("/") == 1
    assert all("cookie" not in asked.headers for asked in careers.asked)
    searches = [asked.query for asked in careers.asked if asked.path.endswith("/Query")]
    assert [(search["attrId"], search["pageIndex"], search["pageSize"]) for search in searches] == [
        ("1", "1", "100"),
        ("2", "1", "100"),
        ("3", "1", "100"),
    ]
    urls_stored = {row["url"].split("?")[0] for row in stored()}
    assert urls_stored == {f"{careers.url}/jobdesc.html", f"{campus_url}/post_detail.html"}


def test_what_one_host_forbids_leaves_the_other(serve: Any, sit: Any, stored: Any) -> None:
    careers, campus = TencentReplica(9), TencentReplica(9)
    campus.robots = "User-agent: *\nDisallow: /\n"
    own, forbidding = serve(careers), serve(campus)
    urls = {SOURCE: own.url, f"{SOURCE}.campus": forbidding.url}
    (source,) = sit(SOURCE, (KEYWORD,), base_urls=urls).sources
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"robots": 1}
    assert forbidding.paths() == []
    assert len(stored()) == 7


def test_a_first_host_that_forbids_its_lists_ends_the_source(serve: Any, sit: Any) -> None:
    replica = TencentReplica(9)
    replica.robots = "User-agent: *\nDisallow: /tencentcareer/\n"
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.BLOCKED
    assert site.paths() == []


def test_a_count_without_rows_begins_the_session_anew(serve: Any, sit: Any, stored: Any) -> None:
    replica = TencentReplica(9)
    met: list[int] = []

    def forgetful(asked: Asked) -> Answer | None:
        if asked.path.endswith("/searchPosition") and not met:
            met.append(1)
            return asked.answer_json({"status": 0, "message": "", "data": {"count": 2, "positionList": []}})
        return None

    replica.trouble = forgetful
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert site.paths().count("/") == 2
    assert len(stored()) == 9


def test_a_session_that_cannot_be_had_costs_that_list_alone(serve: Any, sit: Any, stored: Any) -> None:
    replica = TencentReplica(9)
    empty = {"status": 0, "message": "", "data": {"count": 2, "positionList": []}}
    replica.trouble = lambda asked: asked.answer_json(empty) if asked.path.endswith("/searchPosition") else None
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"session_lost": 1}
    assert len(stored()) == 7


def test_a_posting_is_read_again_only_when_its_row_has_changed(serve: Any, sit: Any, stored: Any) -> None:
    replica = TencentReplica(9)
    site = serve(replica)
    sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url})
    asked_before = len(site.asked)
    changed = "1670301957484453893"

    def updated(asked: Asked) -> Answer | None:
        answer = replica.answer(asked)
        if answer is not None and asked.path.endswith("/Query"):
            body = json.loads(answer.body)
            for row in body["Data"]["Posts"] or []:
                row["LastUpdateTime"] = "2026年11月20日" if row["PostId"] == changed else row["LastUpdateTime"]
            answer = asked.answer_json(body)
        return answer

    replica.trouble = updated
    sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url})
    again = [asked.query["postId"] for asked in site.asked[asked_before:] if replica.is_detail(asked)]
    assert again == [changed]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ('{"Code":500,"Data":"E1005"}', 500, "closed"),
        ('{"Code":500,"Data":"E1005"}', 200, "closed"),
        ('{"Code":500,"Data":"E1003"}', 500, "format_changed"),
        ("<html>Internal Server Error</html>", 500, "server_error"),
        ("[]", 500, "server_error"),
    ],
)
def test_what_is_said_of_a_posting_that_is_not_shown(
    serve: Any, sit: Any, stored: Any, body: str, status: int, kind: str
) -> None:
    replica = TencentReplica(6)
    headers = {"Content-Type": "application/json"}
    closed = "1670301957484453893"
    replica.trouble = lambda asked: (
        asked.answer(body, status, headers)
        if asked.path.endswith("/ByPostId") and asked.query["postId"] == closed
        else None
    )
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert len(stored()) == 5
    assert source.counts.closed == (kind == "closed")
    assert source.errors == ({} if kind == "closed" else {kind: 1})


CAREERS_ROW = {
    "Id": 0,
    "PostId": "1800000000000000001",
    "RecruitPostId": 98001,
    "RecruitPostName": "大模型安全评测工程师",
    "CountryName": "中国",
    "LocationName": "深圳",
    "BGName": "TEG",
    "ComCode": "",
    "ComName": "",
    "ProductName": "",
    "CategoryName": "技术",
    "Responsibility": "1.负责评测；\r\n2.推动改进。",
    "LastUpdateTime": "2025年01月10日",
    "PostURL": "http://careers.tencent.com/jobdesc.html?postId=1800000000000000001",
    "SourceID": 1,
    "IsCollect": False,
    "IsValid": True,
    "RequireWorkYearsName": "两年以上工作经验",
}
CAMPUS_ROW = {
    "postId": "1216426561818062001",
    "id": 267,
    "position": 267,
    "positionFamily": 2,
    "projectId": 1,
    "positionTitle": "技术研究-多模态方向",
    "projectName": "应届生",
    "recruitLabelName": "应届毕业生",
    "bgs": "TEG ",
    "workCities": "深圳总部 北京 上海",
    "positionSource": "oa",
    "positionUrl": None,
}
ELSEWHERE = "https://tencent.wd1.myworkdayjobs.com/zh-CN/Tencent_Careers/job/Singapore/Engineer_R100"


def reply(value: Any) -> Reply:
    return Reply("https://careers.tencent.com/", json.dumps(value).encode())


def listed(part: str, row: Any, **params: Any) -> Posting | Link:
    task = Task("list", {"part": part, **FIRST_PAGE, **params}, Query("大模型"))
    if part == tencent.CAMPUS:
        answer = {"status": 0, "message": "", "data": {"count": 1, "positionList": [row]}}
        page = tencent.read_campus_list(TOLD, task, reply(answer))
    else:
        page = tencent.read_careers_list(TOLD, task, reply({"Code": 200, "Data": {"Count": 1, "Posts": [row]}}))
    (entry,) = (*page.postings, *page.links)
    return entry


def test_the_captured_answers_are_read() -> None:
    """Keys and value types of real answers, with values of our own."""
    link = listed("1", CAREERS_ROW)
    assert isinstance(link, Link)
    detail = {"Code": 200, "Data": {**CAREERS_ROW, "Requirement": "1.熟悉红队方法。"}}
    posting = tencent.read_careers_detail(TOLD, Task("detail", link.params, Query(), link.source_id), reply(detail))
    assert posting.source_id == "1800000000000000001"
    assert posting.url == "https://careers.tencent.com/jobdesc.html?postId=1800000000000000001"
    assert posting.description == "1.负责评测；\n2.推动改进。\n\n1.熟悉红队方法。"
    assert (posting.employment_text, posting.experience_text) == ("社招", "两年以上工作经验")
    assert (str(posting.published_on), posting.published_text) == ("2025-01-10", "2025年01月10日")


def test_research_topics_have_their_text_in_fields_of_their_own() -> None:
    link = listed("campus", CAMPUS_ROW)
    assert isinstance(link, Link)
    task = Task("detail", link.params, Query(), link.source_id)
    detail = {
        "title": "多模态方向",
        "tidName": "技术",
        "desc": None,
        "topicDetail": "课题",
        "request": "",
        "topicRequirement": "要求",
    }
    posting = tencent.read_campus_detail(TOLD, task, reply({"status": 0, "data": detail}))
    assert posting.description == "课题\n\n要求"
    assert (posting.city_text, posting.employment_text) == ("深圳总部/北京/上海", "校招")


def test_postings_whose_text_is_on_another_site_are_what_the_list_says() -> None:
    careers = listed("1", {**CAREERS_ROW, "PostURL": ELSEWHERE, "LocationName": "新加坡"})
    assert isinstance(careers, Posting)
    assert (careers.url, careers.description) == (ELSEWHERE, "1.负责评测；\n2.推动改进。")
    campus = listed("campus", {**CAMPUS_ROW, "positionSource": "workday", "positionUrl": ELSEWHERE})
    assert isinstance(campus, Posting)
    # The same posting has the same id on both hosts, and more text on the other one.
    assert (campus.source_id, campus.url) == ("campus-1216426561818062001", ELSEWHERE)
    assert campus.description is None


def test_an_empty_page_behind_a_full_one_is_a_lost_session_only_where_more_is_promised() -> None:
    nothing = {"status": 0, "message": "", "data": {"count": 200, "positionList": []}}
    task = Task("list", {"part": "campus", **FIRST_PAGE})
    assert not tencent.read_campus_list(TOLD, task.turn(page=3, seen=200), reply(nothing)).further
    for page, seen in ((1, 0), (2, 100)):
        with pytest.raises(SessionLost):
            tencent.read_campus_list(TOLD, task.turn(page=page, seen=seen), reply(nothing))


def test_what_each_host_says_in_the_place_of_an_answer() -> None:
    task = Task("detail", {"part": "1", "cities": ""}, Query(), "1")
    with pytest.raises(Closed):
        tencent.read_careers_detail(TOLD, task, reply({"Code": 500, "Data": "E1005"}))
    for read, answer in (
        (tencent.read_careers_detail, {"Code": 500, "Data": "E1003"}),
        (tencent.read_careers_detail, {"Code": 200, "Data": {"RecruitPostName": None}}),
        (tencent.read_careers_list, {"Code": 403, "Data": None}),
        (tencent.read_careers_list, {"Code": 500, "Data": "E1005"}),
        (tencent.read_campus_detail, {"status": 1, "message": "参数错误", "data": None}),
        (tencent.read_campus_detail, {"status": 0, "data": {"title": ""}}),
    ):
        with pytest.raises(FormatChanged):
            read(TOLD, task, reply(answer))
