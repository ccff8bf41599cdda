"""Temperatures and thresholds from predictions on folds the models did not see."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.calibration import Loss, confidence_loss, fit_temperature, softmax
from classifier.corpus import Labels
from classifier.labels import HEADS, LabelSpace
from classifier.metrics import accuracy, expected_calibration_error, macro_f1
from classifier.model import Thresholds
from classifier.training.config import DecisionConfig
from classifier.training.teacher import Scores

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Decided:
    """How a model's scores become answers, and how good they were on the folds."""

    temperatures: dict[str, float]
    thresholds: Thresholds
    metrics: dict[str, float]


def head_temperatures(scores: Scores, labels: Labels, loss: Loss) -> dict[str, float]:
    """The temperature of each head, from out-of-fold scores of the labelled postings, [n, classes] by head."""
    temperatures = {}
    for name in HEADS:
        truth: npt.NDArray[np.int64] = getattr(labels, name)
        known = truth >= 0
        temperatures[name] = fit_temperature(scores[name][known].astype(np.float64), truth[known], loss)
    return temperatures


def decide(scores: Scores, labels: Labels, space: LabelSpace, wanted: DecisionConfig) -> Decided:
    """Choose temperatures and thresholds and measure, from out-of-fold scores of the labelled postings.

    The role threshold is chosen over roles counting the acceptable second role as right, for so do its users; the
    category threshold over all postings.
    """
    temperatures = head_temperatures(scores, labels, confidence_loss)
    role, ai, industry = (softmax(scores[name].astype(np.float64), temperatures[name]) for name in HEADS)
    everyone = np.arange(len(labels))
    categories = space.category_sums(role)
    category = categories.argmax(axis=1)
    best = np.where(space.category_of_role == category[:, None], role, -1.0).argmax(axis=1)
    category_truth = space.category_of_role[labels.role]
    acceptable = (best == labels.role) | (best == labels.alternative)
    known = labels.industry >= 0
    industry_right = industry.argmax(axis=1)[known] == labels.industry[known]
    return Decided(
        temperatures=temperatures,
        thresholds=Thresholds(
            role=lowest_threshold(role[everyone, best], acceptable, wanted.role_accuracy),
            category=lowest_threshold(categories.max(axis=1), category == category_truth, wanted.category_accuracy),
            industry=lowest_threshold(industry.max(axis=1)[known], industry_right, wanted.industry_accuracy),
        ),
        metrics={
            "role_accuracy": accuracy(labels.role, best),
            "role_accuracy_or_alternative": float(acceptable.mean()),
            "role_macro_f1": macro_f1(labels.role, best, len(space.roles)),
            "role_ece": expected_calibration_error(role[everyone, best], best == labels.role),
            "category_accuracy": accuracy(category_truth, category),
            "category_macro_f1": macro_f1(category_truth, category, len(space.categories)),
            "category_ece": expected_calibration_error(categories.max(axis=1), category == category_truth),
            "ai_accuracy": accuracy(labels.ai, ai.argmax(axis=1)),
            "industry_accuracy": float(industry_right.mean()),
        },
    )


def lowest_threshold(confidence: FloatArray, right: BoolArray, wanted: float) -> float:
    """The lowest threshold such that answers at or above it are right in the wanted share; 1.0 if there is none.

    Args:
        confidence: of each answer, [n].
        right: whether it was right, [n].
        wanted: the share of right answers to reach.
    """
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(shares >= wanted)
    return float(confidence[order[reached[-1]]]) if len(reached) else 1.0
