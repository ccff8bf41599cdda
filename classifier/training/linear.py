"""The linear half of the teacher: support vector machines over all n-grams (Joachims 1998; LIBLINEAR, Fan et al. 2008).

Time and memory grow with the labels, not with their square as those of a kernel method.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse
from sklearn.svm import LinearSVC

from classifier.training.matrices import weigh_texts
from classifier.vocabulary import Vocabulary

OPENING = 120
"""Characters of the description read once more as its opening, where postings say what the work is."""

_TEXT_WEIGHTS = {"title": 1.0, "description": 2.0, "opening": 1.0}
_COMPANY_WEIGHTS = {"title": 0.5, "description": 1.0, "company": 2.0}


def linear_features(
    vocabularies: dict[str, Vocabulary],
    titles: Sequence[str],
    descriptions: Sequence[str],
    companies: Sequence[str],
) -> tuple[scipy.sparse.csr_matrix, scipy.sparse.csr_matrix]:
    """The rows of the two feature matrices: of the text, for role and AI, and with the company, for the industry.

    Each row has Euclidean length at most 1: the fields' unit vectors, weighted.
    """
    blocks = {
        "title": _matrix(titles, "title", vocabularies),
        "description": _matrix(descriptions, "description", vocabularies),
        "opening": _matrix([text[:OPENING] for text in descriptions], "description", vocabularies),
        "company": _matrix(companies, "company", vocabularies),
    }

    def stacked(weights: dict[str, float]) -> scipy.sparse.csr_matrix:
        total = sum(weights.values())
        parts = [blocks[name] * np.float32((weight / total) ** 0.5) for name, weight in weights.items()]
        return scipy.sparse.hstack(parts, format="csr")

    return stacked(_TEXT_WEIGHTS), stacked(_COMPANY_WEIGHTS)


def _matrix(texts: Sequence[str], field: str, vocabularies: dict[str, Vocabulary]) -> scipy.sparse.csr_matrix:
    weighted = weigh_texts(texts, field, vocabularies[field])
    return scipy.sparse.csr_matrix(
        (weighted.values, weighted.rows, weighted.offsets), shape=(len(texts), len(vocabularies[field].buckets) + 1)
    )


def fit_svm(
    features: scipy.sparse.csr_matrix, targets: npt.NDArray[np.float32], penalty: float, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Weights, [features, classes], and intercepts, [classes], of one-against-the-rest support vector machines.

    Args:
        features: of the postings that teach, [n, features].
        targets: the probability of each class, [n, classes]; the likeliest is learnt.
        penalty: inverse strength of the penalty on the weights (C).
        seed: of the order in which postings are visited.
    """
    classes = targets.argmax(axis=1)
    weights = np.zeros((features.shape[1], targets.shape[1]), dtype=np.float32)
    # A class without an example is as far away as one that is surely not meant.
    intercepts = np.full(targets.shape[1], -1.0, dtype=np.float32)
    present = np.unique(classes)
    if len(present) < 2:
        return weights, intercepts
    machine = LinearSVC(C=penalty, tol=1e-3, random_state=seed).fit(features, classes)
    if len(present) == 2:
        # Of two classes, one machine tells the second from the first.
        weights[:, present] = np.hstack([-machine.coef_.T, machine.coef_.T])
        intercepts[present] = [-machine.intercept_[0], machine.intercept_[0]]
    else:
        weights[:, present], intercepts[present] = machine.coef_.T, machine.intercept_
    return weights, intercepts
