"""Greenhouse: what is particular to its boards."""

import html
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from replicas.site import Answer

from crawler.problems import FormatChanged
from crawler.readers.greenhouse import read_board
from crawler.registry import sources
from crawler.reply import Reply
from crawler.verdict import Verdict

SOURCE = next(source for source in sources() if source.name == "greenhouse-xpengmotors")
Rows = Callable[..., list[dict[str, Any]]]


def job(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "id": 7000 + number,
        "title": f"LLM Inference Engineer {number}",
        "absolute_url": f"https://job-boards.greenhouse.io/xpengmotors/jobs/{7000 + number}",
        "location": {"name": "Guangzhou, China"},
        "first_published": "2026-03-02T23:30:00-05:00",
        "updated_at": "2026-08-01T00:00:00-04:00",
        "content": "&lt;p&gt;Serve models.&lt;/p&gt;",
        "departments": [{"id": 1, "name": "AI"}],
        "offices": [],
    }
    return {**row, **changes}


def board(*rows: Any) -> Callable[[Any], Answer | None]:
    body = {"jobs": list(rows), "meta": {"total": len(rows)}}
    return lambda asked: asked.answer_json(body) if asked.path == "/v1/boards/xpengmotors/jobs" else None


def read(*rows: Any) -> Any:
    body = json.dumps({"jobs": list(rows), "meta": {"total": len(rows)}})
    return read_board(SOURCE, Reply("https://boards-api.greenhouse.io/", body.encode()))


@pytest.mark.parametrize("escapes", [0, 1, 2])
def test_descriptions_are_text_however_often_they_were_escaped(escapes: int) -> None:
    content = "<p>Tune R&amp;D models</p><ul><li>C++ &lt; 1 year</li></ul>"
    for _ in range(escapes):
        content = html.escape(content, quote=False)
    assert read(job(1, content=content)).postings[0].description == "Tune R&D models\nC++ < 1 year"


def test_a_moment_is_the_day_it_had_in_china() -> None:
    posting = read(job(1)).postings[0]
    assert posting.published_on == date(2026, 3, 3)
    assert posting.published_text == "2026-03-02T23:30:00-05:00"


def test_sparse_rows_are_read_with_what_they_have() -> None:
    page = read(
        job(1, location=None, offices=[{"name": "Beijing"}, {"name": "x", "location": "Shanghai, China"}]),
        job(2, location={"name": ""}, offices=None, departments=None, content=None, first_published=None),
        job(3, absolute_url="javascript:alert(1)", metadata=[{"name": "Job Type", "value": "Intern"}, None]),
        job(4, metadata=[{"name": "Job Type", "value": ["a"]}, {"name": "Level", "value": "Full-time"}]),
    )
    first, second, third, fourth = page.postings
    assert first.city_text == "Beijing/Shanghai, China"
    assert (second.city_text, second.site_category, second.description, second.published_on) == (None,) * 4
    assert third.url == "https://job-boards.greenhouse.io/xpengmotors/jobs/7003"
    assert (third.employment_text, fourth.employment_text) == ("Intern", None)


def test_rows_that_are_none_are_counted() -> None:
    page = read(job(1), None, {"id": 3}, {"title": "x"}, [])
    assert (len(page.postings), page.unreadable, page.reported_total) == (1, 4, 5)
    with pytest.raises(FormatChanged):
        read(None, {"id": 3})


def test_keywords_are_words_and_not_parts_of_words(serve: Any, sit: Any, stored: Rows) -> None:
    site = serve(
        board(
            job(1),
            job(2, title="Fulfillment Manager", content="Maintain email."),
            job(3, title="Researcher", content="You will train LLMs."),
            job(4, title="AI产品经理", content="负责产品。"),
        )
    )
    result = sit(SOURCE.name, ("LLM", "AI"), base_urls={SOURCE.name: site.url})
    assert {row["source_id"]: row["keywords"] for row in stored()} == {
        "7001": ["LLM"],
        "7003": ["LLM"],
        "7004": ["AI"],
    }
    assert (result.sources[0].verdict, result.sources[0].counts.listed) == (Verdict.OK, 4)
    assert len(site.paths()) == 1  # one request, however many keywords


def test_cities_are_picked_out_and_places_abroad_left(serve: Any, sit: Any, stored: Rows) -> None:
    places = [
        "Guangzhou, China",
        "Santa Clara, CA",
        "Beijing, China; Munich, Germany",
        "Remote - China",
        None,
        "Canton, OH",
    ]
    site = serve(board(*(job(n, location={"name": place}, offices=[]) for n, place in enumerate(places))))
    sit(SOURCE.name, (), ("广州", "北京"), base_urls={SOURCE.name: site.url})
    # A place that says no more than China, or nothing at all, may be one of them.
    assert [row["source_id"] for row in stored()] == ["7000", "7002", "7003", "7004"]


def test_a_board_that_has_left_is_told(serve: Any, sit: Any) -> None:
    site = serve(lambda asked: None)
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources
    assert source.verdict is Verdict.FAILED
    assert "no board on Greenhouse" in source.reason
    assert len(site.paths()) == 1


def test_an_empty_board_is_empty(serve: Any, sit: Any) -> None:
    site = serve(board())
    assert sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources[0].verdict is Verdict.EMPTY


def test_a_changed_text_makes_a_new_version(serve: Any, sit: Any, stored: Rows) -> None:
    rows = [job(1), job(2)]
    site = serve(lambda asked: board(*rows)(asked))
    sit(SOURCE.name, base_urls={SOURCE.name: site.url})
    rows[1] = job(2, content="Serve many models.")
    (source,) = sit(SOURCE.name, base_urls={SOURCE.name: site.url}).sources
    assert (source.counts.new, source.counts.changed, source.counts.known) == (0, 1, 1)
    assert [row["description"] for row in stored()] == ["Serve models.", "Serve many models."]
