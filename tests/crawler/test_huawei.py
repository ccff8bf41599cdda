"""华为: lists by path, postings by id, and the skeleton of one that is gone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from replicas.huawei import HuaweiReplica, skeleton

from crawler.contract import Task
from crawler.problems import Closed, FormatChanged
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import huawei
from crawler.verdict import Verdict

Rows = Callable[..., list[dict[str, Any]]]
SOURCE = "huawei"
PORTAL = next(source for source in sources() if source.name == SOURCE)
SERVICES = "/reccampportal/services/portal/portalpub"
TASK = Task("detail", {"type": "2", "data_source": "1", "area": "中国/东莞"}, source_id="24406")


def read(row: dict[str, Any]) -> Any:
    return huawei.read_detail(PORTAL, TASK, Reply("u", json.dumps(row).encode()))


def test_lists_are_asked_for_by_path_and_postings_by_id(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(HuaweiReplica(51))
    (source,) = sit(SOURCE, ("大模型",), base_urls={SOURCE: site.url}).sources
    lists = [asked for asked in site.asked if "/page/" in asked.path]
    assert (source.verdict, len(stored())) == (Verdict.OK, 51)
    assert [(asked.query["jobType"], asked.path.removeprefix(f"{SERVICES}/getJob/newHr/page/")) for asked in lists] == [
        ("1", "50/1"),
        ("2", "50/1"),
        ("3", "50/1"),
        ("1", "50/2"),
    ]
    first = next(asked for asked in site.asked if asked.path.endswith("getJobDetail/newHr"))
    assert first.query == {"jobId": "29900", "dataSource": "1"}
    assert all(row["keywords"] == ["大模型"] for row in stored())


def test_only_postings_whose_row_has_changed_are_read_again(serve: Any, sit: Any, stored: Rows) -> None:
    replica = HuaweiReplica(3)
    site = serve(replica)
    sit(SOURCE, base_urls={SOURCE: site.url})
    asked, rows = len(site.asked), replica._rows()
    rows[0]["mainBusiness"] = "1、改为负责端侧推理；"
    replica._rows = lambda: rows
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    again = [request.query["jobId"] for request in site.asked[asked:] if replica.is_detail(request)]
    assert (source.verdict, again) == (Verdict.OK, ["29900"])


def test_a_posting_that_is_missing_from_the_list_is_not_closed(serve: Any, sit: Any, stored: Rows) -> None:
    replica = HuaweiReplica(3)
    site = serve(replica)
    sit(SOURCE, base_urls={SOURCE: site.url})
    rows = replica._rows()[1:]
    replica._rows = lambda: rows
    (source,) = sit(SOURCE, base_urls={SOURCE: site.url}).sources
    assert (source.verdict, source.counts.closed, len(stored())) == (Verdict.OK, 0, 10)


def test_the_skeleton_of_an_unknown_id_is_a_closed_posting() -> None:
    with pytest.raises(Closed, match="24406"):
        read(skeleton())
    with pytest.raises(Closed):
        read({"jobId": None, "jobname": None, "nameCn": None, "mainBusiness": None})


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"status": "error", "message": "系统异常"},
        # A posting that has lost its title is a page in another form, not a closed one.
        {
            **skeleton(),
            "jobId": 1,
            "mainBusiness": "职责",
            "jobRequire": "要求",
            "jobArea": "中国/深圳",
            "degree": "本科",
        },
    ],
)
def test_what_is_neither_a_posting_nor_a_skeleton_is_another_form(row: dict[str, Any]) -> None:
    with pytest.raises(FormatChanged):
        read(row)


def test_codes_are_not_taken_for_words() -> None:
    posting = read({"jobname": "AI算法工程师", "workYear": "3", "degree": "02", "jobType": "2"})
    assert (posting.experience_text, posting.education_text) == (None, None)
    posting = read({"nameCn": "AI算法工程师", "workYear": "3年以上", "degree": "硕士", "jobType": 2})
    assert (posting.title, posting.experience_text, posting.education_text) == ("AI算法工程师", "3年以上", "硕士")


def test_a_posting_is_what_it_says_itself() -> None:
    address = "https://career.huawei.com/reccampportal/portal5/campus-recruitment-detail.html?jobId=24406&dataSource=1"
    for stated, expected in (({}, "校招"), ({"jobType": "3"}, "实习"), ({"jobType": "0"}, None)):
        posting = read({"jobname": "芯片工程师", **stated})
        assert (posting.employment_text, posting.city_text, posting.url) == (expected, "中国/东莞", address)
