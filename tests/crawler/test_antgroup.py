"""The lists of 蚂蚁集团: two hosts, small pages, and empty lists that are not believed at once."""

from typing import Any

import pytest
from replicas.antgroup import AntGroupReplica
from replicas.base import KEYWORD

from crawler.contract import Query, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import FormatChanged
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import antgroup
from crawler.verdict import Verdict

SOURCE = "antgroup"


def test_both_lists_are_asked_for_in_pages_of_thirty(serve: Any, sit: Any) -> None:
    site = serve(AntGroupReplica(63))
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    posts = [asked for asked in site.asked if asked.method == "POST"]
    assert [(asked.path.split("/")[2], asked.json["pageIndex"], asked.json["pageSize"]) for asked in posts] == [
        ("social", 1, 30),
        ("campus", 1, 30),
        ("social", 2, 30),
        ("social", 3, 30),
    ]
    assert [asked.json["channel"] for asked in posts[:2]] == ["group_official_site", "campus_group_official_site"]
    assert all("cookie" not in asked.headers for asked in posts)


def test_the_lists_come_from_a_host_of_their_own(serve: Any, sit: Any, stored: Any) -> None:
    lists = serve(AntGroupReplica(3))
    portal = serve(lambda asked: asked.answer("<title>蚂蚁集团招聘</title>"))
    sit(SOURCE, (KEYWORD,), base_urls={SOURCE: portal.url, f"{SOURCE}.api": lists.url})
    assert portal.paths() == []
    assert len(lists.paths()) == 2
    assert all(row["url"].startswith(portal.url) for row in stored())


def test_an_empty_list_is_asked_for_in_smaller_pages_before_it_is_believed(serve: Any, sit: Any, stored: Any) -> None:
    replica = AntGroupReplica(25)
    replica.size = 10  # the site has come to take still smaller pages
    site = serve(replica)
    (source,) = sit(SOURCE, (KEYWORD,), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert (len(stored()), source.reported_total) == (25, 25)
    sizes = [asked.json["pageSize"] for asked in site.asked if asked.path == "/api/social/position/search"]
    assert sizes == [30, 10, 10, 10]


def test_cities_are_picked_out(serve: Any, sit: Any, stored: Any) -> None:
    site = serve(AntGroupReplica(9))
    sit(SOURCE, (KEYWORD,), ("上海",), base_urls={SOURCE: site.url})
    assert len(stored()) == 3
    assert all("上海" in row["cities"] for row in stored())
    assert {asked.json["regions"] for asked in site.asked if asked.method == "POST"} == {""}


def read(answer: str, **params: Any) -> Any:
    source = next(source for source in sources() if source.name == SOURCE)
    task = Task("list", {"part": "social", "size": 30, **FIRST_PAGE, **params}, Query("大模型"))
    return antgroup.read_list(source, task, Reply("https://hrcareersweb.antgroup.com/", answer.encode()))


def test_the_known_answer_is_read() -> None:
    """Keys and value types of a real answer, with values of our own."""
    page = read(
        '{"success":true,"totalCount":1,"pageIndex":1,"pageSize":30,"content":[{"id":260706010000001,'
        '"name":"蚂蚁集团-智能体平台专家-杭州","workLocations":["杭州"],"publishTime":"2026-07-06T10:02:21.000+00:00",'
        '"description":"1、负责平台。","requirement":"1、熟悉分布式系统。","experience":{"from":3,"to":null}}]}'
    )
    (posting,) = page.postings
    assert posting.url == "https://talent.antgroup.com/off-campus-position?positionId=260706010000001"
    assert (posting.source_id, posting.experience_text) == ("260706010000001", "3年以上")
    assert str(posting.published_on) == "2026-07-06"


def test_a_total_of_nothing_is_believed_in_small_pages_alone() -> None:
    nothing = '{"success": true, "totalCount": 0, "content": []}'
    (again,) = read(nothing).further
    assert again.params["size"] == 10
    assert not read(nothing, size=10).further
    assert not read(nothing, page=2, seen=30).further
    with pytest.raises(FormatChanged, match="no rows"):
        read('{"success": true, "totalCount": 4, "content": []}')
