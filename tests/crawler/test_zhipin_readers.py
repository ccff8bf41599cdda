"""BOSS直聘: every form in which its postings are saved, with values of our own."""

import json
from typing import Any

import pytest
from replicas.base import SECRETS
from replicas.zhipin import AWAY, SECURITY_PAGE, VERIFICATION, ZhipinReplica, refusal

from crawler.cleaning import clean
from crawler.contract import Posting
from crawler.problems import Blocked, Closed, FormatChanged, LoginRequired
from crawler.readers.zhipin import read_saved
from crawler.reply import Reply, read_soundly

SITE = "https://www.zhipin.com"
REPLICA = ZhipinReplica(10)
OLD_DETAIL = {
    "pageType": 0,
    "securityId": "t~",
    "bossBaseInfoVO": {"name": SECRETS[0], "encryptBossId": SECRETS[1], "title": "招聘主管"},
    "jobBaseInfoVO": {
        "jobId": 179,
        "encryptJobId": "0a1b2c1nNz~",
        "jobValidStatus": 1,
        "positionName": "大模型前端",
        "positionCategory": "前端开发工程师",
        "locationName": "杭州",
        "areaDistrict": "滨江区",
        "businessDistrict": "浦沿",
        "locationDesc": "杭州·滨江区·浦沿",
        "experienceName": "经验不限",
        "degreeName": "本科",
        "jobDesc": "1、负责对话界面；\n 2、熟悉 Vue。",
        "requiredSkills": ["Vue", "React"],
        "salaryDesc": "200-300元/天",
        "jobType": 4,
        "daysPerWeekDesc": "4天/周",
        "leastMonthDesc": "3个月",
    },
    "brandComInfoVO": {
        "brandName": "海图",
        "industryName": "人工智能",
        "stageName": "",
        "scaleName": "20-99人",
        "brandWelfares": ["餐补"],
        "legalPerson": SECRETS[0],
    },
    "relatedJobInfo": {"relatedJobList": [{"jobName": "别的职位", "encryptJobId": "other"}]},
}
CARD = {
    "jobCard": {
        "jobName": "大模型运营",
        "encryptJobId": "c1~",
        "brandName": "海图",
        "postDescription": "负责内容。",
        "jobLabels": ["1-3年", "本科", "内容运营"],
        "salaryDesc": "10-15K",
        "cityName": "成都",
        "experienceName": "1-3年",
        "degreeName": "本科",
        "bossName": SECRETS[0],
    }
}


def answer(data: Any, url: str = "", code: int = 0, **more: Any) -> Reply:
    return Reply(url, json.dumps({"code": code, "message": "Success", "zpData": data}).encode(), **more)


def read(reply: Reply) -> list[Posting]:
    found = read_soundly(read_saved, reply)
    assert found is not None
    return [posting for entry in found if (posting := clean(entry)) is not None]


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"{SITE}/wapi/zpgeek/search/joblist.json?_=1",
        f"{SITE}/wapi/zpgeek/pc/recommend/job/list.json?page=1",
        f"{SITE}/wapi/zpgeek/history/joblist.json?page=1",
        f"{SITE}/wapi/zpgeek/brand/joblist.json?brandId=x",
    ],
)
def test_lists_of_all_kinds(url: str) -> None:
    posting = read(answer({"hasMore": True, "jobList": [REPLICA.row(0), REPLICA.row(1)]}, url))[1]
    expected = REPLICA.expected(SITE)[posting.source_id]
    for name in ("title", "company", "url", "salary_text", "city_text", "experience_text", "industry_text"):
        assert getattr(posting, name) == expected[name]
    assert (posting.employment_text, posting.published_text) == ("实习", "2026-06-04")
    assert posting.description is None


def test_rows_of_recommendations_and_of_history_lack_some_fields() -> None:
    recommended = {name: value for name, value in REPLICA.row(0).items() if name != "lastModifyTime"}
    browsed = {"jobName": "大模型测试", "salary": "12-15K", "jobUrl": "/job_detail/f00~.html", "brandName": "海图"}
    first, second = read(answer({"jobList": [recommended, browsed]}))
    assert (first.published_on, first.benefits) == (None, ("五险一金", "带薪年假"))
    assert (second.source_id, second.title, second.salary_text) == ("f00~", "大模型测试", "12-15K")
    assert second.url == f"{SITE}/job_detail/f00~.html"


def test_rows_without_id_or_title_are_counted_as_unreadable() -> None:
    rows = [REPLICA.row(0), {"jobName": "无编号"}, {"encryptJobId": "x"}, "行", None]
    found = read_saved(answer({"jobList": rows}))
    assert found is not None
    assert [bool(posting.title) for posting in found] == [True, False, False, False, False]
    with pytest.raises(FormatChanged, match="no row"):
        read(answer({"jobList": rows[1:]}))
    assert read(answer({"jobList": [], "hasMore": False})) == []


