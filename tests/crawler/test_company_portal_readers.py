"""The readers of 阿里巴巴, 蚂蚁集团, 百度, 美团 and 腾讯, given anything: a page or a reason, never a fault."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.contract import ListPage, Posting, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import PageProblem
from crawler.readers import tencent
from crawler.registry import sources
from crawler.reply import Reply, read_soundly
from crawler.spiders import alibaba, antgroup, baidu, meituan

SOURCES = {source.name: source for source in sources()}
PARAMS = {
    "channel": "GROUP_OFFICIAL_SITE",
    "categories": "",
    "region": "",
    "size": 30,
    "type": "SOCIAL",
    "first": "",
    "part": "social",
    "cities": "",
    **FIRST_PAGE,
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "id",
    "name",
    "workLocations",
    "categories",
    "categoryType",
    "batchName",
    "batchTypeDesc",
    "description",
    "requirement",
    "publishTime",
    "experience",
    "degree",
    "postId",
    "workPlace",
    "workYears",
    "workContent",
    "serviceCondition",
    "publishDate",
    "projectType",
    "postType",
    "jobUnionId",
    "jobType",
    "cityList",
    "jobDuty",
    "jobRequirement",
    "firstPostTime",
    "workYear",
    "PostId",
    "RecruitPostName",
    "PostURL",
    "LocationName",
    "Responsibility",
    "LastUpdateTime",
    "CategoryName",
    "positionTitle",
    "positionUrl",
    "positionSource",
    "workCities",
    "recruitLabelName",
]
rows = st.lists(anything | st.dictionaries(st.sampled_from(FIELDS), anything, max_size=12), max_size=3)
totals = st.integers(0, 900) | anything

ENVELOPES: dict[str, tuple[str, Callable[..., Any], Callable[[Any, Any], Any]]] = {
    "alibaba": (
        "alibaba-tongyi",
        alibaba.read_list,
        lambda rows, total: {"success": True, "content": {"datas": rows, "totalCount": total}},
    ),
    "antgroup": (
        "antgroup",
        antgroup.read_list,
        lambda rows, total: {"success": True, "content": rows, "totalCount": total},
    ),
    "baidu": ("baidu", baidu.read_list, lambda rows, total: {"status": "ok", "data": {"list": rows, "total": total}}),
    "meituan": (
        "meituan",
        meituan.read_list,
        lambda rows, total: {"status": 1, "data": {"list": rows, "page": {"totalCount": total}}},
    ),
    "careers": (
        "tencent",
        lambda source, task, reply: tencent.read_careers_list(source, task.turn(part="1"), reply),
        lambda rows, total: {"Code": 200, "Data": {"Posts": rows, "Count": total}},
    ),
    "campus": (
        "tencent",
        tencent.read_campus_list,
        lambda rows, total: {"status": 0, "data": {"positionList": rows, "count": total}},
    ),
}
DETAILS: dict[str, tuple[str, Callable[..., Any], Callable[[Any], Any]]] = {
    "meituan": ("meituan", meituan.read_detail, lambda row: {"status": 1, "data": row}),
    "careers": (
        "tencent",
        lambda source, task, reply: tencent.read_careers_detail(source, task.turn(part="1"), reply),
        lambda row: {"Code": 200, "Data": row},
    ),
    "campus": ("tencent", tencent.read_campus_detail, lambda row: {"status": 0, "data": row}),
}


def outcome(name: str, read: Callable[..., Any], task: Task, answer: Any) -> Any:
    reply = Reply("https://a.cn/api", json.dumps(answer).encode())
    try:
        return read_soundly(lambda reply: read(SOURCES[name], task, reply), reply)
    except PageProblem as problem:
        return problem


@pytest.mark.parametrize("site", ENVELOPES)
@settings(max_examples=60, deadline=None)
@given(answer=anything, rows=rows, total=totals)
@example(answer=None, rows=[], total=float("inf"))
def test_any_answer_is_a_page_or_a_reason(site: str, answer: Any, rows: Any, total: Any) -> None:
    name, read, envelope = ENVELOPES[site]
    task = Task("list", PARAMS)
    assert isinstance(outcome(name, read, task, answer), PageProblem)
    found = outcome(name, read, task, envelope(rows, total))
    assert isinstance(found, ListPage | PageProblem)
    if isinstance(found, ListPage) and (found.postings or found.links):
        assert len(found.postings) + len(found.links) + found.unreadable == len(rows)


@pytest.mark.parametrize("site", DETAILS)
@settings(max_examples=40, deadline=None)
@given(answer=anything, row=anything | st.dictionaries(st.sampled_from([*FIELDS, "title"]), anything, max_size=12))
def test_any_posting_is_one_or_a_reason(site: str, answer: Any, row: Any) -> None:
    name, read, envelope = DETAILS[site]
    task = Task("detail", PARAMS, source_id="7")
    assert isinstance(outcome(name, read, task, answer), PageProblem)
    assert isinstance(outcome(name, read, task, envelope(row)), Posting | PageProblem)
