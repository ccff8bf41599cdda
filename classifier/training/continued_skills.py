"""Going on from a confirmer of skills: new skills and corrections from a user's labels, without those it was made from.

The rows of the labelled skills, and the weights of their spellings, begin as the base's and move as far as the labels
pull against a penalty on the way gone (a Gaussian prior at the base's weights, after Chelba and Acero 2004,
"Adaptation of maximum entropy capitalizer"). What holds for all skills stays as it is: the characters around a mention,
the topics, the thresholds. So a skill without a label keeps its answers.

A new skill begins as row 0, the row of no skill: what the base has learnt of all skills together. It has weights of its
own for the characters around it, which begin as zero, says nothing of a posting's topics, and weighs those that the
other skills tell.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from scipy.optimize import minimize
from scipy.special import expit

from classifier.corpus import TRAIN, file_hash, read_corpus
from classifier.metrics import Figure
from classifier.model import SHIPPED
from classifier.skills.confirmer import (
    PACKAGED_CONFIRMER,
    SkillConfirmer,
    Weights,
    inputs,
    read_confirmer,
    write_confirmer,
)
from classifier.skills.features import FeatureReader, FloatArray, IntArray, ProposalFeatures
from classifier.training.config import SkillsTrainingConfig
from classifier.training.matrices import Report
from classifier.training.provenance import provenance
from classifier.training.skill_labels import ANSWERS, LabelledSkills, read_own_skill_labels
from classifier.training.skills import SkillsResult, skill_figures
from taxonomy.catalogue import Taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.skills import SkillMatcher

FEWEST = 10
"""Labelled postings that propose a new skill, from which it is learnt; with fewer it goes on counting by the rules."""

_ITERATIONS = 500

_DECIDING = ("name", "kind", "folds", "penalty", "context_scale", "topic_scale")
"""The settings that decide a continued confirmer."""


def continue_skills(
    config: SkillsTrainingConfig,
    taxonomy: Taxonomy,
    data: Path,
    labels: Sequence[Path],
    output: Path,
    base: str,
    report: Report,
) -> SkillsResult:
    """Go on from a confirmer and write the folder of the new one.

    Args:
        config: the settings; `penalty` is how freely weights leave the base's.
        taxonomy: the vocabulary, new skills among it.
        data: a folder with the user's postings.
        labels: folders with train.jsonl, skills.jsonl or both; see `read_own_skill_labels`.
        output: the folder to write.
        base: the folder of the confirmer to go on from, or "shipped".
        report: takes a line about what is going on.

    Raises:
        JobAtlasError: base, data or labels cannot be used.
    """
    start = read_confirmer(PACKAGED_CONFIRMER if base == SHIPPED else Path(base))
    report(f"going on from {start.version}")
    corpus = read_corpus(data)
    labelled = read_own_skill_labels(corpus, taxonomy, SkillMatcher(taxonomy), labels, config.folds, report)
    carried = carried_over(start, taxonomy, _learnable(start, labelled, report))
    new = [skill for skill in carried.skills if skill not in set(start.skills)]
    gone = [skill for skill in start.skills if skill not in set(carried.skills)]
    for what, names in (("new skills", new), ("no longer in the vocabulary", gone)):
        if names:
            report(f"{what}: {', '.join(names)}")
    task = _Continuation(config, carried, labelled)
    if not len(task.features.skill):
        raise JobAtlasError(
            f"{', '.join(map(str, labels))}: no labelled posting names a skill of the vocabulary. Label some that do."
        )
    scores = np.zeros(len(task.features.skill), dtype=np.float32)
    for fold in range(config.folds):
        of_fold = labelled.folds[task.features.posting] == fold
        scores[of_fold] = task.scores(task.fit(~of_fold))[of_fold]
    metrics = task.metrics(scores, new)
    weights = task.fit(np.ones(len(scores), dtype=bool))
    record = {
        "config": {name: value for name, value in config.to_dict().items() if name in _DECIDING},
        "continued_from": start.version,
        "new_skills": new,
        **provenance(corpus.hashes | _hashes(labels), labels, taxonomy),
        "labels_used": len(labelled.texts),
        "metrics_on_folds": {
            system: {name: [figure.value, figure.low, figure.high] for name, figure in figures.items()}
            for system, figures in metrics.items()
        },
    }
    confirmer = write_confirmer(
        output,
        config.name,
        carried.skills,
        carried.spellings,
        weights,
        carried.thresholds,
        record,
        carried.own_context,
    )
    stored = confirmer.counts(task.features, confirmer.scores(task.features))
    agreement = float((stored == carried.counts(task.features, task.scores(weights))).mean())
    return SkillsResult(confirmer, metrics, agreement)


def _hashes(labels: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of the files that teach, by name."""
    return {
        f"{file} {number}": file_hash(folder / file)
        for number, folder in enumerate(labels, start=1)
        for file in (TRAIN, ANSWERS)
        if (folder / file).exists()
    }


