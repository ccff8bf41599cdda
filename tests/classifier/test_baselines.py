import numpy as np
import pytest

from classifier.baselines import TfidfBaseline
from taxonomy.errors import JobAtlasError

LEARNT = ["Java开发 负责交易系统", "Java开发 负责订单系统", "会计 负责交易报表", "会计 负责订单报表"]


def test_heads_are_learnt_and_a_head_of_one_class_answers_it():
    role, ai, industry = TfidfBaseline().predict(
        LEARNT,
        [np.array([3, 3, 5, 5]), np.array([2, 2, 2, 2]), np.array([-1, -1, 7, -1])],
        ["Java系统", "会计报表"],
    )
    assert role.tolist() == [3, 5]
    assert ai.tolist() == [2, 2]
    assert industry.tolist() == [7, 7]


def test_a_head_of_which_nothing_is_known_stays_unknown():
    (industry,) = TfidfBaseline().predict(LEARNT, [np.full(4, -1)], ["会计"])
    assert industry.tolist() == [-1]


@pytest.mark.parametrize("learnt", [[], ["会计"], ["甲", "乙"]], ids=["none", "one", "nothing in common"])
def test_too_few_texts_are_said(learnt):
    with pytest.raises(JobAtlasError, match=f"cannot learn from {len(learnt)} training labels"):
        TfidfBaseline().predict(learnt, [np.zeros(len(learnt), dtype=np.int64)], ["会计"])
