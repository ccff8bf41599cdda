"""The teacher: unlike models added up, whose probabilities of all postings the student learns.

Networks fine-tuned from the pre-trained encoder generalise from few labels; the ridge regression remembers rare
n-grams that no network table holds. Their sum errs less than either.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from classifier.corpus import Corpus, Labels
from classifier.labels import AI_INVOLVEMENT, HEADS, LabelSpace
from classifier.training.config import NetworkConfig, TeacherConfig
from classifier.training.fitting import Targets, fit, predict, targets_of
from classifier.training.linear import fit_ridge, linear_features
from classifier.training.matrices import CHUNK, CorpusFeatures, Report
from classifier.training.network import Classifier, Encoder, load_arrays
from classifier.training.pretrain import table_sizes

FloatArray = npt.NDArray[np.float32]
Scores = dict[str, FloatArray]
"""By head, [postings, classes]."""


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
    labels: Labels,
    splits: Sequence[npt.NDArray[np.int64]],
    space: LabelSpace,
    ridge: float,
    report: Report,
) -> list[Scores]:
    """Scores of all described postings by ridge regressions, one for each split.

    Args:
        corpus: all postings.
        features: with the vocabularies.
        labels: all labelled postings.
        splits: for each regression, which labels it may learn, as indices into `labels`.
        space: the labels of the heads.
        ridge: strength of the penalty.
        report: told of progress.
    """
    hard = _hard_targets(labels, space)
    text, firm = _features_of(corpus, features, labels.postings)
    fitted = []
    for split in splits:
        known = split[labels.industry[split] >= 0]
        fitted.append(
            (
                fit_ridge(text[split], np.hstack([hard.role, hard.ai])[split], ridge),
                fit_ridge(firm[known], hard.industry[known], ridge),
            )
        )
    shape = {"role": len(space.roles), "ai": len(AI_INVOLVEMENT), "industry": len(space.industries)}
    scores = [
        {name: np.zeros((corpus.described, width), dtype=np.float32) for name, width in shape.items()} for _ in splits
    ]
    for start in range(0, corpus.described, CHUNK):
        at = np.arange(start, min(start + CHUNK, corpus.described))
        text, firm = _features_of(corpus, features, at)
        for (of_text, of_firm), result in zip(fitted, scores, strict=True):
            both = text @ of_text
            result["role"][at], result["ai"][at] = both[:, : shape["role"]], both[:, shape["role"] :]
            result["industry"][at] = firm @ of_firm
        report(f"linear teacher: {at[-1] + 1:,} of {corpus.described:,} postings scored")
    return scores


def _features_of(corpus: Corpus, features: CorpusFeatures, at: npt.NDArray[np.int64]) -> tuple:  # type: ignore[type-arg]  # scipy has no types
    return linear_features(
        features.vocabularies,
        [corpus.titles[place] for place in at],
        [corpus.descriptions[place] for place in at],
        [corpus.companies[place] for place in at],
    )


def _hard_targets(labels: Labels, space: LabelSpace) -> Targets:
    known = labels.industry >= 0
    industry = np.zeros((len(labels), len(space.industries)), dtype=np.float32)
    industry[known, labels.industry[known]] = 1
    return Targets(
        role=np.eye(len(space.roles), dtype=np.float32)[labels.role],
        ai=np.eye(len(AI_INVOLVEMENT), dtype=np.float32)[labels.ai],
        industry=industry,
    )


def network_scores(
    corpus: Corpus,
    features: CorpusFeatures,
    labels: Labels,
    split: npt.NDArray[np.int64],
    space: LabelSpace,
    encoder: Scores,
    shape: NetworkConfig,
    settings: TeacherConfig,
    seed: int,
    task: str,
    report: Report,
) -> Scores:
    """Mean log-probabilities of all described postings by networks fine-tuned on a split of the labels."""
    targets = targets_of(labels, space)
    everyone = np.arange(corpus.described)
    total: Scores = {}
    for member in range(settings.networks):
        classifier = new_classifier(features, shape, space, encoder, seed + member)
        fit(
            classifier,
            features,
            labels.postings[split],
            targets[split],
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
