"""Temperatures and thresholds from predictions on folds the models did not see."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.calibration import Loss, confidence_loss, fit_temperature, softmax
from classifier.corpus import Labels
from classifier.labels import HEADS, LabelSpace, Scores
from classifier.metrics import accuracy, expected_calibration_error, macro_f1, share
from classifier.model import Thresholds
from classifier.training.config import DecisionConfig

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Decided:
    """How a model's scores become answers, and how good they were on the folds."""

    temperatures: dict[str, float]
    thresholds: Thresholds
    metrics: dict[str, float]


def head_temperatures(scores: Scores, labels: Labels, loss: Loss) -> dict[str, float]:
    """The temperature of each head, from out-of-fold scores of the labelled postings, [n, classes] by head.

    A head of which no label tells anything keeps 1.
    """
    temperatures = dict.fromkeys(HEADS, 1.0)
    for name in HEADS:
        truth: npt.NDArray[np.int64] = getattr(labels, name)
        known = truth >= 0
        if known.any():
            temperatures[name] = fit_temperature(scores[name][known].astype(np.float64), truth[known], loss)
    return temperatures


def decide(scores: Scores, labels: Labels, space: LabelSpace, wanted: DecisionConfig) -> Decided:
    """Choose temperatures and thresholds and measure, from out-of-fold scores of the labelled postings.

    The role threshold is chosen over roles counting the acceptable second role as right, for so do its users; the
    category threshold over all postings; that of the industry counts as wrong what is named where the label knows none.
    """
    temperatures = head_temperatures(scores, labels, confidence_loss)
    answers = _answered(scores, labels, space, temperatures)
    return Decided(
        temperatures=temperatures,
        thresholds=Thresholds(
            role=lowest_threshold(answers.role_confidence, answers.acceptable, wanted.role_accuracy),
            category=lowest_threshold(
                answers.category_confidence, answers.category == answers.category_truth, wanted.category_accuracy
            ),
            industry=lowest_threshold(answers.industry_confidence, answers.industry_right, wanted.industry_accuracy),
        ),
        metrics=_figures(answers, labels, space),
    )


def measured(scores: Scores, labels: Labels, space: LabelSpace, temperatures: dict[str, float]) -> dict[str, float]:
    """The figures of `Decided.metrics` at given temperatures; NaN for what no label tells."""
    return _figures(_answered(scores, labels, space, temperatures), labels, space)


@dataclass(frozen=True)
class _Answers:
    """What scores say of the labelled postings, [n] each; no industry is right where the label knows none."""

    role: npt.NDArray[np.int64]
    role_confidence: FloatArray
    acceptable: BoolArray
    category: npt.NDArray[np.int64]
    category_confidence: FloatArray
    category_truth: npt.NDArray[np.int64]
    ai: npt.NDArray[np.int64]
    ai_confidence: FloatArray
    industry_confidence: FloatArray
    industry_right: BoolArray
    industry_known: BoolArray


def _answered(scores: Scores, labels: Labels, space: LabelSpace, temperatures: dict[str, float]) -> _Answers:
    role, ai, industry = (softmax(scores[name].astype(np.float64), temperatures[name]) for name in HEADS)
    categories = space.category_sums(role)
    category = categories.argmax(axis=1)
    best = np.where(space.category_of_role == category[:, None], role, -1.0).argmax(axis=1)
    return _Answers(
        role=best,
        role_confidence=role[np.arange(len(labels)), best],
        acceptable=(best == labels.role) | (best == labels.alternative),
        category=category,
        category_confidence=categories.max(axis=1),
        category_truth=space.category_of_role[labels.role],
        ai=ai.argmax(axis=1),
        ai_confidence=ai.max(axis=1),
        industry_confidence=industry.max(axis=1),
        industry_right=industry.argmax(axis=1) == labels.industry,
        industry_known=labels.industry >= 0,
    )


def _figures(answers: _Answers, labels: Labels, space: LabelSpace) -> dict[str, float]:
    category_right = answers.category == answers.category_truth
    known = answers.industry_known
    return {
        "role_accuracy": accuracy(labels.role, answers.role),
        "role_accuracy_or_alternative": share(answers.acceptable),
        "role_macro_f1": macro_f1(labels.role, answers.role, len(space.roles)),
        "role_ece": expected_calibration_error(answers.role_confidence, answers.role == labels.role),
        "category_accuracy": accuracy(answers.category_truth, answers.category),
        "category_macro_f1": macro_f1(answers.category_truth, answers.category, len(space.categories)),
        "category_ece": expected_calibration_error(answers.category_confidence, category_right),
        "ai_accuracy": accuracy(labels.ai, answers.ai),
        "ai_ece": expected_calibration_error(answers.ai_confidence, answers.ai == labels.ai),
        "industry_accuracy": share(answers.industry_right[known]),
        "industry_ece": expected_calibration_error(answers.industry_confidence[known], answers.industry_right[known]),
    }


def lowest_threshold(confidence: FloatArray, right: BoolArray, wanted: float) -> float:
    """The lowest threshold such that answers at or above it are right in the wanted share; 1.0 if there is none.

    Args:
        confidence: of each answer, [n].
        right: whether it was right, [n].
        wanted: the share of right answers to reach.
    """
    order = np.argsort(-confidence, kind="stable")
    descending = confidence[order]
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # Answers as sure as each other are given together: a threshold can only stand after the last of them.
    last = np.append(descending[1:] < descending[:-1], True)[: len(order)]
    reached = np.flatnonzero(last & (shares >= wanted))
    return float(descending[reached[-1]]) if len(reached) else 1.0
