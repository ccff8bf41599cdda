"""Shingles, and the search for pairs worth comparing."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.duplicates.candidates import BANDS, FIRST_IN_GROUP, NEIGHBOURS, NO_KEY, band_keys, candidate_pairs
from postings.duplicates.shingles import SHINGLE_CHARACTERS, distinct, overlap, plain_texts, shingles


def plain(*texts):
    return plain_texts(pa.array(texts, pa.string())).to_pylist()


def hashes(texts):
    found = shingles(pa.array(texts, pa.large_string()))
    return [found.hashes[found.offsets[n] : found.offsets[n + 1]] for n in range(len(texts))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("岗位职责：\n1、训练大模型；\n2、优化推理", "训练大模型 优化推理"),
        ("①负责ＡＩＧＣ产品\n②写文档", "负责aigc产品，写文档"),
        ("1.负责数据；(2)清洗数据", "负责数据;清洗数据"),
    ],
)
def test_form_numbering_and_headings_do_not_count(first, second):
    assert plain(first)[0] == plain(second)[0]


def test_what_a_text_says_stays():
    assert plain("要求C++或C#，3年以上，熟悉vue2.0", None) == ["要求c++或c#3年以上熟悉vue20", ""]


TEXTS = st.lists(st.text("大模型算法工程师abc训练", max_size=30), max_size=8)


@given(TEXTS)
def test_overlap_is_that_of_the_sets_of_shingles(texts):
    sets = [
        {text[place : place + SHINGLE_CHARACTERS] for place in range(len(text) - SHINGLE_CHARACTERS + 1)}
        for text in texts
    ]
    found = hashes(texts)
    for (one, first), (two, second) in itertools.product(zip(found, sets, strict=True), repeat=2):
        shared = overlap(one, two)
        assert (shared.shared, shared.first, shared.second) == (len(first & second), len(first), len(second))
        either = len(first | second)
        assert shared.jaccard == (len(first & second) / either if either else 0)


@given(st.lists(st.integers(0, 50)))
def test_distinct_values_are_ascending(values):
    assert distinct(np.array(values, np.int64)).tolist() == sorted(set(values))


SENTENCES = [f"第{n}项工作是把第{n * 7}号数据交给第{n * 13}组并写成第{n * 17}份报告" for n in range(40)]


def test_alike_texts_share_a_band_and_short_ones_have_none():
    text = "".join(SENTENCES[:12])
    changed = text.replace("第3项", "第三项")
    other = "".join(SENTENCES[20:32])
    keys = band_keys(shingles(pa.array([text, changed, other, "面议"], pa.large_string())))
    assert keys.shape == (4, BANDS)
    assert (keys[0] == keys[1]).sum() > BANDS // 2
    assert not (keys[0] == keys[2]).any()
    assert (keys[3] == NO_KEY).all()


@given(st.lists(st.lists(st.integers(0, 4), min_size=6, max_size=6), max_size=4), st.permutations(range(6)))
def test_pairs_are_those_with_a_key_in_common(keys, rank):
    arrays = [np.array(key, np.uint64) for key in keys]
    pairs = candidate_pairs(arrays, np.array(rank, np.int64)).tolist()
    expected = {
        (one, two)
        for one, two in itertools.permutations(range(6), 2)
        if rank[one] < rank[two] and any(key[one] == key[two] != NO_KEY for key in keys)
    }
    assert {tuple(pair) for pair in pairs} == expected
    assert len(pairs) == len(expected)


def test_a_large_group_is_compared_with_its_first_and_its_neighbours():
    size = 1000
    pairs = candidate_pairs([np.ones(size, np.uint64)], np.arange(size))
    assert len(pairs) <= size * (FIRST_IN_GROUP + NEIGHBOURS)
    assert {tuple(pair) for pair in pairs.tolist()} >= {(0, n) for n in range(1, size)}
    assert {tuple(pair) for pair in pairs.tolist()} >= {(n - 1, n) for n in range(1, size)}
