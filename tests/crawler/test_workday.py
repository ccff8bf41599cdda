"""Workday: what is particular to its sites."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicas.site import Answer, Asked
from replicas.workday import WorkdayReplica

from crawler.clock import china_day
from crawler.contract import Task
from crawler.readers import workday as reader
from crawler.readers.workday import read_detail, read_list
from crawler.readers.workday_facets import china_filter, facets_of, split
from crawler.registry import sources
from crawler.reply import Reply
from crawler.verdict import Verdict

SOURCE = next(source for source in sources() if source.name == "workday-nvidia")
FIRST = Task("list", {"applied": "{}", "china": 0, "offset": 0, "total": 0, "after": ""})
Rows = Callable[..., list[dict[str, Any]]]
COUNTRIES = {"us": "United States of America", "cn": "China", "hk": "Hong Kong", "de": "Germany"}
FAMILIES = {"eng": "Engineering", "ops": "Operations", "fin": "Finance"}


class Board(WorkdayReplica):
    """A site with filters for countries and job families.

    Args:
        jobs: Country and family of each posting.
        cap: The most rows that a list shows.
    """

    def __init__(self, jobs: list[tuple[str, str]], cap: int = 2000, group: bool = True) -> None:
        super().__init__(len(jobs))
        self.jobs = jobs
        self.cap = cap
        self.group = group

    def answer(self, asked: Asked) -> Answer | None:
        if not self.is_list(asked):
            return super().answer(asked)
        wanted = asked.json
        found = [number for number, job in enumerate(self.jobs) if self._matches(job, wanted["appliedFacets"])]
        # Beyond the cap the list begins again.
        offset = wanted["offset"] % self.cap
        shown = found[: self.cap][offset : offset + wanted["limit"]]
        body = {"total": min(len(found), self.cap), "jobPostings": [self._row(number) for number in shown]}
        return asked.answer_json({**body, "facets": self._facets(found)})

    @staticmethod
    def _matches(job: tuple[str, str], applied: dict[str, list[str]]) -> bool:
        country, family = job
        return country in applied.get("locationCountry", [country]) and family in applied.get(
            "jobFamilyGroup", [family]
        )

    def _facets(self, found: list[int]) -> list[dict[str, Any]]:
        def facet(parameter: str, names: dict[str, str], side: int) -> dict[str, Any]:
            counts = {key: sum(self.jobs[number][side] == key for number in found) for key in names}
            values = [{"id": key, "descriptor": names[key], "count": count} for key, count in counts.items() if count]
            return {"facetParameter": parameter, "descriptor": "-", "values": values}

        countries = facet("locationCountry", COUNTRIES, 0)
        grouped = {"facetParameter": "locationMainGroup", "values": [countries]} if self.group else countries
        return [facet("jobFamilyGroup", FAMILIES, 1), grouped]


def asked_for(site: Any) -> list[tuple[dict[str, list[str]], int]]:
    return [(asked.json["appliedFacets"], asked.json["offset"]) for asked in site.asked if asked.method == "POST"]


def test_a_page_is_asked_for_as_the_site_itself_asks(serve: Any, sit: Any) -> None:
    site = serve(WorkdayReplica(3))
    sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url})
    (search,) = [asked for asked in site.asked if asked.method == "POST"]
    assert search.json == {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": "大模型"}


@pytest.mark.parametrize("group", [True, False])
def test_where_cities_are_asked_only_chinas_part_is_read(serve: Any, sit: Any, stored: Rows, group: bool) -> None:
    site = serve(Board([("us", "eng")] * 50 + [("cn", "eng")] * 25 + [("hk", "fin")] * 2, group=group))
    (source,) = sit(SOURCE.name, (), ("上海", "北京"), base_urls={SOURCE.name: site.url}).sources
    part = {"locationCountry": ["cn", "hk"]}
    assert asked_for(site) == [({}, 0), (part, 0), (part, 20)]
    assert (source.verdict, source.reported_total, source.counts.listed) == (Verdict.OK, 27, 27)
    assert {row["city"] for row in stored()} == {"上海", "北京"}


def test_without_cities_all_the_world_is_read(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(Board([("us", "eng")] * 5 + [("cn", "eng")] * 5))
    sit(SOURCE.name, base_urls={SOURCE.name: site.url})
    assert asked_for(site) == [({}, 0)]
    assert len(stored()) == 10


def test_a_company_without_postings_in_china_is_empty_after_one_request(serve: Any, sit: Any) -> None:
    site = serve(Board([("us", "eng")] * 50))
    (source,) = sit(SOURCE.name, (), ("上海",), base_urls={SOURCE.name: site.url}).sources
    assert source.verdict is Verdict.EMPTY
    assert len(site.paths()) == 1


def test_a_list_longer_than_the_cap_is_read_in_parts(
    serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 40)
    jobs = [("us", "eng")] * 35 + [("us", "ops")] * 22 + [("cn", "eng")] * 4 + [("de", "fin")] * 3
    site = serve(Board(jobs, cap=40))
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources
    assert (source.verdict, source.reported_total, source.counts.listed) == (Verdict.OK, 64, 64)
    assert len(stored()) == 64
    assert ({"jobFamilyGroup": ["eng"]}, 20) in asked_for(site)
    assert all(offset < 40 for _, offset in asked_for(site))


def test_parts_that_are_too_long_are_parted_again(
    serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 20)
    jobs = [("us", "eng")] * 15 + [("cn", "eng")] * 12 + [("us", "ops")] * 14 + [("cn", "ops")] * 9
    site = serve(Board(jobs, cap=20))
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources
    assert ({"jobFamilyGroup": ["ops"], "locationCountry": ["cn"]}, 0) in asked_for(site)
    assert (source.verdict, len(stored())) == (Verdict.OK, 50)


def test_a_cap_that_no_filter_reaches_is_partial(
    serve: Any, sit: Any, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 40)
    site = serve(Board([("us", "eng")] * 70, cap=40))
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "longer" in source.reason
    assert len(stored()) == 40
    assert asked_for(site) == [({}, 0), ({}, 20)]


def test_a_burst_of_429_is_waited_out(serve: Any, sit: Any, stored: Rows) -> None:
    replica = WorkdayReplica(45)
    refused: dict[int, int] = {}

    def busy(asked: Asked) -> Answer | None:
        if replica.is_list(asked) and asked.json["offset"] == 20 and refused.setdefault(20, 0) < 2:
            refused[20] += 1
            return asked.answer(status=429)
        return None

    replica.trouble = busy
    site = serve(replica)
    (source,) = sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url}).sources
    assert (refused, source.verdict, len(stored())) == ({20: 2}, Verdict.OK, 45)


@pytest.mark.parametrize("place", ["/maintenance", "https://community.workday.example/maintenance"])
def test_303_says_that_the_site_is_being_maintained(serve: Any, sit: Any, place: str) -> None:
    replica = WorkdayReplica(3)
    replica.trouble = lambda asked: asked.answer(status=303, headers={"Location": place})
    site = serve(replica)
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources
    assert source.verdict is Verdict.FAILED
    assert "maintained" in source.reason
    assert "/maintenance" not in site.paths()


def test_a_moments_maintenance_costs_no_posting(serve: Any, sit: Any, stored: Rows) -> None:
    replica = WorkdayReplica(45)
    ill = {"the second page", "a posting"}

    def maintained(asked: Asked) -> Answer | None:
        page = "a posting" if replica.is_detail(asked) else "the second page" if asked.json["offset"] == 20 else ""
        if page not in ill:
            return None
        ill.remove(page)
        return asked.answer(status=303, headers={"Location": "/maintenance"})

    replica.trouble = maintained
    site = serve(replica)
    (source,) = sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url}).sources
    assert (ill, source.verdict, len(stored())) == (set(), Verdict.OK, 45)


@pytest.mark.parametrize("status", [404, 410, 422])
def test_a_site_that_has_left_is_told(serve: Any, sit: Any, status: int) -> None:
    site = serve(lambda asked: asked.answer('{"errorCode": "HTTP_422"}', status) if asked.method == "POST" else None)
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources
    assert source.verdict is Verdict.FAILED
    assert "no such site" in source.reason


@pytest.mark.parametrize("body", ["", "denied", '{"errorCode": "S19"}', "[]"])
def test_a_refused_posting_is_closed_only_where_the_site_says_so(serve: Any, sit: Any, body: str) -> None:
    replica = WorkdayReplica(3)
    replica.trouble = lambda asked: asked.answer(body, 403) if replica.is_detail(asked) else None
    site = serve(replica)
    (source,) = sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url}).sources
    assert (source.verdict, source.counts.closed) == (Verdict.BLOCKED, 0)


@pytest.mark.parametrize(
    ("path", "source_id"),
    [
        ("/job/China-Shanghai/Senior-Engineer_JR1990001", "JR1990001"),
        ("/job/China-Shanghai/Senior-Engineer_JR1990001-1", "JR1990001-1"),
        ("/job/Remote/C_plus_plus-Developer_R-12345", "R-12345"),
        ("/job/Beijing/Head_of_Sales", "/job/Beijing/Head_of_Sales"),
        ("/job/Beijing/Engineer", "/job/Beijing/Engineer"),
    ],
)
def test_a_posting_keeps_its_id_when_its_title_changes(path: str, source_id: str) -> None:
    body = json.dumps({"total": 1, "jobPostings": [{"title": "x", "externalPath": path}]})
    (link,) = read_list(FIRST, Reply("https://x/", body.encode())).links
    assert (link.source_id, link.params) == (source_id, {"path": path})


def test_a_row_whose_age_alone_changed_is_not_read_again() -> None:
    def version(**changes: Any) -> str:
        row = {
            "title": "A",
            "externalPath": "/job/x/A_R1",
            "postedOn": "Posted Today",
            "bulletFields": ["R1"],
            **changes,
        }
        body = json.dumps({"total": 1, "jobPostings": [row]})
        return read_list(FIRST, Reply("https://x/", body.encode())).links[0].version

    assert version() == version(postedOn="Posted Yesterday")
    assert version() != version(title="B")
    assert version() != version(locationsText="Shanghai")


def test_rows_that_are_none_are_counted() -> None:
    rows = [
        {"title": "A", "externalPath": "/job/x/A_R1"},
        None,
        {"title": "B"},
        {"title": "C", "externalPath": "//x"},
        {},
    ]
    page = read_list(FIRST, Reply("https://x/", json.dumps({"total": 5, "jobPostings": rows}).encode()))
    assert ([link.source_id for link in page.links], page.unreadable) == (["R1", "//x"], 3)


def test_sparse_postings_are_read_with_what_they_have() -> None:
    def read(**info: Any) -> Any:
        task = Task("detail", {"path": "/job/x/A_R1"}, source_id="R1")
        return read_detail(
            SOURCE, task, Reply("https://x/", json.dumps({"jobPostingInfo": {"title": "A", **info}}).encode())
        )

    bare = read(country={"descriptor": "China"}, startDate="2027-01-01")
    assert (bare.city_text, bare.description, bare.published_on, bare.published_text) == ("China", None, None, None)
    assert bare.url == f"{SOURCE.base_url}/NVIDIAExternalCareerSite/job/x/A_R1"
    assert read(location="Shanghai", additionalLocations=["Beijing", None, "Shanghai"]).city_text == "Shanghai/Beijing"


@pytest.mark.parametrize(
    ("posted", "days"),
    [
        ("Posted Today", 0),
        ("Posted Yesterday", 1),
        ("Posted 5 Days Ago", 5),
        ("5 天前发布", 5),
        ("Posted 30+ Days Ago", None),
    ],
)
def test_the_day_is_counted_back_from_the_day_of_the_crawl(
    serve: Any, sit: Any, stored: Rows, posted: str, days: int | None
) -> None:
    replica = WorkdayReplica(1)
    usual = replica._detail
    replica._detail = lambda number: {"jobPostingInfo": {**usual(number)["jobPostingInfo"], "postedOn": posted}}  # type: ignore[method-assign]
    site = serve(replica)
    sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url})
    (row,) = stored()
    expected = None if days is None else china_day(time.time()) - timedelta(days=days)
    assert (row["published_text"], row["published_on"]) == (posted, expected)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["China", "India"], ["China"]),
        (
            ["China Mainland", "Hong Kong SAR", "Macao", "Taiwan, China"],
            ["China Mainland", "Hong Kong SAR", "Macao", "Taiwan, China"],
        ),
        (["中国", "中国香港", "美国"], ["中国", "中国香港"]),
        (["People's Republic of China"], ["People's Republic of China"]),
    ],
)
def test_china_is_found_by_its_names(names: list[str], found: list[str]) -> None:
    tree = [{"facetParameter": "Location_Country", "values": [{"id": name, "descriptor": name} for name in names]}]
    assert china_filter(facets_of(tree)) == {"Location_Country": found}


@pytest.mark.parametrize(
    ("parameter", "names", "found"),
    [
        ("locationCountry", ["India", "Indochina Bank"], {}),  # countries, and China is none of them
        ("locations", ["China, Shanghai", "Pune"], None),  # places that tell no country
        ("jobFamilyGroup", ["Chinaware"], None),
        ("locations", ["Beijing", "Hong Kong", "Remote - US"], None),  # cities, and one is named like a country
        ("locations", ["China", "China, Shanghai", "Pune"], None),
        ("locationHierarchy1", ["China", "Hong Kong", "Japan"], {"locationHierarchy1": ["China", "Hong Kong"]}),
        ("locationCountry", ["Hong Kong", "Japan"], {"locationCountry": ["Hong Kong"]}),
    ],
)
def test_no_filter_for_china_is_told_from_nothing_in_china(parameter: str, names: list[str], found: Any) -> None:
    tree = [{"facetParameter": parameter, "values": [{"id": name, "descriptor": name} for name in names]}]
    assert china_filter(facets_of(tree)) == found


def test_countries_go_before_places_that_are_named_like_one() -> None:
    tree = [
        {"facetParameter": parameter, "values": [{"id": f"{parameter} {name}", "descriptor": name} for name in names]}
        for parameter, names in (("locations", ["Hong Kong", "Macau"]), ("locationCountry", ["China", "Japan"]))
    ]
    assert china_filter(facets_of(tree)) == {"locationCountry": ["locationCountry China"]}


def test_the_best_filter_has_short_parts_and_few_of_them() -> None:
    def facet(parameter: str, *counts: int) -> dict[str, Any]:
        values = [
            {"id": f"{parameter}{number}", "descriptor": "-", "count": count} for number, count in enumerate(counts)
        ]
        return {"facetParameter": parameter, "values": values}

    few = facet("few", 60, 50)
    facets = facets_of(
        [facet("long", 190, 5), facet("many", *[20] * 10), few, facet("short", 10, 10), facet("one", 150)]
    )
    assert split(facets, [], 100) == [{"few": ["few0"]}, {"few": ["few1"]}]
    assert len(split(facets, ["few"], 100)) == 10
    assert split(facets, ["few", "many"], 100) == [{"long": ["long0"]}, {"long": ["long1"]}]
    assert split(facets, ["few", "many", "long"], 100) == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["facetParameter", "values", "id", "descriptor", "count", "x"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(_JSON)
def test_whatever_stands_for_filters_is_read_without_a_fault(tree: Any) -> None:
    facets = facets_of(tree)
    assert all(facet.values and isinstance(facet.parameter, str) for facet in facets)
    china_filter(facets)
    split(facets, [], 1)
