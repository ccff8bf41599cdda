"""One training run: configuration, postings, labels and folds, and the stages that every kind of model shares."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.calibration import softmax
from classifier.corpus import (
    DEV,
    TRAIN,
    Corpus,
    Labels,
    copies_of,
    file_hash,
    fold_of,
    joined_labels,
    named_ids,
    read_corpus,
    read_label_lines,
    read_labels,
)
from classifier.features import BUCKET_BITS, LONGEST_GRAM, MAX_CHARACTERS
from classifier.folds import pack_folds, split_hash
from classifier.labels import HEADS, LabelSpace, Scores
from classifier.metrics import told
from classifier.training.config import CommonConfig
from classifier.training.fitting import Targets, industry_targets, joined, soft_targets, targets_of, with_industries
from classifier.training.matrices import CorpusFeatures, Report, features_by, read_features
from classifier.training.network import state_arrays
from classifier.training.pretrain import pretrain
from classifier.training.provenance import provenance
from classifier.training.stages import Arrays, Stages
from classifier.training.teacher import add_up, linear_scores, network_scores
from classifier.vocabulary import Vocabulary
from taxonomy.catalogue import Taxonomy
from taxonomy.errors import JobAtlasError

_OF_EACH_EMPLOYER = 3
"""Postings of a known company that teach its industry: more would let a few giants outvote the rest."""


@dataclass(frozen=True)
class Run:
    """What every stage of a training run reads.

    Attributes:
        config: the settings.
        space: the labels to learn.
        corpus: all postings.
        hashes: SHA-256 of each file read, by name.
        provenance: what the model's metadata says of files, vocabulary and libraries.
        usable: which postings may be learnt from, [postings].
        labels: the labels that may be learnt.
        judging: whether a label is of the first label folder, on whose folds everything is chosen and measured,
            [labels].
        folds: the fold of each label, [labels].
        employer_industry: the industry of a posting's company where it is a known one, else -1, [described]; -1 too for
            companies of the measuring set, which stay unseen.
        features: the n-grams of the corpus.
        of_postings: the results on disk of stages that read no label: new labels leave them as they are.
        stages: the results on disk of the others.
        report: told of progress.
    """

    config: CommonConfig
    space: LabelSpace
    corpus: Corpus
    hashes: dict[str, str]
    provenance: dict[str, Any]
    usable: npt.NDArray[np.bool_]
    labels: Labels
    judging: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.int64]
    employer_industry: npt.NDArray[np.int64]
    features: CorpusFeatures
    of_postings: Stages
    stages: Stages
    report: Report

    def splits(self) -> list[npt.NDArray[np.int64]]:
        """The labels to learn from: all but one fold, for each fold, and all at last."""
        everyone = np.arange(len(self.labels))
        return [*(everyone[self.folds != fold] for fold in range(self.config.folds)), everyone]

    def settings(self, *sections: str, but: Collection[str] = ()) -> dict[str, Any]:
        """Seed, folds and what decides a result in some sections of the configuration, as plain values.

        Args:
            sections: of the configuration.
            but: settings in them that do not decide it.
        """
        whole = self.config.to_dict()
        left_out = {"checkpoint_minutes", *but}
        of_sections = {
            name: {key: value for key, value in whole[name].items() if key not in left_out} for name in sections
        }
        return {"seed": whole["seed"], "folds": whole["folds"]} | of_sections

    def known_employers(self, split: int) -> npt.NDArray[np.int64]:
        """Postings without a label whose company is a known one, but for companies whose labels a split holds back."""
        held = self.labels.postings[self.folds == split]
        unseen = {self.corpus.companies[place] for place in held}
        pool = self.unlabelled()
        known = pool[self.employer_industry[pool] >= 0]
        return known[[self.corpus.companies[place] not in unseen for place in known]]

    def lessons(self, split: int) -> tuple[npt.NDArray[np.int64], Targets]:
        """What a teacher learns: a split's labels, and the industry of a few postings of each known company."""
        labelled = self.splits()[split]
        seen: Counter[str] = Counter()
        chosen = []
        shuffled = np.random.default_rng(self.config.seed).permutation(self.known_employers(split))
        for place in shuffled:
            company = self.corpus.companies[place]
            if seen[company] < _OF_EACH_EMPLOYER:
                seen[company] += 1
                chosen.append(place)
        of_employers = np.array(sorted(chosen), dtype=np.int64)
        taught = industry_targets(self.employer_industry[of_employers], self.space)
        targets = joined(targets_of(self.labels, self.space)[labelled], taught)
        return np.concatenate([self.labels.postings[labelled], of_employers]), targets

    def soft_lessons(
        self, split: int, teacher: Scores, temperatures: dict[str, float]
    ) -> tuple[npt.NDArray[np.int64], Targets]:
        """What a student learns of the postings without a label: the teacher's probabilities, and known industries."""
        pool = self.unlabelled()
        targets = soft_targets(teacher, pool, temperatures)
        return pool, with_industries(targets, pool, self.known_employers(split), self.employer_industry)

    def task(self, what: str, split: int) -> str:
        """What a progress line calls the work on a split."""
        return f"{what}, fold {split + 1} of {self.config.folds}" if split < self.config.folds else f"{what}, final"

    def unlabelled(self) -> npt.NDArray[np.int64]:
        """Described postings that may be learnt from and have no label of their own."""
        pool = np.flatnonzero(self.usable[: self.corpus.described])
        return pool[~np.isin(pool, self.labels.postings)]

    @cached_property
    def judges(self) -> Labels:
        """The labels on which everything is chosen and measured."""
        return self.labels.only(self.judging)

    def out_of_fold(self, scores: list[Scores], rows: npt.NDArray[np.int64]) -> Scores:
        """Scores of the labelled postings, each by the model that did not learn its fold, [labels, classes] by head.

        Args:
            scores: of each fold's model, by head.
            rows: where in `scores` each labelled posting is, [labels].
        """
        places = list(zip(self.folds, rows, strict=True))
        return {name: np.array([scores[fold][name][row] for fold, row in places]) for name in HEADS}

    def judged(self, scores: Scores) -> Scores:
        """Those of the labelled postings' scores that belong to the judging labels."""
        return {name: values[self.judging] for name, values in scores.items()}

    def record(self, metrics: dict[str, dict[str, float]]) -> dict[str, Any]:
        """How the model came about, for its metadata."""
        return {
            "name": self.config.name,
            "config": self.config.to_dict(),
            **self.provenance,
            "postings_used": int(self.usable.sum()),
            "postings_left_out": int((~self.usable).sum()),
            "labels_used": len(self.labels),
            "split_hash": split_hash(zip(self._label_ids, self.folds.tolist(), strict=True)),
            "metrics_on_folds": {system: told(figures) for system, figures in metrics.items()},
        }

    def judged_labels(self, unseen: Scores, temperatures: dict[str, float]) -> bytes:
        """The labels with their folds and what models that did not learn them say of them, as `folds` stores it.

        Args:
            unseen: scores of the labelled postings from `out_of_fold`, [labels, classes] by head.
            temperatures: of the heads.
        """
        probabilities = softmax(unseen["role"].astype(np.float64), temperatures["role"])
        return pack_folds(self._label_ids, self.folds, self.labels.role, probabilities, self.space.roles)

    @cached_property
    def _label_ids(self) -> list[str]:
        """The posting of each label, [labels]."""
        return [self.corpus.ids[place] for place in self.labels.postings]


