import numpy as np
import pytest

from classifier.features import BUCKETS, bags
from classifier.vocabulary import Vocabulary, most_frequent, segment_sums


def vocabulary_of(texts, size=1_000):
    frequency = np.zeros(BUCKETS, dtype=np.int64)
    for text in texts:
        frequency[bags([text], "title").buckets] += 1
    return most_frequent(frequency, len(texts), size)


def test_the_most_frequent_come_first_and_the_ubiquitous_not_at_all():
    known = vocabulary_of(["师甲", "师甲", "师乙", "师乙", "师丙", "师丁"])
    # 师 is in every text, 丙 and 丁 in one.
    assert known.document_frequency.tolist() == [2] * 4
    assert len(vocabulary_of(["师甲", "师甲", "师乙", "师乙", "师丙", "师丁"], size=3).buckets) == 3


def test_weights_are_tf_idf_of_length_one():
    known = Vocabulary(
        buckets=bags(["甲"], "title").buckets, document_frequency=np.array([2], dtype=np.int32), documents=8
    )
    weighted = known.weigh(bags(["甲甲甲", "乙", ""], "title"))
    assert weighted.offsets.tolist() == [0, 1, 1, 1]
    assert weighted.rows.tolist() == [1]
    assert weighted.values == pytest.approx([1.0])


def test_relative_weights_follow_count_and_rarity():
    common, rare = bags(["甲"], "title").buckets[0], bags(["乙"], "title").buckets[0]
    known = Vocabulary(np.array([common, rare]), np.array([50, 10], dtype=np.int32), 100)
    weighted = known.weigh(bags(["甲甲乙"], "title"))
    by_row = dict(zip(weighted.rows.tolist(), weighted.values.tolist(), strict=True))
    assert by_row[1] / by_row[2] == pytest.approx((1 + np.log(2)) * np.log(2) / np.log(10))


def test_first_keeps_rows():
    known = vocabulary_of(["甲乙丙", "甲乙丁", "戊", "己", "庚"])
    few = known.first(1)
    weighted = few.weigh(bags(["甲乙丙"], "title"))
    assert weighted.rows.tolist() == [1]


def test_segment_sums_of_empty_segments_are_zero():
    sums = segment_sums(np.array([1.0, 2.0, 4.0]), np.array([0, 0, 2, 2, 3, 3]))
    assert sums.tolist() == [0.0, 3.0, 0.0, 4.0, 0.0]


@pytest.mark.parametrize(
    ("texts", "shared"), [([], ""), (["甲乙"], "甲乙"), (["甲乙", "丙丁"], "")], ids=["none", "one", "unlike"]
)
def test_a_vocabulary_of_few_texts_holds_only_what_they_have(texts, shared):
    few = vocabulary_of(texts, size=10_000)
    known = len(bags([shared], "title").buckets)
    assert len(few.buckets) == known
    weighted = few.weigh(bags(["甲乙", "某某公司", ""], "title"))
    assert np.isfinite(weighted.values).all()
    assert np.diff(weighted.offsets).tolist() == [known, 0, 0]
