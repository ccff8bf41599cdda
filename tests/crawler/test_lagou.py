"""拉勾: cipher and sliders are told as refusals, the old forms are read, the operator's session is asked with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from replicas.base import KEYWORD, PERSON
from replicas.job51 import COOKIES, SESSION
from replicas.lagou import CIPHER, SLIDER, TOO_FREQUENT, LagouReplica, detail, row

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.problems import Blocked, Closed, FormatChanged, PageProblem
from crawler.readers.lagou import read_saved
from crawler.registry import resolve
from crawler.reply import Reply
from crawler.spiders import lagou
from crawler.verdict import Verdict
from taxonomy.errors import JobAtlasError

Rows = Callable[..., list[dict[str, Any]]]
API = "https://www.lagou.com/jobs/positionAjax.json?px=new&city=%E5%8C%97%E4%BA%AC&needAddtionalResult=false"
PAGE = "https://www.lagou.com/wn/jobs/9000003.html"


@pytest.fixture
def crawl(serve: Any, sit: Any) -> Callable[..., Any]:
    def run(replica: LagouReplica, cities: tuple[str, ...] = (), **settings: Any) -> Any:
        site = serve(replica)
        (source,) = sit("lagou", (KEYWORD,), cities, **{**replica.settings(site.url), **settings}).sources
        return site, source

    return run


def saved(value: Any, url: str = "", sent: str = "") -> Any:
    body = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return read_saved(Reply(url, body.encode(), sent=sent))


def answer(rows: list[Any]) -> dict[str, Any]:
    result = {"totalCount": len(rows), "resultSize": len(rows), "result": rows}
    content = {"showId": "x", "hrInfoMap": {"1": {"realName": PERSON}}, "positionResult": result}
    return {"success": True, "msg": None, "code": 0, "content": content}


def test_it_is_asked_only_when_the_operator_confirms_and_lends_a_session() -> None:
    plan = CrawlPlan(("lagou",))
    with pytest.raises(JobAtlasError, match="confirm"):
        resolve(plan, CrawlSettings())
    (source,) = resolve(plan, CrawlSettings(confirmed=("lagou",), cookie_files={"lagou": str(COOKIES)}))
    assert source.cautious
    assert not source.waives_robots
    assert source.requests_per_day == 60


def test_each_page_is_asked_for_with_the_id_of_the_one_before(crawl: Any, tmp_path: Path) -> None:
    replica = LagouReplica(33)
    site, source = crawl(replica)
    assert source.verdict is Verdict.OK, source.reason
    asked = [asked for asked in site.asked if replica.is_list(asked)]
    assert [(one.form["pn"], one.form["first"], one.form.get("sid")) for one in asked] == [
        ("1", "true", None),
        ("2", "false", "show-1"),
        ("3", "false", "show-2"),
    ]
    assert all(one.cookies == dict([SESSION]) for one in site.asked if one.path != "/robots.txt")
    assert all(one.headers["user-agent"].startswith("JobAtlas/") for one in site.asked)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SESSION[1].encode() not in written


def test_cities_are_asked_for_by_name(crawl: Any, stored: Rows) -> None:
    site, source = crawl(LagouReplica(6), ("成都",))
    assert source.verdict is Verdict.OK, source.reason
    assert {posting["city"] for posting in stored()} == {"成都"}
    assert [asked.query["city"] for asked in site.asked if asked.method == "POST"] == ["成都"]


def test_what_lies_beyond_the_last_page_is_told(crawl: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lagou, "MOST_PAGES", 1)
    _, source = crawl(LagouReplica(20))
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    assert len(stored()) == 15


@pytest.mark.parametrize(("body", "words"), [(CIPHER, "cipher"), (TOO_FREQUENT, "2402"), (SLIDER, "slider")])
def test_the_first_refusal_ends_the_day(serve: Any, sit: Any, body: str, words: str) -> None:
    replica = LagouReplica(3)
    replica.trouble = lambda asked: asked.answer(body) if replica.is_list(asked) else None
    site = serve(replica)
    for _ in range(2):
        (source,) = sit("lagou", (KEYWORD, "AIGC"), **replica.settings(site.url)).sources
        assert source.verdict is Verdict.BLOCKED
        assert words in source.reason
    assert sum(map(replica.is_list, site.asked)) == 1


def test_the_day_s_budget_is_kept(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(LagouReplica(75))
    (source,) = sit("lagou", (KEYWORD,), **LagouReplica(75).settings(site.url)).sources
    assert source.verdict is Verdict.PARTIAL
    assert "left" in source.reason
    assert len(site.asked) == 60
    assert 0 < len(stored()) < 60


@pytest.mark.parametrize("url", ["", API, "https://www.lagou.com/jobs/v2/positionAjax.json?px=new"])
def test_a_saved_answer_is_read(url: str) -> None:
    first = row(3, salaryMonth="0", businessZones=None, positionAdvantage="发展前景 福利待遇", companyFullName=None)
    second = row(4, createTime=None, skillLables=None, salary="面议", companyLabelList=None, positionAdvantage="")
    one, two, *unreadable = saved(answer([first, second, None, {"positionId": 5}]), url, "first=true&pn=1&kd=AIGC")
    assert (one.source_id, one.url) == ("9000003", PAGE)
    assert (one.salary_text, one.city_text, one.company) == ("20k-35k", "北京·示范区", "示例科技")
    assert one.benefits == ("午餐补助", "发展前景 福利待遇")
    assert one.keywords == ("AIGC",)
    assert (two.published_text, two.site_tags, two.salary_text) == ("08:47发布", ("Agent", "B端"), "面议·14薪")
    assert [posting.title for posting in unreadable] == ["", ""]
    assert PERSON not in f"{one}{two}"
    assert saved(answer([]), url) == []


def test_a_saved_page_of_a_posting_is_read() -> None:
    (posting,) = saved(detail(row(3), "负责智能体"), PAGE)
    assert (posting.source_id, posting.url, posting.title) == ("9000003", PAGE, f"{KEYWORD}产品经理 3")
    assert posting.description.startswith("职责：\n负责智能体")
    assert (posting.salary_text, posting.city_text, posting.employment_text) == ("20k-35k", "北京", "全职")
    assert (posting.experience_text, posting.education_text) == ("经验3-5年", "本科及以上")
    assert (posting.company, posting.industry_text) == ("示例科技", "工具类产品")
    assert (posting.company_stage_text, posting.company_size_text) == ("A轮", "50-150人")
    assert posting.benefits == ("双休", "期权")
    old = "https://www.lagou.com/jobs/9000003.html"
    assert saved(f'<link rel="canonical" href="{old}">{detail(row(3), "负责智能体")}') == [posting]


def test_a_saved_list_of_the_old_page_is_read() -> None:
    card = f"""<li class="con_list_item" data-positionid="9000003" data-company="x"><div class="list_item_top">
        <div class="position"><div class="p_top"><a class="position_link" href="https://www.lagou.com/jobs/9000003.html">
        <h3>AIGC 产品经理</h3><span class="add">[<em>上海·张江</em>]</span></a><span class="format-time">08:47发布</span>
        </div><div class="p_bot"><div class="li_b_l"><span class="money">20k-35k</span> 经验3-5年 / 本科 </div></div></div>
        <div class="company"><div class="company_name"><a>示例科技</a></div><div class="industry">人工智能 / A轮 / 50-150人
        </div></div></div><div class="list_item_bot"><div class="li_b_l"><span>Agent</span><span>B端</span></div>
        <div class="li_b_r">“双休，期权”</div></div><div class="hr">{PERSON}</div></li>"""
    broken = '<li class="con_list_item" data-positionid=""></li>'
    for url in ("", "https://www.lagou.com/jobs/list_AIGC?city=%E4%B8%8A%E6%B5%B7"):
        posting, unreadable = saved(f"<html><body><ul>{card}{broken}</ul></body></html>", url)
        assert (posting.source_id, posting.url, posting.title) == ("9000003", PAGE, "AIGC 产品经理")
        assert (posting.salary_text, posting.city_text, posting.company) == ("20k-35k", "上海·张江", "示例科技")
        assert (posting.experience_text, posting.education_text) == ("经验3-5年", "本科")
        assert (posting.published_text, posting.site_tags) == ("08:47发布", ("Agent", "B端"))
        assert (posting.industry_text, posting.company_stage_text, posting.company_size_text) == (
            "人工智能",
            "A轮",
            "50-150人",
        )
        assert posting.benefits == ("双休", "期权")
        assert unreadable.title == ""
        assert PERSON not in str(posting)


@pytest.mark.parametrize(
    ("value", "url", "problem"),
    [
        (CIPHER, API, Blocked),
        (TOO_FREQUENT, API, Blocked),
        (TOO_FREQUENT, "", Blocked),
        (SLIDER, API, Blocked),
        (SLIDER, PAGE, Blocked),
        (SLIDER, "https://www.lagou.com/s/list_0123abcd", Blocked),
        ({"success": False, "msg": "x"}, API, FormatChanged),
        (answer([{"positionId": 1}]), API, FormatChanged),
        ({"data": ["no", "cipher"]}, API, FormatChanged),
        ("<html><body>列表</body></html>", "https://www.lagou.com/wn/jobs?kd=AIGC", FormatChanged),
        (detail(row(3), "x"), "", FormatChanged),
        ("<html><body>职位</body></html>", PAGE, FormatChanged),
    ],
)
def test_saved_pages_that_hold_no_posting_say_why(value: Any, url: str, problem: type[PageProblem]) -> None:
    with pytest.raises(problem):
        saved(value, url)


def test_a_saved_page_that_was_gone_is_closed() -> None:
    with pytest.raises(Closed):
        read_saved(Reply(PAGE, b"<html>404</html>", 404))


@pytest.mark.parametrize(
    ("value", "url"),
    [
        (answer([row(1)]), "https://www.example.com/jobs/positionAjax.json"),
        (CIPHER, ""),
        ({"data": {"user": PERSON}}, "https://gate.lagou.com/v1/user"),
        ("<html><body>公司</body></html>", "https://www.lagou.com/gongsi/1.html"),
        ("<html><body>首页</body></html>", ""),
    ],
)
def test_what_is_none_of_its_pages_is_passed_over(value: Any, url: str) -> None:
    assert saved(value, url) is None
