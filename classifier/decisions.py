"""From probabilities to answers: how sure a role, a category or an industry has to be."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.labels import LabelSpace
from classifier.model import Thresholds

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class RoleAnswers:
    """Roles and categories of n postings.

    Attributes:
        category: index of the most probable category, [n]; its probability is the sum over its roles.
        category_confidence: that probability, [n].
        role: index of the most probable role of that category, [n].
        role_confidence: its probability, [n].
        role_given: whether the role is sure enough to be given, [n]; otherwise only the category is.
        needs_review: whether not even the category is sure enough, [n].
    """

    category: IntArray
    category_confidence: FloatArray
    role: IntArray
    role_confidence: FloatArray
    role_given: BoolArray
    needs_review: BoolArray


def answer_roles(role: FloatArray, labels: LabelSpace, thresholds: Thresholds) -> RoleAnswers:
    """Decide category and role.

    The category comes first and the role is sought within it, so that the category of a posting is always the
    category of its role.

    Args:
        role: probabilities, [n, roles].
        labels: which role is of which category.
        thresholds: of the model.
    """
    everyone = np.arange(len(role))
    categories = labels.category_sums(role)
    category = categories.argmax(axis=1)
    best = np.where(labels.category_of_role == category[:, None], role, -1.0).argmax(axis=1)
    category_confidence = categories[everyone, category]
    role_confidence = role[everyone, best]
    needs_review = category_confidence < thresholds.category
    return RoleAnswers(
        category=category,
        category_confidence=category_confidence,
        role=best,
        role_confidence=role_confidence,
        role_given=(role_confidence >= thresholds.role) & ~needs_review,
        needs_review=needs_review,
    )
