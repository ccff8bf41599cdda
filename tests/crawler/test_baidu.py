"""The lists of 百度: forms, pages of ten, projects, and the first page behind the last one."""

from typing import Any

from replicas.baidu import BaiduReplica
from replicas.base import KEYWORD
from replicas.site import Answer, Asked

from crawler.contract import Query, Task
from crawler.paging import FIRST_PAGE
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import baidu
from crawler.verdict import Verdict

SOURCE = "baidu"


def forms(site: Any) -> list[dict[str, str]]:
    return [asked.form for asked in site.asked if asked.method == "POST"]


def test_every_list_is_asked_for_by_form(serve: Any, sit: Any) -> None:
    site = serve(BaiduReplica(23))
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert [(form["recruitType"], form["projectType"], form["curPage"]) for form in forms(site)] == [
        ("SOCIAL", "", "1"),
        ("GRADUATE", "", "1"),
        ("INTERN", "", "1"),
        ("INTERN", "-1", "1"),
        ("INTERN", "9", "1"),
        ("SOCIAL", "", "2"),
        ("SOCIAL", "", "3"),
    ]
    assert {form["pageSize"] for form in forms(site)} == {"10"}
    posts = [asked for asked in site.asked if asked.method == "POST"]
    assert {asked.headers["referer"] for asked in posts} == {f"{site.url}/jobs/social-list"}
    assert posts[0].headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_the_first_page_behind_the_last_one_ends_the_list(serve: Any, sit: Any, stored: Any) -> None:
    """A last page that is full has another behind it, as far as anyone can tell; the site shows the first one there."""
    site = serve(BaiduReplica(32))
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert [form["curPage"] for form in forms(site) if form["recruitType"] == "SOCIAL"] == ["1", "2", "3", "4"]
    assert (len(stored()), source.counts.listed, source.reported_total) == (32, 32, 32)


def test_cities_are_asked_for_by_code_or_picked_out(serve: Any, sit: Any, stored: Any) -> None:
    site = serve(BaiduReplica(9))
    sit(SOURCE, (KEYWORD,), ("上海", "合肥"), base_urls={SOURCE: site.url})
    assert {row["city"] for row in stored()} == {"上海"}
    assert {form["workPlace"] for form in forms(site)} == {"3100", ""}


def test_one_list_that_is_no_longer_taken_leaves_the_others(serve: Any, sit: Any, stored: Any) -> None:
    replica = BaiduReplica(9)

    def trouble(asked: Asked) -> Answer | None:
        if asked.method == "POST" and asked.form["recruitType"] == "GRADUATE":
            return asked.answer_json({"status": "fail", "message": "Illegal argument : recruitType", "data": None})
        return None

    replica.trouble = trouble
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "Illegal argument" in source.reason
    assert len(stored()) == 8


def read(answer: str, **params: Any) -> Any:
    source = next(source for source in sources() if source.name == SOURCE)
    fields = {"type": "SOCIAL", "project": "", "city": "", "first": "", **FIRST_PAGE, **params}
    return baidu.read_list(
        source, Task("list", fields, Query("大模型")), Reply("https://talent.baidu.com/", answer.encode())
    )


def test_the_known_answer_is_read_with_a_total_of_either_type() -> None:
    """Keys and value types of an answer, with values of our own."""
    for total in ('"1"', "1"):
        page = read(
            f'{{"status":"ok","message":null,"data":{{"total":{total},"pages":1,"pageNum":1,"pageSize":10,'
            '"hasNextPage":false,"list":[{"postId":"00000000-0000-4000-8000-000000000001","jobId":"90001",'
            '"name":"智能体后端研发（J90001）","postType":"技术","projectType":null,"workPlace":"北京市,上海市",'
            '"orgName":"百度","education":"本科","recruitNum":1,"workYears":"3-5年","workContent":"负责后端",'
            '"serviceCondition":"熟悉 Go","publishDate":"2026-05-20","updateDate":"2026-05-21","hotFlag":0}]}}'
        )
        (posting,) = page.postings
        assert posting.url == "https://talent.baidu.com/jobs/detail/SOCIAL/00000000-0000-4000-8000-000000000001"
        assert (posting.city_text, posting.employment_text) == ("北京市,上海市", "社招")
        assert str(posting.published_on) == "2026-05-20"
        assert (page.reported_total, page.further) == (1, [])
