"""The teacher: unlike models added up, whose probabilities of all postings the student learns.

Networks fine-tuned from the pre-trained encoder generalise from few labels; the support vector machines remember rare
n-grams that no network table holds. Their sum errs less than either.
"""

import numpy as np
import numpy.typing as npt
import torch

from classifier.corpus import Corpus
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace, Scores
from classifier.training.config import NetworkConfig, TeacherConfig
from classifier.training.fitting import Targets, fit, predict
from classifier.training.linear import fit_svm, linear_features
from classifier.training.matrices import CHUNK, CorpusFeatures, Report
from classifier.training.network import Classifier, Encoder, load_arrays
from classifier.training.pretrain import table_sizes

Lessons = tuple[npt.NDArray[np.int64], Targets]
"""Postings, [n], and what each teaches, [n]."""

_READ = {"role": "text", "ai": "text", "industry": "firm"}
"""What a head's support vector machines read: the text, or with it the company."""


def new_classifier(
    features: CorpusFeatures, shape: NetworkConfig, space: LabelSpace, encoder: Scores, seed: int
) -> Classifier:
    """A classifier with the pre-trained encoder and new heads."""
    torch.manual_seed(seed)
    body = Encoder(table_sizes(features), shape)
    load_arrays(body, encoder)
    return Classifier(body, len(space.roles), len(AI_INVOLVEMENT), len(space.industries))


def linear_scores(
    corpus: Corpus,
    features: CorpusFeatures,
    lessons: Lessons,
    penalty: float,
    seed: int,
    task: str,
    report: Report,
) -> Scores:
    """Scores of all described postings by support vector machines.

    Args:
        corpus: all postings.
        features: with the vocabularies.
        lessons: the postings they learn from, and what these teach.
        penalty: inverse strength of the penalty on weights (C).
        seed: of the order in which postings are visited.
        task: name for progress lines.
        report: told of progress.
    """
    postings, targets = lessons
    read = dict(zip(("text", "firm"), _features_of(corpus, features, postings), strict=True))
    machines = {}
    for name in HEADS:
        taught = getattr(targets, name)
        teaching = np.flatnonzero(taught.sum(axis=1) > 0)
        machines[name] = fit_svm(read[_READ[name]][teaching], taught[teaching], penalty, seed)
        report(f"{task}, {name}: learnt from {len(teaching):,} postings")
    scores = {
        name: np.zeros((corpus.described, len(intercepts)), dtype=np.float32)
        for name, (_, intercepts) in machines.items()
    }
    for start in range(0, corpus.described, CHUNK):
        at = np.arange(start, min(start + CHUNK, corpus.described))
        read = dict(zip(("text", "firm"), _features_of(corpus, features, at), strict=True))
        for name, (weights, intercepts) in machines.items():
            scores[name][at] = read[_READ[name]] @ weights + intercepts
    report(f"{task}: {corpus.described:,} postings scored")
    return scores


def _features_of(corpus: Corpus, features: CorpusFeatures, at: npt.NDArray[np.int64]) -> tuple:  # type: ignore[type-arg]  # scipy has no types
    return linear_features(
        features.vocabularies,
        [corpus.titles[place] for place in at],
        [corpus.descriptions[place] for place in at],
        [corpus.companies[place] for place in at],
    )


def network_scores(
    corpus: Corpus,
    features: CorpusFeatures,
    lessons: Lessons,
    space: LabelSpace,
    encoder: Scores,
    shape: NetworkConfig,
    settings: TeacherConfig,
    seed: int,
    task: str,
    report: Report,
) -> Scores:
    """Mean log-probabilities of all described postings by networks fine-tuned on lessons."""
    postings, targets = lessons
    everyone = np.arange(corpus.described)
    total: Scores = {}
    for member in range(settings.networks):
        classifier = new_classifier(features, shape, space, encoder, seed + member)
        fit(
            classifier,
            features,
            postings,
            targets,
            settings,
            seed + member,
            f"{task}, network {member + 1} of {settings.networks}",
            report,
        )
        for name, values in predict(classifier, features, everyone).items():
            total[name] = total.get(name, np.float32(0)) + values / np.float32(settings.networks)
    return total


def add_up(networks: Scores, linear: Scores, linear_weight: float) -> Scores:
    """The teacher's logits: log-probabilities of the networks plus weighted margins of the machines."""
    return {name: networks[name] + np.float32(linear_weight) * linear[name] for name in HEADS}
