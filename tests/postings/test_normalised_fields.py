"""Normalised fields come from the texts beside them; what cannot be read is null and counted."""

import unicodedata
from collections import Counter
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.normalise import content_hashes, normalise, normalise_batch
from postings.schema import POSTING_SCHEMA

SEEN_ON = date(2026, 11, 22)

RECORD = {
    "posting_id": "demo:1",
    "title": "大模型算法工程师",
    "company": "星河智能",
    "description": "负责预训练。",
    "city_text": "北京/上海",
    "salary_text": "20-40K·15薪",
    "experience_text": "3-5年",
    "education_text": "硕士及以上",
    "employment_text": "全职",
    "published_text": "3天前",
}


FIRST_FIELD = {
    "city_text": "city",
    "salary_text": "salary_min",
    "experience_text": "experience",
    "education_text": "education",
    "employment_text": "employment_type",
    "published_text": "published_on",
}


def test_every_field_is_filled():
    filled = normalise(RECORD, SEEN_ON)
    assert {name: filled[name] for name in RECORD} == RECORD
    assert filled["cities"] == ["北京", "上海"]
    assert (filled["city"], filled["city_tier"]) == ("北京", "一线")
    assert (filled["salary_min"], filled["salary_max"]) == (20000, 40000)
    assert (filled["salary_months"], filled["salary_period"]) == (15, "month")
    assert (filled["experience"], filled["education"], filled["employment_type"]) == ("3-5年", "硕士", "full_time")
    assert filled["published_on"] == date(2026, 11, 19)
    assert len(filled["content_hash"]) == 32


def test_unreadable_texts_give_null():
    filled = normalise(
        {"title": "甲", "salary_text": "\ue001\ue002-\ue003K", "city_text": "远方", "experience_text": ""}, None
    )
    assert filled["salary_min"] is None
    assert filled["cities"] is None
    assert filled["experience"] is None


def test_stale_values_do_not_survive():
    filled = normalise({"title": "甲", "city": "北京", "salary_min": 1, "content_hash": "old"}, None)
    assert filled["city"] is None
    assert filled["salary_min"] is None
    assert filled["content_hash"] != "old"


def test_relative_dates_need_the_day_and_known_days_are_kept():
    assert normalise(RECORD, None)["published_on"] is None
    assert normalise({**RECORD, "published_on": SEEN_ON}, None)["published_on"] == SEEN_ON


TEXTS = {
    "city_text": ["北京", "深圳·南山区", "远方", "", None],
    "salary_text": ["20-40K·15薪", "1.5-2.4万", "200-300元/天", "面议", None, ""],
    "experience_text": ["3-5年", "应届", "随缘", None],
    "education_text": ["本科", "大专及以上", "随缘", None],
    "employment_text": ["全职", "实习", "随缘", None],
    "published_text": ["2026-11-01", "昨天", "很久以前", None],
    "company": ["甲", None],
    "description": ["负责预训练", None],
}


@given(
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(values) for name, values in TEXTS.items()}),
        min_size=1,
        max_size=20,
    )
)
def test_batches_agree_with_single_records(rows):
    records = [{"posting_id": "d:1", "source": "d", "source_id": "1", "title": "甲", **row} for row in rows]
    batch = pa.Table.from_pylist(records, POSTING_SCHEMA).combine_chunks().to_batches()[0]
    unreadable: Counter[str] = Counter()
    filled = normalise_batch(batch, SEEN_ON, unreadable).to_pylist()
    single = [normalise(record, SEEN_ON) for record in records]
    for one, other in zip(filled, single, strict=True):
        assert {name: one[name] for name in other} == other
    assert unreadable == Counter(
        text for record in single for text, field in FIRST_FIELD.items() if record.get(text) and not record[field]
    )


def hash_of(title, company="星河", description="负责ABC 训练，推理。"):
    return content_hashes(*(pa.array([text], pa.string()) for text in (title, company, description)))[0]


def test_content_hash_is_stable():
    assert hash_of("算法工程师") == "b20d7be3a6704ee02d6dfd6abd316747"


@pytest.mark.parametrize(
    "form",
    [
        "算法 工程师 a",
        "算法工程师Ａ",
        "\u3000算法\n工程师\u00a0A ",
        "算法\u200b工程师A\ufeff",
        unicodedata.normalize("NFD", "算法工程师A"),
    ],
)
def test_content_hash_ignores_form(form):
    assert hash_of(form) == hash_of("算法工程师A")


def test_content_hash_tells_contents_apart():
    hashes = {
        hash_of("C++工程师"),
        hash_of("C#工程师"),
        hash_of("C工程师"),
        hash_of("C工程师", company=None),
        hash_of("C工程师", company=None, description=None),
        hash_of("C工程师", company="负责ABC 训练，推理。", description=None),
    }
    assert len(hashes) == 6
