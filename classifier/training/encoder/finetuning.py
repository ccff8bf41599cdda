"""Fine-tuning: the encoder learns the labels, and the teacher's probabilities of postings without one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from classifier.encoder_input import TOKEN_FIELDS
from classifier.labels import HEADS, Scores
from classifier.training.encoder.base import Base
from classifier.training.encoder.checkpoint import Checkpoint
from classifier.training.encoder.loop import Loop, Schedule, device
from classifier.training.encoder.module import PostingClassifier, padded
from classifier.training.encoder.tokens import TokenisedCorpus
from classifier.training.encoder_config import FinetuningConfig
from classifier.training.fitting import Targets, heads_loss, teaching_counts
from classifier.training.matrices import Report
from taxonomy.errors import JobAtlasError


@dataclass(frozen=True)
class Lessons:
    """What a fine-tuning teaches: first postings with the teacher's probabilities, then labelled ones.

    Attributes:
        postings: [n].
        targets: [n].
        unlabelled: how many of them are of the first kind.
    """

    postings: npt.NDArray[np.int64]
    targets: Targets
    unlabelled: int


class Reader:
    """Gives a classifier its inputs.

    Args:
        tokens: of the corpus.
        base: tells how tokens are put together.
    """

    def __init__(self, tokens: TokenisedCorpus, base: Base) -> None:
        self._tokens = tokens
        self._base = base

    def texts(
        self, postings: npt.NDArray[np.int64], shown: dict[str, npt.NDArray[np.bool_]]
    ) -> list[npt.NDArray[np.int64]]:
        """The tokens of some postings, of which each field is shown or hidden, [n] by field."""
        see = np.stack([shown[field] for field in TOKEN_FIELDS], axis=1)
        return [
            self._tokens.posting(int(posting), row, self._base.reader)
            for posting, row in zip(postings, see, strict=True)
        ]

    def batch(self, texts: list[npt.NDArray[np.int64]], where: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens as one padded tensor on a device, and which are no padding."""
        return padded(texts, self._base.padding, where)


def finetune(
    classifier: PostingClassifier,
    reader: Reader,
    lessons: Lessons,
    unlabelled: int,
    settings: FinetuningConfig,
    seed: int,
    task: str,
    checkpoint_path: Path,
    report: Report,
) -> None:
    """Train all of a classifier. The checkpoint stays, until the result is kept elsewhere.

    Args:
        classifier: trained in place, left in evaluation mode on the device it was trained on.
        reader: gives its inputs.
        lessons: what is taught.
        unlabelled: postings with the teacher's probabilities in an epoch at most, drawn anew for each.
        settings: epochs, rates and what is hidden.
        seed: of order, dropout and hidden fields.
        task: name for progress lines.
        checkpoint_path: where the loop is kept.
        report: told of loss, rate and time left.
    """
    labelled = np.arange(lessons.unlabelled, len(lessons.postings))
    shown_an_epoch = min(unlabelled, lessons.unlabelled) + settings.labelled_copies * len(labelled)
    if shown_an_epoch == 0:
        raise JobAtlasError("fine-tuning has no posting to learn from. Raise labelled_copies or unlabelled.")
    per_step = min(settings.batch, shown_an_epoch)
    per_epoch = shown_an_epoch // per_step

    @lru_cache(maxsize=1)
    def epoch(number: int) -> npt.NDArray[np.int64]:
        random = np.random.default_rng([seed, number])
        drawn = random.permutation(lessons.unlabelled)[:unlabelled]
        return random.permutation(np.concatenate([drawn, np.tile(labelled, settings.labelled_copies)]))

    def micro_batches(step: int, random: np.random.Generator) -> Iterator[tuple[torch.Tensor, int]]:
        first = step % per_epoch * per_step
        chosen = epoch(step // per_epoch)[first : first + per_step]
        postings, targets = lessons.postings[chosen], lessons.targets[chosen]
        shown = _shown(len(chosen), settings, random)
        texts = reader.texts(postings, shown)
        teaching = teaching_counts(targets)
        for part in _of_like_length(texts, settings.micro_tokens):
            tokens, filled = reader.batch([texts[place] for place in part], where)
            with torch.autocast(where.type, torch.bfloat16, enabled=settings.bf16):
                outputs = classifier(tokens, filled)
            yield heads_loss([logits.float() for logits in outputs], targets[part], teaching), len(part)

    where = device()
    optimiser = classifier.to(where).optimiser(settings)
    checkpoint = Checkpoint(checkpoint_path, classifier, optimiser, report)
    schedule = Schedule(settings.epochs * per_epoch, settings.minutes, settings.warm_up)
    Loop(classifier, optimiser, schedule, checkpoint, settings.checkpoint_minutes, seed, task, "postings", report).run(
        micro_batches
    )


def _shown(n: int, settings: FinetuningConfig, random: np.random.Generator) -> dict[str, npt.NDArray[np.bool_]]:
    """Which fields of n postings are shown; never are title and description hidden together."""
    draw = random.random(n)
    return {
        "title": draw >= settings.hide_title,
        "description": draw < 1 - settings.hide_description,
        "company": random.random(n) >= settings.hide_company,
    }


def _of_like_length(texts: list[npt.NDArray[np.int64]], tokens: int) -> Iterator[npt.NDArray[np.int64]]:
    """Parts of a batch, longest texts first, each of at most so many tokens with padding; at least one text each."""
    lengths = np.array([len(text) for text in texts])
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        rows = max(1, tokens // int(lengths[order[start]]))
        yield order[start : start + rows]
        start += rows


def predict(
    classifier: PostingClassifier,
    reader: Reader,
    postings: npt.NDArray[np.int64],
    micro_tokens: int,
    hidden: Collection[str] = (),
) -> Scores:
    """Logits of some postings by head, [n, classes] each, in full precision, with some fields hidden."""
    shown = {field: np.full(len(postings), field not in hidden) for field in TOKEN_FIELDS}
    texts = reader.texts(postings, shown)
    where = classifier.role.weight.device
    scores: Scores = {}
    with torch.no_grad():
        for part in _of_like_length(texts, micro_tokens):
            tokens, filled = reader.batch([texts[place] for place in part], where)
            for name, logits in zip(HEADS, classifier(tokens, filled if len(part) > 1 else None), strict=True):
                values = logits.float().cpu().numpy()
                scores.setdefault(name, np.zeros((len(postings), values.shape[1]), dtype=np.float32))[part] = values
    return scores
