"""How much the encoder weighs beside the n-grams, from scores of postings that neither had seen."""

import numpy as np
import numpy.typing as npt

from classifier.calibration import fit_temperature, negative_log_likelihood
from classifier.corpus import Labels
from classifier.labels import HEADS
from classifier.mixture import Mixture, Scores
from classifier.training.encoder_config import MixtureConfig

_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)


def choose_mixture(ngrams: Scores, encoder: Scores, labels: Labels, settings: MixtureConfig) -> Mixture:
    """The weight of each head with the least negative log-likelihood, temperature fitted.

    Args:
        ngrams: scores by head, [labels, classes].
        encoder: scores of the same postings.
        labels: what they are.
        settings: when the encoder is asked.
    """
    weights = {}
    for head in HEADS:
        truth: npt.NDArray[np.int64] = getattr(labels, head)
        known = truth >= 0
        first, second = ngrams[head][known].astype(np.float64), encoder[head][known].astype(np.float64)

        losses = {weight: _least_loss(first + weight * second, truth[known]) for weight in _WEIGHTS}
        weights[head] = min(losses, key=losses.__getitem__)
    return Mixture(weights, settings.asked_below)


def _least_loss(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.int64]) -> float:
    temperature = fit_temperature(scores, truth, negative_log_likelihood)
    return negative_log_likelihood(scores, truth, temperature)
