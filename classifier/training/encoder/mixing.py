"""How much the encoder weighs beside the n-grams, from scores of postings that neither had seen."""

import numpy as np
import numpy.typing as npt

from classifier.calibration import confidence_loss, fit_temperature
from classifier.corpus import Labels
from classifier.labels import HEADS, Scores
from classifier.mixture import Mixture
from classifier.training.encoder_config import MixtureConfig

_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)

_ENOUGH = 300
"""Labels on either side of the question from which a temperature is fitted to each."""


def choose_mixture(ngrams: Scores, encoder: Scores, labels: Labels, settings: MixtureConfig) -> Mixture:
    """For each head the weight with which most answers are right where the encoder is asked.

    Of equal ones the smallest. Not that of the least log loss: how sure the sum is, its temperature sets right
    afterwards. Sums and scores of the n-grams alone would want temperatures of their own; their ratio goes into the
    scores. With too few labels to fit them, the encoder is taken to agree where it is not asked.

    Args:
        ngrams: scores by head, [labels, classes].
        encoder: scores of the same postings.
        labels: what they are.
        settings: when the encoder is asked.
    """
    asked = Mixture({}, {}, settings.asked_below).asked(ngrams)
    weights, alone = {}, {}
    for head in HEADS:
        truth: npt.NDArray[np.int64] = getattr(labels, head)
        known = truth >= 0
        sums = {weight: ngrams[head] + np.float32(weight) * encoder[head] for weight in _WEIGHTS}
        of_both, of_one = known & asked, known & ~asked
        right = {weight: int((sums[weight].argmax(axis=1) == truth)[of_both].sum()) for weight in _WEIGHTS}
        weights[head] = max(right, key=right.__getitem__)
        alone[head] = 1 + weights[head]
        if min(of_both.sum(), of_one.sum()) >= _ENOUGH:
            alone[head] = _temperature(sums[weights[head]], truth, of_both) / _temperature(ngrams[head], truth, of_one)
    return Mixture(weights, alone, settings.asked_below)


def _temperature(scores: npt.NDArray[np.float32], truth: npt.NDArray[np.int64], at: npt.NDArray[np.bool_]) -> float:
    return fit_temperature(scores[at].astype(np.float64), truth[at], confidence_loss)
