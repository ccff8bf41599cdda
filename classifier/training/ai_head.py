"""Training the head for AI involvement, on answers of text models to postings that they had not seen (stacking)."""

import hashlib
from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from classifier.ai_head import AiHead, ai_inputs
from classifier.ai_terms import AiTerms, packaged_terms
from classifier.labels import Scores
from classifier.training.config import AiHeadConfig
from classifier.training.fitting import targets_of
from classifier.training.progress import require_number
from classifier.training.run import Run
from classifier.training.stages import Arrays

FloatArray = npt.NDArray[np.float32]

_ARRAYS = ("hidden", "hidden_bias", "output", "output_bias")


def train_ai_head(run: Run, scores: Scores) -> tuple[Scores, AiHead]:
    """Train the head.

    Args:
        run: data and stages.
        scores: of all labelled postings by text models that did not learn their fold, [labels, classes] by head.

    Returns:
        The scores, in which those of AI involvement are the head's, each by a head that did not learn its fold; and
        the head that learnt them all.
    """
    settings = run.config.ai_head
    terms = AiTerms(packaged_terms())
    titles, descriptions, _ = run.corpus.texts(run.labels.postings)
    inputs = ai_inputs(scores, terms, titles, descriptions)
    targets = targets_of(run.labels, run.space).ai
    stage = run.settings("ai_head") | {"inputs": hashlib.sha256(inputs.tobytes()).hexdigest()}

    def learnt(split: npt.NDArray[np.int64], seed: int) -> Arrays:
        return fit_ai_head(inputs[split], targets[split], settings, seed)

    heads = []
    for place, split in enumerate(run.splits()):
        task = partial(learnt, split, run.config.seed + 100 * place)
        run.report(run.task("head for AI involvement", place))
        arrays = run.stages.run(f"ai_head_{place}", stage, task)
        heads.append(AiHead(terms.terms, *(arrays[name] for name in _ARRAYS)))
    ai = np.zeros_like(scores["ai"])
    for fold in range(run.config.folds):
        held = run.folds == fold
        ai[held] = heads[fold].logits(inputs[held])
    return scores | {"ai": ai}, heads[-1]


def fit_ai_head(inputs: FloatArray, targets: FloatArray, settings: AiHeadConfig, seed: int) -> Arrays:
    """The parameters of a head: networks trained alike but for their seeds, set side by side, their scores averaged.

    Args:
        inputs: [n, inputs].
        targets: probabilities of the degrees, [n, degrees].
        settings: sizes and rates.
        seed: of weights, order and dropout.

    Raises:
        JobAtlasError: the training has diverged.
    """
    members = [_fit_one(inputs, targets, settings, seed + member) for member in range(settings.members)]
    first = [member[1] for member in members]
    last = [member[4] for member in members]
    share = 1 / settings.members
    arrays = {
        "hidden": np.hstack([_array(layer.weight).T for layer in first]),
        "hidden_bias": np.hstack([_array(layer.bias) for layer in first]),
        "output": np.vstack([_array(layer.weight).T * share for layer in last]),
        "output_bias": np.sum([_array(layer.bias) * share for layer in last], axis=0),
    }
    return {name: np.asarray(values, dtype=np.float32) for name, values in arrays.items()}


def _array(tensor: torch.Tensor) -> FloatArray:
    array: FloatArray = tensor.detach().numpy()
    return array


def _fit_one(inputs: FloatArray, targets: FloatArray, settings: AiHeadConfig, seed: int) -> Sequence[nn.Linear]:
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Dropout(settings.input_dropout),
        nn.Linear(inputs.shape[1], settings.hidden),
        nn.ReLU(),
        nn.Dropout(settings.dropout),
        nn.Linear(settings.hidden, targets.shape[1]),
    )
    optimiser = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=settings.weight_decay)
    given, wanted = torch.from_numpy(inputs), torch.from_numpy(targets)
    batch = min(settings.batch, len(inputs))
    steps = settings.epochs * (len(inputs) // batch)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.01, total_iters=steps)
    step = 0
    for _ in range(settings.epochs):
        order = torch.randperm(len(inputs))
        for start in range(0, len(inputs) - batch + 1, batch):
            chosen = order[start : start + batch]
            loss = nn.functional.cross_entropy(network(given[chosen]), wanted[chosen])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
            optimiser.step()
            schedule.step()
            step += 1
            require_number(loss.item(), "head for AI involvement", step)
    return network.eval()  # type: ignore[return-value]  # its layers, by number
