import math

import pytest

from classifier.explain import CLAUSES, MOST_READINGS, WORDS, explain_roles
from classifier.labeller import Labeller
from classifier.model import Probabilities
from postings.schema import labelled_text

TITLE = "Java开发工程师"
BODY = "负责交易系统的服务端开发。\n要求：精通Java和Spring，熟悉JVM；会Java并发。包吃住，五险一金。"


@pytest.fixture(scope="module")
def model():
    return Labeller.load().model


class Counting:
    """The model, counting the texts that it reads."""

    def __init__(self, model):
        self.model, self.labels, self.thresholds, self.read = model, model.labels, model.thresholds, 0

    def probabilities(self, titles, descriptions, companies) -> Probabilities:
        self.read += len(titles)
        return self.model.probabilities(titles, descriptions, companies)


def test_the_word_that_names_the_role_carries_it(model):
    (found,) = explain_roles(model, [TITLE], [BODY], [None])
    assert model.labels.roles[found.role] == "java"
    java = next(word for word in found.words if word.word == "Java")
    assert java.weight == max(word.weight for word in found.words)
    assert java.weight > 0
    assert java.probability < found.probability
    text = labelled_text(TITLE, BODY)
    assert [text[start:end] for start, end in java.spans] == ["Java"] * 3


def test_a_weight_is_what_reading_the_posting_without_the_word_gives(model):
    (found,) = explain_roles(model, [TITLE], [BODY], [None])
    for word in found.words[:5]:
        blank = " " * len(word.word)
        without = [text.replace(word.word, blank) for text in (TITLE, BODY)]
        expected = model.probabilities([without[0]], [without[1]], [None]).role[0, found.role]
        assert word.probability == pytest.approx(expected)
        odds = math.log(found.probability / (1 - found.probability)) - math.log(expected / (1 - expected))
        assert word.weight == pytest.approx(odds)


def test_words_that_speak_against_a_role_are_below_zero(model):
    (found,) = explain_roles(model, ["前端"], ["用Vue写页面，了解Java。"], [None], ["java"])
    weights = {word.word: word.weight for word in found.words}
    assert weights["前端"] < 0 < weights["Java"]


def test_the_weightiest_words_come_first_and_small_ones_are_not_shown(model):
    (found,) = explain_roles(model, [TITLE], [BODY], [None])
    sizes = [abs(word.weight) for word in found.words]
    assert sizes == sorted(sizes, reverse=True)
    assert all(abs(word.weight) >= 0.5 for word in found.strongest(10, 0.5))
    assert len(found.strongest(2, 0.0)) == 2


def test_many_postings_are_explained_as_each_alone(model):
    titles = [TITLE, "销售代表", None, "数据标注员"] * 5
    bodies = [BODY, "开拓客户，完成回款。", "负责大模型的训练。", None] * 5
    done = []
    together = explain_roles(model, titles, bodies, [None] * 20, progress=done.append)
    assert done[-1] == 20
    for row in (0, 1, 2, 3, 19):
        assert together[row] == explain_roles(model, [titles[row]], [bodies[row]], [None])[0]


def test_the_cost_of_a_posting_is_bounded_however_long_it_is(model):
    counting = Counting(model)
    long = "".join(f"负责第{number}个模块的设计与开发，编写文档{number}。" for number in range(400))
    (found,) = explain_roles(counting, ["高级软件工程师" * 3], [long], [None])
    assert CLAUSES < counting.read <= MOST_READINGS
    assert 0 < len(found.words) <= WORDS


@pytest.mark.parametrize(("title", "body"), [("", ""), (None, None), ("。。", "123 ，， 456"), ("\n", "\n\n")])
def test_a_posting_without_words_has_no_weights(model, title, body):
    (found,) = explain_roles(model, [title], [body], [None])
    assert found.words == ()


def test_odd_characters_keep_their_places(model):
    (found,) = explain_roles(model, ["😀Java工程师"], ["İstanbul团队，\r\n使用Java与Ｓｐｒｉｎｇ。"], [None])
    text = labelled_text("😀Java工程师", "İstanbul团队，\r\n使用Java与Ｓｐｒｉｎｇ。")
    for word in found.words:
        for start, end in word.spans:
            assert text[start:end].lower() == word.word.lower()
