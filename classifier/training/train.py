"""`train`: from a configuration, postings and labels to a model folder."""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from classifier.calibration import negative_log_likelihood
from classifier.corpus import (
    DEV,
    TRAIN,
    Corpus,
    Labels,
    copies_of,
    file_hash,
    fold_of,
    read_corpus,
    read_label_lines,
    read_labels,
)
from classifier.features import BUCKET_BITS, LONGEST_GRAM, MAX_CHARACTERS
from classifier.labels import HEADS, LabelSpace
from classifier.training.config import TrainingConfig, read_config
from classifier.training.decide import decide, head_temperatures
from classifier.training.export import agreement, pack_model, require_agreement
from classifier.training.fitting import predict
from classifier.training.matrices import CorpusFeatures, Report, read_features
from classifier.training.network import Classifier, load_arrays, state_arrays
from classifier.training.pretrain import pretrain
from classifier.training.stages import Arrays, Stages
from classifier.training.student import fit_student
from classifier.training.teacher import Scores, add_up, linear_scores, network_scores, new_classifier
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

_CHECKED = 2_000
"""Postings on which the exported model is compared with the network."""


@dataclass(frozen=True)
class TrainingResult:
    """What a training run made.

    Attributes:
        folder: the model folder.
        version: of the model.
        metrics: on the folds of the training labels, each predicted by models that did not see it.
        agreement: share of postings on which the exported model answers as the network does.
    """

    folder: Path
    version: str
    metrics: dict[str, float]
    agreement: float


@dataclass(frozen=True)
class _Run:
    config: TrainingConfig
    space: LabelSpace
    corpus: Corpus
    usable: npt.NDArray[np.bool_]
    labels: Labels
    folds: npt.NDArray[np.int64]
    features: CorpusFeatures
    report: Report

    def splits(self) -> list[npt.NDArray[np.int64]]:
        """The labels to learn from: all but one fold, for each fold, and all at last."""
        everyone = np.arange(len(self.labels))
        return [*(everyone[self.folds != fold] for fold in range(self.config.folds)), everyone]

    def settings(self, *sections: str) -> dict[str, Any]:
        """Seed, folds and some sections of the configuration, as plain values."""
        whole = self.config.to_dict()
        return {name: whole[name] for name in ("seed", "folds", *sections)}

    def task(self, what: str, split: int) -> str:
        return f"{what}, fold {split + 1} of {self.config.folds}" if split < self.config.folds else f"{what}, final"


def train(config_path: Path, data: Path, labels: Path, output: Path, work: Path, progress: Report) -> TrainingResult:
    """Train a model and write its folder.

    Postings of dev.jsonl and their copies are left out of everything. A run that was stopped and is started again with
    the same arguments goes on after its last finished stage.

    Args:
        config_path: a TOML file of settings; see `config.TrainingConfig`.
        data: a folder with postings.parquet and, if there is one, postings_without_description.parquet.
        labels: a folder with train.jsonl and, if there is one, dev.jsonl.
        output: the model folder to write.
        work: a folder for the results of finished stages.
        progress: takes a line about what is going on, every ten seconds.

    Raises:
        JobAtlasError: configuration, data or labels cannot be used, or the export differs from the network.
    """
    config = read_config(config_path)
    torch.set_num_threads(config.threads)
    run = _prepare(config, data, labels, progress)
    hashes = run.corpus.hashes | {TRAIN: file_hash(labels / TRAIN)}
    reading = {"bits": BUCKET_BITS, "gram": LONGEST_GRAM, "cut": MAX_CHARACTERS}
    left_out = hashlib.sha256(run.usable.tobytes()).hexdigest()
    stages = Stages(work, {"data": hashes, "reading": reading, "left_out": left_out}, progress)
    encoder = stages.run("encoder", run.settings("vocabulary", "network", "pretraining"), lambda: _pretrain(run))
    teachers = _teachers(run, stages, encoder)
    students, classifier = _students(run, stages, encoder, teachers)
    labelled = np.arange(len(run.labels))
    decided = decide(_out_of_fold(run, students, labelled), run.labels, run.space, config.decision)
    of_teacher = decide(_out_of_fold(run, teachers, run.labels.postings), run.labels, run.space, config.decision)
    record = {
        "name": config.name,
        "config": config.to_dict(),
        "data": hashes,
        "postings_used": int(run.usable.sum()),
        "postings_left_out": int((~run.usable).sum()),
        "labels_used": len(run.labels),
        "split_hash": hashlib.sha256(_split_text(run).encode()).hexdigest(),
        "metrics_on_folds": {"student": decided.metrics, "teacher": of_teacher.metrics},
    }
    packed = pack_model(
        classifier, run.features.network_vocabularies, run.space, decided.temperatures, decided.thresholds, record
    )
    checked = np.arange(min(_CHECKED, run.corpus.described))
    exported, _ = packed.model.logits(
        [run.corpus.titles[place] for place in checked],
        [run.corpus.descriptions[place] for place in checked],
        [run.corpus.companies[place] for place in checked],
    )
    share = agreement(predict(classifier, run.features, checked), exported, run.space)
    require_agreement(share)
    packed.write(output)
    progress(f"wrote {packed.model.version} to {output}; it answers as the network on {share:.2%} of postings")
    return TrainingResult(output, packed.model.version, decided.metrics, share)