def prepare(
    config: CommonConfig,
    taxonomy: Taxonomy,
    data: Path,
    labels: Sequence[Path],
    work: Path,
    report: Report,
    vocabularies: dict[str, Vocabulary] | None = None,
) -> Run:
    """Read the data; what a dev.jsonl names, and copies of it, is left out of everything.

    Args:
        config: the settings.
        taxonomy: the roles and industries to learn, and the companies whose industry is known.
        data: folder of the postings.
        labels: label folders. All teach; on the folds of the first everything is chosen and measured. Of two labels of
            a posting that of the first folder counts, so that no later one changes what is measured.
        work: folder for the results of finished stages.
        report: told of progress.
        vocabularies: the n-grams to read, by field; None to choose them from the postings.

    Raises:
        JobAtlasError: data or labels cannot be used.
    """
    space = LabelSpace.of_taxonomy(taxonomy)
    corpus = read_corpus(data)
    held = [folder / DEV for folder in labels if (folder / DEV).exists()]
    measured = [str(row.get("id")) for path in held for row in read_label_lines(path)]
    usable = ~copies_of(corpus, measured)
    report(f"{len(corpus):,} postings read, {int((~usable).sum()):,} left out as measured or copies of measured ones")
    files = [folder / TRAIN for folder in labels]
    parts = [_labels_of_described(path, corpus, space) for path in files]
    everything = joined_labels(parts)
    learnt = everything.only(usable[everything.postings])
    report(f"{len(learnt):,} labels, {len(everything) - len(learnt):,} left out as copies of measured postings")
    folds = fold_of(corpus, [int(place) for place in learnt.postings], config.folds)
    judging = np.isin(learnt.postings, parts[0].postings)
    if len(np.unique(folds[judging])) < config.folds:
        raise JobAtlasError(f"{files[0]}: too few companies for {config.folds} folds. Lower `folds` or label more.")
    employer_industry = _industries_of_employers(corpus, taxonomy, space, named_ids(corpus, measured))
    employer_industry[~usable[: corpus.described]] = -1
    if vocabularies is None:
        features = read_features(corpus, usable, config.vocabulary, report)
    else:
        features = features_by(vocabularies, corpus, report)
    hashes = corpus.hashes | {TRAIN: file_hash(files[0])}
    hashes |= {f"{TRAIN} {number}": file_hash(path) for number, path in enumerate(files[1:], start=2)}
    common: dict[str, Any] = {
        "data": corpus.hashes,
        "reading": {"bits": BUCKET_BITS, "gram": LONGEST_GRAM, "cut": MAX_CHARACTERS},
        "left_out": hashlib.sha256(usable.tobytes()).hexdigest(),
    }
    labelled = common | {
        "data": hashes,
        "labels": [space.roles, space.industries],
        "employers": hashlib.sha256(employer_industry.tobytes()).hexdigest(),
    }
    of_postings, stages = Stages(work, common, report), Stages(work, labelled, report)
    return Run(
        config,
        space,
        corpus,
        hashes,
        provenance(hashes, labels, taxonomy),
        usable,
        learnt,
        judging,
        folds,
        employer_industry,
        features,
        of_postings,
        stages,
        report,
    )


