"""Temperature scaling: one number per head that makes a probability mean what it says.

Guo et al. 2017, "On calibration of modern neural networks". The temperature divides the logits before the softmax;
it changes no ranking.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_SEARCH = (0.2, 5.0)
_GOLDEN = (5**0.5 - 1) / 2


def softmax(logits: FloatArray, temperature: float = 1.0) -> FloatArray:
    """Probabilities along the last axis."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)


def negative_log_likelihood(logits: FloatArray, truth: npt.NDArray[np.int64], temperature: float) -> float:
    """Mean of -log p(truth), in nats, of logits [n, classes]."""
    picked = softmax(logits, temperature)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(picked, 1e-12)).mean())


def fit_temperature(logits: FloatArray, truth: npt.NDArray[np.int64]) -> float:
    """The temperature in [0.2, 5] of least negative log-likelihood, by golden-section search over its logarithm.

    Args:
        logits: predictions of models that did not see these examples, [n, classes].
        truth: class of each example, [n].
    """
    low, high = np.log(_SEARCH[0]), np.log(_SEARCH[1])
    for _ in range(40):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if negative_log_likelihood(logits, truth, np.exp(left)) < negative_log_likelihood(logits, truth, np.exp(right)):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))
