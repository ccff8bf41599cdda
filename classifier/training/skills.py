"""Trains the confirmer of skills: logistic regression over proposals of labelled postings."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression

from classifier.corpus import TRAIN, Corpus, file_hash, read_corpus
from classifier.metrics import Figure, SetScores, bootstrap, expected_calibration_error, micro_scores
from classifier.skills.confirmer import SkillConfirmer, Thresholds, Weights, inputs, spoken_against, write_confirmer
from classifier.skills.features import CONTEXT_BITS, MENTION_FIGURES, FeatureReader, FloatArray, ProposalFeatures
from classifier.training.config import SkillsTrainingConfig
from classifier.training.matrices import Report
from classifier.training.provenance import provenance
from classifier.training.skill_contrasts import CONTRASTS
from classifier.training.skill_labels import ANSWERS, LabelledSkills, read_skill_labels, with_contrasts
from postings.schema import labelled_text
from taxonomy.catalogue import Taxonomy
from taxonomy.skills import SkillMatcher

_BUCKETS = 1 << CONTEXT_BITS
_THRESHOLDS = [float(least) for least in np.round(np.arange(0.30, 0.96, 0.01), 2)]
"""Thresholds that are tried on the folds."""

_AS_GOOD = 0.0005
"""Of thresholds whose F1 differs by less than this, a fourteenth of the width of its 95 % interval, none is better."""

_STRONG = 2 / 3
"""The share of right ones among the skills that are given although the rules speak against every mention."""

_EVEN = Thresholds(0.5, 0.5)
_ITERATIONS = 300


@dataclass(frozen=True)
class SkillsResult:
    """What a training run made.

    Attributes:
        confirmer: as it is read back from its folder.
        metrics: on the folds: precision, recall, F1 and calibration error with 95 % bootstrap intervals, by what
            was measured.
        agreement: share of the labelled postings' proposed skills on which the stored confirmer decides as the fitted
            one.
    """

    confirmer: SkillConfirmer
    metrics: dict[str, dict[str, Figure]]
    agreement: float


def train_skills(
    config: SkillsTrainingConfig, taxonomy: Taxonomy, data: Path, labels: Sequence[Path], output: Path, report: Report
) -> SkillsResult:
    """Train a confirmer and write its folder.

    Postings of dev.jsonl and their copies are left out.

    Args:
        config: the settings.
        taxonomy: the vocabulary.
        data: a folder with postings.parquet.
        labels: label folders; see `read_skill_labels`.
        output: the folder to write.
        report: takes a line about what is going on.

    Raises:
        JobAtlasError: data or labels cannot be used.
    """
    corpus = read_corpus(data)
    matcher = SkillMatcher(taxonomy)
    labelled = read_skill_labels(corpus, taxonomy, matcher, labels, config.folds, report)
    skills = [skill.name for skill in taxonomy.skills if skill.measured]
    spellings = [
        (skill.name, spelling)
        for skill in taxonomy.skills
        if skill.measured
        for spelling in (skill.name, *skill.names, *skill.hints)
    ]
    topic = _topics(corpus, labelled.usable, matcher, skills, config)
    report(f"{config.topics} topics of {config.unlabelled:,} postings")
    labels_used = len(labelled.texts)
    labelled = with_contrasts(labelled, taxonomy, matcher, config.seed)
    features = FeatureReader(skills, spellings).read(labelled.titles, labelled.texts, labelled.proposals)
    task = _Task(config, features, topic, labelled, skills, len(spellings))
    probabilities = np.zeros(len(features.skill))
    for fold in range(config.folds):
        of_fold = labelled.folds[features.posting] == fold
        weights = task.fit(~of_fold)
        probabilities[of_fold] = task.probabilities(weights)[of_fold]
        report(f"fold {fold + 1} of {config.folds}")
    thresholds = task.thresholds(probabilities)
    metrics = task.metrics(probabilities, thresholds)
    weights = task.fit(np.ones(len(features.skill), dtype=bool))
    record = {
        "config": config.to_dict(),
        **provenance(corpus.hashes | _hashes(labels), labels, taxonomy),
        "labels_used": labels_used,
        "metrics_on_folds": {
            system: {name: [figure.value, figure.low, figure.high] for name, figure in figures.items()}
            for system, figures in metrics.items()
        },
    }
    confirmer = write_confirmer(output, config.name, skills, spellings, weights, thresholds, record)
    stored = confirmer.counts(features, confirmer.scores(features))
    agreement = float((stored == task.accepted(task.probabilities(weights), thresholds)).mean())
    return SkillsResult(confirmer, metrics, agreement)


def _hashes(labels: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of the files that teach, by name."""
    answers = {f"{ANSWERS} {number}": folder / ANSWERS for number, folder in enumerate(labels[1:], start=2)}
    files = {TRAIN: labels[0] / TRAIN, CONTRASTS.name: CONTRASTS} | answers
    return {name: file_hash(path) for name, path in files.items()}


