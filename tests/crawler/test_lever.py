"""Lever: what is particular to its sites."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from replicas.site import Answer, Asked

from crawler.contract import Task
from crawler.readers.lever import read_page
from crawler.registry import sources
from crawler.reply import Reply
from crawler.verdict import Verdict
from taxonomy.salary import read_salary

BY_NAME = {source.name: source for source in sources()}
Rows = Callable[..., list[dict[str, Any]]]


def row(number: int, **changes: Any) -> dict[str, Any]:
    values = {
        "id": f"{number:08d}",
        "text": f"Engineer {number}",
        "hostedUrl": f"https://jobs.lever.co/binance/{number:08d}",
        "categories": {"commitment": "Intern", "location": "Hong Kong", "team": "Data", "department": "Tech"},
        "createdAt": 1_772_380_800_000,
        "description": "<div>Duties</div>",
        "lists": [],
        "additional": "",
    }
    return {**values, **changes}


def read(*rows: Any, source: str = "lever-binance") -> Any:
    task = Task("list", {"skip": 0, "after": ""})
    return read_page(BY_NAME[source], task, Reply("https://api.lever.co/", json.dumps(rows).encode()))


def site_of(rows: list[Any], path: str = "/v0/postings/binance") -> Callable[[Asked], Answer | None]:
    def answering(asked: Asked) -> Answer | None:
        skip, limit = int(asked.query.get("skip", 0)), int(asked.query.get("limit", 0))
        return asked.answer_json(rows[skip : skip + limit]) if asked.path == path else None

    return answering


@pytest.mark.parametrize(
    ("salary", "text", "monthly"),
    [
        (
            {"currency": "CNY", "interval": "per-month-salary", "min": 20000, "max": 35000},
            "20000-35000元/月",
            (20000, 35000),
        ),
        (
            {"currency": "CNY", "interval": "per-year-salary", "min": 360000, "max": 480000},
            "360000-480000元/年",
            (30000, 40000),
        ),
        ({"currency": "CNY", "interval": "per-day-wage", "min": 300, "max": 300}, "300元/天", (6525, 6525)),
        (
            {"currency": "USD", "interval": "per-year-salary", "min": 120000, "max": 180000.5},
            "USD 120000-180000.50/年",
            None,
        ),
        ({"currency": "HKD", "interval": "per-month-salary", "min": 40000}, "HKD 40000/月", None),
        (
            {"currency": "CNY", "interval": "bi-week-salary", "min": 9000, "max": 9900},
            "9000-9900元 bi-week-salary",
            None,
        ),
        ({"currency": "CNY", "interval": "one-time", "min": 9000, "max": 9900}, "9000-9900元 one-time", None),
        ({"currency": "CNY", "interval": "per-month-salary", "min": 0, "max": None}, None, None),
        ({"interval": "per-month-salary", "min": 20000, "max": 35000}, None, None),
        (None, None, None),
        ("20k", None, None),
    ],
)
def test_pay_keeps_its_currency_and_interval(salary: Any, text: str | None, monthly: tuple[int, int] | None) -> None:
    found = read(row(1, salaryRange=salary)).postings[0].salary_text
    assert found == text
    read_back = read_salary(found)
    assert (read_back and (read_back.minimum, read_back.maximum)) == monthly


def test_a_description_is_all_its_parts_in_order() -> None:
    lists = [{"text": "Duties", "content": "<li>A</li><li>B</li>"}, {"text": "Wanted", "content": "<li>C</li>"}, None]
    posting = read(row(1, description="<p>We build.</p>", lists=lists, additional="<p>Perks</p>")).postings[0]
    assert posting.description == "We build.\n\nDuties\n\nA\nB\n\nWanted\n\nC\n\nPerks"
    plain = read(row(1, description=None, descriptionPlain="We build.", lists=None, additional=None)).postings[0]
    assert plain.description == "We build."


def test_all_places_and_the_day_in_china() -> None:
    many = {"location": "Shanghai", "allLocations": ["Shanghai", "Taipei, Taiwan", "Shanghai"]}
    posting = read(row(1, categories=many)).postings[0]
    assert (posting.city_text, posting.published_on) == ("Shanghai/Taipei, Taiwan", date(2026, 3, 2))
    sparse = read(row(2, categories=None, createdAt="soon")).postings[0]
    assert (sparse.city_text, sparse.employment_text, sparse.published_on) == (None, None, None)


def test_the_european_host_is_another_server_with_pages_of_its_own(serve: Any, sit: Any, stored: Rows) -> None:
    source = BY_NAME["lever-mobileye"]
    assert source.host == "api.eu.lever.co" != BY_NAME["lever-binance"].host
    page = read(row(1, hostedUrl=None), source="lever-mobileye")
    assert page.postings[0].url == "https://jobs.eu.lever.co/mobileye/00000001"
    site = serve(site_of([row(1)], "/v0/postings/mobileye"))
    assert sit("lever-mobileye", base_urls={"lever-mobileye": site.url}).sources[0].verdict is Verdict.OK
    assert [row["company"] for row in stored()] == ["Mobileye"]


def test_a_full_last_page_is_followed_by_an_empty_one(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(site_of([row(number) for number in range(200)]))
    (source,) = sit("lever-binance", base_urls={"lever-binance": site.url}).sources
    assert [asked.query["skip"] for asked in site.asked if asked.query] == ["0", "100", "200"]
    assert (source.verdict, len(stored())) == (Verdict.OK, 200)


def test_a_site_that_ignores_paging_is_not_asked_for_ever(serve: Any, sit: Any, stored: Rows) -> None:
    rows = [row(number) for number in range(100)]
    site = serve(lambda asked: asked.answer_json(rows) if asked.path == "/v0/postings/binance" else None)
    (source,) = sit("lever-binance", base_urls={"lever-binance": site.url}).sources
    assert source.verdict is Verdict.PARTIAL
    assert "once more" in source.reason
    assert len(site.paths()) == 3  # the second page is looked at twice
    assert len(stored()) == 100


def test_a_site_that_has_left_is_told(serve: Any, sit: Any) -> None:
    body = '{"ok": false, "error": "Document not found"}'
    site = serve(lambda asked: asked.answer(body, 404))
    (source,) = sit("lever-binance", base_urls={"lever-binance": site.url}).sources
    assert source.verdict is Verdict.FAILED
    assert "no site on this host of Lever" in source.reason


def test_rows_that_are_none_are_counted(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(site_of([row(1), None, {"id": "2"}, row(3, text={"en": "x"})]))
    (source,) = sit("lever-binance", base_urls={"lever-binance": site.url}).sources
    assert [row["source_id"] for row in stored()] == ["00000001"]
    assert source.errors == {"unreadable_row": 3}