def _prepare(config: TrainingConfig, data: Path, labels: Path, report: Report) -> _Run:
    space = LabelSpace.of_taxonomy(load_taxonomy())
    corpus = read_corpus(data)
    measured = [str(row.get("id")) for row in read_label_lines(labels / DEV)] if (labels / DEV).exists() else []
    usable = ~copies_of(corpus, measured)
    report(f"{len(corpus):,} postings read, {int((~usable).sum()):,} left out as measured or copies of measured ones")
    everything = read_labels(labels / TRAIN, corpus, space)
    if np.any(everything.postings >= corpus.described):
        raise JobAtlasError(f"{labels / TRAIN}: labels a posting without description. Label postings of {data}.")
    learnt = everything.only(usable[everything.postings])
    report(f"{len(learnt):,} labels, {len(everything) - len(learnt):,} left out as copies of measured postings")
    folds = fold_of(corpus, [int(place) for place in learnt.postings], config.folds)
    if len(np.unique(folds)) < config.folds:
        raise JobAtlasError(
            f"{labels / TRAIN}: too few companies for {config.folds} folds. Lower `folds` or label more."
        )
    features = read_features(corpus, usable, config.vocabulary, report)
    return _Run(config, space, corpus, usable, learnt, folds, features, report)


def _pretrain(run: _Run) -> Arrays:
    encoder = pretrain(
        run.corpus, run.features, run.usable, run.config.network, run.config.pretraining, run.config.seed, run.report
    )
    return state_arrays(encoder)


def _teachers(run: _Run, stages: Stages, encoder: Arrays) -> list[Scores]:
    """The teacher's logits of all described postings, for each split."""
    settings = run.config.teacher

    def linear() -> Arrays:
        fitted = linear_scores(
            run.corpus, run.features, run.labels, run.splits(), run.space, settings.ridge, run.report
        )
        return {f"{name}_{split}": scores[name] for split, scores in enumerate(fitted) for name in HEADS}

    of_linear = stages.run("linear", run.settings("vocabulary", "teacher"), linear)

    def networks(split: int) -> Arrays:
        return network_scores(
            run.corpus,
            run.features,
            run.labels,
            run.splits()[split],
            run.space,
            encoder,
            run.config.network,
            settings,
            run.config.seed + 100 * split,
            run.task("teacher", split),
            run.report,
        )

    deciding = run.settings("vocabulary", "network", "pretraining", "teacher")
    teachers = []
    for split in range(run.config.folds + 1):
        of_networks = stages.run(f"networks_{split}", deciding, partial(networks, split))
        mine = {name: of_linear[f"{name}_{split}"] for name in HEADS}
        teachers.append(add_up(of_networks, mine, settings.linear_weight))
    return teachers


def _students(run: _Run, stages: Stages, encoder: Arrays, teachers: list[Scores]) -> tuple[list[Scores], Classifier]:
    """Log-probabilities of the labelled postings by a student for each fold, and the final student."""
    temperatures = head_temperatures(
        _out_of_fold(run, teachers, run.labels.postings), run.labels, negative_log_likelihood
    )

    def student(split: int) -> Classifier:
        return fit_student(
            run.corpus,
            run.features,
            run.labels,
            run.splits()[split],
            run.usable,
            teachers[split],
            temperatures,
            run.space,
            encoder,
            run.config.network,
            run.config.student,
            run.config.seed + 100 * split,
            run.task("student", split),
            run.report,
        )

    def predicted(fold: int) -> Arrays:
        return predict(student(fold), run.features, run.labels.postings)

    deciding = run.settings("vocabulary", "network", "pretraining", "teacher", "student")
    of_folds = [stages.run(f"student_{fold}", deciding, partial(predicted, fold)) for fold in range(run.config.folds)]
    final = new_classifier(run.features, run.config.network, run.space, encoder, run.config.seed)
    load_arrays(final, stages.run("student", deciding, lambda: state_arrays(student(run.config.folds))))
    return of_folds, final.eval()


def _out_of_fold(run: _Run, scores: list[Scores], rows: npt.NDArray[np.int64]) -> Scores:
    """Scores of the labelled postings, each by the model that did not learn its fold, [n, classes] by head.

    Args:
        run: the training run.
        scores: of each fold's model, by head.
        rows: where in `scores` each labelled posting is, [n].
    """
    return {
        name: np.array([scores[fold][name][row] for fold, row in zip(run.folds, rows, strict=True)]) for name in HEADS
    }


def _split_text(run: _Run) -> str:
    """The ids and folds of the labels, one a line; its hash tells whether two models had the same splits."""
    return "\n".join(
        f"{run.corpus.ids[place]} {fold}" for place, fold in zip(run.labels.postings, run.folds, strict=True)
    )
