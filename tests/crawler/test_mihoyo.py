"""米哈游: two hosts, two lists, and what a posting's own answer leaves to its row."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from replicas.mihoyo import MihoyoReplica

from crawler.contract import Task
from crawler.problems import FormatChanged
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import mihoyo
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
SOURCE = "mihoyo"
PORTAL = next(source for source in sources() if source.name == SOURCE)
PARAMS = {
    "type": "1",
    "title": "大模型策划",
    "places": "上海",
    "competencyType": "策划类",
    "projectName": "实习生专项",
    "jobNature": "实习",
}


def read(data: Any, **params: str) -> Any:
    task = Task("detail", {**PARAMS, **params}, source_id="5737")
    return mihoyo.read_detail(PORTAL, task, Reply("u", json.dumps({"code": 0, "data": data}).encode()))


def test_data_are_asked_of_their_own_host(serve: Any, sit: Any, stored: Rows) -> None:
    replica = MihoyoReplica(3)
    pages, data = serve(lambda asked: None), serve(replica)
    (source,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: pages.url, f"{SOURCE}.api": data.url}).sources
    assert (source.verdict, len(stored())) == (Verdict.OK, 3)
    assert pages.paths() == []
    lists = [asked for asked in data.asked if replica.is_list(asked)]
    assert [asked.json["hireType"] for asked in lists] == [0, 1]
    assert all(asked.json["channelDetailIds"] == [1] for asked in data.asked if asked.method == "POST")
    assert lists[0].headers["origin"] == pages.url
    assert all(row["url"].startswith(f"{pages.url}/#/position/") for row in stored())


def test_postings_of_both_lists_say_what_they_are(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(MihoyoReplica(1))
    sit(SOURCE, ("策划",), base_urls={SOURCE: site.url})
    rows = stored()
    assert {row["employment_text"] for row in rows} == {"校招/实习"}
    assert {row["employment_type"] for row in rows} == {"internship"}
    assert rows[0]["site_tags"] == ["2027届秋招"]
    assert rows[0]["url"] == f"{site.url}/#/campus/position/6600"


def test_what_a_posting_does_not_repeat_is_taken_from_its_row() -> None:
    posting = read({"id": "5737", "title": None, "description": "职责", "jobRequire": "<p>要求</p>"})
    assert (posting.title, posting.city_text, posting.site_category) == ("大模型策划", "上海", "策划类")
    assert (posting.description, posting.employment_text) == ("职责\n\n要求", "校招/实习")
    assert posting.site_tags == ("实习生专项",)
    posting = read({"title": "新标题", "description": "职责", "addressDetailList": [{"addressDetail": "北京"}, None]})
    assert (posting.title, posting.city_text) == ("新标题", "北京")


@pytest.mark.parametrize("data", [{}, {"id": "5737", "description": "", "jobRequire": None}])
def test_a_posting_without_text_is_another_form(data: Any) -> None:
    with pytest.raises(FormatChanged, match="no text"):
        read(data)
