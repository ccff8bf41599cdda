"""The fine-tuned encoders: those that join the teacher, a student for each fold, and the final student."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from classifier.calibration import negative_log_likelihood, softmax
from classifier.labels import HEADS
from classifier.training.config import EncoderTrainingConfig
from classifier.training.decide import head_temperatures
from classifier.training.encoder.base import Base
from classifier.training.encoder.checkpoint import CHECKPOINT, remove_checkpoint
from classifier.training.encoder.finetuning import Lessons, Reader, finetune, predict, predict_all
from classifier.training.encoder.module import PostingClassifier
from classifier.training.encoder.tokens import TokenisedCorpus
from classifier.training.encoder_config import FinetuningConfig
from classifier.training.fitting import joined, targets_of
from classifier.training.network import load_arrays, state_arrays
from classifier.training.run import Run, ngram_encoder, teachers
from classifier.training.stages import Arrays
from classifier.training.teacher import Lessons as TeacherLessons
from classifier.training.teacher import Scores, new_classifier

_TEACHER_SEED = 10_000
"""Set apart from the students' seeds, so that a teacher and its student do not err alike by chance."""


class Students:
    """Fine-tunes encoders, each a stage of its own on disk.

    Args:
        run: data and stages.
        config: the settings.
        load: gives the encoder to start from, anew each time.
        tokens: of the corpus.

    Attributes:
        taught: the teacher's logits of all described postings, for each split.
    """

    def __init__(
        self, run: Run, config: EncoderTrainingConfig, load: Callable[[], Base], tokens: TokenisedCorpus
    ) -> None:
        self._run = run
        self._config = config
        self._load = load
        self._fingerprint = load().fingerprint
        self._tokens = tokens
        self._ngrams = ngram_encoder(run)
        self.taught = [self._with_encoders(split, scores) for split, scores in enumerate(teachers(run, self._ngrams))]
        unseen = run.judged(run.out_of_fold(self.taught, run.labels.postings))
        self._temperatures = head_temperatures(unseen, run.judges, negative_log_likelihood)

    def of_fold(self, fold: int) -> Scores:
        """Logits of the labelled postings by a student that did not learn a fold's labels."""
        settings = self._config.finetuning

        def predicted(checkpoint: Path) -> Arrays:
            student, reader = self._student(fold, settings.unlabelled_of_folds, checkpoint)
            return predict(student, reader, self._run.labels.postings, settings.micro_tokens)

        return self._stage(f"encoder_student_{fold}", ("encoder_teacher", "finetuning"), predicted)

    def final(self) -> PostingClassifier:
        """The student that learns all labels."""

        def learnt(checkpoint: Path) -> Arrays:
            return state_arrays(self._student(self._config.folds, self._config.finetuning.unlabelled, checkpoint)[0])

        arrays = self._stage("encoder_student", ("encoder_teacher", "finetuning"), learnt)
        classifier, _ = self._new(self._seed(self._config.folds))
        load_arrays(classifier, arrays)
        return classifier

    def deciding(self, *sections: str) -> dict[str, Any]:
        """The settings that decide a stage, with those of some sections."""
        shared = self._run.settings("vocabulary", "network", "pretraining", "teacher", *sections)
        return shared | {"base": self._fingerprint}

    def _with_encoders(self, split: int, scores: Scores) -> Scores:
        """The n-gram teacher's logits of a split, plus log-probabilities of encoders that learnt its labels alone."""
        run, settings = self._run, self._config.encoder_teacher
        alone = replace(self._config.finetuning, epochs=settings.epochs, labelled_copies=1)
        task = run.task("teaching encoder", split)

        def scored(member: int, checkpoint: Path) -> Arrays:
            seed = self._seed(split) + _TEACHER_SEED + member
            classifier, reader = self._finetuned(split, None, 0, alone, seed, task, checkpoint)
            return predict_all(classifier, reader, np.arange(run.corpus.described), alone, task, run.report)

        for member in range(settings.networks):
            name = f"encoder_teacher_{split}_{member}"
            mine = self._stage(name, ("encoder_teacher", "finetuning"), partial(scored, member))
            weight = np.float32(settings.weight)
            scores = {
                head: scores[head] + weight * np.log(softmax(mine[head].astype(np.float64)) + 1e-9).astype(np.float32)
                for head in HEADS
            }
        return scores

    def _seed(self, split: int) -> int:
        return self._config.seed + 100 * split

    def _stage(self, name: str, sections: tuple[str, ...], stage: Callable[[Path], Arrays]) -> Arrays:
        deciding = self.deciding(*sections)
        checkpoint = self._run.stages.path(name, deciding, CHECKPOINT)
        arrays = self._run.stages.run(name, deciding, lambda: stage(checkpoint))
        remove_checkpoint(checkpoint)
        return arrays

    def _new(self, seed: int) -> tuple[PostingClassifier, Base]:
        run, config, base = self._run, self._config, self._load()
        wide = None
        if config.finetuning.wide:
            wide = new_classifier(run.features, config.network, run.space, self._ngrams, seed)
        torch.manual_seed(seed)
        return PostingClassifier(base, run.space, config.finetuning.dropout, wide), base

    def _student(self, split: int, unlabelled: int, checkpoint: Path) -> tuple[PostingClassifier, Reader]:
        soft = self._run.soft_lessons(split, self.taught[split], self._temperatures)
        settings = self._config.finetuning
        task = self._run.task("fine-tuning", split)
        return self._finetuned(split, soft, unlabelled, settings, self._seed(split), task, checkpoint)

    def _finetuned(
        self,
        split: int,
        soft: TeacherLessons | None,
        unlabelled: int,
        settings: FinetuningConfig,
        seed: int,
        task: str,
        checkpoint: Path,
    ) -> tuple[PostingClassifier, Reader]:
        """A classifier that learnt a split's labels, and the teacher's probabilities of other postings."""
        run = self._run
        classifier, base = self._new(seed)
        reader = Reader(self._tokens, base, run.features)
        labelled = run.splits()[split]
        postings, targets, pool = run.labels.postings[labelled], targets_of(run.labels, run.space)[labelled], 0
        if soft is not None:
            postings, targets, pool = np.concatenate([soft[0], postings]), joined(soft[1], targets), len(soft[0])
        lessons = Lessons(postings, targets, pool)
        finetune(classifier, reader, lessons, unlabelled, settings, seed, task, checkpoint, run.report)
        return classifier, reader
