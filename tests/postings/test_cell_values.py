"""Cells of any type become the same clean text, whatever file they came in."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.dump.values import TextCleaner, shown_text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  算法工程师\u3000\n", "算法工程师"),
        ("职责：\r\n1、开发\r2、测试\x0b3、上线", "职责：\n1、开发\n2、测试\n3、上线"),
        ("职责_x000D_\n要求_x000d_", "职责\n要求_x000d_"),
        ("职责_x000D_要求", "职责\n要求"),
        ("A\x00B\x07C\x7fD\ufffeE\uffffF_xFFFE_", "ABCDEF"),
        ("\ud83d\ude00 与 \ud83d", "😀 与 \ufffd"),
        ("缩进\t与 _x0041_ 不变", "缩进\t与 _x0041_ 不变"),
        ("👩‍💻🇨🇳𠮷", "👩‍💻🇨🇳𠮷"),
    ],
)
def test_text_is_cleaned(text, clean):
    assert TextCleaner().clean(text) == clean


def test_removed_characters_are_counted():
    cleaner = TextCleaner()
    cleaner.clean("\x00a\x01b\r\nc")
    cleaner.clean("_x0002_")
    assert cleaner.removed == 3


@pytest.mark.parametrize("text", ["", "  ", "NULL", "null", "None", "NaN", "nan", "N/A", "\\N", "<NA>", "NaT", "\x00"])
def test_missing_values_are_none(text):
    assert TextCleaner().text(text) is None


@pytest.mark.parametrize("text", ["-", "0", "无", "Nano", "None of the above"])
def test_other_short_texts_are_kept(text):
    assert TextCleaner().text(text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15000.0, "15000"),
        (1.5, "1.5"),
        (float("nan"), None),
        (float("inf"), None),
        (12345678901234567890, "12345678901234567890"),
        (Decimal("20.50"), "20.50"),
        (Decimal("2E+4"), "20000"),
        (True, "true"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22), "2026-11-22"),  # noqa: DTZ001  # Excel's times have no zone
        (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), "2026-11-22T09:30:00+00:00"),
        (time(9, 30), "09:30:00"),
        ("工程师".encode(), "工程师"),
        (["北京", "上海"], '["北京", "上海"]'),
        ({"name": "甲"}, '{"name": "甲"}'),
        ([], None),
        (None, None),
    ],
)
def test_every_type_has_one_text(value, text):
    assert shown_text(value) == text


@pytest.mark.parametrize(
    "cell",
    [
        ["五险一金", "年终奖", "", None],
        '["五险一金", "年终奖"]',
        "['五险一金', '年终奖']",
        "['五险一金' '年终奖']",
        "五险一金,年终奖",
        "五险一金，年终奖，",
        "五险一金、年终奖",
        "五险一金 | 年终奖",
        "五险一金;年终奖\n",
        [{"tagName": "五险一金"}, {"tagName": "年终奖"}],
    ],
)
def test_lists_are_read_in_every_form(cell):
    assert TextCleaner().texts(cell) == ["五险一金", "年终奖"]


def test_items_keep_separators_where_the_list_is_explicit():
    assert TextCleaner().texts('["C/C++", "Java,Go", "甲、乙"]') == ["C/C++", "Java,Go", "甲、乙"]
    assert TextCleaner().texts(["Java,Go"]) == ["Java,Go"]
    assert TextCleaner().texts("['it\\'s', \"a\\nb\"]") == ["it's", "a\nb"]


@pytest.mark.parametrize("cell", [None, "", "[]", "NaN", [], ["", " "], float("nan")])
def test_empty_lists_are_none(cell):
    assert TextCleaner().texts(cell) is None


@pytest.mark.parametrize("cell", ["[", "[[", "[1", "]['a'", "['a' b]", '["a" x]', "[" * 5000])
def test_broken_lists_are_taken_as_text(cell):
    assert "".join(TextCleaner().texts(cell) or []) == cell


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)))
def test_json_lists_come_back_item_by_item(items):
    cleaner = TextCleaner()
    expected = [text for item in items if (text := cleaner.text(item)) is not None]
    # A list as text is cleaned before it is read, so that escapes Excel would write are undone in it, too.
    if not any("_x" in item for item in items):
        assert cleaner.texts(json.dumps(items)) == (expected or None)


@given(st.text())
def test_clean_text_can_be_stored_and_stays_the_same(text):
    cleaner = TextCleaner()
    clean = cleaner.clean(text)
    clean.encode()
    assert not set(clean) & {chr(code) for code in [*range(9), *range(11, 32), 127]}
    if "_x" not in clean:
        assert cleaner.clean(clean) == clean
