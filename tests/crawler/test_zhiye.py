"""What is particular to 北森's old portals."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replicas.zhiye import MARK, ZhiyeReplica

from crawler.contract import Query, Task
from crawler.paging import FIRST_PAGE
from crawler.problems import FormatChanged
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import zhiye
from crawler.verdict import Verdict

SOURCE = ZhiyeReplica.source
TENANT = next(source for source in sources() if source.name == SOURCE)
Rows = Callable[..., list[dict[str, Any]]]

CARD = """<ul class="zwlb"><li><h2><span>湿法工程师(J17001)</span><span>化工公司</span><span>生产类</span>
<span>成都市</span><span>2026-07-07</span></h2><div class="zwlbb"><div class="zwlbbt">
<span>工作地点：<b>成都市</b></span> <span>需求部门：<b>化工公司</b></span> <span>岗位类别：<b>生产类</b></span>
<span>工作性质：<b>全职</b></span> <span>招聘人数：<b>2</b></span> <span>薪资待遇：<b>9000-12000 元/月</b></span></div>
<div class="zwlbbm"><h3>【岗位职责】</h3><p>负责产线。</p><h3>【任职要求】</h3><p>本科及以上。</p></div>
<a jobadid="151200001" href="javascript:void(0)">立即申请</a></div></li></ul><p>共1条记录</p>"""


def listed(body: str, page: int = 1, seen: int = 0, address: str = "/Social") -> Any:
    task = Task("list", {**FIRST_PAGE, "list": address, "page": page, "seen": seen}, Query())
    return zhiye.read_list(TENANT, task, Reply("https://kedacom.zhiye.com/", body.encode()))


def detail(body: str) -> Any:
    params = {"path": "/zpdetail/1", "title": "算法", "city": "上海市", "published": "2026-06-01", "list": "/Campus"}
    return zhiye.read_detail(TENANT, Task("detail", params, source_id="1"), Reply("", body.encode()))


def test_pages_are_asked_for_by_number_up_to_the_last(serve: Any, sit: Any) -> None:
    site = serve(ZhiyeReplica(23))
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    asked = [(asked.path, asked.query["PageIndex"]) for asked in site.asked if asked.path in {"/Social", "/Campus"}]
    assert asked == [("/Social", "1"), ("/Campus", "1"), ("/Social", "2"), ("/Social", "3")]


def test_a_list_that_a_portal_does_not_have_leaves_the_others(serve: Any, sit: Any, stored: Rows) -> None:
    replica = ZhiyeReplica(3)
    site = serve(lambda asked: None if asked.path == "/Campus" else replica(asked))
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "/Campus: HTTP 404" in source.reason
    assert len(stored()) == 3


def test_cards_carry_their_text() -> None:
    (posting,) = listed(CARD, address="/index").postings
    assert posting.title == "湿法工程师(J17001)"
    assert posting.description == "【岗位职责】\n负责产线。\n【任职要求】\n本科及以上。"
    assert (posting.city_text, posting.salary_text, posting.employment_text, posting.site_category) == (
        "成都市",
        "9000-12000 元/月",
        "全职",
        "生产类",
    )
    assert posting.url == "https://kedacom.zhiye.com/zwxq?jobId=151200001"


def test_portals_that_link_by_query_are_read_page_after_page_until_one_is_empty() -> None:
    rows = "".join(
        f"<tr><td><a href='/campusxq?jobId={number}&amp;jc=2&amp;key='>工艺工程师</a></td>"
        f"<td><a href='/campusxq?jobId={number}&amp;jc=2'>北京市</a></td><td><a>2026-07-0{number}</a></td></tr>"
        for number in (1, 2)
    )
    page = listed(f"{MARK}<table>{rows}</table>")
    assert [(link.source_id, link.params["path"], link.params["title"]) for link in page.links] == [
        ("1", "/campusxq?jobId=1", "工艺工程师"),
        ("2", "/campusxq?jobId=2", "工艺工程师"),
    ]
    assert page.links[0].params["city"] == "北京市"
    assert page.reported_total is None
    (further,) = page.further
    end = listed(f"{MARK}<table></table>", int(further.params["page"]), int(further.params["seen"]))
    assert (end.links, end.further) == ([], [])


def test_links_elsewhere_are_no_postings() -> None:
    links = "".join(
        f'<tr><td><a href="{address}">链接</a></td></tr>'
        for address in ("/Login?jobId=", "/about", "javascript:;", "/zpdetail/x", "/news?jobId=3", "http://[")
    )
    with pytest.raises(FormatChanged, match="neither a row"):
        listed(f"<table>{links}</table>")


@pytest.mark.parametrize("body", [f"{MARK}<table></table>", "<div>共 0 条记录</div>"])
def test_lists_that_say_that_they_are_empty(body: str) -> None:
    assert listed(body).links == []


def test_a_count_without_rows_is_another_form() -> None:
    with pytest.raises(FormatChanged, match="31"):
        listed(f"{MARK}<div>共 31 条记录</div>")


def test_text_is_found_below_its_heading_where_the_template_is_unknown() -> None:
    posting = detail(
        "<body><div><a>首页</a> 工作地点：杭州市</div><h3>岗位职责：</h3><p>1、训练</p><p>任职要求：硕士</p>"
        "<a>立即投递</a><div>版权所有</div></body>"
    )
    assert posting.description == "岗位职责：\n1、训练\n任职要求：硕士"
    assert (posting.city_text, posting.published_text, posting.employment_text) == ("杭州市", "2026-06-01", "校招")


def test_a_page_without_text_is_another_form() -> None:
    with pytest.raises(FormatChanged, match="no text"):
        detail("<body><h1>招聘官网</h1></body>")


PIECES = st.sampled_from(
    [
        "<tr>",
        "</tr>",
        "<td>",
        "<li><h2><span>",
        '<a href="/zpdetail/12">',
        '<a href="/zwxq?jobId=3" title="算法">',
        '<a jobadid="7">',
        "</a>",
        '<div class="zwlbbm">',
        "</div>",
        "2026-07-01",
        "共2条记录",
        "当前第 1/2 页",
        "工作地点：",
        "岗位职责",
        "\n",
    ]
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=4), max_size=14).map("".join))
def test_any_page_is_read_or_another_form(text: str) -> None:
    for read in (listed, detail):
        try:
            read(f"<html><body>{text}</body></html>")
        except FormatChanged:
            continue


def test_every_tenant_names_its_lists() -> None:
    tenants = [source for source in sources() if source.family == "zhiye"]
    assert all(source.company and source.options["lists"] and source.delay_seconds >= 3 for source in tenants)
