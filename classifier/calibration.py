"""Temperature scaling: one number per head that makes a probability mean what it says.

Guo et al. 2017, "On calibration of modern neural networks". The temperature divides the logits before the softmax;
it changes no ranking.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Loss = Callable[[FloatArray, IntArray, float], float]

_SEARCH = (0.2, 5.0)
_GOLDEN = (5**0.5 - 1) / 2


def softmax(logits: FloatArray, temperature: float = 1.0) -> FloatArray:
    """Probabilities along the last axis."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)


def negative_log_likelihood(logits: FloatArray, truth: IntArray, temperature: float) -> float:
    """Mean of -log p(truth), in nats, of logits [n, classes]."""
    picked = softmax(logits, temperature)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(picked, 1e-12)).mean())


def confidence_loss(logits: FloatArray, truth: IntArray, temperature: float) -> float:
    """Mean log loss, in nats, of the confidence in the most probable class as the chance that it is right.

    Args:
        logits: predictions, [n, classes].
        truth: class of each example, [n].
        temperature: that divides the logits.
    """
    confidence = np.clip(softmax(logits, temperature).max(axis=1), 1e-12, 1 - 1e-12)
    right = logits.argmax(axis=1) == truth
    return float(-np.where(right, np.log(confidence), np.log1p(-confidence)).mean())


def fit_temperature(logits: FloatArray, truth: IntArray, loss: Loss) -> float:
    """The temperature in [0.2, 5] of least loss, by golden-section search over its logarithm.

    Args:
        logits: predictions of models that did not see these examples, [n, classes].
        truth: class of each example, [n].
        loss: `negative_log_likelihood` where all probabilities matter, as in what a student learns;
            `confidence_loss` where it is the confidence in the answer that has to mean what it says.
    """
    low, high = np.log(_SEARCH[0]), np.log(_SEARCH[1])
    for _ in range(40):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if loss(logits, truth, float(np.exp(left))) < loss(logits, truth, float(np.exp(right))):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))
