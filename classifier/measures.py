"""The figures by which a system is judged, each as a function of the examples that it is taken over."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.corpus import Labels
from classifier.labels import AI_INVOLVEMENT, LabelSpace
from classifier.metrics import accuracy, expected_calibration_error, macro_f1, micro_scores, share
from taxonomy.catalogue import load_taxonomy

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ENOUGH_EXAMPLES = 3
"""The macro-F1 of roles is also given over roles with this many examples: the F1 of one example is 0 or 1."""

MOST_CONFIDENT = 0.85
"""Share of postings over which the category accuracy of the most confident is given."""


@dataclass(frozen=True)
class Predictions:
    """What one system says of n postings; None for what it does not say.

    Attributes:
        role: role index, [n], before any fallback.
        category: category index, [n].
        role_confidence: probability of the role, [n].
        category_confidence: probability of the category, [n].
        role_given: whether the role is sure enough to be given, [n].
        needs_review: whether the category is too unsure, [n].
        ai: index into AI_INVOLVEMENT, -1 for none given, [n].
        ai_confidence: probability of the degree of AI involvement, [n].
        industry: industry index by all rules, -1 for unknown, [n].
        industry_by_model: whether that industry is the model's, not the site's or a known company's, [n].
        industry_of_model: industry index from the text alone, [n].
        industry_confidence: probability of that industry, [n].
        skills: canonical names.
    """

    role: IntArray
    category: IntArray
    role_confidence: FloatArray | None = None
    category_confidence: FloatArray | None = None
    role_given: BoolArray | None = None
    needs_review: BoolArray | None = None
    ai: IntArray | None = None
    ai_confidence: FloatArray | None = None
    industry: IntArray | None = None
    industry_by_model: BoolArray | None = None
    industry_of_model: IntArray | None = None
    industry_confidence: FloatArray | None = None
    skills: list[set[str]] | None = None


def measures(said: Predictions, truth: Labels, space: LabelSpace) -> dict[str, Callable[[IntArray], float]]:
    """The figures of one system by name, as functions of the examples' indices.

    Args:
        said: what the system says of the labelled postings.
        truth: the labels, [n].
        space: the ids behind the indices.
    """
    category_truth = space.category_of_role[truth.role]
    acceptable = (said.role == truth.role) | (said.role == truth.alternative)
    category_right = said.category == category_truth
    roles, categories = len(space.roles), len(space.categories)
    found: dict[str, Callable[[IntArray], float]] = {
        "category accuracy": lambda at: accuracy(category_truth[at], said.category[at]),
        "category macro-F1": lambda at: macro_f1(category_truth[at], said.category[at], categories),
        "role accuracy": lambda at: accuracy(truth.role[at], said.role[at]),
        "role accuracy, alternative allowed": lambda at: share(acceptable[at]),
        "role macro-F1": lambda at: macro_f1(truth.role[at], said.role[at], roles),
        f"role macro-F1, {ENOUGH_EXAMPLES} or more examples": lambda at: macro_f1(
            truth.role[at], said.role[at], roles, ENOUGH_EXAMPLES
        ),
    }
    found |= _ai_measures(said, truth) | _industry_measures(said, truth, len(space.industries))
    found |= _answer_measures(said, truth, acceptable, category_right)
    return found


def _ai_measures(said: Predictions, truth: Labels) -> dict[str, Callable[[IntArray], float]]:
    found: dict[str, Callable[[IntArray], float]] = {}
    if said.ai is not None:
        ai = said.ai
        found["AI involvement accuracy"] = lambda at: accuracy(truth.ai[at], ai[at])
        found["AI involvement macro-F1"] = lambda at: macro_f1(truth.ai[at], ai[at], len(AI_INVOLVEMENT))
        if said.ai_confidence is not None:
            confidence = said.ai_confidence
            right = ai == truth.ai
            found["AI involvement calibration error (ECE)"] = lambda at: expected_calibration_error(
                confidence[at], right[at]
            )
    return found


def _industry_measures(said: Predictions, truth: Labels, industries: int) -> dict[str, Callable[[IntArray], float]]:
    """Figures of the industry, where it is known and where a reader found none.

    A label's industry is a class or "unknown" (-1): a reader said that neither name nor text tells it. A label file
    without the field is refused (`corpus.read_labels`), so -1 never means that nobody looked.
    """
    found: dict[str, Callable[[IntArray], float]] = {}
    known = truth.industry >= 0

    def of_known(at: IntArray) -> IntArray:
        return at[known[at]]

    if said.industry_of_model is not None:
        of_model = said.industry_of_model
        found["industry accuracy, model alone"] = lambda at: accuracy(
            truth.industry[of_known(at)], of_model[of_known(at)]
        )
        found["industry macro-F1, model alone"] = lambda at: macro_f1(
            truth.industry[of_known(at)], of_model[of_known(at)], industries
        )
        if said.industry_confidence is not None:
            confidence = said.industry_confidence
            right = of_model == truth.industry
            found["industry calibration error (ECE), model alone"] = lambda at: expected_calibration_error(
                confidence[of_known(at)], right[of_known(at)]
            )
    if said.industry is not None:
        industry = said.industry

        def answered(at: IntArray) -> IntArray:
            return at[known[at] & (industry[at] >= 0)]

        found["industry given"] = lambda at: share(industry[at] >= 0)
        found["industry accuracy where given"] = lambda at: accuracy(
            truth.industry[answered(at)], industry[answered(at)]
        )
        found["industry given though labelled unknown"] = lambda at: share(industry[at[~known[at]]] >= 0)
    if said.industry_by_model is not None:
        by_model = said.industry_by_model
        found["industry given though labelled unknown, by the model"] = lambda at: share(by_model[at[~known[at]]])
    return found


def _answer_measures(
    said: Predictions, truth: Labels, acceptable: BoolArray, category_right: BoolArray
) -> dict[str, Callable[[IntArray], float]]:
    """Figures of what the model answers after thresholds, of its calibration, and of skills."""
    found: dict[str, Callable[[IntArray], float]] = {}
    if said.role_given is not None and said.role_confidence is not None:
        given, confidence = said.role_given, said.role_confidence
        right = said.role == truth.role
        found["role given"] = lambda at: share(given[at])
        found["role accuracy where given, alternative allowed"] = lambda at: share(acceptable[at[given[at]]])
        found["role calibration error (ECE)"] = lambda at: expected_calibration_error(confidence[at], right[at])
    if said.needs_review is not None and said.category_confidence is not None:
        review, sureness = said.needs_review, said.category_confidence

        def most_confident(at: IntArray) -> IntArray:
            return at[np.argsort(-sureness[at], kind="stable")[: max(1, round(MOST_CONFIDENT * len(at)))]]

        found["needs review"] = lambda at: share(review[at])
        found["category accuracy without those to review"] = lambda at: share(category_right[at[~review[at]]])
        found[f"category accuracy, most confident {MOST_CONFIDENT:.0%}"] = lambda at: float(
            category_right[most_confident(at)].mean()
        )
        found["category calibration error (ECE)"] = lambda at: expected_calibration_error(
            sureness[at], category_right[at]
        )
    if said.skills is not None:
        wanted, named = _offered(truth.skills, truth), _offered(said.skills, truth)
        for name in ("precision", "recall", "f1"):

            def scored(at: IntArray, name: str = name) -> float:
                scores = micro_scores([wanted[place] for place in at], [named[place] for place in at])
                return float(getattr(scores, name))

            found[f"skills {name.replace('f1', 'F1')}"] = scored
    return found


def _offered(skills: list[set[str]], truth: Labels) -> list[set[str]]:
    """The skills without those that the posting's annotators did not have."""
    vocabulary = load_taxonomy().skills
    never = {skill.name for skill in vocabulary if not skill.measured}
    late = never | {skill.name for skill in vocabulary if not skill.labelled}
    return [names - (late if first else never) for names, first in zip(skills, truth.first_round, strict=True)]
