"""Offsets of roles set right what a model says too seldom."""

import numpy as np
import pytest

from classifier.training.offsets import fit_offsets, with_offsets

SHIFT = np.array([0.0, -1.5, 0.0, 0.7], dtype=np.float32)


def answers(postings: int, seed: int, sureness: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a model that would be right on average but for SHIFT, times its sureness; and what the postings are."""
    random = np.random.default_rng(seed)
    scores = random.normal(0, 2, (postings, 4))
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = (random.random((postings, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    return (sureness * (scores + SHIFT)).astype(np.float32), truth


@pytest.mark.parametrize("sureness", [1.0, 2.0, 0.5])
def test_a_known_shift_is_taken_back_however_sure_the_model_is(sureness: float) -> None:
    offsets = fit_offsets(*answers(20_000, 1, sureness))
    moved = offsets / sureness + SHIFT
    assert np.abs(moved - moved.mean()).max() < 0.1


def test_few_labels_move_little() -> None:
    for seed in range(30):
        scores, truth = answers(4, seed)
        assert np.abs(fit_offsets(scores - SHIFT, truth)).max() < 1.5


def test_scores_that_tell_nothing_do_not_make_offsets_explode() -> None:
    for seed in range(10):
        random = np.random.default_rng(seed)
        scores = random.normal(0, 2, (300, 6)).astype(np.float32)
        assert np.abs(fit_offsets(scores, random.integers(0, 6, 300))).max() < 2.5


def test_each_fold_gets_the_offsets_of_the_others() -> None:
    scores, truth = answers(3_000, 5)
    folds = np.arange(3_000) % 3
    moved = with_offsets(scores, truth, folds)
    assert np.allclose(moved[folds == 1] - scores[folds == 1], fit_offsets(scores[folds != 1], truth[folds != 1]))
    # The labels of a fold do not reach its own scores.
    lied = np.where(folds == 1, 0, truth)
    assert np.array_equal(with_offsets(scores, lied, folds)[folds == 1], moved[folds == 1])
    right, before = moved.argmax(axis=1) == truth, scores.argmax(axis=1) == truth
    assert right.mean() > before.mean()
