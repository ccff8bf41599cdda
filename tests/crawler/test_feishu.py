"""The Feishu family against a replica of its portal, over real sockets."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from crawler.codes import load_codes
from crawler.contract import Query, Task
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import feishu
from crawler.verdict import Verdict

SOURCE = "feishu-minimax"
CITY_CODES = load_codes("feishu_cities")
SOCIAL = {"id": "101", "name": "正式", "depth": 2, "parent": {"id": "1", "name": "社招", "depth": 1}}
INTERN = {"id": "202", "name": "实习", "depth": 2, "parent": {"id": "2", "name": "校招", "depth": 1}}


def job(number: int, **changes: Any) -> dict[str, Any]:
    city = ("上海", "北京", "深圳")[number % 3]
    entry = {"code": CITY_CODES[city], "name": city, "en_name": "-"}
    values = {
        "id": str(7600000000000000000 + number),
        "title": f"大模型训练工程师 {number}" if number % 2 else f"财务分析师 {number}",
        "sub_title": None,
        "description": f"1、负责第 {number} 号方向的训练框架；\n2、优化吞吐。",
        "requirement": "1、本科及以上；\n2、熟悉 PyTorch。",
        "job_category": {"id": "9", "name": "算法", "depth": 2, "parent": {"id": "8", "name": "研发", "parent": None}},
        "city_info": entry,
        "city_list": [entry],
        "recruit_type": INTERN if number % 5 == 0 else SOCIAL,
        "publish_time": 1779000000000 + number * 86_400_000,
        "code": f"A{number}",
        "job_subject": None,
        "job_post_info": None,
        "tag_list": None,
        # Planted: none of this may reach the dataset.
        "recruiter": {"name": "赵雅婷", "mobile": "13912345678", "email": "zhao.yating@corp.example.com"},
    }
    return {**values, **changes}


class Portal:
    """A tenant: what the site does, as far as it is known."""

    def __init__(self, jobs: list[dict[str, Any]], channels: tuple[str, ...] = ("379481",), cap: int = 10_000) -> None:
        self.jobs = jobs
        self.channels = channels
        self.cap = cap
        self.refuse_after: int | None = None
        self.searches = 0

    def __call__(self, asked: Any) -> Any:
        if (asked.method, asked.path) != ("POST", "/api/v1/search/job/posts"):
            return None
        self.searches += 1
        if self.refuse_after is not None and self.searches > self.refuse_after:
            return asked.answer(status=405)
        if asked.headers.get("portal-channel") not in self.channels:
            return asked.answer_json({"code": -9000003, "message": "site not exist", "data": None})
        wanted = asked.json
        found = [row for row in self.jobs if self._matches(row, wanted)]
        shown = found[: self.cap][wanted["offset"] : wanted["offset"] + wanted["limit"]]
        data = {"job_post_list": shown, "count": min(len(found), self.cap), "extra": None}
        return asked.answer_json({"code": 0, "data": data, "message": "ok", "error": None})

    @staticmethod
    def _matches(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
        codes = {city["code"] for city in row["city_list"] or [row["city_info"]]}
        category = (row["job_category"] or {}).get("parent") or {}
        return (
            wanted["keyword"] in row["title"] + row["description"] + row["requirement"]
            and (not wanted["location_code_list"] or bool(codes & set(wanted["location_code_list"])))
            and (not wanted["job_category_id_list"] or category.get("id") in wanted["job_category_id_list"])
        )


Rows = Callable[..., list[dict[str, Any]]]


def test_collects_every_page_of_a_search(serve: Any, sit: Any, stored: Rows) -> None:
    portal = Portal([job(number) for number in range(240)])
    site = serve(portal)
    result = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url})
    (source,) = result.sources
    rows = {row["source_id"]: row for row in stored()}

    assert source.verdict is Verdict.OK
    assert (source.reported_total, source.counts.listed, source.counts.new) == (120, 120, 120)
    assert [asked.json["offset"] for asked in site.asked if asked.method == "POST"] == [0, 50, 100]
    row = rows["7600000000000000001"]
    assert row["title"] == "大模型训练工程师 1"
    assert row["company"] == "MiniMax"
    assert row["description"] == "1、负责第 1 号方向的训练框架；\n2、优化吞吐。\n\n1、本科及以上；\n2、熟悉 PyTorch。"
    assert (row["city_text"], row["cities"], row["employment_text"]) == ("北京", ["北京"], "社招/正式")
    assert row["employment_type"] == "full_time"
    assert row["site_category"] == "研发/算法"
    assert row["published_on"] == date(2026, 5, 18)
    assert row["keywords"] == ["大模型"]
    assert row["url"] == f"{site.url}/379481/position/7600000000000000001/detail"
    assert rows["7600000000000000005"]["employment_type"] == "internship"


def test_sends_its_own_name_and_the_channel_and_no_signature(serve: Any, sit: Any) -> None:
    site = serve(Portal([job(1)]))
    sit(SOURCE, base_urls={SOURCE: site.url}, contact="crawl@example.org")
    (search,) = [asked for asked in site.asked if asked.method == "POST"]
    assert search.headers["user-agent"].startswith("JobAtlas/")
    assert "+crawl@example.org" in search.headers["user-agent"]
    assert (search.headers["portal-channel"], search.headers["website-path"]) == ("379481", "379481")
    assert search.headers["portal-platform"] == "pc"
    assert "_signature" not in search.query
    assert "cookie" not in search.headers
    assert search.json["limit"] == 50


def test_sparse_rows_are_read_with_what_they_have(serve: Any, sit: Any, stored: Rows) -> None:
    rows = [
        job(1, city_info=None),
        job(2, city_info=None, city_list=[{"code": "CT_11", "name": "北京"}, {"code": "CT_52", "name": "杭州"}]),
        job(4, city_list=None),
        job(7, job_category=None, job_function={"id": "3", "name": "整车研发"}),
        job(8, job_category=None, recruit_type=None, requirement=None, publish_time=None),
        job(10, city_info=None, city_list=None),
    ]
    portal = Portal(rows)
    portal._matches = lambda row, wanted: True
    site = serve(portal)
    result = sit(SOURCE, base_urls={SOURCE: site.url})
    found = stored()
    assert result.sources[0].verdict is Verdict.OK
    assert [row["cities"] for row in found] == [["北京"], ["北京", "杭州"], ["北京"], ["北京"], ["深圳"], None]
    assert found[3]["site_category"] == "整车研发"
    assert found[4]["site_category"] is None
    assert found[4]["published_on"] is None
    assert found[4]["description"].endswith("优化吞吐。")


def test_a_list_longer_than_the_cap_is_read_in_parts(
    serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feishu, "MOST_ROWS", 60)
    tops = list(next(s for s in sources() if s.name == "feishu-bytedance").options["categories"].values())
    jobs = []
    for number in range(200):
        top = tops[0] if number % 2 else tops[number % 3 + 1]
        category = {"id": f"{top}1", "name": "子类", "parent": {"id": top, "name": "大类"}}
        jobs.append(job(number, job_category=category))
    site = serve(Portal(jobs, channels=("society", "campus"), cap=60))
    result = sit("feishu-bytedance", base_urls={"feishu-bytedance": site.url})
    (source,) = result.sources
    assert source.verdict is Verdict.OK
    assert len(stored()) == 200
    searches = [asked.json for asked in site.asked if asked.method == "POST"]
    assert any(search["job_category_id_list"] and search["location_code_list"] for search in searches)
    # Each channel lists the same postings here; rows count twice, postings once.
    assert (source.counts.listed, source.reported_total, source.counts.new) == (400, 400, 200)


def test_a_cap_that_no_part_reaches_is_partial(
    serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feishu, "MOST_ROWS", 100)
    shanghai = [job(3 * number) for number in range(150)]
    site = serve(Portal(shanghai, cap=100))
    result = sit(SOURCE, base_urls={SOURCE: site.url})
    (source,) = result.sources
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    assert len(stored()) == 100


def test_rows_that_are_in_no_part_are_read_from_the_whole_and_what_is_behind_it_is_told(
    serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some portals give many postings no category; no list of a category shows those."""
    monkeypatch.setattr(feishu, "MOST_ROWS", 150)
    tops = list(next(s for s in sources() if s.name == "feishu-bytedance").options["categories"].values())
    jobs = []
    for number in range(180):
        category = {"id": f"{tops[number % 2]}1", "depth": 2, "parent": {"id": tops[number % 2], "depth": 1}}
        jobs.append(job(number, job_category=category if number % 3 else None))
    site = serve(Portal(jobs, channels=("society", "campus"), cap=150))
    (source,) = sit("feishu-bytedance", (), base_urls={"feishu-bytedance": site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    # 120 with a category, and those among the first 150 of all that have none.
    assert len(stored()) == 120 + 50
    searches = [asked.json for asked in site.asked if asked.method == "POST" and not asked.json["job_category_id_list"]]
    assert [search["offset"] for search in searches] == [0, 0, 100, 100]


def test_a_category_whose_top_is_not_named_is_taken_for_one_of_a_part(
    serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feishu, "MOST_ROWS", 60)
    jobs = [job(number, job_category={"id": "77", "name": "后端", "depth": 2, "parent": None}) for number in range(90)]
    portal = Portal(jobs, channels=("society", "campus"), cap=60)
    portal._matches = lambda row, wanted: not wanted["job_category_id_list"]
    site = serve(portal)
    sit("feishu-bytedance", (), base_urls={"feishu-bytedance": site.url})
    assert {asked.json["offset"] for asked in site.asked if asked.method == "POST"} == {0}


def test_cities_are_asked_for_by_code_or_picked_out(serve: Any, sit: Any, stored: Rows) -> None:
    elsewhere = {"code": "CT_999", "name": "合肥"}
    jobs = [*(job(number) for number in range(9)), job(20, city_info=elsewhere, city_list=[elsewhere])]
    site = serve(Portal(jobs))
    result = sit(SOURCE, (), ("北京", "合肥"), base_urls={SOURCE: site.url})
    assert sorted(row["city"] for row in stored()) == ["北京", "北京", "北京", "合肥"]
    asked = [asked.json["location_code_list"] for asked in site.asked if asked.method == "POST"]
    assert asked == [["CT_11"], []]
    assert result.sources[0].verdict is Verdict.OK


def test_rows_that_are_none_are_counted_and_cost_no_other(serve: Any, sit: Any, stored: Rows) -> None:
    rows: list[Any] = [
        job(1),
        None,
        {"id": "9"},
        job(3, title={"zh": "x"}),
        job(5, city_list=7, description=["职责"]),
        job(7),
    ]
    answer = {"code": 0, "data": {"job_post_list": rows, "count": len(rows)}}
    site = serve(lambda asked: asked.answer_json(answer) if asked.method == "POST" else None)
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert [row["source_id"][-1] for row in stored()] == ["1", "5", "7"]
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"unreadable_row": 3}


def test_405_is_waited_out_once_then_taken_as_refusal(serve: Any, sit: Any, stored: Rows) -> None:
    portal = Portal([job(number) for number in range(120)])
    portal.refuse_after = 1
    site = serve(portal)
    result = sit(SOURCE, base_urls={SOURCE: site.url})
    (source,) = result.sources
    assert source.verdict is Verdict.BLOCKED
    assert "405" in source.reason
    assert len(stored()) == 50
    assert portal.searches == 3  # page one, page two, page two once more
    assert result.finished


def test_a_portal_that_refuses_for_a_moment_is_read_in_full(serve: Any, sit: Any, stored: Rows) -> None:
    portal = Portal([job(number) for number in range(120)])
    refused: list[int] = []

    def moody(asked: Any) -> Any:
        if asked.method == "POST" and asked.json["offset"] == 50 and not refused:
            refused.append(1)
            return asked.answer(status=405)
        return portal(asked)

    site = serve(moody)
    result = sit(SOURCE, base_urls={SOURCE: site.url})
    assert result.sources[0].verdict is Verdict.OK
    assert len(stored()) == 120


def test_one_wrong_channel_leaves_the_others(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(Portal([job(number) for number in range(10)], channels=("campus",)))
    result = sit("feishu-nio", base_urls={"feishu-nio": site.url})
    (source,) = result.sources
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"wrong_channel": 1}
    assert "site not exist" in source.reason
    assert len(stored()) == 10


@pytest.mark.parametrize(
    ("status", "body", "verdict", "words"),
    [
        (200, '{"code": -9000003, "message": "site not exist", "data": null}', Verdict.FAILED, "site not exist"),
        (400, "", Verdict.FAILED, "not on Feishu"),
        (404, "<html>not found</html>", Verdict.FAILED, "not on Feishu"),
        (403, "", Verdict.BLOCKED, "403"),
        (401, "", Verdict.LOGIN_REQUIRED, "401"),
        (200, '{"code": 0, "data": {"job_post_list": [], "count": 0}, "message": "ok"}', Verdict.EMPTY, ""),
        (200, '{"code": 0, "data": {"job_post_list": null, "count": 0}, "message": "ok"}', Verdict.EMPTY, ""),
        (200, '{"code": 0, "data": {"job_post_list": [], "count": 31}}', Verdict.FORMAT_CHANGED, "no rows"),
        (200, '{"code": 0, "data": {"jobs": []}}', Verdict.FORMAT_CHANGED, "job_post_list"),
        (200, '{"code": 0, "data": {"job_post_list": [{"no": 1}], "count": 1}}', Verdict.FORMAT_CHANGED, "no row"),
        (200, '{"code": 0, "data": ', Verdict.FORMAT_CHANGED, "not JSON"),
        (200, "[]", Verdict.FORMAT_CHANGED, ""),
        (200, '{"code": 10001, "message": "internal"}', Verdict.FORMAT_CHANGED, "10001"),
        (200, '{"code": 10002, "message": "请先登录"}', Verdict.LOGIN_REQUIRED, "登录"),
        (200, "<html><body>请完成验证码</body></html>", Verdict.BLOCKED, "challenge"),
        (200, "<html><body>新版官网</body></html>", Verdict.FORMAT_CHANGED, "not JSON"),
        (500, "", Verdict.FAILED, "500"),
    ],
)
def test_each_answer_has_its_verdict(
    serve: Any, sit: Any, status: int, body: str, verdict: Verdict, words: str
) -> None:
    site = serve(lambda asked: asked.answer(body, status) if asked.method == "POST" else None)
    result = sit(SOURCE, base_urls={SOURCE: site.url})
    (source,) = result.sources
    assert source.verdict is verdict, source
    assert words in source.reason
    assert result.outcome == ("done" if verdict is Verdict.EMPTY else "failed")


def test_personal_fields_never_reach_the_dataset(serve: Any, sit: Any, stored: Rows, tmp_path: Any) -> None:
    text = "负责训练。联系人：赵雅婷 13912345678，微信 zhaoyt_2020，邮箱 zhao.yating@corp.example.com"
    site = serve(Portal([job(1, requirement=text)]))
    sit(SOURCE, base_urls={SOURCE: site.url})
    (row,) = stored()
    assert "负责训练" in row["description"]
    disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in ("赵雅婷", "13912345678", "zhaoyt_2020", "zhao.yating"):
        assert secret not in str(row)
        assert secret.encode() not in disk


def test_the_captured_answer_is_read() -> None:
    """Keys and value types of a real answer of jobs.bytedance.com, with values of our own."""
    source = next(source for source in sources() if source.name == "feishu-bytedance")
    answer = (
        '{"code":0,"data":{"job_post_list":[{"id":"7000000000000000001","title":"多模态算法研究员","sub_title":null,'
        '"description":"职责","requirement":"要求","job_category":{"id":"1","name":"研发","en_name":"R&D",'
        '"i18n_name":"研发","depth":1,"parent":null},"city_info":{"code":"CT_125","name":"上海","en_name":"Shanghai"},'
        '"city_list":[{"code":"CT_125","name":"上海","en_name":"Shanghai"}],"recruit_type":{"id":"101","name":"正式",'
        '"en_name":"Regular","depth":2,"parent":{"id":"1","name":"社招","en_name":"Experienced","depth":1}},'
        '"publish_time":1779000000000,"code":"A1","job_subject":null,"job_post_info":null,"tag_list":null}],'
        '"count":1,"extra":null},"message":"ok","error":null}'
    )
    task = Task("list", {"channel": "society", "category": "", "city": "", "offset": 0}, Query("算法"))
    page = feishu.read_list(source, task, Reply("https://jobs.bytedance.com/", answer.encode()))
    (posting,) = page.postings
    assert posting.url == "https://jobs.bytedance.com/experienced/position/7000000000000000001/detail"
    assert (posting.company, posting.site_category, posting.description) == ("字节跳动", "研发", "职责\n\n要求")
    assert posting.published_on == date(2026, 5, 17)
    assert page.reported_total == 1
    assert not page.further