def _learnable(base: SkillConfirmer, labelled: LabelledSkills, report: Report) -> set[str]:
    """The skills that the base has not learnt and that enough labelled postings propose."""
    counts: dict[str, int] = {}
    for found, hidden in zip(labelled.proposals, labelled.hidden, strict=True):
        for skill in {proposal.skill for proposal in found} - hidden - set(base.skills):
            counts[skill] = counts.get(skill, 0) + 1
    for skill, count in sorted(counts.items()):
        if count < FEWEST:
            report(f"{skill}: named in {count} labelled postings, learnt from {FEWEST}; counts by the rules until then")
    return {skill for skill, count in counts.items() if count >= FEWEST}


def carried_over(base: SkillConfirmer, taxonomy: Taxonomy, learnable: set[str]) -> SkillConfirmer:
    """The base for another vocabulary: skills and spellings keep their weights by name, new ones begin.

    Args:
        base: the confirmer.
        taxonomy: the vocabulary.
        learnable: its skills that are not the base's and shall be learnt.
    """
    old = {skill: row for row, skill in enumerate(base.skills, start=1)}
    kept = [skill for skill in taxonomy.skills if skill.name in old or (skill.measured and skill.name in learnable)]
    skills = [skill.name for skill in kept]
    rows = [0, *(old.get(skill, 0) for skill in skills)]
    old_spellings = {spelling: row for row, spelling in enumerate(base.spellings, start=1)}
    spellings = [(skill.name, name) for skill in kept for name in (skill.name, *skill.names, *skill.hints)]
    # Row 0 of the spellings is of one that is not known: nothing.
    of_spellings = [0, *(old_spellings.get(spelling, 0) for spelling in spellings)]
    old_own = {skill: row for row, skill in enumerate(base.own_context, start=1)}
    own_context = [skill for skill in skills if skill in old_own or skill not in old]
    own = [old_own.get(skill, 0) for skill in ("", *own_context)]
    weights = replace(
        base.weights,
        own_before=base.weights.own_before[own],
        own_after=base.weights.own_after[own],
        skill=base.weights.skill[rows],
        topic=base.weights.topic[rows],
        spelling=base.weights.spelling[of_spellings],
    )
    return SkillConfirmer(skills, spellings, weights, base.thresholds, base.version, own_context)