def _topics(
    corpus: Corpus,
    usable: npt.NDArray[np.bool_],
    matcher: SkillMatcher,
    skills: Sequence[str],
    config: SkillsTrainingConfig,
) -> FloatArray:
    """Directions in which postings' skills vary most: latent semantic analysis of unlabelled postings.

    Returns:
        [skills + 1, topics]; row 0 is zero. A skill's row is weighed by how few postings name it.
    """
    random = np.random.default_rng(config.seed)
    pool = np.flatnonzero(usable[: corpus.described])
    drawn = np.sort(random.choice(pool, min(config.unlabelled, len(pool)), replace=False))
    titles, descriptions, _ = corpus.texts(int(place) for place in drawn)
    rows = {skill: row for row, skill in enumerate(skills)}
    named = [
        {rows[found.skill] for found in matcher.propose(labelled_text(title, text)) if found.skill in rows}
        for title, text in zip(titles, descriptions, strict=True)
    ]
    lengths = [len(of_posting) for of_posting in named]
    columns = [row for of_posting in named for row in sorted(of_posting)]
    counts = sparse.csr_matrix(
        (np.ones(len(columns)), columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(named), len(skills))
    )
    rarity = np.log((len(named) + 1) / (np.asarray(counts.sum(axis=0)).ravel() + 1))
    weighed = counts @ sparse.diags(rarity)
    size = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed = sparse.diags(1 / np.maximum(size, 1e-6)) @ weighed
    # The right singular vectors of the postings' matrix, of the greatest singular values.
    _, vectors = np.linalg.eigh((weighed.T @ weighed).toarray())
    directions = vectors[:, ::-1][:, : config.topics]
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])])
    topic = np.zeros((len(skills) + 1, directions.shape[1]), dtype=np.float32)
    topic[1:] = rarity[:, None] * directions * signs
    return topic


