"""One training run: configuration, postings, labels and folds, and the stages that every kind of model shares."""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

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
from classifier.training.config import CommonConfig
from classifier.training.matrices import CorpusFeatures, Report, read_features
from classifier.training.network import state_arrays
from classifier.training.pretrain import pretrain
from classifier.training.stages import Arrays, Stages
from classifier.training.teacher import Scores, add_up, linear_scores, network_scores
from taxonomy.errors import JobAtlasError


@dataclass(frozen=True)
class Run:
    """What every stage of a training run reads.

    Attributes:
        config: the settings.
        space: the labels to learn.
        corpus: all postings.
        hashes: SHA-256 of each file read, by name.
        usable: which postings may be learnt from, [postings].
        labels: the labels that may be learnt.
        folds: the fold of each label, [labels].
        features: the n-grams of the corpus.
        stages: the results on disk.
        report: told of progress.
    """

    config: CommonConfig
    space: LabelSpace
    corpus: Corpus
    hashes: dict[str, str]
    usable: npt.NDArray[np.bool_]
    labels: Labels
    folds: npt.NDArray[np.int64]
    features: CorpusFeatures
    stages: Stages
    report: Report

    def splits(self) -> list[npt.NDArray[np.int64]]:
        """The labels to learn from: all but one fold, for each fold, and all at last."""
        everyone = np.arange(len(self.labels))
        return [*(everyone[self.folds != fold] for fold in range(self.config.folds)), everyone]

    def settings(self, *sections: str) -> dict[str, Any]:
        """Seed, folds and what decides a result in some sections of the configuration, as plain values."""
        whole = self.config.to_dict()
        of_sections = {
            name: {key: value for key, value in whole[name].items() if key != "checkpoint_minutes"} for name in sections
        }
        return {"seed": whole["seed"], "folds": whole["folds"]} | of_sections

    def task(self, what: str, split: int) -> str:
        """What a progress line calls the work on a split."""
        return f"{what}, fold {split + 1} of {self.config.folds}" if split < self.config.folds else f"{what}, final"

    def unlabelled(self) -> npt.NDArray[np.int64]:
        """Described postings that may be learnt from and have no label of their own."""
        pool = np.flatnonzero(self.usable[: self.corpus.described])
        return pool[~np.isin(pool, self.labels.postings)]

    def out_of_fold(self, scores: list[Scores], rows: npt.NDArray[np.int64]) -> Scores:
        """Scores of the labelled postings, each by the model that did not learn its fold, [n, classes] by head.

        Args:
            scores: of each fold's model, by head.
            rows: where in `scores` each labelled posting is, [n].
        """
        return {
            name: np.array([scores[fold][name][row] for fold, row in zip(self.folds, rows, strict=True)])
            for name in HEADS
        }

    def record(self, metrics: dict[str, dict[str, float]]) -> dict[str, Any]:
        """How the model came about, for its metadata."""
        return {
            "name": self.config.name,
            "config": self.config.to_dict(),
            "data": self.hashes,
            "postings_used": int(self.usable.sum()),
            "postings_left_out": int((~self.usable).sum()),
            "labels_used": len(self.labels),
            "split_hash": hashlib.sha256(self._split_text().encode()).hexdigest(),
            "metrics_on_folds": metrics,
        }

    def _split_text(self) -> str:
        """The ids and folds of the labels, one a line; its hash tells whether two models had the same splits."""
        return "\n".join(
            f"{self.corpus.ids[place]} {fold}" for place, fold in zip(self.labels.postings, self.folds, strict=True)
        )


def prepare(config: CommonConfig, space: LabelSpace, data: Path, labels: Path, work: Path, report: Report) -> Run:
    """Read the data; what dev.jsonl names, and copies of it, is left out of everything.

    Raises:
        JobAtlasError: data or labels cannot be used.
    """
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
    hashes = corpus.hashes | {TRAIN: file_hash(labels / TRAIN)}
    common: dict[str, Any] = {
        "data": hashes,
        "reading": {"bits": BUCKET_BITS, "gram": LONGEST_GRAM, "cut": MAX_CHARACTERS},
        "left_out": hashlib.sha256(usable.tobytes()).hexdigest(),
        "labels": [space.roles, space.industries],
    }
    return Run(config, space, corpus, hashes, usable, learnt, folds, features, Stages(work, common, report), report)


def ngram_encoder(run: Run) -> Arrays:
    """The n-gram network's encoder, pre-trained on the postings."""

    def pretrained() -> Arrays:
        config = run.config
        return state_arrays(
            pretrain(run.corpus, run.features, run.usable, config.network, config.pretraining, config.seed, run.report)
        )

    return run.stages.run("encoder", run.settings("vocabulary", "network", "pretraining"), pretrained)


def teachers(run: Run, encoder: Arrays) -> list[Scores]:
    """The teacher's logits of all described postings, for each split."""
    settings = run.config.teacher

    def linear() -> Arrays:
        fitted = linear_scores(
            run.corpus, run.features, run.labels, run.splits(), run.space, settings.ridge, run.report
        )
        return {f"{name}_{split}": scores[name] for split, scores in enumerate(fitted) for name in HEADS}

    of_linear = run.stages.run("linear", run.settings("vocabulary", "teacher"), linear)

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
    taught = []
    for split in range(run.config.folds + 1):
        of_networks = run.stages.run(f"networks_{split}", deciding, partial(networks, split))
        mine = {name: of_linear[f"{name}_{split}"] for name in HEADS}
        taught.append(add_up(of_networks, mine, settings.linear_weight))
    return taught
