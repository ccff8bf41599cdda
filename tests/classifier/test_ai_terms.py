"""Words about AI in a posting: where they are, and what does not count as one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.ai_terms import AiTerms, packaged_terms

TERMS = ("ai", "大模型", "模型", "gpt", "机器学习")
IN_TITLE, OCCURRENCES, PREFERRED, FIRST, MIDDLE, LAST = range(6)


def read(title, description):
    features = AiTerms(TERMS).features([title], [description])[0]
    of_terms = features[:-1].reshape(len(TERMS), -1)
    return {term: of_terms[place] for place, term in enumerate(TERMS)}, features[-1]


def test_a_term_in_the_title_and_one_within_another():
    found, _ = read("大模型工程师", None)
    assert found["大模型"][IN_TITLE] == 1
    assert found["模型"][IN_TITLE] == 1
    assert found["ai"].sum() == found["gpt"].sum() == 0


def test_latin_terms_are_whole_words_of_any_case_and_width():
    found, _ = read("ＡＩ产品经理", "熟悉AI大模型；接入ChatGPT与OpenAI；写email")
    assert found["ai"][IN_TITLE] == 1
    assert found["ai"][OCCURRENCES] == np.float32(np.log1p(1))
    assert found["gpt"].sum() == 0


def test_occurrences_are_counted_and_placed_in_thirds():
    text = "机器学习" + "。" * 20 + "其他" + "。" * 20 + "机器学习"
    found, length = read("", text)
    assert found["机器学习"][OCCURRENCES] == np.float32(np.log1p(2))
    assert list(found["机器学习"][FIRST:]) == [1, 0, 1]
    assert length == np.float32(np.log1p(len(text)))


def test_a_term_before_a_preference_is_marked():
    found, _ = read("会计", "负责记账。会用AI工具者优先。")
    assert found["ai"][PREFERRED] == 1
    far, _ = read("会计", "会用AI工具。" + "负责记账。" * 20 + "有证书优先。")
    assert far["ai"][PREFERRED] == 0


def test_nothing_to_read_gives_nothing():
    assert not AiTerms(TERMS).features([None, ""], [None, ""]).any()
    assert AiTerms(TERMS).features([], []).shape == (0, AiTerms(TERMS).width)


def test_half_a_surrogate_pair_does_not_hide_what_stands_beside_it():
    found, _ = read("\ud800AI", "\udc00 大模型")
    assert found["ai"][IN_TITLE] == 1
    assert found["大模型"][OCCURRENCES] > 0


def test_the_packaged_terms_are_folded_and_each_is_there_once():
    terms = packaged_terms()
    assert len(set(terms)) == len(terms)
    assert all(term == term.strip().lower() for term in terms)
    assert AiTerms(terms).features(["大模型算法工程师"], [None]).sum() >= 3


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=80)), min_size=1, max_size=5))
def test_a_posting_is_read_alike_alone_and_among_others(postings):
    reader = AiTerms(packaged_terms())
    together = reader.features(*zip(*postings, strict=True))
    alone = np.vstack([reader.features([title], [text]) for title, text in postings])
    assert np.array_equal(together, alone)
    assert np.isfinite(together).all()
    assert (together >= 0).all()
