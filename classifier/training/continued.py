"""Going on from a finished model: a user's labels, new roles among them, without the postings it was made from.

The network starts with the base's weights and learns two things at once: the labels, and the base's own probabilities
of the user's postings without a label, lest it forget the rest (after Li and Hoiem 2017, "Learning without
forgetting"). The probabilities are those before the temperature: where no label pulls, the network keeps the scores it
has, and with them the base's temperatures keep their meaning. New roles and industries have none of them.

Only the n-gram network learns. An encoder beside it stays as it is: what it does not know it does not speak against.
So does a confirmer of skills that the base's folder has of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from classifier.ai_head import ai_inputs
from classifier.ai_terms import AiTerms
from classifier.calibration import softmax
from classifier.decisions import answer_roles
from classifier.encoder_model import EncoderModel
from classifier.labels import HEADS, Scores
from classifier.metrics import class_f1, told
from classifier.training.base import Base, carried_ai_head, carried_over
from classifier.training.config import TrainingConfig
from classifier.training.decide import Decided, decide, measured
from classifier.training.export import CHECKED, PackedModel, agreement, pack_model, require_agreement
from classifier.training.fitting import Targets, fit, joined, predict, soft_targets, targets_of
from classifier.training.network import Classifier
from classifier.training.run import Run

ENOUGH_LABELS = 300
"""Judging labels, and as many that name an industry, from which temperatures and thresholds are chosen anew.

Among 300 the share of right answers is known to 3.5 points (two standard errors at 0.9); fewer tell less than the
labels that the base's own were chosen on."""

_NEVER = np.float32(-1e4)
"""Log-probability of what the base cannot answer; finite, so that dividing by a temperature leaves it a number."""

_DECIDING = ("name", "kind", "seed", "folds", "threads", "continued", "decision")
"""The settings that decide a continued model."""

Figures = dict[str, dict[str, float]]


def continue_training(run: Run, config: TrainingConfig, base: Base) -> tuple[PackedModel, dict[str, float], float]:
    """Go on from a base.

    Args:
        run: data and labels, read by the base's vocabularies.
        config: the settings, those of the section `continued` above all.
        base: the finished model.

    Returns:
        The packed model; its figures and the base's on the folds; the share of postings on which the exported model
        answers as the network does.

    Raises:
        JobAtlasError: the exported model answers otherwise than the network.
    """
    return _Continuation(run, config, base).result()


