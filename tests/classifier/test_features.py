import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.features import MAX_CHARACTERS, bags

TEXTS = st.lists(st.none() | st.text(max_size=80), min_size=1, max_size=6)


def features_of(bag, place):
    part = slice(bag.offsets[place], bag.offsets[place + 1])
    return dict(zip(bag.buckets[part].tolist(), bag.counts[part].tolist(), strict=True))


def of_text(text, field="description"):
    return features_of(bags([text], field), 0)


def test_a_short_text_has_its_grams_and_its_latin_word():
    # Grams of one to four characters of "c++ 码": c + + 码; c+ ++ "+ " " 码"; c++ "++ " "+ 码"; "c++ " "++ 码"; the word.
    found = of_text("c++ 码")
    assert sum(found.values()) == 4 + 4 + 3 + 2 + 1
    assert len(found) == 3 + 4 + 3 + 2 + 1  # + occurs twice


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＪＡＶＡ工程师", "java工程师"),
        ("\n Java \t 工程师", "java 工程师"),
        ("招2人", "招7人"),
        ("数据、标注", "数据 标注"),
        ("好😀人", "好 人"),
    ],
)
def test_spellings_that_mean_the_same_are_the_same(one, other):
    assert of_text(one) == of_text(other)


@pytest.mark.parametrize(("one", "other"), [("C++", "C"), ("java", "javascript"), ("算法工程师", "工程师算法")])
def test_texts_that_differ_have_other_features(one, other):
    assert of_text(one) != of_text(other)


def test_fields_do_not_share_features():
    assert not of_text("算法", "title").keys() & of_text("算法", "description").keys()


@pytest.mark.parametrize("empty", [None, "", "  \n", "。！", "\x00", "😀"])
def test_a_text_without_letters_has_no_features(empty):
    assert of_text(empty) == {}


def test_text_beyond_the_limit_is_not_read():
    limit = MAX_CHARACTERS["description"]
    assert of_text("招" * limit + "聘" * 200_000) == of_text("招" * limit)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_features_do_not_depend_on_the_batch(texts):
    together = bags(texts, "description")
    assert len(together.offsets) == len(texts) + 1
    for place, text in enumerate(texts):
        assert features_of(together, place) == of_text(text)


def test_grams_do_not_cross_texts():
    assert of_text("甲乙") != features_of(bags(["甲", "乙"], "description"), 0)


def test_lone_surrogates_are_read_as_spaces():
    assert of_text("好\ud800人") == of_text("好 人")


def test_latin_words_are_hashed_by_their_letters():
    found = [frozenset(of_text(word)) for word in ("kafka", "kafkb", "akafk")]
    assert len(set(found)) == 3
    assert np.all([len(features) > 10 for features in found])
