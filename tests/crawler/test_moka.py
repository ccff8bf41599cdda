"""What is particular to the portals of Moka."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replicas.moka import PORTAL, MokaReplica, page

from crawler.contract import Query, Task
from crawler.problems import FormatChanged
from crawler.registry import sources
from crawler.reply import Reply
from crawler.spiders import moka
from crawler.verdict import Verdict

SOURCE = MokaReplica.source
TENANT = next(source for source in sources() if source.name == SOURCE)
TASK = Task("list", {"portal": PORTAL}, Query())
Rows = Callable[..., list[dict[str, Any]]]


def read(data: Any) -> Any:
    return moka.read_portal(TENANT, TASK, Reply("https://app.mokahr.com/", page(data).encode()))


def test_only_the_page_is_asked_for_and_the_hop_is_followed_with_its_cookie(serve: Any, sit: Any) -> None:
    site = serve(MokaReplica(9))
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert site.paths() == [PORTAL, PORTAL]
    first, second = (asked for asked in site.asked if asked.path == PORTAL)
    assert (first.query, first.cookies) == ({"locale": "zh-CN"}, {})
    assert second.cookies == {"locale": "zh-CN"}


def test_the_first_page_of_a_longer_list_is_partial_and_the_rest_is_left_alone(
    serve: Any, sit: Any, stored: Rows
) -> None:
    replica = MokaReplica(30)
    replica.total_lie = 117
    site = serve(replica)
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "30 rows" in source.reason
    assert "147" in source.reason
    assert source.reported_total == 147
    assert len(stored()) == 30
    assert not any(path.startswith("/api/") for path in site.paths())


def test_one_row_short_of_many_is_still_partial(serve: Any, sit: Any) -> None:
    replica = MokaReplica(90)
    replica.total_lie = 1
    site = serve(replica)
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.PARTIAL


def test_keywords_are_looked_for_in_titles(serve: Any, sit: Any, stored: Rows) -> None:
    class Mixed(MokaReplica):
        def row(self, number: int) -> dict[str, Any]:
            return {**super().row(number), **({"title": "财务分析师"} if number % 3 else {})}

    site = serve(Mixed(9))
    (source,) = sit(SOURCE, ("大模型", "AIGC"), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.OK, source.reason
    assert source.counts.listed == 9
    assert [row["keywords"] for row in stored()] == [["大模型"]] * 3


def test_each_portal_of_a_company_is_read_and_a_missing_one_is_told(serve: Any, sit: Any, stored: Rows) -> None:
    class Cambricon(MokaReplica):
        portals = ("/campus-recruitment/cambricon/44201",)

    site = serve(Cambricon(4))
    (source,) = sit("moka-cambricon", (), base_urls={"moka-cambricon": site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert source.errors == {"wrong_channel": 1}
    assert "/social-recruitment/cambricon/1113: HTTP 404" in source.reason
    assert len(stored()) == 4
    assert all("/campus-recruitment/cambricon/44201#/job/" in row["url"] for row in stored())


def test_companies_that_have_left_do_not_stop_the_others_on_their_host(serve: Any, sit: Any, stored: Rows) -> None:
    class Moonshot(MokaReplica):
        portals = ("/campus-recruitment/moonshot/148507",)

    site = serve(Moonshot(4))
    names = ("moka-zhipu", "moka-cambricon", "moka-moonshot")
    gone, also_gone, there = sit(names, (), base_urls={"moka": site.url}).sources
    assert (gone.errors, also_gone.errors, there.errors) == (
        {"wrong_channel": 2},
        {"wrong_channel": 2},
        {"wrong_channel": 1},
    )
    assert (there.verdict, len(stored())) == (Verdict.PARTIAL, 4)


@pytest.mark.parametrize(
    ("body", "status"),
    [("<title>404</title>", 404), ("<html><head><title> 当前网页已关停 </title></head><body></body></html>", 200)],
)
def test_a_company_that_has_left_is_told(serve: Any, sit: Any, body: str, status: int) -> None:
    site = serve(lambda asked: asked.answer(body, status) if asked.path != "/robots.txt" else None)
    (source,) = sit(SOURCE, (), base_urls={SOURCE: site.url}).sources
    assert source.verdict is Verdict.FAILED
    assert source.errors == {"wrong_channel": 1}


def test_places_are_named_by_the_page_itself() -> None:
    groups = [
        {"id": "北京市", "label": "北京市", "cityId": 110000},
        {"label": "南京市", "cityId": 320114},
        {"id": "杭州市", "cityId": 330100},
        "junk",
        {"label": "海外"},
    ]
    locations = [
        [{"cityId": 110105}],
        [{"cityId": 320100}, {"cityId": 320114}],
        [{"cityId": 330106, "address": "文一西路"}],
        [{"cityId": 999999, "address": "合肥市"}],
        [{"cityName": "武汉市", "cityId": 420100}],
        [{"cityId": None, "country": "中国"}, 7],
        None,
    ]
    rows = [{"id": str(number), "title": "算法", "locations": places} for number, places in enumerate(locations)]
    found = read({"jobs": rows, "jobStats": {"total": 7}, "jobsGroupedByLocation": groups}).postings
    assert [posting.city_text for posting in found] == ["北京市", "南京市", "杭州市", "合肥市", "武汉市", None, None]


def test_sparse_rows_are_read_and_rows_that_are_none_counted() -> None:
    rows = [{"id": "1", "title": "算法", "zhineng": None, "commitment": 1}, {"id": "2"}, None]
    found = read({"jobs": rows, "jobStats": {"total": 3}})
    (posting,) = found.postings
    assert (posting.site_category, posting.employment_text, posting.published_on) == (None, None, None)
    assert (found.unreadable, found.reported_total, found.cut) == (2, 3, False)


def test_the_obfuscated_list_is_no_portal() -> None:
    blob = json.dumps({"data": "q83vEjRWeJq83vEjRWeJqw==", "necromancer": "40f32df3d78ac97d"})
    with pytest.raises(FormatChanged, match="init-data"):
        moka.read_portal(TENANT, TASK, Reply("https://app.mokahr.com/", blob.encode()))


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["cityId", "name"]), inner, max_size=2),
    max_leaves=6,
)
ROWS = st.dictionaries(st.sampled_from(["id", "title", "zhineng", "locations", "publishedAt", "commitment"]), VALUES)


@settings(deadline=None)
@given(st.lists(ROWS | VALUES, max_size=4), VALUES)
def test_any_rows_are_read_or_counted(rows: list[Any], groups: Any) -> None:
    try:
        found = read({"jobs": rows, "jobStats": {"total": len(rows)}, "jobsGroupedByLocation": groups})
    except FormatChanged:
        return
    assert len(found.postings) + found.unreadable == len(rows)


def test_every_tenant_names_portals_that_robots_txt_allows() -> None:
    disallowed = {"/social-recruitment/lingjuninvest/46355", "/social-recruitment/shopee/74378"}
    tenants = [source for source in sources() if source.family == "moka"]
    assert len(tenants) > 80
    for source in tenants:
        assert source.company
        assert source.options["portals"]
        assert all(portal.count("/") == 3 for portal in source.options["portals"])
        assert not disallowed & set(source.options["portals"])
