"""How the scores of n-grams and those of an encoder become one.

N-grams know words, also rare ones; an encoder knows their order and what stands beside them. They err differently, so
the sum of their log-probabilities errs less than either. Reading with the encoder takes ten times as long, so it is
asked only where the n-grams are not sure.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.calibration import softmax
from classifier.labels import HEADS, Scores


@dataclass(frozen=True)
class Mixture:
    """A rule for mixing.

    Attributes:
        weights: of the encoder's log-probabilities by head; those of the n-grams weigh 1.
        alone: what the n-grams' scores are multiplied by where the encoder is not asked, by head, so that one
            temperature fits all postings.
        asked_below: probability of the n-grams' most probable role below which the encoder is asked.
    """

    weights: dict[str, float]
    alone: dict[str, float]
    asked_below: float

    def asked(self, ngrams: Scores) -> npt.NDArray[np.bool_]:
        """Of which postings the encoder is asked, [n]."""
        surest: npt.NDArray[np.float64] = softmax(ngrams["role"].astype(np.float64)).max(axis=1, initial=0.0)
        return surest < self.asked_below

    def mixed(self, ngrams: Scores, encoder: Scores, asked: npt.NDArray[np.bool_]) -> Scores:
        """The scores of both.

        Args:
            ngrams: of all postings, [n, classes].
            encoder: of those of which it was asked, in their order, [asked, classes].
            asked: which they are, [n].
        """
        mixed: Scores = {}
        for head in HEADS:
            mixed[head] = np.float32(self.alone[head]) * ngrams[head]
            mixed[head][asked] = ngrams[head][asked] + np.float32(self.weights[head]) * encoder[head]
        return mixed

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the model's metadata."""
        return asdict(self)
