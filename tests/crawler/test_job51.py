"""前程无忧: asked with the operator's own session or not at all, its counts and pages, and what is saved of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from replicas.base import KEYWORD, PERSON
from replicas.job51 import COOKIES, SESSION, SLIDER, Job51Replica

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.problems import Blocked, Closed, FormatChanged, PageProblem
from crawler.readers.job51 import read_saved
from crawler.registry import resolve
from crawler.reply import Reply
from crawler.spiders import job51
from crawler.verdict import Verdict
from taxonomy.errors import JobAtlasError

Rows = Callable[..., list[dict[str, Any]]]
API = "https://we.51job.com/api/job/search-pc?api_key=51job&keyword=%E5%A4%A7%E6%A8%A1%E5%9E%8B&pageNum=1"
PAGE = "https://jobs.51job.com/hangzhou-yhq/161222333.html"


@pytest.fixture
def crawl(serve: Any, sit: Any) -> Callable[..., Any]:
    def run(replica: Job51Replica, cities: tuple[str, ...] = (), **settings: Any) -> Any:
        site = serve(replica)
        (source,) = sit("51job", (KEYWORD,), cities, **{**replica.settings(site.url), **settings}).sources
        return site, source

    return run


def saved(value: Any, url: str = "") -> Any:
    body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return read_saved(Reply(url, body.encode()))


def row(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "jobId": "161222333",
        "jobName": "大模型部署工程师",
        "jobTags": ["Docker"],
        "jobAreaString": "杭州·余杭区",
        "provideSalaryString": "8千-1.2万",
        "issueDateString": "2026-10-02 15:04:00",
        "workYearString": "1年",
        "degreeString": "大专",
        "termStr": "全职",
        "industryType1Str": "互联网",
        "companyName": "云帆",
        "companyTypeString": "民营",
        "companySizeString": "少于50人",
        "jobDescribe": "部署模型",
        "hrName": PERSON,
    }
    return {**values, **changes}


def answer(rows: list[Any], **job: Any) -> dict[str, Any]:
    return {"status": "1", "message": "", "resultbody": {"job": {"totalCount": len(rows), "items": rows, **job}}}


def test_it_is_asked_only_when_the_operator_confirms_and_lends_a_session() -> None:
    plan = CrawlPlan(("51job",))
    with pytest.raises(JobAtlasError, match="confirm"):
        resolve(plan, CrawlSettings())
    with pytest.raises(JobAtlasError, match="cookies"):
        resolve(plan, CrawlSettings(confirmed=("51job",)))
    (source,) = resolve(plan, CrawlSettings(confirmed=("51job",), cookie_files={"51job": str(COOKIES)}))
    assert source.cautious
    assert not source.waives_robots
    assert source.requests_per_day == 60
    assert source.delay_seconds >= 10


def test_without_the_session_the_slider_ends_the_day(serve: Any, sit: Any) -> None:
    site = serve(Job51Replica(3))
    for requests in (1, 1):
        (source,) = sit("51job", (KEYWORD, "AIGC"), base_urls={"51job": site.url}).sources
        assert source.verdict is Verdict.BLOCKED
        assert sum(asked.path != "/robots.txt" for asked in site.asked) == requests


def test_the_session_goes_to_the_site_and_nowhere_else(crawl: Any, tmp_path: Path) -> None:
    site, source = crawl(Job51Replica(60))
    assert source.verdict is Verdict.OK, source.reason
    asked = [asked for asked in site.asked if asked.path != "/robots.txt"]
    assert all(asked.cookies == dict([SESSION]) for asked in asked)
    assert all(asked.headers["user-agent"].startswith("JobAtlas/") for asked in asked)
    assert all("cookie" not in asked.headers for asked in site.asked if asked.path == "/robots.txt")
    assert not {"sign", "property", "uuid"} & {name for request in asked for name in request.headers | request.query}
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SESSION[1].encode() not in written


def test_each_page_is_asked_for_with_the_id_of_the_one_before(crawl: Any, stored: Rows) -> None:
    replica = Job51Replica(120)
    replica.total_is_text = True
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == source.reported_total == 120
    asked = [asked.query for asked in site.asked if replica.is_list(asked)]
    assert [(query["pageNum"], query["requestId"]) for query in asked] == [("1", ""), ("2", "r1"), ("3", "r2")]
    assert {query["issueDate"] for query in asked} == {""}


def test_cities_are_asked_for_by_code(crawl: Any, stored: Rows) -> None:
    site, source = crawl(Job51Replica(9), ("成都", "桂林"))
    assert source.verdict is Verdict.OK, source.reason
    assert {posting["city"] for posting in stored()} == {"成都"}
    assert [asked.query["jobArea"] for asked in site.asked if asked.query] == ["090200", "000000"]


def test_what_lies_beyond_the_last_page_is_told(crawl: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job51, "MOST_PAGES", 2)
    _, source = crawl(Job51Replica(120))
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    assert len(stored()) == 100


def test_the_slider_in_the_middle_keeps_what_was_read(crawl: Any, stored: Rows) -> None:
    replica = Job51Replica(120)
    replica.trouble = lambda asked: asked.answer(SLIDER) if asked.query.get("pageNum") == "2" else None
    site, source = crawl(replica)
    assert source.verdict is Verdict.BLOCKED
    assert "slider" in source.reason
    assert len(stored()) == 50
    assert sum(map(replica.is_list, site.asked)) == 2


@pytest.mark.parametrize("url", ["", API, "https://cupid.51job.com/open/noauth/search-pc?keyword=大模型"])
def test_a_saved_answer_is_read(url: str) -> None:
    (posting,) = saved(answer([row()]), url)
    assert (posting.source_id, posting.url) == ("161222333", "https://jobs.51job.com/all/161222333.html")
    assert (posting.company, posting.company_stage_text, posting.company_size_text) == ("云帆", None, "少于50人")
    assert (posting.description, posting.salary_text, posting.industry_text) == ("部署模型", "8千-1.2万", "互联网")
    assert posting.keywords == (("大模型",) if url else ())
    assert PERSON not in str(posting)


def test_rows_are_read_with_what_they_have() -> None:
    nested = row(jobId=5, jobAreaString="", jobAreaLevelDetail={"cityString": "杭州", "districtString": None})
    odd = row(jobTags=None, jobTagsList=[{"jobTagName": "K8s"}, 3], jobDescribe=None, issueDateString=None)
    first, second, *unreadable = saved(answer([nested, odd, None, {"jobId": "1"}], totalcount="4"))
    assert (first.source_id, first.city_text) == ("5", "杭州")
    assert (second.site_tags, second.description, second.published_text) == (("K8s",), "", None)
    assert [posting.title for posting in unreadable] == ["", ""]


def page(**changes: str) -> str:
    parts = {
        "said": "杭州-余杭区&nbsp;&nbsp;|&nbsp;&nbsp;3年及以上&nbsp;&nbsp;|&nbsp;&nbsp;本科&nbsp;&nbsp;|&nbsp;&nbsp;招2人&nbsp;&nbsp;|&nbsp;&nbsp;06-16发布",
        "text": "<p>职责：</p><p>部署模型</p>",
        "note": "",
        **changes,
    }
    return f"""<html><body>{parts["note"]}<div class="cn"><h1 title="大模型部署工程师">大模型部署工程师<input></h1>
        <strong>1.5-2万/月</strong><p class="cname"><a href="https://jobs.51job.com/all/coXY.html">云帆数据有限公司</a></p>
        <p class="msg ltype">{parts["said"]}</p><div class="t1"><span>五险一金</span><span>年终奖</span></div></div>
        <div class="tCompany_main"><div class="bmsg job_msg inbox">{parts["text"]}<div class="mt10">
        <p class="fp"><span class="label">职能类别：</span><a>算法工程师</a><a>运维</a></p>
        <p class="fp"><span class="label">关键字：</span><a>Docker</a></p></div></div>
        <div class="bmsg inbox"><p class="fp"><span class="label">上班地址：</span>某路 1 号 {PERSON}</p></div></div>
        <div class="com_tag"><p>民营公司</p><p>50-150人</p><p>计算机软件</p></div></body></html>"""


def test_a_saved_page_of_a_posting_is_read() -> None:
    (posting,) = saved(page(), f"{PAGE}?s=sou_sou_soulb&t=0_0")
    assert (posting.source_id, posting.url) == ("161222333", PAGE)
    assert (posting.title, posting.company) == ("大模型部署工程师", "云帆数据有限公司")
    assert posting.description == "职责：\n部署模型"
    assert (posting.city_text, posting.salary_text) == ("杭州-余杭区", "1.5-2万/月")
    assert (posting.experience_text, posting.education_text) == ("3年及以上", "本科")
    assert (posting.published_text, posting.site_category) == ("06-16发布", "算法工程师/运维")
    assert (posting.site_tags, posting.benefits) == (("Docker",), ("五险一金", "年终奖"))
    assert (posting.company_size_text, posting.industry_text) == ("50-150人", "计算机软件")
    assert saved(f"<!-- saved from url=(0053){PAGE} -->{page()}") == [posting]


def test_a_saved_search_page_is_read_from_what_its_cards_expose() -> None:
    told = {
        "jobId": "161222333",
        "jobTitle": "大模型部署工程师",
        "jobSalary": "8千-1.2万",
        "jobArea": "杭州·余杭区",
        "jobYear": "1年",
        "jobDegree": "大专",
        "jobTime": "2026-10-02 15:04:00",
        "funcType": "0107",
    }
    data = json.dumps(told, ensure_ascii=False).replace('"', "&quot;")
    card = f"""<div class="joblist-item"><div class="joblist-item-job" sensorsname="JobShortExposure" sensorsdata="{data}">
        <span class="jname">大模型部署工程师</span><div class="joblist-item-tags"><div class="tag">Docker</div></div></div>
        <div class="joblist-item-bot"><a class="cname">云帆数据</a><div class="bc"><span class="dc">民营</span>
        <span class="dc">少于50人</span><span class="dc">互联网</span></div><div>{PERSON}</div></div></div>"""
    broken = '<div class="joblist-item"><div sensorsname="JobShortExposure" sensorsdata="{"></div></div>'
    for url in ("", "https://we.51job.com/pc/search?keyword=%E5%A4%A7%E6%A8%A1%E5%9E%8B"):
        posting, unreadable = saved(f"<html><body>{card}{broken}</body></html>", url)
        assert (posting.source_id, posting.title) == ("161222333", "大模型部署工程师")
        assert (posting.company, posting.company_size_text, posting.industry_text) == ("云帆数据", "少于50人", "互联网")
        assert (posting.city_text, posting.salary_text) == ("杭州·余杭区", "8千-1.2万")
        assert (posting.experience_text, posting.education_text, posting.site_tags) == ("1年", "大专", ("Docker",))
        assert posting.published_text == "2026-10-02 15:04:00"
        assert posting.keywords == (("大模型",) if url else ())
        assert unreadable.title == ""
        assert PERSON not in str(posting)
    empty = "<html><body><p>没有找到相关职位</p></body></html>"
    assert saved(empty, "https://we.51job.com/pc/search?keyword=x") == []


@pytest.mark.parametrize(
    ("value", "url", "problem"),
    [
        (SLIDER, API, Blocked),
        (SLIDER, PAGE, Blocked),
        (SLIDER, "https://we.51job.com/", Blocked),
        ("<html><body><div class='waf-nc-title'>请拖动</div></body></html>", API, Blocked),
        ("<html><body>新版</body></html>", API, FormatChanged),
        ({"status": "0", "message": "x"}, API, FormatChanged),
        (answer([{"jobId": "1"}]), API, FormatChanged),
        (page(note="<div>职位已下线</div>"), PAGE, Closed),
        ("<html><body>很抱歉，你选择的职位目前已经暂停招聘</body></html>", PAGE, Closed),
        (page(), "", FormatChanged),
        (page(text=""), PAGE, FormatChanged),
        ("<html><body>搜索</body></html>", "https://we.51job.com/pc/search?keyword=x", FormatChanged),
    ],
)
def test_saved_pages_that_hold_no_posting_say_why(value: Any, url: str, problem: type[PageProblem]) -> None:
    with pytest.raises(problem):
        saved(value, url)


@pytest.mark.parametrize(
    ("value", "url"),
    [
        (answer([row()]), "https://www.example.com/api/job/search-pc"),
        ({"status": "1", "resultbody": {"user": PERSON}}, "https://we.51job.com/api/user"),
        ("<html><body>公司</body></html>", "https://jobs.51job.com/all/coXY12.html"),
        ("<html><body>首页</body></html>", ""),
        ({"status": "1"}, ""),
    ],
)
def test_what_is_none_of_its_pages_is_passed_over(value: Any, url: str) -> None:
    assert saved(value, url) is None
