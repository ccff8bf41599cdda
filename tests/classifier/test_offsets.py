"""Offsets of classes set right what a model says too seldom."""

import numpy as np

from classifier.training.offsets import fit_offsets, with_offsets

SHIFT = np.array([0.0, -1.5, 0.0, 0.7], dtype=np.float32)


def answers(postings: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of a model that would be right on average but for SHIFT, and what the postings are."""
    random = np.random.default_rng(seed)
    scores = random.normal(0, 2, (postings, 4))
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    truth = (random.random((postings, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    return (scores + SHIFT).astype(np.float32), truth


def test_a_known_shift_is_taken_back() -> None:
    scores, truth = answers(20_000, 1)
    offsets = fit_offsets(scores, truth)
    moved = offsets + SHIFT
    assert np.abs(moved - moved.mean()).max() < 0.1


def test_scores_that_are_too_sure_still_get_offsets_of_their_own_scale() -> None:
    scores, truth = answers(20_000, 2)
    once, thrice = fit_offsets(scores, truth), fit_offsets(3 * scores, truth)
    assert np.abs(thrice / 3 - once).max() < 0.02


def test_few_labels_move_little() -> None:
    scores, truth = answers(20_000, 3)
    assert np.abs(fit_offsets(scores[:8], truth[:8])).max() < np.abs(fit_offsets(scores, truth)).max()
    assert not fit_offsets(scores[:3], np.full(3, -1)).any()


def test_unknown_labels_decide_nothing() -> None:
    scores, truth = answers(500, 4)
    junk = np.full((200, 4), 50.0, dtype=np.float32)
    with_unknown = fit_offsets(np.vstack([scores, junk]), np.concatenate([truth, np.full(200, -1)]))
    assert np.array_equal(with_unknown, fit_offsets(scores, truth))


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
