"""The head for AI involvement: what is learnt is what is stored, and a posting's answer is its own."""

import numpy as np
import pytest

from classifier.ai_head import AiHead, ai_inputs
from classifier.ai_terms import AiTerms
from classifier.labels import AI_INVOLVEMENT
from classifier.training.ai_head import fit_ai_head
from classifier.training.config import AiHeadConfig

DEGREES = len(AI_INVOLVEMENT)
SETTINGS = AiHeadConfig(members=2, hidden=16, epochs=60, batch=16, rate=1e-2, input_dropout=0.0, dropout=0.1)


@pytest.fixture(scope="module")
def lesson():
    random = np.random.default_rng(5)
    inputs = random.random((400, 12)).astype(np.float32)
    wanted = inputs[:, :DEGREES].argmax(axis=1)
    return inputs, np.eye(DEGREES, dtype=np.float32)[wanted]


@pytest.fixture(scope="module")
def head(lesson):
    return AiHead(("ai", "大模型"), **fit_ai_head(*lesson, SETTINGS, seed=3))


def test_it_learns_what_it_was_shown(lesson, head):
    inputs, wanted = lesson
    assert (head.logits(inputs).argmax(axis=1) == wanted.argmax(axis=1)).mean() > 0.95
    assert head.hidden.shape == (12, 2 * SETTINGS.hidden)


def test_the_same_seed_gives_the_same_head_and_another_seed_another(lesson, head):
    again = fit_ai_head(*lesson, SETTINGS, seed=3)
    other = fit_ai_head(*lesson, SETTINGS, seed=4)
    assert np.array_equal(again["hidden"], head.hidden)
    assert not np.array_equal(other["hidden"], head.hidden)


def test_what_is_read_back_answers_as_what_was_written(lesson, head):
    stored = AiHead.of_bytes(head.to_bytes())
    assert stored.terms == head.terms
    before, after = head.logits(lesson[0]), stored.logits(lesson[0])
    assert np.abs(before - after).max() < 0.02
    assert (before.argmax(axis=1) == after.argmax(axis=1)).mean() > 0.99


def test_an_answer_does_not_depend_on_the_batch(lesson, head):
    inputs = lesson[0]
    alone = np.vstack([head.logits(row[None]) for row in inputs])
    assert np.array_equal(alone, head.logits(inputs))
    assert head.logits(inputs[:0]).shape == (0, DEGREES)


def test_it_reads_words_and_probabilities():
    terms = AiTerms(("ai", "大模型"))
    scores = {"ai": np.array([[9.0, 0, 0, 0]], dtype=np.float32), "role": np.zeros((1, 5), dtype=np.float32)}
    inputs = ai_inputs(scores, terms, ["AI工程师"], ["大模型"])
    assert inputs.shape == (1, terms.width + DEGREES + 5)
    assert inputs[0, terms.width] > 0.99
    assert inputs[0, -5:].tolist() == pytest.approx([0.2] * 5)