def test_the_detail_of_today() -> None:
    (posting,) = read(answer(REPLICA.detail(2), f"{SITE}/wapi/zpgeek/job/detail.json?securityId=x&lid=y"))
    expected = REPLICA.expected(SITE)[REPLICA.job_id(2)]
    found = {name: getattr(posting, name) for name in ("title", "description", "company", "url", "site_category")}
    assert found == {name: expected[name] for name in found}
    assert (posting.city_text, posting.salary_text, posting.benefits) == ("杭州", "面议", ("五险一金", "带薪年假"))
    assert posting.company_size_text == "100-499人"


def test_the_detail_of_2024_and_the_card() -> None:
    (old,) = read(answer(OLD_DETAIL))
    assert (old.source_id, old.title, old.site_category) == ("0a1b2c1nNz~", "大模型前端", "前端开发工程师")
    assert (old.description, old.city_text) == ("1、负责对话界面；\n2、熟悉 Vue。", "杭州·滨江区·浦沿")
    assert (old.company, old.industry_text, old.company_stage_text, old.company_size_text) == (
        "海图", "人工智能", None, "20-99人",
    )  # fmt: skip
    assert (old.employment_text, old.benefits) == ("实习", ("餐补",))
    assert old.site_tags == ("Vue", "React", "4天/周", "3个月")
    (card,) = read(answer(CARD, f"{SITE}/wapi/zpgeek/job/card.json?securityId=x"))
    assert (card.source_id, card.description, card.city_text) == ("c1~", "负责内容。", "成都")
    assert card.site_tags == ("内容运营",)


def test_the_page_of_a_posting_without_its_hidden_words() -> None:
    page = Reply("", REPLICA.posting_page(1).encode())
    (posting,) = read(page)
    expected = REPLICA.expected(SITE)[REPLICA.job_id(1)]
    for name in ("title", "description", "company", "url", "experience_text", "education_text", "industry_text"):
        assert getattr(posting, name) == expected[name]
    assert (posting.company_size_text, posting.company_stage_text) == ("100-499人", "B轮")
    assert (posting.city_text, posting.site_tags, posting.benefits) == (
        "上海", ("PyTorch", "检索增强"), ("五险一金", "带薪年假"),
    )  # fmt: skip
    # Drawn digits are kept as found, and nobody guesses them.
    assert posting.salary_text == "\ue032\ue036-\ue036\ue031K"


def test_the_page_says_its_id_and_pay_in_its_own_script() -> None:
    script = "<script>var _jobInfo = {\n job_id:'aa11~',\n job_name:'x',\n job_salary:'20-30K·14薪',\n};</script>"
    page = REPLICA.posting_page(1).replace("<link rel", "<meta name").replace("</head>", f"{script}</head>")
    (posting,) = read(Reply("", page.encode()))
    assert (posting.source_id, posting.salary_text) == ("aa11~", "20-30K·14薪")
    with pytest.raises(FormatChanged, match="without id"):
        read(Reply("", page.replace("job_id", "id").encode()))


def test_a_page_with_cards_and_an_open_panel() -> None:
    url = f"{SITE}/web/geek/jobs?query=%E5%A4%A7%E6%A8%A1%E5%9E%8B&city=101010100"
    first, second = read(Reply(url, REPLICA.list_page(range(2), opened=1).encode()))
    assert (first.title, first.company, first.description) == ("大模型应用工程师 0", "海图智能0", None)
    assert (first.city_text, first.experience_text, first.education_text) == ("北京·海淀区", "3-5年", "本科")
    assert (first.site_tags, first.keywords) == (("PyTorch",), ("大模型",))
    assert second.description == REPLICA.text(1)


def test_the_keyword_is_in_the_address_or_in_what_was_sent() -> None:
    url = f"{SITE}/wapi/zpgeek/search/joblist.json?_=1"
    rows = {"jobList": [REPLICA.row(0)]}
    assert read(answer(rows, url, sent="scene=1&query=AI+Agent&page=1"))[0].keywords == ("AI Agent",)
    assert read(answer(rows, f"{url}&query=AIGC"))[0].keywords == ("AIGC",)
    assert read(answer(rows, url))[0].keywords == ()


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer({**REPLICA.detail(0), "jobInfo": {**REPLICA.detail(0)["jobInfo"], "jobStatusDesc": "职位已关闭"}}), "职位已关闭"),
        (answer({**REPLICA.detail(0), "jobInfo": {**REPLICA.detail(0)["jobInfo"], "invalidStatus": True}}), "invalid"),
        (Reply("", REPLICA.posting_page(0).replace("</h1>", "</h1><p class='job-status'>职位已关闭</p>").encode()), "职位已关闭"),
    ],
)  # fmt: skip
def test_closed_postings_say_so(reply: Reply, words: str) -> None:
    with pytest.raises(Closed, match=words):
        read(reply)


