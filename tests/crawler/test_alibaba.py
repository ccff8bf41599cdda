"""The portals of 阿里巴巴: sessions, the cap and the parts of a list, campus jobs in the place of others."""

import json
from typing import Any

import pytest
from replicas.alibaba import SESSION, TOKEN, AlibabaReplica
from replicas.base import KEYWORD
from replicas.site import Answer, Asked

from crawler.contract import Query, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import FormatChanged, LoginRequired
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import alibaba
from crawler.verdict import Verdict

SOURCE = "alibaba-tongyi"


def small_portal(count: int) -> AlibabaReplica:
    """The same portal with ten rows a page, and 20 in all."""
    portal = AlibabaReplica(count)
    portal.size, portal.most_rows = 10, 20
    return portal


def searches(site: Any) -> list[dict[str, Any]]:
    return [asked.json for asked in site.asked if asked.path == "/position/search"]


def openings(site: Any) -> list[Asked]:
    return [asked for asked in site.asked if asked.path == "/off-campus/position-list"]


def test_one_session_is_begun_and_kept(serve: Any, sit: Any) -> None:
    site = serve(AlibabaReplica(203))
    sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url})
    (opening,) = openings(site)
    assert "cookie" not in opening.headers
    posts = [asked for asked in site.asked if asked.method == "POST"]
    assert [asked.cookies for asked in posts] == [{"SESSION": SESSION, "XSRF-TOKEN": TOKEN}] * 4
    assert {asked.query["_csrf"] for asked in posts} == {TOKEN}
    assert [(body["channel"], body["pageIndex"]) for body in searches(site)] == [
        ("GROUP_OFFICIAL_SITE", 1),
        ("", 1),
        ("GROUP_OFFICIAL_SITE", 2),
        ("GROUP_OFFICIAL_SITE", 3),
    ]


def test_a_token_that_is_no_longer_known_is_renewed(serve: Any, sit: Any, stored: Any) -> None:
    replica = AlibabaReplica(203)
    refused: list[int] = []

    def trouble(asked: Asked) -> Answer | None:
        if replica.is_list(asked) and asked.json["pageIndex"] == 2 and not refused:
            refused.append(1)
            return asked.answer_json({"status": 403, "error": "Forbidden"}, status=403)
        return None

    replica.trouble = trouble
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == 203
    assert len(openings(site)) == 2
    assert all("cookie" not in opening.headers for opening in openings(site))


def test_a_refusal_that_a_new_token_does_not_lift_is_one(serve: Any, sit: Any) -> None:
    site = serve(lambda asked: asked.answer(status=403) if asked.method == "POST" else AlibabaReplica(3)(asked))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.BLOCKED
    assert source.reason == "HTTP 403, with a new session as well"
    assert (len(openings(site)), len(searches(site))) == (2, 2)


def test_a_portal_that_begins_no_session_has_changed(serve: Any, sit: Any) -> None:
    site = serve(lambda asked: asked.answer("<title>社会招聘</title>", headers={"Set-Cookie": "SESSION=1; Path=/"}))
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.FORMAT_CHANGED
    assert "XSRF-TOKEN" in source.reason
    assert searches(site) == []


def test_a_list_longer_than_the_cap_is_read_by_category_and_sub_category(
    serve: Any, sit: Any, stored: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alibaba, "PAGE_SIZE", 10)
    monkeypatch.setattr(alibaba, "MOST_ROWS", 20)
    site = serve(small_portal(47))
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert len(stored()) == 47
    # The whole list is counted once, by its own total and by the rows of its parts.
    assert (source.reported_total, source.counts.listed) == (47, 47)
    assert {body["subCategories"] for body in searches(site)} == {"", "130,131", "140", "130", "131"}
    assert max(body["pageIndex"] for body in searches(site)) == 2
    (tree,) = [asked.json for asked in site.asked if asked.path == "/category/list"]
    assert tree == {"channel": "group_official_site", "language": "zh"}


def test_a_cap_that_no_part_reaches_is_partial(
    serve: Any, sit: Any, stored: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alibaba, "PAGE_SIZE", 10)
    monkeypatch.setattr(alibaba, "MOST_ROWS", 20)
    site = serve(small_portal(210))
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    assert {body["regions"] for body in searches(site)} == {"", "330100", "110100", "310100", "440300", "440100"}
    assert 180 <= len(stored()) < 210
    # The regions show again what the list shows; every posting is counted once.
    assert source.counts.listed == len(stored())
    assert source.reason == f"the source shows only {len(stored())} rows of a list that is longer (210)"


@pytest.mark.parametrize("tree", ["<h1>404 Not Found</h1>", '{"success": true, "content": null}', '{"success": false}'])
def test_a_long_list_is_read_without_its_categories_where_the_portal_does_not_tell_them(
    serve: Any, sit: Any, stored: Any, monkeypatch: pytest.MonkeyPatch, tree: str
) -> None:
    monkeypatch.setattr(alibaba, "PAGE_SIZE", 10)
    monkeypatch.setattr(alibaba, "MOST_ROWS", 20)
    portal = small_portal(47)
    status = 404 if tree.startswith("<") else 200
    portal.trouble = lambda asked: asked.answer(tree, status=status) if asked.path == "/category/list" else None
    site = serve(portal)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL, source.reason
    assert "longer" in source.reason
    assert source.reported_total == 47
    regions = {body["regions"] for body in searches(site)}
    assert regions == {"", "330100", "110100", "310100", "440300", "440100"}
    assert len(stored()) > 20
    assert len([asked for asked in site.asked if asked.path == "/category/list"]) == 2


