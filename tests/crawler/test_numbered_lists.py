"""Lists by page number: every row is met once, whatever the site does with totals, sizes and numbers it does not know."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.contract import Link, ListPage, Query, Task
from crawler.fields import published
from crawler.paging import FIRST_PAGE, numbered_page
from crawler.problems import FormatChanged

FIRST = Task("list", {"type": "social", **FIRST_PAGE}, Query("大模型"))
MOST_PAGES = 60


def row(number: int) -> dict[str, Any]:
    return {"id": str(number)}


def link(entry: Mapping[str, Any]) -> Link | None:
    return Link(entry["id"], "", {}) if entry.get("id") else None


def read_all(pages: Any, *, total: int | None, size: int) -> tuple[list[str], list[ListPage]]:
    """All ids of a list whose page n is `pages(n)`, and its pages."""
    waiting, ids, read = [FIRST], [], []
    while waiting:
        assert len(read) < MOST_PAGES
        task = waiting.pop()
        page = numbered_page(task, pages(int(task.params["page"])), link, total=total, size=size)
        assert all(following.query == FIRST.query for following in page.further)
        assert all(following.params["type"] == "social" for following in page.further)
        ids += [found.source_id for found in page.links]
        read.append(page)
        waiting += page.further
    return ids, read


@given(count=st.integers(0, 40), served=st.integers(1, 7), asked=st.integers(1, 12), lie=st.integers(-40, 10))
def test_every_row_is_read_once(count: int, served: int, asked: int, lie: int) -> None:
    rows = [row(number) for number in range(count)]
    size = min(served, asked)
    total = max(count + lie, 0) if count else 0
    ids, read = read_all(lambda number: rows[(number - 1) * size : number * size], total=total, size=asked)
    # A total that promises too little and pages smaller than asked for together leave nothing to go by.
    if lie >= 0 or served >= asked:
        assert ids == [entry["id"] for entry in rows]
    assert [page.reported_total for page in read] == [total] + [None] * (len(read) - 1)


@pytest.mark.parametrize("total", [10, 500, None])
def test_a_site_that_knows_one_page_only_is_asked_for_two(total: int | None) -> None:
    rows = [row(number) for number in range(10)]
    ids, read = read_all(lambda number: rows, total=total, size=10)
    assert ids == [entry["id"] for entry in rows]
    assert len(read) == 2


def test_a_site_that_repeats_its_last_page_ends_there() -> None:
    rows = [row(number) for number in range(20)]
    ids, _ = read_all(lambda number: rows[:10] if number == 1 else rows[10:], total=20, size=10)
    assert ids == [entry["id"] for entry in rows]


def test_rows_that_are_none_are_counted() -> None:
    page = numbered_page(FIRST, [row(1), {"id": ""}, None, "text", 7], link, total=5, size=10)
    assert ([found.source_id for found in page.links], page.unreadable) == (["1"], 4)


@pytest.mark.parametrize(("rows", "total", "words"), [([], 3, "total of 3"), ([{"no": 1}], 1, "no row")])
def test_a_first_page_without_what_it_promises_is_another_form(rows: list[Any], total: int, words: str) -> None:
    with pytest.raises(FormatChanged, match=words):
        numbered_page(FIRST, rows, link, total=total, size=10)


@pytest.mark.parametrize(
    ("task", "total", "reported"), [(FIRST, 0, 0), (FIRST, None, None), (FIRST.turn(page=3, seen=20), 90, None)]
)
def test_an_empty_page_ends_a_list(task: Task, total: int | None, reported: int | None) -> None:
    page = numbered_page(task, [], link, total=total, size=10)
    assert (list(page.links), list(page.further), page.reported_total) == ([], [], reported)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"at": "2026-06-18 15:22:24"}, (date(2026, 6, 18), "2026-06-18 15:22:24")),
        ({"at": "2026-06-18"}, (date(2026, 6, 18), "2026-06-18")),
        # 23:30 in London is the next day in China.
        ({"at": 1781825400000}, (date(2026, 6, 19), "2026-06-19")),
        ({"at": "", "or": 1778428800000}, (date(2026, 5, 11), "2026-05-11")),
        ({"at": "近期"}, (None, "近期")),
        ({"at": True}, (None, None)),
        ({"at": 10**20}, (None, None)),
        ({"at": None}, (None, None)),
        ({"at": {"day": 1}}, (None, None)),
    ],
)
def test_the_day_that_a_row_states(entry: dict[str, Any], expected: tuple[date | None, str | None]) -> None:
    assert published(entry, "at", "or") == expected
