"""Labels that are likely wrong, by confident learning.

Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty in dataset labels". A model's mean
probability of a class over the postings that carry it is how sure it is of that class when it is right. Of the classes
of which the model is that sure, the most probable one is what the posting says; the label is suspect if it is another
and less probable. This is the off-diagonal part of their confident joint where the model contradicts the label, ordered
by their normalised margin: probability of the given class minus that of the other.

The probabilities should come from a model that did not learn these labels: one that did agrees with their errors too,
and finds fewer of them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Suspect:
    """A label that the model contradicts.

    Attributes:
        row: of the label.
        role: index of the role that the model says instead.
        given: probability of the label.
        other: probability of the role that the model says.
    """

    row: int
    role: int
    given: float
    other: float


def find_suspects(probabilities: FloatArray, given: IntArray, alternative: IntArray) -> list[Suspect]:
    """The likely label errors, the most contradicted first.

    Args:
        probabilities: of the roles, [n, roles].
        given: role index of each label, [n].
        alternative: index of the acceptable second role, -1 for none, [n]; saying it contradicts nothing.
    """
    everyone = np.arange(len(given))
    of_given = probabilities[everyone, given]
    counts = np.bincount(given, minlength=probabilities.shape[1])
    sums = np.bincount(given, weights=of_given, minlength=probabilities.shape[1])
    # A class without labels has no threshold: nothing can be confidently of it.
    thresholds = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    confident = np.where(probabilities >= thresholds, probabilities, -1.0)
    other = confident.argmax(axis=1)
    # More than the label has, so never 0: where a class's labels all have 0, its threshold is 0 too.
    suspect = (confident[everyone, other] > of_given) & (other != alternative)
    rows = np.flatnonzero(suspect)
    margins = of_given[rows] - probabilities[rows, other[rows]]
    return [
        Suspect(int(row), int(other[row]), float(of_given[row]), float(probabilities[row, other[row]]))
        for row in rows[np.argsort(margins, kind="stable")]
    ]
