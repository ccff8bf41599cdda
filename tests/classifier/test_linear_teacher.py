"""The linear half of the teacher: what it learns, and what it says of classes that it never saw."""

import numpy as np
import pytest
import scipy.sparse

from classifier.training.linear import fit_svm


def _postings(classes: list[int], width: int) -> tuple[scipy.sparse.csr_matrix, np.ndarray]:
    """Postings whose features are their class's own and one that all share, and targets of `width` classes."""
    features = np.zeros((len(classes), width + 1), dtype=np.float32)
    features[np.arange(len(classes)), classes] = 1.0
    features[:, width] = 0.5
    targets = np.full((len(classes), width), 0.01, dtype=np.float32)
    targets[np.arange(len(classes)), classes] = 0.9
    return scipy.sparse.csr_matrix(features), targets


@pytest.mark.parametrize("seen", [[0, 1, 2], [0, 2], [1, 3]])
def test_each_seen_class_is_told_from_the_others(seen: list[int]) -> None:
    classes = seen * 5
    features, targets = _postings(classes, 4)
    weights, intercepts = fit_svm(features, targets, 10.0, 1)
    scores = features @ weights + intercepts
    assert scores.argmax(axis=1).tolist() == classes
    assert np.all(scores[np.arange(len(classes)), classes] > 0.5)


def test_a_class_without_example_is_as_far_away_as_one_not_meant() -> None:
    features, targets = _postings([0, 1, 2] * 5, 5)
    weights, intercepts = fit_svm(features, targets, 10.0, 1)
    scores = features @ weights + intercepts
    assert np.all(scores[:, 3:] == -1.0)


def test_a_single_class_teaches_nothing() -> None:
    features, targets = _postings([1] * 4, 3)
    weights, intercepts = fit_svm(features, targets, 1.0, 1)
    assert not weights.any()
    assert intercepts.tolist() == [-1.0] * 3