class _Continuation:
    """A run that goes on from a base; a split is the number of a fold to leave out, or of folds for none."""

    def __init__(self, run: Run, config: TrainingConfig, base: Base) -> None:
        self._run = run
        self._config = config
        self._base = base
        self._ai_head = carried_ai_head(base, run.space)
        self._new_roles = _without(run.space.roles, base.model.labels.roles)
        self._new_industries = _without(run.space.industries, base.model.labels.industries)
        self._replayed = _drawn(run.unlabelled(), config.continued.unlabelled, config.seed)

    def result(self) -> tuple[PackedModel, dict[str, float], float]:
        """As `continue_training` returns it."""
        run, config = self._run, self._config
        self._tell_differences()
        everyone = np.arange(len(run.labels))
        of_folds = [predict(self._fitted(fold), run.features, run.labels.postings) for fold in range(config.folds)]
        answered = self._answered(run.out_of_fold(of_folds, everyone))
        unseen = run.judged(answered)
        decided, chosen = self._decided(unseen)
        figures = self._figures(unseen, decided)
        record = run.record(figures) | {
            "config": {name: value for name, value in config.to_dict().items() if name in _DECIDING},
            "continued_from": self._base.model.version,
            "new_labels": [*self._new_roles, *self._new_industries],
            "temperatures_and_thresholds": chosen,
            "postings_replayed": len(self._replayed),
        }
        classifier = self._fitted(config.folds)
        # All tables in 8 bits: what a few labels teach is less than a step of the base's 4.
        packed = pack_model(
            classifier,
            self._base.vocabularies,
            self._ai_head,
            run.space,
            decided.temperatures,
            decided.thresholds,
            record,
            run.judged_labels(answered, decided.temperatures),
            self._base.encoder,
        )
        checked = np.arange(min(CHECKED, run.corpus.described))
        exported, _ = packed.model.ngram_logits(*run.corpus.texts(checked))
        share = agreement(predict(classifier, run.features, checked), exported, run.space)
        require_agreement(share, len(checked))
        flat = {f"{what}, {name}": value for what, of in figures.items() for name, value in of.items()}
        return replace(packed, files=packed.files | self._base.confirmer), flat, share

    def _tell_differences(self) -> None:
        run, labels = self._run, self._base.model.labels
        gone = _without(labels.roles, run.space.roles) + _without(labels.industries, run.space.industries)
        run.report(f"going on from {self._base.model.version}")
        for what, names in (
            ("new roles", self._new_roles),
            ("new industries", self._new_industries),
            ("no longer in the taxonomy", gone),
        ):
            if names:
                run.report(f"{what}: {', '.join(names)}")
        run.report(f"{len(run.labels):,} labels to learn, {len(self._replayed):,} postings without a label to replay")

    @cached_property
    def _of_base(self) -> Scores:
        """The base's log-probabilities of the labelled postings, then of those to replay; `_NEVER` for new classes."""
        run = self._run
        postings = np.concatenate([run.labels.postings, self._replayed])
        scores = predict(carried_over(self._base, run.space), run.features, postings)
        scores["role"][:, [run.space.roles.index(role) for role in self._new_roles]] = _NEVER
        scores["industry"][:, [run.space.industries.index(new) for new in self._new_industries]] = _NEVER
        return scores

    def _fitted(self, split: int) -> Classifier:
        run, settings = self._run, self._config.continued
        learnt = np.tile(run.splits()[split], settings.labelled_copies)
        replayed = len(run.labels) + np.arange(len(self._replayed))
        targets: Targets = joined(
            soft_targets(self._of_base, replayed, dict.fromkeys(HEADS, 1.0)), targets_of(run.labels, run.space)[learnt]
        )
        classifier = carried_over(self._base, run.space)
        fit(
            classifier,
            run.features,
            np.concatenate([self._replayed, run.labels.postings[learnt]]),
            targets,
            settings,
            self._config.seed + 100 * split,
            run.task("going on", split),
            run.report,
        )
        return classifier

    @cached_property
    def _of_encoder(self) -> Scores:
        """The encoder's scores of the labelled postings; none where the base has no encoder."""
        run, model = self._run, self._base.model
        if not isinstance(model, EncoderModel):
            return {}
        return model.encoder.logits_for(run.space, *run.corpus.texts(run.labels.postings))

    def _answered(self, scores: Scores) -> Scores:
        """Scores of the labelled postings as a model gives them, from those of its n-gram network."""
        if isinstance(self._base.model, EncoderModel):
            mixture = self._base.model.mixture
            asked = mixture.asked(scores)
            scores = mixture.mixed(scores, {head: self._of_encoder[head][asked] for head in HEADS}, asked)
        titles, descriptions, _ = self._run.corpus.texts(self._run.labels.postings)
        inputs = ai_inputs(scores, AiTerms(self._ai_head.terms), titles, descriptions)
        return scores | {"ai": self._ai_head.logits(inputs)}

    def _decided(self, unseen: Scores) -> tuple[Decided, str]:
        """Temperatures and thresholds, and where they are from."""
        run, base = self._run, self._base.model
        judges = run.judges
        industries = int((judges.industry >= 0).sum())
        if min(len(judges), industries) >= ENOUGH_LABELS:
            run.report(f"temperatures and thresholds: chosen on the folds of {len(judges):,} labels")
            return decide(unseen, judges, run.space, self._config.decision), "chosen on the folds"
        run.report(
            f"temperatures and thresholds: the base's, since {len(judges):,} labels, {industries:,} of them with an "
            f"industry, are fewer than {ENOUGH_LABELS}"
        )
        figures = measured(unseen, judges, run.space, base.temperatures)
        return Decided(base.temperatures, base.thresholds, figures), "the base's"

    def _figures(self, unseen: Scores, decided: Decided) -> Figures:
        """Base and continued side by side on the labels whose role the base has, and what is new."""
        run, judges = self._run, self._run.judges
        everyone = np.arange(len(run.labels))
        before = run.judged(self._answered({name: values[everyone] for name, values in self._of_base.items()}))
        new = [run.space.roles.index(role) for role in self._new_roles]
        known = ~np.isin(judges.role, new)
        figures: Figures = {}
        if known.any():
            for what, scores, temperatures in (
                ("base", before, self._base.model.temperatures),
                ("continued", unseen, decided.temperatures),
            ):
                of_known = {name: values[known] for name, values in scores.items()}
                figures[what] = told(measured(of_known, judges.only(known), run.space, temperatures))
        if new:
            figures["continued, new roles too"] = told(decided.metrics)
            role = softmax(unseen["role"].astype(np.float64), decided.temperatures["role"])
            answers = answer_roles(role, run.space, decided.thresholds).role
            f1 = class_f1(judges.role, answers, len(run.space.roles))
            figures["F1 of new roles"] = told({run.space.roles[place]: float(f1[place]) for place in new})
        for what, of in figures.items():
            run.report(f"{what}: " + ", ".join(f"{name} {value:.3f}" for name, value in of.items()))
        return figures


def _without(names: Sequence[str], others: Sequence[str]) -> list[str]:
    known = set(others)
    return [name for name in names if name not in known]


def _drawn(postings: npt.NDArray[np.int64], most: int, seed: int) -> npt.NDArray[np.int64]:
    """At most so many of some postings, in ascending order."""
    return np.sort(np.random.default_rng(seed).permutation(postings)[:most])
