"""Learning from unlabelled postings: the encoder predicts what it is not shown.

Half the time the title is hidden and must be told from the description; in every posting the site's category, tags
and industry are to be told where it has them. So the vectors come to say what a job is before any label is seen.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse
import torch
from torch import nn

from classifier.corpus import Corpus, folded
from classifier.training.config import NetworkConfig, PretrainingConfig
from classifier.training.matrices import CorpusFeatures, Report
from classifier.training.network import Encoder, Optimiser, TableSizes, minibatch
from classifier.training.progress import Pace

_TITLE_SEEN_IN = 150
_CATEGORY_SEEN_IN = 10
_TAG_SEEN_IN = 15
_INDUSTRY_SEEN_IN = 30
"""A thing to predict has to be in this many postings."""

_SHARES = {"title": 1.0, "category": 1.0, "tag": 0.5, "industry": 0.3}
"""Weight of each prediction in the loss."""

_HIDE_TITLE = 0.5
_HIDE_DESCRIPTION = 0.15
_HIDE_COMPANY = 0.3


@dataclass(frozen=True)
class Targets:
    """What is to be predicted: rows sum to 1, or to 0 where the posting says nothing. All [postings, things]."""

    title: scipy.sparse.csr_matrix
    category: scipy.sparse.csr_matrix
    tag: scipy.sparse.csr_matrix
    industry: scipy.sparse.csr_matrix


def read_targets(corpus: Corpus, features: CorpusFeatures, usable: npt.NDArray[np.bool_]) -> Targets:
    """Collect what is to be predicted from the corpus itself."""
    return Targets(
        title=_title_targets(corpus, features),
        category=_targets(corpus.site_categories, usable, _CATEGORY_SEEN_IN),
        tag=_targets([[folded(tag) for tag in tags] for tags in corpus.tags], usable, _TAG_SEEN_IN),
        industry=_targets([[text] if text else [] for text in corpus.site_industries], usable, _INDUSTRY_SEEN_IN),
    )


def _title_targets(corpus: Corpus, features: CorpusFeatures) -> scipy.sparse.csr_matrix:
    """The title's n-grams, each in the measure of its weight."""
    bags, vocabulary = features.network["title"], features.network_vocabularies["title"]
    kept = int((vocabulary.document_frequency >= _TITLE_SEEN_IN).sum()) + 1
    matrix = scipy.sparse.csr_matrix(
        (bags.values, bags.rows, bags.offsets), shape=(len(corpus), len(vocabulary.buckets) + 1)
    )
    return _scaled(matrix[:, :kept])


def _targets(names: Sequence[Sequence[str]], usable: npt.NDArray[np.bool_], seen_in: int) -> scipy.sparse.csr_matrix:
    counts = Counter(name for of_posting, use in zip(names, usable, strict=True) if use for name in set(of_posting))
    columns = {name: column for column, (name, count) in enumerate(counts.most_common()) if count >= seen_in}
    chosen = [sorted({columns[name] for name in of_posting if name in columns}) for of_posting in names]
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in chosen])])
    flat = np.array([column for row in chosen for column in row], dtype=np.int32)
    ones = np.ones(len(flat), dtype=np.float32)
    return _scaled(scipy.sparse.csr_matrix((ones, flat, offsets), shape=(len(names), max(len(columns), 1))))


def _scaled(matrix: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    return (scipy.sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ matrix).tocsr().astype(np.float32)


def pretrain(
    corpus: Corpus,
    features: CorpusFeatures,
    usable: npt.NDArray[np.bool_],
    shape: NetworkConfig,
    settings: PretrainingConfig,
    seed: int,
    report: Report,
) -> Encoder:
    """Train an encoder on the usable postings.

    Args:
        corpus: all postings.
        features: their n-grams.
        usable: which postings may be learnt from, [postings].
        shape: of the network.
        settings: epochs and rates.
        seed: of weights, order and dropout.
        report: told of loss, rate and time left.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    targets = read_targets(corpus, features, usable)
    encoder = Encoder(table_sizes(features), shape)
    outputs = nn.ModuleDict(
        {
            "title": nn.Linear(shape.width, targets.title.shape[1]),
            "category": nn.Linear(shape.width, targets.category.shape[1]),
            "tag": nn.Linear(shape.width, targets.tag.shape[1]),
            "industry": nn.Linear(shape.width + shape.company_width, targets.industry.shape[1]),
        }
    )
    postings = np.flatnonzero(usable)
    batch = min(settings.batch, len(postings))
    steps = settings.epochs * (len(postings) // batch)
    optimiser = Optimiser(
        encoder.tables(),
        nn.ModuleList([encoder, outputs]),
        (settings.table_rate, settings.dense_rate),
        steps,
    )
    pace = Pace("pre-training", steps, report)
    for _ in range(settings.epochs):
        order = random.permutation(postings)
        for start in range(0, len(order) - batch + 1, batch):
            chosen = order[start : start + batch]
            loss = _loss(encoder, outputs, features, targets, chosen, corpus.described, settings, random)
            optimiser.step(loss)
            pace.step(loss.item(), len(chosen))
    return encoder


def table_sizes(features: CorpusFeatures) -> TableSizes:
    """Rows of the embedding tables, the padding row among them."""
    return TableSizes(**{field: len(known.buckets) + 1 for field, known in features.network_vocabularies.items()})


def _loss(
    encoder: Encoder,
    outputs: nn.ModuleDict,
    features: CorpusFeatures,
    targets: Targets,
    chosen: npt.NDArray[np.int64],
    described: int,
    settings: PretrainingConfig,
    random: np.random.Generator,
) -> torch.Tensor:
    has_description = chosen < described
    draw = random.random(len(chosen))
    title_shown = ~has_description | (draw >= _HIDE_TITLE)
    description_shown = has_description & ((draw < 1 - _HIDE_DESCRIPTION) | ~title_shown)
    company_shown = random.random(len(chosen)) >= _HIDE_COMPANY
    bags = features.network
    text, company = encoder(
        minibatch(bags["title"], chosen, title_shown, 0.1, random),
        minibatch(bags["description"], chosen, description_shown, settings.feature_dropout, random),
        minibatch(bags["company"], chosen, company_shown, 0.1, random),
    )
    text = torch.nn.functional.dropout(text, 0.1)
    inputs = {"title": text, "category": text, "tag": text, "industry": torch.cat([text, company], dim=1)}
    total = text.new_zeros(())
    for name, share in _SHARES.items():
        wanted = getattr(targets, name)[chosen]
        told = np.diff(wanted.indptr) > 0
        if name == "title":
            told &= ~title_shown
        at = np.flatnonzero(told)
        if len(at):
            scores = torch.log_softmax(outputs[name](inputs[name][at]), dim=1)
            total = total - share * (torch.from_numpy(wanted[at].toarray()) * scores).sum(dim=1).mean()
    return total
