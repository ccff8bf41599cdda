"""The linear half of the teacher: ridge regression on the labels over all n-grams, solved through the kernel.

With a few thousand labels and hundreds of thousands of n-grams, the system of the size of the labels is the small one
(dual form of ridge regression, Saunders et al. 1998).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse

from classifier.training.matrices import CHUNK, weigh_texts
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


def kernel_of(features: scipy.sparse.csr_matrix) -> npt.NDArray[np.float32]:
    """The products of all pairs of rows, [n, n], computed some rows at a time: their sparse form would be larger."""
    transposed = features.T.tocsc()
    kernel = np.empty((features.shape[0], features.shape[0]), dtype=np.float32)
    for start in range(0, len(kernel), CHUNK):
        kernel[start : start + CHUNK] = (features[start : start + CHUNK] @ transposed).toarray()
    return kernel


def fit_ridge(
    features: scipy.sparse.csr_matrix,
    kernel: npt.NDArray[np.float32],
    rows: npt.NDArray[np.int64],
    targets: npt.NDArray[np.float32],
    ridge: float,
) -> npt.NDArray[np.float32]:
    """Weights [features, outputs] that minimise squared error plus ridge times their squared length.

    Args:
        features: of all postings that teach anyone, [m, features].
        kernel: their products, [m, m].
        rows: which of them teach here, [n].
        targets: [n, outputs], the probability of each class.
        ridge: strength of the penalty.
    """
    system = np.empty((len(rows), len(rows)), order="F")
    for start in range(0, len(rows), CHUNK):
        system[:, start : start + CHUNK] = kernel[np.ix_(rows, rows[start : start + CHUNK])]
    system[np.diag_indices_from(system)] += ridge
    # In place: with some ten thousand labels each copy of the system has gigabytes.
    factor = scipy.linalg.cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
    duals = scipy.linalg.cho_solve(factor, targets.astype(np.float64), check_finite=False)
    return np.asarray(features[rows].T @ duals.astype(np.float32), dtype=np.float32)
