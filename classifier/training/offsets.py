"""Offsets of roles: what a student says too seldom or too often, from answers to labels that it had not learnt.

A student learns most from postings without a label, in which rare roles are rarer than among the labelled ones, and so
says them too seldom. Adding a number per class to the scores corrects a shift of priors (Saerens et al. 2002,
"Adjusting the outputs of a classifier to new a priori probabilities"); it is fitted together with a temperature, as
Alexandari et al. 2020 do ("Maximum likelihood with bias-corrected calibration is hard-to-beat at label shift
adaptation"), and can be added to the bias of the model's last layer.
"""

import numpy as np
import numpy.typing as npt
import torch

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

_SPREAD = 1.0
"""Standard deviation of an offset, and of the logarithm of the scale, expected beforehand: few labels move little."""

_ITERATIONS = 500


def fit_offsets(scores: FloatArray, truth: IntArray) -> FloatArray:
    """The most probable offsets, [classes].

    Args:
        scores: of models that did not learn these labels, [n, classes].
        truth: class of each, [n].
    """
    given, wanted = torch.from_numpy(scores.astype(np.float64)), torch.from_numpy(truth)
    offsets = torch.zeros(scores.shape[1], dtype=torch.float64, requires_grad=True)
    scale = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([offsets, scale], max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        likelihood = torch.nn.functional.cross_entropy((given + offsets) * scale.exp(), wanted, reduction="sum")
        unlikely = (offsets.square().sum() + scale.square().sum()) / (2 * _SPREAD**2)
        total = (likelihood + unlikely) / len(wanted)
        total.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]  # as above
    return offsets.detach().numpy().astype(np.float32)


def with_offsets(scores: FloatArray, truth: IntArray, folds: IntArray) -> FloatArray:
    """Scores plus offsets, those of each fold fitted on the others, [n, classes].

    Args:
        scores: of models that did not learn these labels, [n, classes].
        truth: class of each, [n].
        folds: of each, [n].
    """
    moved = scores.copy()
    for fold in np.unique(folds):
        held = folds == fold
        moved[held] += fit_offsets(scores[~held], truth[~held])
    return moved
