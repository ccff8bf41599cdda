"""Figures of merit: accuracy, scores by class, calibration error, and their intervals."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """A measured share with its 95 % interval.

    Attributes:
        value: the figure over all examples, in [0, 1]; NaN where there is no example of what it is about.
        low: lower end of the interval.
        high: upper end of the interval.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Three decimals: `0.912 [0.893, 0.930]`; a dash where there is no example."""
        if math.isnan(self.value):
            return "–"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def told(figures: dict[str, float]) -> dict[str, float]:
    """The figures that some label tells; the others are NaN, which JSON does not have."""
    return {name: value for name, value in figures.items() if not math.isnan(value)}


def share(right: npt.NDArray[np.bool_]) -> float:
    """Share of true values; NaN of none, as for all figures here."""
    return float(right.mean()) if len(right) else math.nan


def accuracy(truth: IntArray, predicted: IntArray) -> float:
    """Share of examples whose prediction is the truth."""
    return share(truth == predicted)


def class_f1(truth: IntArray, predicted: IntArray, classes: int) -> FloatArray:
    """F1 of each class: 2 TP / (2 TP + FP + FN); NaN for a class neither true nor predicted anywhere.

    Args:
        truth: class of each example, [n], in [0, classes).
        predicted: predicted class of each example, [n]; -1 is "no answer" and counts as a miss.
        classes: how many classes there are.
    """
    hits = np.bincount(truth[truth == predicted], minlength=classes)
    named = np.bincount(truth, minlength=classes) + np.bincount(predicted[predicted >= 0], minlength=classes)
    scores = np.full(classes, np.nan)
    scores[named > 0] = 2.0 * hits[named > 0] / named[named > 0]
    return scores


@dataclass(frozen=True)
class ClassScores:
    """How well one class is found.

    Attributes:
        precision: share of the answers with this class that are right; NaN where nothing was answered with it.
        recall: share of its examples that were answered with it; NaN without examples.
        f1: as in `class_f1`.
        examples: of the class.
    """

    precision: float
    recall: float
    f1: float
    examples: int


def class_scores(truth: IntArray, predicted: IntArray, classes: int) -> list[ClassScores]:
    """Precision, recall and F1 of each class, [classes]. Arguments as in `class_f1`."""
    f1 = class_f1(truth, predicted, classes)
    return [
        ClassScores(
            precision=share(truth[predicted == place] == place),
            recall=share(predicted[truth == place] == place),
            f1=float(f1[place]),
            examples=int((truth == place).sum()),
        )
        for place in range(classes)
    ]


def macro_f1(truth: IntArray, predicted: IntArray, classes: int, at_least: int = 1) -> float:
    """Mean F1 over the classes with `at_least` true examples."""
    counted = np.bincount(truth, minlength=classes) >= at_least
    return float(class_f1(truth, predicted, classes)[counted].mean()) if counted.any() else math.nan


def expected_calibration_error(confidence: FloatArray, correct: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Mean gap between confidence and accuracy over bins of equal count, weighted by count.

    Bins of equal count rather than equal width: confidences crowd near one, and a bin of three examples is noise
    (Nguyen and O'Connor 2015, "Posterior calibration and exploratory analysis", adaptive binning).
    """
    order = np.argsort(confidence, kind="stable")
    gap = 0.0
    for part in np.array_split(order, bins):
        if len(part):
            gap += len(part) * abs(float(confidence[part].mean()) - float(correct[part].mean()))
    return gap / len(confidence) if len(confidence) else math.nan


def bootstrap(
    measure: Callable[[IntArray], float], examples: int, resamples: int = 1_000, seed: int = 20261122
) -> Figure:
    """A figure with its 95 % percentile interval (Efron and Tibshirani 1993).

    Args:
        measure: the figure of the examples with these indices, [examples]; indices repeat in a resample.
        examples: how many examples there are.
        resamples: how many bootstrap resamples are drawn.
        seed: of the resampling.
    """
    random = np.random.default_rng(seed)
    values = np.array([measure(random.integers(0, examples, examples)) for _ in range(resamples)])
    return _figure(measure(np.arange(examples)), values)


def paired_bootstrap(
    one: Callable[[IntArray], float],
    other: Callable[[IntArray], float],
    examples: int,
    resamples: int = 1_000,
    seed: int = 20261122,
) -> tuple[Figure, Figure, Figure]:
    """Two figures of the same examples, and the other minus the one over the same resamples.

    The interval of the difference is narrower than the two intervals suggest, since both figures rise and fall with
    how hard the drawn examples are. Arguments as in `bootstrap`.
    """
    random = np.random.default_rng(seed)
    drawn = (random.integers(0, examples, examples) for _ in range(resamples))
    values = np.array([(one(at), other(at)) for at in drawn])
    everyone = np.arange(examples)
    first, second = one(everyone), other(everyone)
    return (
        _figure(first, values[:, 0]),
        _figure(second, values[:, 1]),
        _figure(second - first, values[:, 1] - values[:, 0]),
    )


def wilson(hits: int, examples: int) -> Figure:
    """A share with its 95 % Wilson score interval (Wilson 1927).

    For shares of few examples: the bootstrap gives an interval of length 0 where none or all are hits.

    Args:
        hits: how many of the examples are counted.
        examples: how many there are.
    """
    if not examples:
        return Figure(math.nan, math.nan, math.nan)
    z, value = 1.96, hits / examples
    whole = 1 + z * z / examples
    centre = (value + z * z / (2 * examples)) / whole
    spread = z * math.sqrt(value * (1 - value) / examples + z * z / (4 * examples * examples)) / whole
    return Figure(value, max(centre - spread, 0.0), min(centre + spread, 1.0))


def _figure(value: float, resampled: FloatArray) -> Figure:
    # A figure over few examples, such as those to review, may have none of them in a resample.
    kept = resampled[~np.isnan(resampled)]
    low, high = np.percentile(kept, [2.5, 97.5]) if len(kept) else (math.nan, math.nan)
    return Figure(value, float(low), float(high))


@dataclass(frozen=True)
class SetScores:
    """Micro-averaged scores of predicted sets against true sets."""

    precision: float
    recall: float
    f1: float


def micro_scores(truth: list[set[str]], predicted: list[set[str]]) -> SetScores:
    """Precision, recall and F1 over all members of all sets; 0 where nothing was predicted or true."""
    hits = sum(len(a & b) for a, b in zip(truth, predicted, strict=True))
    named, wanted = sum(map(len, predicted)), sum(map(len, truth))
    return SetScores(
        precision=hits / named if named else 0.0,
        recall=hits / wanted if wanted else 0.0,
        f1=2 * hits / (named + wanted) if named + wanted else 0.0,
    )