def _industries_of_employers(
    corpus: Corpus, taxonomy: Taxonomy, space: LabelSpace, measured: set[str]
) -> npt.NDArray[np.int64]:
    """The industry of each described posting's company, -1 where it is not known or the company is to stay unseen."""
    unseen = {company for id_, company in zip(corpus.ids, corpus.companies, strict=True) if id_ in measured}
    places = {industry: place for place, industry in enumerate(space.industries)}
    known = {
        company: places.get(taxonomy.industry_of_company(company) or "", -1)
        for company in set(corpus.companies[: corpus.described]) - unseen
    }
    return np.array([known.get(company, -1) for company in corpus.companies[: corpus.described]], dtype=np.int64)


def _labels_of_described(path: Path, corpus: Corpus, space: LabelSpace) -> Labels:
    labels = read_labels(path, corpus, space)
    if np.any(labels.postings >= corpus.described):
        raise JobAtlasError(f"{path}: labels a posting without description. Remove the label.")
    return labels


def ngram_encoder(run: Run) -> Arrays:
    """The n-gram network's encoder, pre-trained on the postings."""

    def pretrained() -> Arrays:
        config = run.config
        return state_arrays(
            pretrain(run.corpus, run.features, run.usable, config.network, config.pretraining, config.seed, run.report)
        )

    return run.of_postings.run("encoder", run.settings("vocabulary", "network", "pretraining"), pretrained)


def teachers(run: Run, encoder: Arrays) -> list[Scores]:
    """The teacher's logits of all described postings, for each split."""
    return [teacher_of(run, encoder, split) for split in range(run.config.folds + 1)]


def teacher_of(run: Run, encoder: Arrays, split: int) -> Scores:
    """The teacher's logits of all described postings: machines and networks that learnt a split's labels.

    Args:
        run: data and stages.
        encoder: the pre-trained n-gram encoder.
        split: a fold, whose labels are not learnt; the number of folds for all labels.
    """
    settings = run.config.teacher

    def linear() -> Arrays:
        return linear_scores(
            run.corpus,
            run.features,
            run.lessons(split),
            settings.penalty,
            run.config.seed,
            run.task("linear teacher", split),
            run.report,
        )

    def networks() -> Arrays:
        return network_scores(
            run.corpus,
            run.features,
            run.lessons(split),
            run.space,
            encoder,
            run.config.network,
            settings,
            run.config.seed + 100 * split,
            run.task("teacher", split),
            run.report,
        )

    # Another weight of the sum, or another penalty, leaves the networks as they are; other networks leave the machines.
    by_networks = run.settings("vocabulary", "network", "pretraining", "teacher", but=("penalty", "linear_weight"))
    not_read = [name for name in run.config.to_dict()["vocabulary"] if name.startswith("network_")]
    by_penalty = run.settings("vocabulary", but=not_read) | {"penalty": settings.penalty}
    of_linear = run.stages.run(f"linear_{split}", by_penalty, linear)
    of_networks = run.stages.run(f"networks_{split}", by_networks, networks)
    return add_up(of_networks, of_linear, settings.linear_weight)