class _Task:
    """Fits and measures on the proposals of labelled postings.

    Args:
        config: the settings.
        features: of the labelled postings.
        topic: from `_topics`.
        labelled: the postings.
        skills: the skills to learn.
        spellings: how many spellings there are.
    """

    def __init__(
        self,
        config: SkillsTrainingConfig,
        features: ProposalFeatures,
        topic: FloatArray,
        labelled: LabelledSkills,
        skills: Sequence[str],
        spellings: int,
    ) -> None:
        self._config = config
        self._features = features
        self._topic = topic
        self._labelled = labelled
        self._skills = skills
        self._judging = np.flatnonzero(labelled.judging)
        self._wanted = [labelled.wanted[place] for place in self._judging]
        names = [skills[row - 1] for row in features.skill]
        self._asked = np.array(
            [name in labelled.wanted[place] for name, place in zip(names, features.posting, strict=True)], dtype=bool
        )
        self._seen = np.array(
            [name not in labelled.hidden[place] for name, place in zip(names, features.posting, strict=True)],
            dtype=bool,
        )
        self._names = names
        self._against = spoken_against(features)
        values = inputs(features, topic)
        self._scale = np.ones(values.shape[1], dtype=np.float32)
        self._scale[values.shape[1] - topic.shape[1] :] = config.topic_scale
        self._shared = values.shape[1] - topic.shape[1]
        self._values = values * self._scale
        self._widths = (spellings + 1, _BUCKETS, _BUCKETS, 1)
        self._matrix = self._design()

    def _design(self) -> sparse.csr_matrix:
        """The inputs of the regression, [pairs, columns].

        Every skill's own inputs; those but the topics once more for all skills together, so that a rare skill takes
        its weights from the others; spellings and contexts.
        """
        pairs, width = self._values.shape
        skills = len(self._skills) + 1
        columns = self._features.skill[:, None] * width + np.arange(width)
        own = sparse.csr_matrix(
            (self._values.ravel(), columns.ravel(), np.arange(pairs + 1) * width), shape=(pairs, skills * width)
        )
        shared = sparse.csr_matrix(self._values[:, 1 : self._shared])
        mentions = self._features.mentions
        pair_of = np.repeat(np.arange(pairs), mentions)
        share = 1.0 / mentions[pair_of]
        spelling = sparse.csr_matrix((share, (pair_of, self._features.spelling)), shape=(pairs, self._widths[0]))
        scale = self._config.context_scale
        contexts = [
            _bag(buckets, pair_of, share * scale, pairs) for buckets in (self._features.before, self._features.after)
        ]
        # Those who answer proposals keep more than those who name skills: what is due to that is learnt, and left out.
        answered = sparse.csr_matrix(self._labelled.answered[self._features.posting][:, None], dtype=np.float32)
        return sparse.hstack([own, shared, spelling, *contexts, answered]).tocsr()

    def fit(self, learnt: npt.NDArray[np.bool_]) -> Weights:
        """Weights from some pairs, [pairs]."""
        rows = learnt & self._seen
        model = LogisticRegression(C=self._config.penalty, solver="liblinear", max_iter=_ITERATIONS, random_state=0)
        model.fit(self._matrix[rows], self._asked[rows])
        weights = model.coef_[0]
        skills, width = len(self._skills) + 1, self._values.shape[1]
        ends = np.cumsum([skills * width, self._shared - 1, *self._widths])
        own, shared, spelling, before, after, _ = np.split(weights, ends[:-1])
        skill = own.reshape(skills, width).copy()
        skill[:, 1 : self._shared] += shared
        skill[:, 0] += model.intercept_[0]
        scale = self._config.context_scale
        return Weights(
            skill=(skill * self._scale).astype(np.float32),
            spelling=spelling.astype(np.float32),
            before=(before * scale).astype(np.float32),
            after=(after * scale).astype(np.float32),
            topic=self._topic,
            own_before=np.zeros((1, _BUCKETS), dtype=np.float32),
            own_after=np.zeros((1, _BUCKETS), dtype=np.float32),
        )

    def probabilities(self, weights: Weights) -> npt.NDArray[np.float64]:
        """That the posting asks for the skill, [pairs]."""
        confirmer = SkillConfirmer(self._skills, [], weights, _EVEN, "")
        probabilities: npt.NDArray[np.float64] = 1 / (1 + np.exp(-confirmer.scores(self._features).astype(np.float64)))
        return probabilities

    def thresholds(self, probabilities: npt.NDArray[np.float64]) -> Thresholds:
        """Thresholds by probabilities of pairs that were not learnt, [pairs].

        Measured is what is given, skills of the site's tags among it. Where the rules speak against a skill, the lowest
        with enough right ones above it. Else the one with the best F1, and of those as good that whose precision and
        recall are nearest.
        """
        judged = self._seen & self._labelled.judging[self._features.posting]
        against = probabilities[judged & self._against]
        right = self._asked[judged & self._against]
        strong = [
            least for least in _THRESHOLDS if (given := against >= least).any() and right[given].mean() >= _STRONG
        ]
        least_against = min(strong, default=_THRESHOLDS[-1])
        scores = {
            least: self.scores(self.accepted(probabilities, Thresholds(least, least_against)))
            for least in _THRESHOLDS
            if least <= least_against
        }
        best = max(of.f1 for of in scores.values())
        good = [least for least, of in scores.items() if of.f1 > best - _AS_GOOD]
        usual = min(good, key=lambda least: abs(scores[least].precision - scores[least].recall))
        return Thresholds(usual, least_against)

    def accepted(self, probabilities: npt.NDArray[np.float64], thresholds: Thresholds) -> npt.NDArray[np.bool_]:
        """Which pairs are given, [pairs]."""
        accepted: npt.NDArray[np.bool_] = probabilities > np.where(self._against, thresholds.against, thresholds.usual)
        return accepted

    def scores(self, accepted: npt.NDArray[np.bool_]) -> SetScores:
        """Micro-averaged scores over the postings that judge."""
        return micro_scores(self._wanted, self._with_tags(self._sets(accepted)))

    def _sets(self, accepted: npt.NDArray[np.bool_]) -> list[set[str]]:
        """The accepted skills of the postings that judge, by their text alone."""
        named: list[set[str]] = [set() for _ in self._labelled.texts]
        for pair in np.flatnonzero(accepted & self._seen):
            named[self._features.posting[pair]].add(self._names[pair])
        return [named[place] for place in self._judging]

    def _with_tags(self, of_text: list[set[str]]) -> list[set[str]]:
        """The same and what the site's tags name."""
        tagged, hidden = self._labelled.tagged, self._labelled.hidden
        return [skills | (tagged[place] - hidden[place]) for skills, place in zip(of_text, self._judging, strict=True)]

    def metrics(self, probabilities: npt.NDArray[np.float64], thresholds: Thresholds) -> dict[str, dict[str, Figure]]:
        """Precision, recall and F1 with intervals: of the rules alone, of the confirmer, and all that is proposed.

        What is given is "confirmer and site tags"; all others read the text alone. "probabilities" has the gap between
        how sure the confirmer is and how often the skill is asked for, over proposals, whether given or not.

        Args:
            probabilities: of pairs that were not learnt, [pairs].
            thresholds: from which a skill is given.
        """
        accepted = self.accepted(probabilities, thresholds)
        firsts = self._features.first_mention
        meant = np.maximum.reduceat(self._features.mention_figures[:, 0], firsts) > 0
        hinted = np.minimum.reduceat(self._features.mention_figures[:, MENTION_FIGURES.index("hint")], firsts) > 0
        systems = {
            "rules": self._sets(meant),
            "confirmer without hints": self._sets(accepted & ~hinted),
            "confirmer": self._sets(accepted),
            "confirmer and site tags": self._with_tags(self._sets(accepted)),
            "everything proposed": self._sets(np.ones(len(accepted), dtype=bool)),
        }
        judged = np.flatnonzero(self._seen & self._labelled.judging[self._features.posting])
        sure, asked = probabilities[judged], self._asked[judged].astype(np.bool_)
        calibration = bootstrap(lambda at: expected_calibration_error(sure[at], asked[at]), len(judged))
        return {system: skill_figures(self._wanted, named) for system, named in systems.items()} | {
            "probabilities": {"calibration error (ECE)": calibration}
        }


