"""The fine-tuned encoders: one for each fold, which did not learn its labels, and the final one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from classifier.labels import HEADS, Scores
from classifier.training.config import EncoderTrainingConfig
from classifier.training.encoder.base import Base
from classifier.training.encoder.checkpoint import CHECKPOINT, remove_checkpoint
from classifier.training.encoder.finetuning import Lessons, Reader, finetune, predict
from classifier.training.encoder.module import PostingClassifier
from classifier.training.encoder.tokens import TokenisedCorpus
from classifier.training.fitting import joined, targets_of
from classifier.training.network import load_arrays, state_arrays
from classifier.training.run import Run
from classifier.training.stages import Arrays
from classifier.training.student import teacher_temperatures


class FinetunedEncoders:
    """Fine-tunes encoders, each a stage of its own on disk.

    Args:
        run: data and stages.
        config: the settings.
        load: gives the encoder to start from, anew each time.
        tokens: of the corpus.
        taught: the n-gram teacher's logits of all described postings, for each split.
    """

    def __init__(
        self,
        run: Run,
        config: EncoderTrainingConfig,
        load: Callable[[], Base],
        tokens: TokenisedCorpus,
        taught: list[Scores],
    ) -> None:
        self._run = run
        self._config = config
        self._load = load
        self._fingerprint = load().fingerprint
        self._tokens = tokens
        self._taught = taught

    def unseen(self) -> Scores:
        """Logits of the labelled postings, each by the encoder that did not learn its fold, [labels, classes]."""
        run, settings = self._run, self._config.finetuning
        widths = {"role": len(run.space.roles), "ai": self._taught[0]["ai"].shape[1]}
        widths["industry"] = len(run.space.industries)
        scores = {head: np.zeros((len(run.labels), widths[head]), dtype=np.float32) for head in HEADS}
        for fold in range(self._config.folds):
            held = np.flatnonzero(run.folds == fold)
            of_fold = self._of_fold(fold, run.labels.postings[held], settings.unlabelled_of_folds)
            for head in HEADS:
                scores[head][held] = of_fold[head]
        return scores

    def final(self) -> PostingClassifier:
        """The classifier that learns all labels."""
        unlabelled = self._config.finetuning.unlabelled

        def learnt(checkpoint: Path) -> Arrays:
            return state_arrays(self._finetuned(self._config.folds, unlabelled, checkpoint))

        arrays = self._stage("finetuned", unlabelled, learnt)
        classifier = self._new(self._config.folds)
        load_arrays(classifier, arrays)
        return classifier

    def reader(self) -> Reader:
        """Gives a classifier its inputs."""
        return Reader(self._tokens, self._load())

    def _of_fold(self, fold: int, postings: npt.NDArray[np.int64], unlabelled: int) -> Scores:
        def predicted(checkpoint: Path) -> Arrays:
            classifier = self._finetuned(fold, unlabelled, checkpoint)
            return predict(classifier, self.reader(), postings, self._config.finetuning.micro_tokens)

        return self._stage(f"finetuned_{fold}", unlabelled, predicted)

    def _deciding(self, unlabelled: int) -> dict[str, Any]:
        # The teacher decides nothing where it is not heard.
        heard = ("vocabulary", "network", "pretraining", "teacher") if unlabelled else ()
        return self._run.settings("finetuning", *heard) | {"base": self._fingerprint}

    def _stage(self, name: str, unlabelled: int, stage: Callable[[Path], Arrays]) -> Arrays:
        deciding = self._deciding(unlabelled)
        checkpoint = self._run.stages.path(name, deciding, CHECKPOINT)
        arrays = self._run.stages.run(name, deciding, lambda: stage(checkpoint))
        remove_checkpoint(checkpoint)
        return arrays

    def _seed(self, split: int) -> int:
        return self._config.seed + 100 * split

    def _new(self, split: int) -> PostingClassifier:
        base = self._load()
        torch.manual_seed(self._seed(split))
        return PostingClassifier(base, self._run.space, self._config.finetuning.dropout)

    def _finetuned(self, split: int, unlabelled: int, checkpoint: Path) -> PostingClassifier:
        """A classifier that learnt a split's labels, and the teacher's probabilities of other postings."""
        run, settings = self._run, self._config.finetuning
        classifier = self._new(split)
        labelled = run.splits()[split]
        lessons = Lessons(run.labels.postings[labelled], targets_of(run.labels, run.space)[labelled], 0)
        if unlabelled:
            soft, targets = run.soft_lessons(split, self._taught[split], teacher_temperatures(run, self._taught))
            lessons = Lessons(
                np.concatenate([soft, lessons.postings]), joined(targets, lessons.targets), unlabelled=len(soft)
            )
        seed, task = self._seed(split), run.task("fine-tuning", split)
        finetune(classifier, self.reader(), lessons, unlabelled, settings, seed, task, checkpoint, run.report)
        return classifier
