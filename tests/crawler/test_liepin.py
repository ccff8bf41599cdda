"""猎聘: what its search wants and hides, ten pages and what is done about them, two hosts, two kinds of addresses."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from replicas.base import CONTACT_LINE, KEYWORD, MAIL, PERSON
from replicas.liepin import BAD_HEADERS, CHECK, CLOSED, REFUSED, SEARCH, LiepinReplica

from crawler.codes import load_codes
from crawler.problems import Blocked, Closed, FormatChanged, LoginRequired, PageProblem
from crawler.readers.liepin import id_of, path_of, read_saved
from crawler.reply import Reply
from crawler.spiders import liepin
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
API = f"https://api-c.liepin.com{SEARCH}"
PAGE = "https://www.liepin.com/job/1984111222.shtml"


@pytest.fixture
def crawl(serve: Any, sit: Any) -> Callable[..., Any]:
    def run(
        replica: LiepinReplica, keywords: tuple[str, ...] = (KEYWORD,), cities: tuple[str, ...] = (), **settings: Any
    ) -> Any:
        site = serve(replica)
        (source,) = sit("liepin", keywords, cities, **{**replica.settings(site.url), **settings}).sources
        return site, source

    return run


def searches(site: Any) -> list[dict[str, Any]]:
    return [asked.json["data"]["mainSearchPcConditionForm"] for asked in site.asked if asked.path == SEARCH]


def card(number: int, **changes: Any) -> dict[str, Any]:
    job = {
        "labels": ["RAG", "双休"],
        "dq": "佛山-顺德区",
        "jobId": str(84111222 + number),
        "jobKind": "2",
        "title": "智能体开发工程师",
        "refreshTime": "20261002101252",
        "topJob": False,
        "salary": "25-40k·14薪",
        "link": f"https://www.liepin.com/job/19{84111222 + number}.shtml",
        "requireWorkYears": "3-5年",
        "requireEduLevel": "本科",
    }
    company = {
        "compScale": "2000-5000人",
        "compId": 7,
        "compName": "云帆数据",
        "compIndustry": "软件",
        "compStage": "B轮",
    }
    recruiter = {"recruiterName": PERSON, "imId": "zhaoyt_2020"}
    return {"job": {**job, **changes}, "comp": company, "recruiter": recruiter, "dataInfo": "%7B%7D"}


def answer(cards: list[Any], page: int = 0, pages: int = 1, count: int | None = None) -> dict[str, Any]:
    data = {"jobCardList": cards, "jobSubscribeInfo": {"dqName": "全国"}, "compList": []}
    total = len(cards) if count is None else count
    pagination = {"currentPage": page, "pageSize": 40, "totalPage": pages, "hasNext": False, "totalCounts": total}
    return {"flag": 1, "data": {"data": data, "passThroughData": {"scene": "init"}, "pagination": pagination}}


def saved(value: Any, url: str = "") -> Any:
    body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return read_saved(Reply(url, body.encode()))


def test_pages_are_counted_from_zero_and_the_flag_for_more_is_not_believed(crawl: Any, stored: Rows) -> None:
    class Real(LiepinReplica):
        size, promoted = 40, 2

    site, source = crawl(Real(85))
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == source.reported_total == 85
    assert [(form["currentPage"], form["dq"], form["pageSize"]) for form in searches(site)] == [
        ("0", "410", 40),
        ("1", "410", 40),
        ("2", "410", 40),
    ]


def test_the_search_is_asked_as_the_page_asks_it_and_under_the_own_name(crawl: Any) -> None:
    site, _ = crawl(LiepinReplica(9), contact="crawl@example.org")
    first, second = [asked for asked in site.asked if asked.path == SEARCH]
    assert first.headers["user-agent"].startswith("JobAtlas/")
    assert first.headers["content-type"] == "application/json;charset=UTF-8"
    assert json.loads(first.headers["x-fscp-bi-stat"]) == {"location": f"{site.url}/zhaopin/"}
    assert first.headers["x-fscp-trace-id"] != second.headers["x-fscp-trace-id"]
    visits = {asked.json["data"]["passThroughForm"]["ckId"] for asked in (first, second)}
    assert len(visits) == 1
    assert len(visits.pop()) == 32
    assert all("cookie" not in asked.headers for asked in site.asked)


def test_a_search_longer_than_ten_pages_is_asked_again_by_city(
    crawl: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {city: load_codes("liepin_cities")[city] for city in ("北京", "上海", "深圳")}
    monkeypatch.setattr(liepin, "load_codes", lambda name: codes)
    monkeypatch.setattr(liepin, "MOST_PAGES", 2)
    monkeypatch.setattr(LiepinReplica, "most_pages", 2)
    site, source = crawl(LiepinReplica(30))
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == source.reported_total == 30
    assert [form["dq"] for form in searches(site)] == ["410", "010", "020", "050090", "010", "020", "050090"]


def test_a_city_longer_than_ten_pages_is_cut(crawl: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liepin, "MOST_PAGES", 2)
    monkeypatch.setattr(LiepinReplica, "most_pages", 2)
    _, source = crawl(LiepinReplica(60), cities=("北京",))
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    assert len(stored()) == 17


def test_every_city_is_asked_where_the_search_is_long() -> None:
    from crawler.contract import Query, Task

    reply = Reply("u", json.dumps(answer([card(0)], pages=10, count=806)).encode())
    page = liepin.read_list(Task("list", {"page": 0, "dq": "410"}, Query("Java")), reply)
    assert len({task.params["dq"] for task in page.further}) == len(page.further) == 370
    assert not page.links


def test_a_search_that_refuses_once_is_read_in_full_after_a_rest(crawl: Any, stored: Rows) -> None:
    replica, moments = LiepinReplica(9), []

    def trouble(asked: Any) -> Any:
        if not replica.is_list(asked):
            return None
        moments.append(time.monotonic())
        return asked.answer_json(REFUSED) if len(moments) == 1 else None

    replica.trouble = trouble
    _, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == 9
    # 15 of the least paces of a source without delay; at its own 5 seconds, 75.
    assert moments[1] - moments[0] >= 0.7


def test_a_search_that_refuses_twice_is_left_alone(crawl: Any) -> None:
    replica = LiepinReplica(9)
    replica.trouble = lambda asked: asked.answer_json(REFUSED) if replica.is_list(asked) else None
    site, source = crawl(replica, ("大模型", "AIGC", "智能体"))
    assert source.verdict is Verdict.BLOCKED
    assert "20000" in source.reason
    assert len(searches(site)) == 2


def test_other_headers_than_the_known_ones_end_the_run_and_are_named(crawl: Any) -> None:
    replica = LiepinReplica(9)
    replica.trouble = lambda asked: asked.answer_json(BAD_HEADERS) if replica.is_list(asked) else None
    site, source = crawl(replica, ("大模型", "AIGC", "智能体"))
    assert source.verdict is Verdict.FORMAT_CHANGED
    assert "headers" in source.reason
    assert len(searches(site)) == 2


def test_each_host_s_robots_txt_decides_for_its_own_pages(serve: Any, sit: Any, stored: Rows) -> None:
    api, pages = LiepinReplica(4), LiepinReplica(4)
    pages.robots = "User-agent: *\nDisallow: /*?*\n"
    search, site = serve(api), serve(pages)
    urls = {"liepin": site.url, "liepin.api": search.url}
    (source,) = sit("liepin", (KEYWORD,), base_urls=urls).sources
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == 4
    assert {asked.path for asked in search.asked} == {"/robots.txt", SEARCH}
    assert SEARCH not in {asked.path for asked in site.asked}


def test_a_search_that_robots_txt_forbids_is_not_asked(serve: Any, sit: Any) -> None:
    api = LiepinReplica(4)
    api.robots = "User-agent: *\nDisallow: /api/\n"
    search, site = serve(api), serve(LiepinReplica(4))
    (source,) = sit("liepin", (KEYWORD,), base_urls={"liepin": site.url, "liepin.api": search.url}).sources
    assert source.verdict is Verdict.BLOCKED
    assert "robots.txt forbids" in source.reason
    assert search.paths() == []


def test_a_renewed_posting_is_not_read_again_and_a_changed_one_is(serve: Any, sit: Any, stored: Rows) -> None:
    replica = LiepinReplica(4)
    usual, changes = replica._row, {}
    replica._row = lambda number: {**usual(number), **changes.get(number, {})}  # type: ignore[method-assign]
    site = serve(replica)
    sit("liepin", (KEYWORD,), **replica.settings(site.url))
    asked = len(site.asked)
    changes.update({1: {"refreshTime": "20261101080000"}, 2: {"title": f"{KEYWORD}首席架构师"}})
    (source,) = sit("liepin", (KEYWORD,), **replica.settings(site.url)).sources
    assert [request.path for request in site.asked[asked:] if replica.is_detail(request)] == ["/job/1984000002.shtml"]
    assert (source.counts.changed, source.counts.known) == (1, 3)


def test_the_page_behind_a_card_is_that_of_its_link_or_of_its_kind() -> None:
    assert path_of("84111222", "2") == "/job/1984111222.shtml"
    assert path_of("84111222", "1") == "/a/84111222.shtml"
    assert path_of("84111222", "6", "https://www.liepin.com/a/84111222.shtml?x=1") == "/a/84111222.shtml"
    assert path_of("84111222", "2", "javascript:;") == "/job/1984111222.shtml"
    assert id_of("https://www.liepin.com/job/1984111222.shtml?pgRef=c") == "84111222"
    assert id_of("https://m.liepin.com/a/19841112.shtml") == "19841112"
    assert id_of("https://www.liepin.com/company/19/") == ""


@pytest.mark.parametrize("url", ["", API])
def test_a_saved_answer_is_read(url: str) -> None:
    hidden = card(1, jobKind="1", link="https://www.liepin.com/a/84111223.shtml", salary="面议")
    hidden["comp"] = {"compName": "某知名公司", "link": "", "compScale": "100-499人"}
    first, second, *unreadable = saved(answer([card(0), hidden, None, {"job": {"jobId": "1"}}]), url)
    assert [posting.title for posting in unreadable] == ["", ""]
    assert (first.source_id, first.url) == ("84111222", PAGE)
    assert (first.company, first.city_text, first.salary_text) == ("云帆数据", "佛山-顺德区", "25-40k·14薪")
    assert (first.company_stage_text, first.site_tags) == ("B轮", ("RAG", "双休"))
    assert (second.company, second.url) == ("某知名公司", "https://www.liepin.com/a/84111223.shtml")
    assert PERSON not in f"{first}{second}"
    assert saved(answer([]), url) == []


def page(**changes: str) -> str:
    parts = {
        "title": "【佛山 智能体开发工程师招聘】-云帆数据佛山招聘信息-猎聘",
        "summary": "云帆数据佛山招聘智能体开发工程师岗位，薪资25-40k·14薪,云帆数据公司规模2000-5000人,岗位要求本科学历，3-5年相关经验，加入",
        "config": json.dumps(
            {"jobId": 84111222, "jobKind": "2", "compName": "云帆数据", "jobTitle": "智能体开发工程师"}
        ),
        "shown": "",
        "text": "职责：<br>开发智能体",
        "company": "",
        **changes,
    }
    return f"""<html><head><title>{parts["title"]}</title><meta name="description" content="{parts["summary"]}">
        <script type="text/javascript">\nvar $CONFIG = {parts["config"]};\n</script></head><body>{parts["shown"]}
        <section class="job-intro-container"><dl><dt>职位介绍</dt><dd data-selector="job-intro-content">{parts["text"]}
        </dd></dl></section><div class="company-info-container">{parts["company"]}</div></body></html>"""


def test_the_keyword_of_a_saved_search_is_kept() -> None:
    body = json.dumps(answer([card(0)])).encode()
    sent = json.dumps({"data": {"mainSearchPcConditionForm": {"city": "410", "key": "AIGC"}}})
    (posting,) = read_saved(Reply(API, body, sent=sent)) or ()
    assert posting.keywords == ("AIGC",)
    (posting,) = read_saved(Reply(API, body, sent='{"data": {"key": 5, "x": "\\u12"}}')) or ()
    assert posting.keywords == ()


@pytest.mark.parametrize("url", ["", PAGE, "https://m.liepin.com/job/1984111222.shtml"])
def test_a_saved_page_is_read_from_its_head_alone(url: str) -> None:
    (posting,) = saved(page(), url)
    assert (posting.source_id, posting.url) == ("84111222", PAGE)
    assert (posting.title, posting.company) == ("智能体开发工程师", "云帆数据")
    assert (posting.city_text, posting.salary_text) == ("佛山", "25-40k·14薪")
    assert (posting.experience_text, posting.education_text) == ("3-5年", "本科")
    assert (posting.company_size_text, posting.description) == ("2000-5000人", "职责：\n开发智能体")


def test_what_a_saved_page_recommends_is_left_alone() -> None:
    other = (
        '<section class="love-job-container"><div class="job-card-pc-container"><a data-nick="job-detail-job-info"'
        ' href="https://www.liepin.com/a/80000001.shtml">别的岗位</a><div data-nick="job-detail-company-info">别家</div>'
        '<span class="salary">9-9k</span></div></section>'
    )
    for url in ("", PAGE):
        (posting,) = saved(page(company=other), url)
        assert (posting.source_id, posting.company, posting.salary_text) == ("84111222", "云帆数据", "25-40k·14薪")


def test_what_a_saved_page_shows_goes_before_its_head() -> None:
    shown = (
        '<div class="name-box"><span class="name">智能体工程师</span><span class="salary">30-45k</span></div>'
        '<div class="job-properties">佛山-顺德区 5年以上 硕士 招5人 9月17日更新</div>'
    )
    company = (
        '<div class="company-card"><div class="name">云帆</div><div><span>企业行业：</span><span>机器人</span></div>'
        "<div>人数规模：<i>1000-2000人</i></div><div><span>融资阶段：</span><span>D轮及以上</span></div></div>"
    )
    (posting,) = saved(page(shown=shown, company=company), PAGE)
    assert (posting.title, posting.salary_text, posting.company) == ("智能体工程师", "30-45k", "云帆")
    assert (posting.city_text, posting.experience_text, posting.education_text) == ("佛山-顺德区", "5年以上", "硕士")
    assert posting.published_text == "9月17日更新"
    assert (posting.industry_text, posting.company_size_text, posting.company_stage_text) == (
        "机器人",
        "1000-2000人",
        "D轮及以上",
    )


def test_a_saved_search_page_is_read_whatever_its_inner_classes_are() -> None:
    cards = f"""<div class="job-list"><div class="jsx-1 job-card-pc-container"><a data-nick="job-detail-job-info"
        href="https://www.liepin.com/job/1984111222.shtml?d_sfrom=x"><div class="x1"><div class="ellipsis-1">智能体开发工程师
        </div><div><span>【</span><span class="ellipsis-1">佛山-顺德区</span><span>】</span></div></div><span>25-40k·14薪</span>
        <div><span>3-5年</span><span>本科</span><span>RAG</span></div></a>
        <div data-nick="job-detail-company-info"><span>云帆数据</span><span>软件</span><span>B轮</span><span>2000-5000人</span>
        </div><div class="recruiter-info-box">{PERSON}</div></div></div>"""
    for url in ("", "https://www.liepin.com/zhaopin/?key=x"):
        (posting,) = saved(f"<html><body>{cards}</body></html>", url)
        assert (posting.source_id, posting.url, posting.title) == ("84111222", PAGE, "智能体开发工程师")
        assert (posting.company, posting.industry_text) == ("云帆数据", "软件")
        assert (posting.city_text, posting.salary_text) == ("佛山-顺德区", "25-40k·14薪")
        assert (posting.experience_text, posting.education_text) == ("3-5年", "本科")
        assert posting.site_tags == ("RAG",)
        assert (posting.company_stage_text, posting.company_size_text) == ("B轮", "2000-5000人")


@pytest.mark.parametrize(
    ("value", "url", "problem"),
    [
        (BAD_HEADERS, API, FormatChanged),
        (BAD_HEADERS, "", FormatChanged),
        (REFUSED, API, Blocked),
        (answer([], count=9), API, FormatChanged),
        (answer([{"job": {}}]), API, FormatChanged),
        (CLOSED, PAGE, Closed),
        (page(shown="<div>职位已下线</div>"), PAGE, Closed),
        (CHECK, PAGE, Blocked),
        ("<html><body>扫码登录</body></html>", PAGE, LoginRequired),
        ("<html><title>安全验证</title></html>", "https://wow.liepin.com/safe/verify", Blocked),
        ("<html><body>搜索</body></html>", "https://www.liepin.com/zhaopin/?key=x", FormatChanged),
        (page(config="{}"), "", FormatChanged),
    ],
)
def test_saved_pages_that_hold_no_posting_say_why(value: Any, url: str, problem: type[PageProblem]) -> None:
    with pytest.raises(problem):
        saved(value, url)


def test_words_of_the_text_do_not_close_a_posting() -> None:
    (posting,) = saved(page(text="维护招聘系统：职位已下线的提醒"), PAGE)
    assert posting.description == "维护招聘系统：职位已下线的提醒"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        (answer([card(0)]), "https://api.example.com/api/com.liepin.searchfront4c.pc-search-job"),
        ({"flag": 1, "data": {"userName": PERSON}}, "https://api-c.liepin.com/api/com.liepin.user"),
        ("<html><body>关于</body></html>", "https://www.liepin.com/about/"),
        ("var x = 1;", "https://www.liepin.com/a.js"),
        ({"flag": 1}, ""),
    ],
)
def test_what_is_none_of_its_pages_is_passed_over(value: Any, url: str) -> None:
    assert saved(value, url) is None


def test_no_recruiter_reaches_the_dataset(crawl: Any, stored: Rows) -> None:
    crawl(LiepinReplica(3))
    assert all(secret not in str(stored()) for secret in (PERSON, MAIL, CONTACT_LINE))