def _bag(
    buckets: npt.NDArray[np.int64], pair_of: npt.NDArray[np.int64], share: npt.NDArray[np.float64], pairs: int
) -> sparse.csr_matrix:
    """The buckets of the mentions of each pair, as their mean; bucket 0 is none."""
    places, columns = np.repeat(pair_of, buckets.shape[1]), buckets.ravel()
    values = np.repeat(share, buckets.shape[1])
    kept = columns > 0
    return sparse.csr_matrix((values[kept], (places[kept], columns[kept])), shape=(pairs, _BUCKETS))


def skill_figures(wanted: list[set[str]], named: list[set[str]]) -> dict[str, Figure]:
    """Precision, recall and F1 of named skills, micro-averaged, with intervals over postings."""
    counts = np.array(
        [(len(mine & asked), len(mine), len(asked)) for mine, asked in zip(named, wanted, strict=True)], dtype=np.int64
    )

    def of(measure: str) -> Figure:
        def scored(at: npt.NDArray[np.int64]) -> float:
            hits, said, asked = counts[at].sum(axis=0)
            value = {
                "precision": hits / max(said, 1),
                "recall": hits / max(asked, 1),
                "F1": 2 * hits / max(said + asked, 1),
            }
            return float(value[measure])

        return bootstrap(scored, len(counts))

    return {measure: of(measure) for measure in ("precision", "recall", "F1")}