def test_a_text_that_speaks_of_closing_is_not_closed() -> None:
    page = REPLICA.posting_page(0).replace("任职要求：", "任职要求（停止招聘前有效）：")
    assert len(read(Reply("", page.encode()))) == 1


LIST = f"{SITE}/wapi/zpgeek/search/joblist.json"


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        *(
            (answer({}, url, code=code), Blocked)
            for code in (9, 31, 35, 36, 37, 121, 122, 400061)
            for url in ("", LIST)
        ),
        *((answer({}, url, code=code), LoginRequired) for code in (1, 3, 7, 200404) for url in ("", LIST)),
        *((answer({}, url, code=code), FormatChanged) for code in (17, 19, 4711) for url in ("", LIST)),
        (Reply(LIST, json.dumps(refusal(37, "您的环境存在异常.")).encode()), Blocked),
        (Reply(f"{SITE}/web/passport/zp/security.html?seed=1", SECURITY_PAGE.encode()), Blocked),
        (Reply(f"{SITE}/web/passport/zp/verify.html", b"<html></html>"), Blocked),
        (Reply(f"{SITE}/web/common/403.html?code=35", b"<html></html>"), Blocked),
        (Reply(f"{SITE}/web/user/safe/verify-slider?x=1", b"<html></html>"), Blocked),
        (Reply(LIST, SECURITY_PAGE.encode()), Blocked),
        (Reply(f"{SITE}/job_detail/aa~.html", SECURITY_PAGE.encode()), Blocked),
        (Reply(f"{SITE}/job_detail/aa~.html", VERIFICATION.encode()), Blocked),
        (Reply(f"{SITE}/job_detail/aa~.html", AWAY.encode()), Blocked),
        (Reply("", VERIFICATION.encode()), Blocked),
        (Reply(LIST, b"", status=403), None),
        (Reply(LIST, b"<html>Forbidden</html>", status=403), Blocked),
        (Reply(LIST, b'{"code": 0, "zpData": {"jobLis'), FormatChanged),
        (answer({"rows": []}, LIST), FormatChanged),
        (answer([], LIST), FormatChanged),
        (Reply(f"{SITE}/job_detail/aa~.html", b"<html><body>new design</body></html>"), FormatChanged),
        (Reply(f"{SITE}/job_detail/aa~.html", b"<html></html>", status=404), Closed),
        (
            Reply(f"{SITE}/web/geek/jobs?query=AI", f"<html><body>{'<p>新版职位</p>' * 300}</body></html>".encode()),
            FormatChanged,
        ),
    ],
)
def test_refusals_and_changed_forms(reply: Reply, problem: type[Exception] | None) -> None:
    if problem is None:
        assert read_saved(reply) is None
    else:
        with pytest.raises(problem):
            read(reply)


@pytest.mark.parametrize(
    "reply",
    [
        Reply("https://www.example.com/wapi/zpgeek/search/joblist.json", b'{"code": 0, "zpData": {"jobList": []}}'),
        Reply("https://zhipin.com.example.com/job_detail/a.html", REPLICA.posting_page(0).encode()),
        answer({"name": SECRETS[0]}, f"{SITE}/wapi/zpuser/wap/getUserInfo.json"),
        answer({}, f"{SITE}/wapi/zpuser/wap/getUserInfo.json", code=7),
        answer({"cityList": []}, f"{SITE}/wapi/zpCommon/data/city.json"),
        Reply("https://static.zhipin.com/app.js", b"window.a = {jobList: [1]};"),
        Reply(
            f"{SITE}/web/geek/jobs?query=AI",
            b"<html><head><title>BOSS</title></head><body><div id=app></div></body></html>",
        ),
        Reply(f"{SITE}/web/geek/jobs", f"<html><body>没有找到相关职位{'<p>导航</p>' * 600}</body></html>".encode()),
        Reply("", b'{"jobList": [1]}'),
        Reply("", b"<html><body>hello</body></html>"),
        Reply("", b"[1, 2]"),
        Reply("", b""),
    ],
)
def test_other_pages_are_none_of_it(reply: Reply) -> None:
    assert read_saved(reply) is None


def test_no_recruiter_reaches_a_posting() -> None:
    replies = [
        answer({"jobList": [REPLICA.row(0)]}),
        answer(REPLICA.detail(0)),
        answer(OLD_DETAIL),
        answer(CARD),
        Reply("", REPLICA.posting_page(0).encode()),
        Reply("", REPLICA.list_page(range(3), opened=0).encode()),
    ]
    for reply in replies:
        assert any(secret in reply.text or json.dumps(secret)[1:-1] in reply.text for secret in SECRETS)
        said = "".join(posting.to_json() for posting in read(reply))
        assert said
        assert not any(secret in said for secret in (*SECRETS, "招聘经理", "招聘主管"))
