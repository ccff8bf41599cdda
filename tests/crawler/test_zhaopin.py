"""智联招聘: paths instead of searches, masked salaries, two card designs, and what operators save of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from replicas.base import KEYWORD, PERSON
from replicas.zhaopin import EDGEONE, FILTERED, LIST, NOTHING, ROBOTS, ZhaopinReplica

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.problems import Blocked, Closed, FormatChanged, LoginRequired, PageProblem
from crawler.readers.zhaopin import read_saved
from crawler.registry import resolve
from crawler.reply import Reply
from crawler.spiders.zhaopin import address_of_page, page_number
from crawler.verdict import Verdict
from taxonomy.errors import JobAtlasError

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def crawl(serve: Any, sit: Any) -> Callable[..., Any]:
    def run(replica: ZhaopinReplica, **settings: Any) -> Any:
        site = serve(replica)
        (source,) = sit("zhaopin", (KEYWORD,), **{**replica.settings(site.url), **settings}).sources
        return site, source

    return run


def row(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "number": "CC000777001J40711122233",
        "name": "大模型应用工程师",
        "companyName": "云帆数据",
        "companySize": "20-99人",
        "salary60": "1.8-2.6万",
        "salaryCount": "14薪",
        "workCity": "杭州",
        "cityId": "653",
        "cityDistrict": "余杭",
        "streetName": "",
        "workingExp": "1-3年",
        "education": "本科",
        "workType": "全职",
        "industryName": "软件",
        "publishTime": "2026-10-02 09:00:00",
        "jobSkillTags": [{"name": "RAG"}],
        "skillLabel": [{"state": 0, "value": "RAG"}, {"state": 0, "value": "LangChain"}],
        "showSkillTags": None,
        "welfareTagList": ["年终奖"],
        "jobSummary": "搭建检索增强应用",
        "staffCard": {"staffName": PERSON},
        "jobDetailData": {"position": {"base": {"workType": "全职"}, "desc": {"description": "<p>搭建应用</p>"}}},
    }
    return {**values, **changes}


def positions(rows: list[Any], **changes: Any) -> dict[str, Any]:
    return {"code": 200, "apiCode": 200, "data": {"count": len(rows), "isEndPage": 1, "list": rows, **changes}}


def saved(value: Any, url: str = "") -> Any:
    body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return read_saved(Reply(url, body.encode()))


def test_it_is_off_until_a_list_page_is_named() -> None:
    with pytest.raises(JobAtlasError, match="start_urls"):
        resolve(CrawlPlan(("zhaopin",)), CrawlSettings())
    page = "https://www.zhaopin.com/sou/jl765/kw01500O80EO062/p1"
    (source,) = resolve(CrawlPlan(("zhaopin",)), CrawlSettings(start_urls={"zhaopin": [page]}))
    assert source.start_urls == (page,)


def test_a_server_without_a_list_page_is_not_taken_for_empty(serve: Any, sit: Any) -> None:
    site = serve(ZhaopinReplica(3))
    (source,) = sit("zhaopin", (KEYWORD,), base_urls={"zhaopin": site.url}).sources
    assert source.verdict is Verdict.FAILED
    assert "start_urls" in source.reason
    assert site.asked == []


@pytest.mark.parametrize(
    ("url", "number", "following"),
    [
        ("https://a.cn/sou/jl765/kw01500O80EO062", 1, "https://a.cn/sou/jl765/kw01500O80EO062/p2"),
        ("https://a.cn/sou/jl765/kw01500O80EO062/p2/", 2, "https://a.cn/sou/jl765/kw01500O80EO062/p3"),
        ("https://a.cn/sou/jl765/", 1, "https://a.cn/sou/jl765/p2"),
        ("https://a.cn/sou/p530", 530, "https://a.cn/sou/p531"),
    ],
)
def test_pages_are_counted_in_the_path(url: str, number: int, following: str) -> None:
    assert page_number(url) == number
    assert address_of_page(url, number + 1) == following


def test_only_paths_are_asked_for_under_the_site_s_robots_txt(crawl: Any, stored: Rows) -> None:
    replica = ZhaopinReplica(11)
    replica.robots = ROBOTS
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == 11
    assert [path for path in site.paths() if path.startswith(LIST)] == [LIST, f"{LIST}/p2"]
    assert not any(asked.query for asked in site.asked)


def test_a_challenge_on_robots_txt_means_that_nothing_is_asked(crawl: Any) -> None:
    replica = ZhaopinReplica(3)
    replica.robots = EDGEONE
    site, source = crawl(replica)
    assert source.verdict is Verdict.BLOCKED
    assert "robots.txt" in source.reason
    assert site.paths() == []


def test_five_pages_of_an_anonymous_visitor_are_a_cut_list(crawl: Any, stored: Rows) -> None:
    replica = ZhaopinReplica(6 * 8)
    replica.total_lie = -8  # the site counts what it shows
    site, source = crawl(replica)
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    assert len(stored()) == 40
    assert sum(replica.is_list(asked) for asked in site.asked) == 5


def test_an_account_sees_salary_and_text_on_the_page_itself(crawl: Any, stored: Rows) -> None:
    replica = ZhaopinReplica(5)
    replica.logged = True
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK
    expected = replica.expected(site.url)
    for found in stored():
        assert {name: found[name] for name in expected[found["source_id"]]} == expected[found["source_id"]]


def test_cards_are_read_where_the_page_has_no_state(crawl: Any, stored: Rows) -> None:
    replica = ZhaopinReplica(19)
    replica.shape = "cards a"
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    expected = replica.expected(site.url)
    found = stored()
    assert len(found) == 19
    same = ("title", "company", "description", "city_text", "experience_text", "education_text", "industry_text")
    for posting in found:
        values = expected[posting["source_id"]]
        assert {name: posting[name] for name in same} == {name: values[name] for name in same}
        assert posting["salary_text"] == values["salary_text"].split("·")[0]
        assert posting["company_size_text"] == "100-299人"
        assert posting["site_tags"] == ["PyTorch", "大模型训练"]


def test_cards_without_a_page_give_what_they_show(crawl: Any, stored: Rows) -> None:
    replica = ZhaopinReplica(4)
    replica.shape = "cards b"
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    found = stored()
    assert len(found) == len({posting["source_id"] for posting in found}) == 4
    posting = next(posting for posting in found if posting["title"].endswith(" 0"))
    assert posting["source_id"].startswith("card-")
    assert (posting["url"], posting["description"], posting["company"]) == (None, None, "示例智能")
    assert (posting["city"], posting["education"], posting["experience_text"]) == ("深圳", "本科", "3-5年")
    assert (posting["salary_text"], posting["salary_min"]) == ("**-**元", None)
    assert posting["site_tags"] == ["PyTorch"]
    assert not any(replica.is_detail(asked) for asked in site.asked)


@pytest.mark.parametrize(
    ("page", "verdict", "words"),
    [
        (FILTERED, Verdict.LOGIN_REQUIRED, "filters"),
        (NOTHING, Verdict.EMPTY, ""),
        (EDGEONE, Verdict.BLOCKED, "challenge"),
        ("<title>人机验证</title>", Verdict.BLOCKED, "人机验证"),
    ],
)
def test_no_rows_say_why(crawl: Any, page: str, verdict: Verdict, words: str) -> None:
    replica = ZhaopinReplica(3)
    replica.trouble = lambda asked: asked.answer(page) if replica.is_list(asked) else None
    _, source = crawl(replica)
    assert source.verdict is verdict
    assert words in source.reason


@pytest.mark.parametrize("url", ["", "https://fe-api.zhaopin.com/c/i/search/positions?x-zp-client-id=1"])
def test_an_answer_of_the_search_is_read(url: str) -> None:
    (posting,) = saved(positions([row()]), url)
    assert posting.keywords == ()
    assert posting.source_id == "CC000777001J40711122233"
    assert posting.url == "https://www.zhaopin.com/jobdetail/CC000777001J40711122233.htm"
    assert (posting.salary_text, posting.city_text) == ("1.8-2.6万·14薪", "杭州·余杭")
    assert (posting.description, posting.company) == ("搭建应用", "云帆数据")
    assert posting.site_tags == ("RAG", "LangChain")
    assert posting.benefits == ("年终奖",)
    assert PERSON not in str(posting)


def test_rows_are_read_with_what_they_have() -> None:
    base = {"positionNumber": "CC9", "positionName": "提示词工程师", "salary": "面议", "positionWorkingExp": "不限"}
    nested = {"jobDetailData": {"position": {"base": base, "workLocation": {"positionCityId": "765"}}}}
    timed = row(publishTime=None, jobPostingTime=1790000000000, workCity=None, jobDetailData=None)
    answer = positions([timed, nested, None, {"number": "CC8"}])
    first, second, *unreadable = saved(answer)
    assert [posting.title for posting in unreadable] == ["", ""]
    assert (first.published_text, first.city_text, first.description) == (
        "1790000000000",
        "杭州·余杭",
        "搭建检索增强应用",
    )
    assert (second.source_id, second.title, second.city_text) == ("CC9", "提示词工程师", "深圳")
    assert (second.salary_text, second.experience_text) == ("面议", "不限")


def test_the_keyword_of_a_saved_search_is_kept() -> None:
    body = json.dumps(positions([row()])).encode()
    sent = json.dumps({"S_SOU_FULL_INDEX": '大模型 "RAG"', "S_SOU_WORK_CITY": "530"})
    (posting,) = read_saved(Reply("https://fe-api.zhaopin.com/c/i/search/positions", body, sent=sent)) or ()
    assert posting.keywords == ('大模型 "RAG"',)
    (posting,) = saved(positions([row()]), "https://fe-api.zhaopin.com/c/i/sou?kw=%E5%A4%A7%E6%A8%A1%E5%9E%8B&kt=3")
    assert posting.keywords == ("大模型",)


@pytest.mark.parametrize("url", ["", "https://fe-api.zhaopin.com/c/i/sou?start=0&pageSize=60"])
def test_the_former_answer_of_the_search_is_read(url: str) -> None:
    former = {
        "number": "CC000777001J00011122233",
        "jobName": "数据挖掘工程师",
        "company": {"name": "云帆数据", "size": {"code": "2", "name": "20-99人"}, "type": {"name": "民营"}},
        "city": {"items": [{"code": "653", "name": "杭州"}], "display": "杭州-余杭区"},
        "salary": "15K-25K",
        "workingExp": {"code": "103", "name": "1-3年"},
        "eduLevel": {"code": "4", "name": "本科"},
        "emplType": "全职",
        "jobType": {"display": "软件,算法工程师"},
        "welfare": ["五险一金", "五险一金", "餐补"],
        "updateDate": "2019-03-01 10:00:00",
    }
    answer = {"code": 200, "data": {"numFound": 120, "results": [former, {"jobName": "x"}]}}
    posting, unreadable = saved(answer, url)
    assert (posting.source_id, posting.title, posting.company) == (former["number"], "数据挖掘工程师", "云帆数据")
    assert (posting.city_text, posting.salary_text, posting.company_size_text) == ("杭州-余杭区", "15K-25K", "20-99人")
    assert (posting.experience_text, posting.education_text, posting.employment_text) == ("1-3年", "本科", "全职")
    assert (posting.site_category, posting.benefits) == ("软件,算法工程师", ("五险一金", "餐补"))
    assert posting.published_text == "2019-03-01 10:00:00"
    assert unreadable.title == ""


def position(**changes: Any) -> dict[str, Any]:
    job = {
        "number": "CC000777001J40711122233",
        "name": "大模型应用工程师",
        "salary60": "1.8-2.6万",
        "workCity": "杭州",
        "cityDistrict": "余杭",
        "education": "本科",
        "workingExp": "1-3年",
        "emplType": "全职",
        "jobDesc": "<div>职责：<br>搭建应用</div>",
        "positionPublishTime": "2026-10-02 01:10:39",
        "skillLabel": [{"state": 0, "value": "RAG"}],
        "welfareLabel": [{"state": 0, "value": "年终奖"}],
        "jobTypeLevelName": "算法",
    }
    company = {
        "companyName": "云帆数据",
        "companySize": "20-99人",
        "industryNameLevel": "软件",
        "financingStageName": "A轮",
    }
    return {
        "code": 200,
        "data": {"detailedPosition": {**job, **changes}, "detailedCompany": company, "staff": {"name": PERSON}},
    }


@pytest.mark.parametrize("url", ["", "https://fe-api.zhaopin.com/c/i/jobs/position-detail-new?number=CC1"])
def test_an_answer_for_one_posting_is_read(url: str) -> None:
    (posting,) = saved(position(), url)
    assert posting.source_id == "CC000777001J40711122233"
    assert posting.description == "职责：\n搭建应用"
    assert (posting.company, posting.company_stage_text, posting.industry_text) == ("云帆数据", "A轮", "软件")
    assert (posting.employment_text, posting.site_category) == ("全职", "算法")
    assert posting.published_text == "2026-10-02 01:10:39"


def test_a_saved_page_of_a_posting_is_known_by_its_address_wherever_it_stands() -> None:
    text = '<h1 class="summary-plane__title">算法工程师</h1><div class="describtion-card__detail-content">职责<br>要求</div>'
    address = "https://www.zhaopin.com/jobdetail/CC12J34.htm"
    by_url = saved(f"<html>{text}</html>", f"{address}?refcode=4019")
    by_browser = saved(f"<!-- saved from url=(0045){address} -->\n<html>{text}</html>")
    by_itself = saved(f'<html><head><link rel="canonical" href="{address}"></head>{text}</html>')
    by_former_host = saved(f"<html>{text}</html>", "http://jobs.zhaopin.com/CC12J34.htm")
    assert by_url == by_browser == by_itself == by_former_host
    (posting,) = by_url
    assert (posting.source_id, posting.url, posting.description) == ("CC12J34", address, "职责\n要求")
    with pytest.raises(FormatChanged, match="address"):
        saved(f"<html>{text}</html>")


def test_a_saved_list_is_read_in_each_design() -> None:
    replica = ZhaopinReplica(3)
    for shape, ids in (("state", "CC"), ("cards a", "CC"), ("cards b", "card-")):
        replica.shape = shape
        for url in ("", "https://www.zhaopin.com/sou/jl765?kw=x"):
            found = saved(replica._list(1), url)
            assert len(found) == 3
            assert all(posting.source_id.startswith(ids) for posting in found)
            assert PERSON not in str(found)
    assert saved(NOTHING, "https://www.zhaopin.com/sou/jl765/p1") == []


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ({"code": 0, "data": {"list": []}}, ""),
        (positions([row()]), "https://www.example.com/c/i/search/positions"),
        (positions([row()]), "https://www.notzhaopin.com/c/i/search/positions"),
        ({"code": 200, "data": {"name": "x"}}, "https://fe-api.zhaopin.com/c/i/user/detail"),
        ("function x() {}", "https://www.zhaopin.com/app.js"),
        ("", "https://fe-api.zhaopin.com/c/i/search/positions"),
        ("<html><body>关于我们</body></html>", "https://www.zhaopin.com/about"),
        ("<html><body>招聘</body></html>", ""),
        ("[1, 2", ""),
    ],
)
def test_what_is_none_of_its_pages_is_passed_over(value: Any, url: str) -> None:
    assert saved(value, url) is None


@pytest.mark.parametrize(
    ("value", "url", "problem"),
    [
        (EDGEONE, "https://www.zhaopin.com/sou/jl765/p1", Blocked),
        (EDGEONE, "https://www.zhaopin.com/", Blocked),
        (EDGEONE, "https://fe-api.zhaopin.com/c/i/search/positions", Blocked),
        (positions([], count=12, isEndPage=0), "https://fe-api.zhaopin.com/c/i/search/positions", Blocked),
        (FILTERED, "https://www.zhaopin.com/sou/jl765", LoginRequired),
        ({"code": 500, "message": "x"}, "https://fe-api.zhaopin.com/c/i/search/positions", FormatChanged),
        (positions([{"number": 1}]), "https://fe-api.zhaopin.com/c/i/search/positions", FormatChanged),
        (position(name=""), "", FormatChanged),
    ],
)
def test_saved_pages_that_hold_no_posting_say_why(value: Any, url: str, problem: type[PageProblem]) -> None:
    with pytest.raises(problem):
        saved(value, url)


def test_a_saved_page_that_was_gone_is_closed() -> None:
    with pytest.raises(Closed):
        read_saved(Reply("https://www.zhaopin.com/jobdetail/CC1.htm", b"<html>404</html>", 404))


def test_a_list_that_ended_is_sound() -> None:
    assert saved(positions([], count=12), "https://fe-api.zhaopin.com/c/i/search/positions") == []
