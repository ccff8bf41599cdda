"""Ashby: what is particular to its boards."""

import json
from typing import Any

import pytest

from crawler.readers.ashby import read_board
from crawler.registry import sources
from crawler.reply import Reply
from crawler.verdict import Verdict
from taxonomy.places import read_cities
from taxonomy.salary import read_salary

SOURCE = next(source for source in sources() if source.name == "ashby-cohere")


def job(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "id": f"job-{number}",
        "title": f"Research Engineer {number}",
        "department": "Research",
        "team": "Research",
        "employmentType": "FullTime",
        "location": "Shanghai",
        "secondaryLocations": [],
        "publishedAt": "2026-02-10T20:00:00.000+00:00",
        "isListed": True,
        "jobUrl": f"https://jobs.ashbyhq.com/cohere/job-{number}",
        "descriptionHtml": "<p>Train.</p>",
    }
    return {**row, **changes}


def read(*rows: Any) -> Any:
    return read_board(SOURCE, Reply("https://api.ashbyhq.com/", json.dumps({"jobs": rows}).encode()))


def pay(kind: str = "Salary", interval: str = "1 YEAR", currency: Any = "CNY", low: Any = 1, high: Any = 2) -> Any:
    values = {"interval": interval, "currencyCode": currency, "minValue": low, "maxValue": high}
    return {"compensationType": kind, **values}


@pytest.mark.parametrize(
    ("compensation", "text", "monthly"),
    [
        ({"summaryComponents": [pay(low=360000, high=600000)]}, "360000-600000元/年", (30000, 50000)),
        ({"summaryComponents": [pay(interval="1 MONTH", low=20000, high=20000)]}, "20000元/月", (20000, 20000)),
        ({"summaryComponents": [pay(interval="1 HOUR", currency="USD", low=40, high=60)]}, "USD 40-60/时", None),
        ({"summaryComponents": [pay("Bonus", low=9000), pay(low=240000, high=None)]}, "240000元/年", (20000, 20000)),
        # Equity alone, or nothing that can be told from a year's pay: what the board itself shows.
        ({"summaryComponents": [pay("EquityPercentage", "NONE", None)]}, None, None),
        (
            {"summaryComponents": [pay(currency=None)], "compensationTierSummary": "$180K – $230K • Offers Equity"},
            "$180K – $230K • Offers Equity",
            None,
        ),
        (
            {"compensationTierSummary": "$1K – $2K • Equity", "scrapeableCompensationSalarySummary": "$1K - $2K"},
            "$1K - $2K",
            None,
        ),
        ({"compensationTierSummary": None, "summaryComponents": None}, None, None),
        (None, None, None),
    ],
)
def test_pay_is_the_salary_in_its_currency(
    compensation: Any, text: str | None, monthly: tuple[int, int] | None
) -> None:
    found = read(job(1, compensation=compensation)).postings[0].salary_text
    assert found == text
    read_back = read_salary(found)
    assert (read_back and (read_back.minimum, read_back.maximum)) == monthly


@pytest.mark.parametrize(
    ("changes", "text", "cities"),
    [
        ({}, "Shanghai", ["上海"]),
        ({"address": {"postalAddress": {"addressLocality": "Shanghai", "addressCountry": "China"}}}, "Shanghai, China", ["上海"]),
        ({"location": "APAC Hub", "address": {"postalAddress": {"addressLocality": "Shenzhen"}}}, "APAC Hub, Shenzhen", ["深圳"]),
        ({"secondaryLocations": [{"location": "Beijing"}, {"location": "Remote", "address": None}]}, "Shanghai/Beijing/Remote", ["上海", "北京"]),
        ({"location": None, "address": None, "secondaryLocations": None}, None, []),
    ],
)  # fmt: skip
def test_places_are_offices_with_their_addresses(changes: Any, text: str | None, cities: list[str]) -> None:
    found = read(job(1, **changes)).postings[0].city_text
    assert found == text
    assert read_cities(found) == cities


def test_postings_that_are_not_listed_are_left_out_and_no_fault() -> None:
    page = read(job(1), job(2, isListed=False), None)
    assert ([posting.source_id for posting in page.postings], page.unreadable) == (["job-1"], 1)
    assert read(job(2, isListed=False)).postings == []


def test_department_and_team_of_one_name_are_told_once() -> None:
    assert read(job(1)).postings[0].site_category == "Research"
    assert read(job(1, team="Agents")).postings[0].site_category == "Research/Agents"
    assert read(job(1, team=None, department=None)).postings[0].site_category is None


def test_plain_text_stands_in_for_html() -> None:
    assert (
        read(job(1, descriptionHtml=None, descriptionPlain="Train.\nServe.")).postings[0].description
        == "Train.\nServe."
    )


def test_a_board_that_has_left_is_told_and_an_empty_one_is_empty(serve: Any, sit: Any, tmp_path: Any) -> None:
    gone, empty = serve(lambda asked: None), serve(lambda asked: asked.answer('{"jobs": [], "apiVersion": "1"}'))
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: gone.url}, data=tmp_path / "a").sources
    assert (source.verdict, "no board on Ashby" in source.reason) == (Verdict.FAILED, True)
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: empty.url}, data=tmp_path / "b").sources
    assert source.verdict is Verdict.EMPTY
