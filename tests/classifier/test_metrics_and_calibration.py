import numpy as np
import pytest

from classifier.calibration import confidence_loss, fit_temperature, negative_log_likelihood, softmax
from classifier.metrics import (
    Figure,
    accuracy,
    bootstrap,
    class_f1,
    class_scores,
    expected_calibration_error,
    macro_f1,
    micro_scores,
    wilson,
)
from classifier.training.decide import lowest_threshold

TRUTH = np.array([0, 0, 0, 1, 1, 2])
SAID = np.array([0, 0, 1, 1, 2, -1])


def test_accuracy():
    assert accuracy(TRUTH, SAID) == 3 / 6


def test_f1_by_class():
    # Class 0: TP 2, FN 1 -> 4/5. Class 1: TP 1, FP 1, FN 1 -> 2/4. Class 2: FP 1, FN 1 -> 0. Class 3: nowhere.
    assert class_f1(TRUTH, SAID, 4)[:3] == pytest.approx([0.8, 0.5, 0.0])
    assert np.isnan(class_f1(TRUTH, SAID, 4)[3])


def test_precision_and_recall_by_class():
    first, second, third, nowhere = class_scores(TRUTH, SAID, 4)
    assert (first.precision, first.recall, first.examples) == (1.0, 2 / 3, 3)
    assert (second.precision, second.recall, second.f1, second.examples) == (1 / 2, 1 / 2, 1 / 2, 2)
    assert (third.precision, third.recall) == (0.0, 0.0)
    assert nowhere.examples == 0
    assert np.isnan([nowhere.precision, nowhere.recall, nowhere.f1]).all()


def test_wilson_interval():
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I: 81/263, 15/148, 0/20, 1/29.
    for hits, examples, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        figure = wilson(hits, examples)
        assert figure.value == hits / examples
        assert (figure.low, figure.high) == pytest.approx((low, high), abs=5e-5)
    assert wilson(20, 20).high == 1.0
    assert str(wilson(0, 0)) == "–"


def test_a_figure_without_an_example_is_a_dash():
    assert str(Figure(float("nan"), float("nan"), float("nan"))) == "–"


def test_macro_f1_is_over_classes_with_enough_examples():
    assert macro_f1(TRUTH, SAID, 4) == pytest.approx((0.8 + 0.5 + 0.0) / 3)
    assert macro_f1(TRUTH, SAID, 4, at_least=2) == pytest.approx(0.65)


def test_calibration_error_is_the_gap_by_bins():
    confidence = np.array([0.6, 0.6, 0.9, 0.9])
    right = np.array([True, False, True, True])
    # Bins {0.6, 0.6}: 0.6 against 0.5; {0.9, 0.9}: 0.9 against 1.0.
    assert expected_calibration_error(confidence, right, bins=2) == pytest.approx(0.1)


def test_micro_scores():
    scores = micro_scores([{"Java", "Go"}, {"SQL"}], [{"Java"}, {"Rust"}])
    assert (scores.precision, scores.recall) == (1 / 2, 1 / 3)
    assert scores.f1 == pytest.approx(2 * 1 / (2 + 3))
    assert micro_scores([set()], [set()]).f1 == 0.0


def test_bootstrap_interval_of_a_share():
    right = np.repeat([1.0, 0.0], [80, 20])
    figure = bootstrap(lambda at: float(right[at].mean()), 100)
    assert figure.value == 0.8
    # Normal approximation: 0.8 +- 1.96 * sqrt(0.8 * 0.2 / 100) = 0.8 +- 0.078.
    assert figure.low == pytest.approx(0.722, abs=0.015)
    assert figure.high == pytest.approx(0.878, abs=0.015)
    assert str(figure).startswith("0.800 [0.7")
    assert bootstrap(lambda at: float(right[at].mean()), 100) == figure


def test_temperature_undoes_overconfidence():
    random = np.random.default_rng(0)
    honest = random.normal(size=(4_000, 5)) * 2
    truth = np.array([random.choice(5, p=row) for row in softmax(honest)])
    for loss in (negative_log_likelihood, confidence_loss):
        assert fit_temperature(honest * 3, truth, loss) == pytest.approx(3.0, rel=0.1)
    assert negative_log_likelihood(honest * 3, truth, 3.0) < negative_log_likelihood(honest * 3, truth, 1.0)


def test_confidence_loss_of_two_answers():
    # Confidences 0.8 and 0.6 by construction; the first is right, the second wrong.
    logits = np.log([[0.8, 0.2], [0.6, 0.4]])
    expected = -(np.log(0.8) + np.log(1 - 0.6)) / 2
    assert confidence_loss(logits, np.array([0, 1]), 1.0) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        ([0.9, 0.8, 0.8, 0.8], [1, 1, 0, 0], 0.9),  # 0.8 would give four answers, half of them wrong
        ([0.8, 0.9, 0.8, 0.7], [1, 1, 1, 0], 0.8),
        ([0.8, 0.8], [1, 0], 1.0),
        ([0.6], [1], 0.6),
        ([], [], 1.0),
    ],
)
def test_the_threshold_keeps_its_promise_where_answers_are_equally_sure(confidence, right, expected):
    threshold = lowest_threshold(np.array(confidence), np.array(right, dtype=bool), 0.95)
    assert threshold == expected


def test_softmax_of_large_logits():
    assert softmax(np.array([[1_000.0, 1_000.0]])).tolist() == [[0.5, 0.5]]
