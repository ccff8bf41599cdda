"""The teacher: unlike models added up, whose probabilities of all postings the student learns.

Networks fine-tuned from the pre-trained encoder generalise from few labels; the ridge regression remembers rare
n-grams that no network table holds. Their sum errs less than either.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from classifier.corpus import Corpus
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace
from classifier.training.config import NetworkConfig, TeacherConfig
from classifier.training.fitting import Targets, fit, predict
from classifier.training.linear import fit_ridge, kernel_of, linear_features
from classifier.training.matrices import CHUNK, CorpusFeatures, Report
from classifier.training.network import Classifier, Encoder, load_arrays
from classifier.training.pretrain import table_sizes

FloatArray = npt.NDArray[np.float32]
Scores = dict[str, FloatArray]
"""By head, [postings, classes]."""

Lessons = tuple[npt.NDArray[np.int64], Targets]
"""Postings, [n], and what each teaches, [n]."""


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
    lessons: Sequence[Lessons],
    ridge: float,
    report: Report,
) -> list[Scores]:
    """Scores of all described postings by ridge regressions, one for each split.

    Args:
        corpus: all postings.
        features: with the vocabularies.
        lessons: for each regression, the postings it learns from and what they teach.
        ridge: strength of the penalty.
        report: told of progress.
    """
    text_weights = _fitted(corpus, features, lessons, "text", ridge, report)
    firm_weights = _fitted(corpus, features, lessons, "firm", ridge, report)
    roles = lessons[0][1].role.shape[1]
    shape = {name: getattr(lessons[0][1], name).shape[1] for name in HEADS}
    scores = [
        {name: np.zeros((corpus.described, width), dtype=np.float32) for name, width in shape.items()} for _ in lessons
    ]
    for start in range(0, corpus.described, CHUNK):
        at = np.arange(start, min(start + CHUNK, corpus.described))
        text, firm = _features_of(corpus, features, at)
        for for_text, for_firm, result in zip(text_weights, firm_weights, scores, strict=True):
            both = text @ for_text
            result["role"][at], result["ai"][at] = both[:, :roles], both[:, roles:]
            result["industry"][at] = firm @ for_firm
        report(f"linear teacher: {at[-1] + 1:,} of {corpus.described:,} postings scored")
    return scores


def _fitted(
    corpus: Corpus,
    features: CorpusFeatures,
    lessons: Sequence[Lessons],
    read: Literal["text", "firm"],
    ridge: float,
    report: Report,
) -> list[FloatArray]:
    """The weights of each split's regression: of the text for role and AI, or with the company for the industry."""
    taught = [np.hstack([targets.role, targets.ai]) if read == "text" else targets.industry for _, targets in lessons]
    teaching = [of_split.sum(axis=1) > 0 for of_split in taught]
    chosen = [postings[teach] for (postings, _), teach in zip(lessons, teaching, strict=True)]
    everything = np.unique(np.concatenate(chosen))
    matrix = _features_of(corpus, features, everything)[0 if read == "text" else 1]
    kernel = kernel_of(matrix)
    report(f"linear teacher, {read}: {len(everything):,} postings compared")
    weights = []
    for postings, of_split, teach in zip(chosen, taught, teaching, strict=True):
        weights.append(fit_ridge(matrix, kernel, np.searchsorted(everything, postings), of_split[teach], ridge))
        report(f"linear teacher, {read}: {len(weights)} of {len(lessons)} splits fitted")
    return weights


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
    """The teacher's logits: log-probabilities of the networks plus weighted scores of the regression."""
    return {name: networks[name] + np.float32(linear_weight) * linear[name] for name in HEADS}
