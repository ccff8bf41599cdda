"""One row with anything in its fields costs no other row of its page, whatever the portal."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicas.bilibili import BilibiliReplica
from replicas.huawei import HuaweiReplica
from replicas.jd import JdReplica
from replicas.mihoyo import MihoyoReplica
from replicas.netease import NeteaseReplica
from replicas.xiaohongshu import XiaohongshuReplica

from crawler.cleaning import clean
from crawler.contract import ListPage, Task
from crawler.paging import FIRST_PAGE
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import bilibili, huawei, jd, mihoyo, netease, xiaohongshu

SOURCES = {source.name: source for source in sources()}
Read = Callable[[list[Any]], ListPage]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)


def reader(read: Callable[[Task, Reply], ListPage], wrap: Callable[[list[Any]], Any], **params: Any) -> Read:
    """Reads a page with these rows as the first of its list."""
    task = Task("list", {**params, **FIRST_PAGE})
    return lambda rows: read(task, Reply("u", json.dumps(wrap(rows)).encode()))


def of(name: str, read: Any) -> Callable[[Task, Reply], ListPage]:
    return lambda task, reply: read(SOURCES[name], task, reply)


PORTALS: dict[str, tuple[dict[str, Any], Read]] = {
    "xiaohongshu": (
        XiaohongshuReplica(1)._row(0),
        reader(
            of("xiaohongshu", xiaohongshu.read_list),
            lambda rows: {"success": True, "statusCode": 200, "data": {"total": len(rows), "list": rows}},
            type="social",
        ),
    ),
    "netease": (
        NeteaseReplica(1)._row(0),
        reader(
            of("netease", netease.read_list),
            lambda rows: {"code": 200, "data": {"total": len(rows), "list": rows}},
            type="0",
        ),
    ),
    "jd": (JdReplica(1)._row(0), reader(of("jd", jd.read_list), lambda rows: rows, part="rows", total=0)),
    "bilibili-social": (
        BilibiliReplica(1)._row(0),
        reader(
            of("bilibili-social", bilibili.read_list),
            lambda rows: {"code": 0, "data": {"total": len(rows), "list": rows}},
            kind="社招",
        ),
    ),
    "huawei": (
        HuaweiReplica(1)._row(0),
        reader(huawei.read_list, lambda rows: {"pageVO": {"totalRows": len(rows)}, "result": rows}, type="1"),
    ),
    "mihoyo": (
        MihoyoReplica(1)._row(0),
        reader(mihoyo.read_list, lambda rows: {"code": 0, "data": {"total": len(rows), "list": rows}}, type="0"),
    ),
}


@pytest.mark.parametrize("name", PORTALS)
@given(data=st.data())
def test_a_sound_row_is_read_beside_any_other(name: str, data: st.DataObject) -> None:
    sound, read = PORTALS[name]
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(sound)), ANYTHING, max_size=4))
    page = read([sound, {**sound, **changes}, data.draw(ANYTHING)])
    assert len(page.postings) + len(page.links) + page.unreadable == 3
    if page.postings:
        (alone,) = read([sound]).postings
        assert page.postings[0] == alone
        for posting in page.postings:
            clean(posting)  # fields of another kind are told, never raised
    else:
        assert page.links[0] == read([sound]).links[0]