class _Continuation:
    """Fits and measures on the user's labelled postings.

    Args:
        config: the settings.
        base: carried over to the user's vocabulary.
        labelled: the postings.
    """

    def __init__(self, config: SkillsTrainingConfig, base: SkillConfirmer, labelled: LabelledSkills) -> None:
        self._config = config
        self._base = base
        self._labelled = labelled
        self.features = FeatureReader(base.skills, base.spellings).read(
            labelled.titles, labelled.texts, labelled.proposals
        )
        self._names = [base.skills[row - 1] for row in self.features.skill]
        pairs = list(zip(self._names, self.features.posting, strict=True))
        self._asked = np.array([name in labelled.wanted[place] for name, place in pairs], dtype=bool)
        self._seen = np.array([name not in labelled.hidden[place] for name, place in pairs], dtype=bool)
        self._of_base = base.scores(self.features)
        topics = base.weights.topic.shape[1]
        self._width = base.weights.skill.shape[1]
        self._scale = np.ones(self._width, dtype=np.float32)
        self._scale[self._width - topics :] = config.topic_scale
        self._matrix = self._design()

    def _design(self) -> sparse.csr_matrix:
        """What may leave the base: skills' own inputs, spellings, own contexts before and after, [pairs, columns]."""
        features, pairs = self.features, len(self.features.skill)
        values = inputs(features, self._base.weights.topic) * self._scale
        columns = features.skill[:, None] * self._width + np.arange(self._width)
        own = sparse.csr_matrix(
            (values.ravel(), columns.ravel(), np.arange(pairs + 1) * self._width),
            shape=(pairs, self._base.weights.skill.size),
        )
        pair_of = np.repeat(np.arange(pairs), features.mentions)
        share = 1.0 / features.mentions[pair_of]
        spelling = sparse.csr_matrix(
            (share, (pair_of, features.spelling)), shape=(pairs, len(self._base.weights.spelling))
        )
        row_of = self._base.own_rows(features)[pair_of]
        contexts = [self._contexts(buckets, pair_of, row_of, share) for buckets in (features.before, features.after)]
        return sparse.hstack([own, spelling, *contexts]).tocsr()

    def _contexts(
        self, buckets: IntArray, pair_of: IntArray, row_of: IntArray, share: npt.NDArray[np.float64]
    ) -> sparse.csr_matrix:
        """The buckets on one side of mentions, for skills with weights of their own, [pairs, (own + 1) x buckets]."""
        shape = self._base.weights.own_before.shape
        read = (buckets > 0) & (row_of > 0)[:, None]
        columns = row_of[:, None] * shape[1] + buckets
        values = np.broadcast_to(share[:, None] * self._config.context_scale, buckets.shape)
        pairs = np.broadcast_to(pair_of[:, None], buckets.shape)
        return sparse.csr_matrix(
            (values[read], (pairs[read], columns[read])), shape=(len(self.features.skill), shape[0] * shape[1])
        )

    def fit(self, learnt: npt.NDArray[np.bool_]) -> Weights:
        """Weights from some pairs, [pairs]: the base's, and how far they go from there."""
        rows = learnt & self._seen
        moved = _moved(
            self._matrix[rows], self._asked[rows], self._of_base[rows].astype(np.float64), self._config.penalty
        )
        base = self._base.weights
        ends = np.cumsum([base.skill.size, base.spelling.size, base.own_before.size])
        own, spelling, before, after = np.split(moved, ends)
        scale = self._config.context_scale
        return replace(
            base,
            skill=(base.skill + own.reshape(base.skill.shape) * self._scale).astype(np.float32),
            spelling=(base.spelling + spelling).astype(np.float32),
            own_before=(base.own_before + before.reshape(base.own_before.shape) * scale).astype(np.float32),
            own_after=(base.own_after + after.reshape(base.own_after.shape) * scale).astype(np.float32),
        )

    def scores(self, weights: Weights) -> FloatArray:
        """Log-odds that the posting asks for the skill, [pairs]."""
        base = self._base
        confirmer = SkillConfirmer(base.skills, base.spellings, weights, base.thresholds, "", base.own_context)
        return confirmer.scores(self.features)

    def metrics(self, scores: FloatArray, new: Sequence[str]) -> dict[str, dict[str, Figure]]:
        """Base and continued confirmer side by side, over all skills, and over new ones.

        Args:
            scores: of confirmers that did not learn the pair, [pairs].
            new: the skills that the base has not learnt; with it the rules decide on them.
        """
        of_new = np.isin(self._names, new)
        before = np.where(of_new, _meant(self.features), self._base.counts(self.features, self._of_base))
        after = self._base.counts(self.features, scores)
        everything = set(self._base.skills)
        systems = {"base": (before, everything), "continued": (after, everything)}
        for skill in new:
            systems |= {f"{skill}, base": (before, {skill}), f"{skill}, continued": (after, {skill})}
        return {
            what: skill_figures([wanted & skills for wanted in self._labelled.wanted], self._named(accepted, skills))
            for what, (accepted, skills) in systems.items()
        }

    def _named(self, accepted: npt.NDArray[np.bool_], skills: set[str]) -> list[set[str]]:
        named: list[set[str]] = [set() for _ in self._labelled.texts]
        for pair in np.flatnonzero(accepted & self._seen):
            if self._names[pair] in skills:
                named[self.features.posting[pair]].add(self._names[pair])
        return named


def _meant(features: ProposalFeatures) -> npt.NDArray[np.bool_]:
    """Whether the rules count one of the pair's mentions, [pairs]."""
    meant: npt.NDArray[np.bool_] = np.maximum.reduceat(features.mention_figures[:, 0], features.first_mention) > 0
    return meant


def _moved(
    matrix: sparse.csr_matrix, asked: npt.NDArray[np.bool_], offset: npt.NDArray[np.float64], penalty: float
) -> npt.NDArray[np.float64]:
    """How far the weights go: least logistic loss plus half their squares over `penalty`, [columns]."""
    sign = np.where(asked, 1.0, -1.0)
    present = np.flatnonzero(matrix.getnnz(axis=0))
    moved = np.zeros(matrix.shape[1])
    if not len(present):
        return moved
    columns = matrix[:, present]

    def loss(way: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = sign * (offset + columns @ way)
        gradient = way / penalty - columns.T @ (sign * expit(-margin))
        return float(np.logaddexp(0, -margin).sum() + way @ way / (2 * penalty)), gradient

    found = minimize(loss, np.zeros(len(present)), jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    moved[present] = found.x
    return moved