def test_cities_are_asked_for_by_region_or_picked_out(serve: Any, sit: Any, stored: Any) -> None:
    site = serve(AlibabaReplica(18))
    sit(SOURCE, (KEYWORD,), ("北京", "苏州"), base_urls={SOURCE: site.url})
    assert {row["city"] for row in stored()} == {"北京"}
    assert {body["regions"] for body in searches(site)} == {"110100", ""}


def test_campus_jobs_in_the_place_of_the_asked_channel_are_told(serve: Any, sit: Any, stored: Any) -> None:
    """What a portal shows that no longer knows the channel."""
    replica = AlibabaReplica(2)

    def fallen_back(asked: Asked) -> Answer | None:
        if replica.is_list(asked):
            asked.body = json.dumps({**asked.json, "channel": ""}).encode()
        return replica(asked)

    site = serve(fallen_back)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "campus jobs" in source.reason
    assert [row["employment_text"] for row in stored()] == ["校招/通义2026届秋季应届生招聘"] * 2


def read(answer: str, channel: str = "GROUP_OFFICIAL_SITE") -> Any:
    source = next(source for source in sources() if source.name == "alibaba-taotian")
    task = Task("list", {"channel": channel, "categories": "", "region": "", **FIRST_PAGE}, Query("AIGC"))
    return alibaba.read_list(source, task, Reply("https://talent.taotian.com/position/search", answer.encode()))


def test_the_known_answer_is_read() -> None:
    """Keys and value types of an answer of talent.taotian.com, with values of our own."""
    page = read(
        '{"success":true,"errorCode":null,"content":{"totalCount":1,"currentPage":1,"pageSize":100,"datas":[{"id":1999029,'
        '"name":"算法工程师-生成式推荐","workLocations":["杭州","北京"],"categories":["技术类"],"categoryType":null,'
        '"batchName":null,"description":"职责","requirement":"要求","publishTime":1779000000000,'
        '"modifyTime":1779000000000,"experience":{"from":3,"to":5},"degree":"本科",'
        '"positionUrl":"/off-campus/position-detail?positionId=1999029&track_id=x"}]}}'
    )
    (posting,) = page.postings
    assert posting.url == "https://talent.taotian.com/off-campus/position-detail?lang=zh&positionId=1999029"
    assert (posting.company, posting.city_text, posting.experience_text) == ("淘天集团", "杭州/北京", "3-5年")
    assert (page.reported_total, page.further) == (1, [])


@pytest.mark.parametrize(
    ("experience", "text"),
    [
        ('{"from": 3, "to": null}', "3年以上"),
        ('{"from": 0, "to": 3}', "0-3年"),
        ('{"from": null, "to": 3}', "0-3年"),
        ('{"from": 2, "to": 2}', "2年"),
        ('{"from": 0, "to": null}', None),
        ('{"from": null, "to": null}', None),
        ('{"from": "三", "to": true}', None),
        ('"三年以上"', "三年以上"),
        ("null", None),
        ("7", None),
    ],
)
def test_experience_is_a_range_or_a_text(experience: str, text: str | None) -> None:
    row = f'{{"id": 1, "name": "算法", "experience": {experience}}}'
    (posting,) = read(f'{{"success": true, "content": {{"totalCount": 1, "datas": [{row}]}}}}').postings
    assert posting.experience_text == text


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ('"batchName": "淘天集团2026届秋季应届生招聘"', "校招/淘天集团2026届秋季应届生招聘"),
        ('"categoryType": "freshman"', "校招"),
        ('"categoryType": "internship", "batchName": "2027届实习生"', "校招/实习/2027届实习生"),
        ('"batchName": "日常", "batchTypeDesc": "实习生"', "校招/实习生/日常"),
        ('"categoryType": null, "batchName": " "', "社招"),
        ('"categoryType": "other"', "社招"),
    ],
)
def test_campus_jobs_are_known_by_what_they_say(fields: str, kind: str) -> None:
    row = f'{{"id": 1, "name": "算法", {fields}}}'
    page = read(f'{{"success": true, "content": {{"totalCount": 1, "datas": [{row}]}}}}', channel="")
    assert page.postings[0].employment_text == kind
    assert ("/campus/" in page.postings[0].url) is (kind != "社招")


def test_what_the_portal_says_in_the_place_of_an_answer() -> None:
    with pytest.raises(LoginRequired):
        read('{"success": false, "errorCode": "LOGIN_EXPIRED", "errorMsg": "请重新登录"}')
    with pytest.raises(FormatChanged, match="参数错误"):
        read('{"success": false, "errorCode": "PARAM", "errorMsg": "参数错误"}')
    tree = Reply("u", b'{"success": true, "content": [{"name": "x", "categories": null}]}')
    with pytest.raises(FormatChanged, match="sub-categories"):
        alibaba.read_categories(Task("list", {"tree": 1, "channel": "", "region": ""}), tree)
