"""SmartRecruiters: what is particular to its search."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from replicas.site import Answer, Asked
from replicas.smartrecruiters import SmartRecruitersReplica

from crawler.contract import Task
from crawler.problems import Closed
from crawler.readers.smartrecruiters import read_detail, read_list
from crawler.registry import sources
from crawler.reply import Reply
from crawler.verdict import Verdict

SOURCE = next(source for source in sources() if source.name == "smartrecruiters-boschgroup")
FIRST = Task("list", {"country": "", "offset": 0, "after": ""})
Rows = Callable[..., list[dict[str, Any]]]


def reply(value: Any) -> Reply:
    return Reply("https://api.smartrecruiters.com/", json.dumps(value).encode())


def detail(**changes: Any) -> dict[str, Any]:
    sections = {"jobDescription": {"title": "Job Description", "text": "<p>Weld.</p>"}}
    row = {
        "id": "744",
        "name": "Welder",
        "location": {"city": "Suzhou", "country": "cn"},
        "jobAd": {"sections": sections},
    }
    return {**row, **changes}


def test_a_search_sends_its_keyword_and_reads_only_what_it_finds(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(SmartRecruitersReplica(4))
    (source,) = sit(SOURCE.name, ("大模型", "Payroll"), base_urls={SOURCE.name: site.url}).sources
    assert [asked.query["q"] for asked in site.asked if asked.query] == ["大模型", "Payroll"]
    assert (source.verdict, source.reported_total, len(stored())) == (Verdict.OK, 10, 10)
    assert {keyword for row in stored() for keyword in row["keywords"]} == {"大模型", "Payroll"}


@pytest.mark.parametrize(
    ("cities", "countries"),
    [
        ((), [None]),
        (("上海", "北京"), ["cn"]),
        (("香港",), ["hk"]),
        (("深圳", "香港", "澳门", "台北"), ["cn", "hk", "mo", "tw"]),
    ],
)
def test_cities_narrow_the_search_to_their_country(
    serve: Any, sit: Any, cities: tuple[str, ...], countries: list[str | None]
) -> None:
    site = serve(SmartRecruitersReplica(6))
    sit(SOURCE.name, ("大模型",), cities, base_urls={SOURCE.name: site.url})
    assert [asked.query.get("country") for asked in site.asked if asked.query] == countries


def test_cities_are_picked_out_after_reading(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(SmartRecruitersReplica(6))
    (source,) = sit(SOURCE.name, ("大模型",), ("北京", "深圳"), base_urls={SOURCE.name: site.url}).sources
    assert sorted(row["city"] for row in stored()) == ["北京", "北京", "深圳", "深圳"]
    assert source.verdict is Verdict.OK


def test_only_rows_that_changed_are_read_again(serve: Any, sit: Any) -> None:
    replica = SmartRecruitersReplica(4)
    site = serve(replica)
    sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url})
    before = len(site.asked)
    usual = replica._row
    replica._row = lambda number: {**usual(number), **({"releasedDate": "2026-10-01T00:00:00Z"} if number == 2 else {})}  # type: ignore[method-assign]
    (source,) = sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url}).sources
    read = [asked.path.rsplit("/", 1)[1] for asked in site.asked[before:] if replica.is_detail(asked)]
    assert read == ["744000090000002"]
    assert (source.counts.changed, source.counts.known) == (0, 4)  # the day is no part of a posting's text


def test_a_search_that_ignores_its_offset_is_not_asked_for_ever(serve: Any, sit: Any) -> None:
    replica = SmartRecruitersReplica(100)

    def stubborn(asked: Asked) -> Answer | None:
        if replica.is_list(asked):
            asked.query["offset"] = "0"
        return replica(asked)

    site = serve(stubborn)
    (source,) = sit(SOURCE.name, ("大模型",), base_urls={SOURCE.name: site.url}).sources
    assert sum(replica.is_list(asked) for asked in site.asked) == 3
    assert source.errors == {"format_changed": 1}
    assert source.counts.new == 100


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({}, "description", "Weld."),
        ({}, "url", "https://jobs.smartrecruiters.com/BoschGroup/744"),
        ({}, "city_text", "Suzhou, cn"),
        ({"location": {"fullLocation": "Suzhou, Jiangsu, China", "city": "x"}}, "city_text", "Suzhou, Jiangsu, China"),
        ({"location": None}, "city_text", None),
        ({"postingUrl": "//evil.example"}, "url", "https://jobs.smartrecruiters.com/BoschGroup/744"),
        ({"typeOfEmployment": {"id": "x"}}, "employment_text", None),
        ({"department": {"label": "A"}, "function": {"label": "A"}}, "site_category", "A"),
        ({"jobAd": {"sections": {"qualifications": {"text": "<p>A</p>"}, "jobDescription": None}}}, "description", "A"),
        (
            {"jobAd": {"sections": {"companyDescription": {"title": "Company Description", "text": ""}}}},
            "description",
            None,
        ),
    ],
)
def test_sparse_postings_are_read_with_what_they_have(changes: dict[str, Any], field: str, value: str | None) -> None:
    assert getattr(read_detail(SOURCE, reply(detail(**changes))), field) == value


def test_a_posting_that_is_no_longer_active_is_closed() -> None:
    with pytest.raises(Closed):
        read_detail(SOURCE, reply(detail(active=False)))


def test_rows_that_are_none_are_counted() -> None:
    page = read_list(FIRST, reply({"totalFound": 3, "content": [{"id": "1", "name": "A"}, None, {"id": "2"}]}))
    assert ([link.source_id for link in page.links], page.unreadable, page.reported_total) == (["1"], 2, 3)


def test_an_unknown_company_is_answered_with_an_empty_list(serve: Any, sit: Any) -> None:
    body = {"offset": 0, "limit": 100, "totalFound": 0, "content": []}
    site = serve(lambda asked: asked.answer_json(body) if asked.query else None)
    assert sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources[0].verdict is Verdict.EMPTY


def test_ids_stay_within_the_address_of_the_company(serve: Any, sit: Any) -> None:
    rows = [{"id": "../../../admin?x=1", "name": "A"}]
    site = serve(lambda asked: asked.answer_json({"totalFound": 1, "content": rows}) if asked.query else None)
    sit(SOURCE.name, base_urls={SOURCE.name: site.url})
    assert site.paths()[1:] == ["/v1/companies/BoschGroup/postings/..%2F..%2F..%2Fadmin%3Fx%3D1"]
