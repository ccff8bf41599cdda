"""Teaching the classifier from probabilities: the loop that teacher networks and student share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from classifier.calibration import softmax
from classifier.corpus import Labels
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace
from classifier.training.config import ContinuedConfig, StudentConfig, TeacherConfig
from classifier.training.matrices import CorpusFeatures, Report
from classifier.training.network import Classifier, Optimiser, minibatch
from classifier.training.progress import Pace
from classifier.vocabulary import WeightedBags

FloatArray = npt.NDArray[np.float32]

_SHARES = {"role": 1.0, "ai": 0.5, "industry": 0.5}
"""Weight of each head in the loss."""

_SMOOTHING = 0.03
_ALTERNATIVE = {3: 0.1, 2: 0.2, 1: 0.35}
"""Probability of the acceptable second role, by how sure the annotator was."""

_HIDE_TITLE = 0.2
_HIDE_DESCRIPTION = 0.1
_HIDE_COMPANY = 0.1
_PREDICTION_BATCH = 1_000


@dataclass(frozen=True)
class Targets:
    """Probabilities to learn, [n, classes] of each head; a row of zeros teaches that head nothing."""

    role: FloatArray
    ai: FloatArray
    industry: FloatArray

    def __getitem__(self, at: npt.NDArray[np.int64]) -> "Targets":
        return Targets(self.role[at], self.ai[at], self.industry[at])


def targets_of(labels: Labels, space: LabelSpace) -> Targets:
    """Labels as probabilities: smoothed, and shared with the acceptable second role."""
    n = len(labels)
    everyone = np.arange(n)
    role = np.zeros((n, len(space.roles)), dtype=np.float32)
    role[everyone, labels.role] = 1.0
    second = labels.alternative >= 0
    share = np.array([_ALTERNATIVE[int(sure)] for sure in labels.sure], dtype=np.float32)[second]
    role[everyone[second], labels.role[second]] = 1 - share
    role[everyone[second], labels.alternative[second]] += share
    ai = np.zeros((n, len(AI_INVOLVEMENT)), dtype=np.float32)
    ai[everyone, labels.ai] = 1.0
    industry = np.zeros((n, len(space.industries)), dtype=np.float32)
    known = labels.industry >= 0
    industry[everyone[known], labels.industry[known]] = 1.0

    return Targets(_smooth(role), _smooth(ai), _smooth(industry))


def industry_targets(industries: npt.NDArray[np.int64], space: LabelSpace) -> Targets:
    """Targets that teach nothing but the industries, [n]."""
    n = len(industries)
    known = np.zeros((n, len(space.industries)), dtype=np.float32)
    known[np.arange(n), industries] = 1.0
    role = np.zeros((n, len(space.roles)), dtype=np.float32)
    return Targets(role, np.zeros((n, len(AI_INVOLVEMENT)), dtype=np.float32), _smooth(known))


def _smooth(targets: FloatArray) -> FloatArray:
    shared = _SMOOTHING * targets.sum(axis=1, keepdims=True) / targets.shape[1]
    return np.asarray((1 - _SMOOTHING) * targets + shared, dtype=np.float32)


def soft_targets(
    scores: dict[str, FloatArray], postings: npt.NDArray[np.int64], temperatures: dict[str, float]
) -> Targets:
    """A teacher's probabilities of some postings.

    Args:
        scores: its logits of all described postings, by head.
        postings: which of them, [n].
        temperatures: that make its probabilities mean what they say.
    """
    return Targets(
        **{
            name: softmax(scores[name][postings].astype(np.float64), temperatures[name]).astype(np.float32)
            for name in HEADS
        }
    )


def with_industries(
    targets: Targets, postings: npt.NDArray[np.int64], known: npt.NDArray[np.int64], industries: npt.NDArray[np.int64]
) -> Targets:
    """Targets of postings, [n], in which those of known companies teach that company's industry.

    Args:
        targets: of the postings.
        postings: in ascending order, [n].
        known: which of them are of a known company, in ascending order, [m].
        industries: the industry index of each posting of the corpus.
    """
    industry = targets.industry.copy()
    at = np.searchsorted(postings, known)
    rows = np.zeros((len(known), industry.shape[1]), dtype=np.float32)
    rows[np.arange(len(known)), industries[known]] = 1.0
    industry[at] = _smooth(rows)
    return Targets(targets.role, targets.ai, industry)


def joined(first: Targets, second: Targets) -> Targets:
    """The targets of one set of postings, then those of another."""
    return Targets(**{name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in HEADS})


def heads_loss(
    outputs: Sequence[torch.Tensor], targets: Targets, teaching: dict[str, int] | None = None
) -> torch.Tensor:
    """Cross-entropy of all heads, each the mean over the postings that teach it anything.

    Args:
        outputs: logits in the order of HEADS, [n, classes] each.
        targets: what they should say, [n].
        teaching: how many postings teach each head, where these are a part of a batch; None to count them here.
    """
    teaching = teaching or teaching_counts(targets)
    total: torch.Tensor = outputs[0].new_zeros(())
    for name, logits in zip(HEADS, outputs, strict=True):
        wanted = torch.from_numpy(getattr(targets, name)).to(logits.device)
        total = total - _SHARES[name] * (wanted * torch.log_softmax(logits, dim=1)).sum() / teaching[name]
    return total


def teaching_counts(targets: Targets) -> dict[str, int]:
    """How many postings teach each head, at least 1."""
    return {name: max(1, int((getattr(targets, name).sum(axis=1) > 0).sum())) for name in HEADS}


def fit(
    classifier: Classifier,
    features: CorpusFeatures,
    postings: npt.NDArray[np.int64],
    targets: Targets,
    settings: TeacherConfig | StudentConfig | ContinuedConfig,
    seed: int,
    task: str,
    report: Report,
) -> None:
    """Train all of a classifier, tables included.

    Args:
        classifier: trained in place, left in evaluation mode.
        features: n-grams of the corpus.
        postings: which postings teach, [n]; one may come more than once.
        targets: what they teach, [n].
        settings: epochs, batch and rates.
        seed: of order, dropout and hidden fields.
        task: name for progress lines.
        report: told of loss, rate and time left.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    batch = min(settings.batch, len(postings))
    steps = settings.epochs * (len(postings) // batch)
    optimiser = Optimiser(classifier.encoder.tables(), classifier, (settings.table_rate, settings.dense_rate), steps)
    pace = Pace(task, steps, report)
    classifier.train()
    for _ in range(settings.epochs):
        order = random.permutation(len(postings))
        for start in range(0, len(order) - batch + 1, batch):
            chosen = order[start : start + batch]
            loss = _loss(classifier, features.network, postings[chosen], targets[chosen], settings, random)
            optimiser.step(loss)
            pace.step(loss.item(), len(chosen))
    classifier.eval()


def _loss(
    classifier: Classifier,
    bags: dict[str, WeightedBags],
    postings: npt.NDArray[np.int64],
    targets: Targets,
    settings: TeacherConfig | StudentConfig | ContinuedConfig,
    random: np.random.Generator,
) -> torch.Tensor:
    draw = random.random(len(postings))
    outputs = classifier(
        minibatch(bags["title"], postings, draw >= _HIDE_TITLE, 0.1, random),
        minibatch(bags["description"], postings, draw < 1 - _HIDE_DESCRIPTION, settings.feature_dropout, random),
        minibatch(bags["company"], postings, random.random(len(postings)) >= _HIDE_COMPANY, 0.1, random),
    )
    return heads_loss(outputs, targets)


def predict(classifier: Classifier, features: CorpusFeatures, postings: npt.NDArray[np.int64]) -> dict[str, FloatArray]:
    """Log-probabilities of some postings by head, [n, classes] each."""
    bags = features.network
    random = np.random.default_rng(0)
    parts: dict[str, list[FloatArray]] = {name: [] for name in HEADS}
    with torch.no_grad():
        for start in range(0, len(postings), _PREDICTION_BATCH):
            chosen = postings[start : start + _PREDICTION_BATCH]
            shown = np.ones(len(chosen), dtype=bool)
            outputs = classifier(
                *(minibatch(bags[field], chosen, shown, 0.0, random) for field in ("title", "description", "company"))
            )
            for name, logits in zip(HEADS, outputs, strict=True):
                parts[name].append(torch.log_softmax(logits, dim=1).numpy())
    return {name: np.concatenate(part) for name, part in parts.items()}
