"""What the heads of a model answer with, and that it is what the taxonomy says."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from taxonomy.catalogue import Taxonomy
from taxonomy.errors import JobAtlasError

AI_INVOLVEMENT = ("core", "applied", "mention", "none")
"""How far a job is about AI, from most to least."""

HEADS = ("role", "ai", "industry")
"""The heads of a model, in the order of its outputs."""

Scores = dict[str, npt.NDArray[np.float32]]
"""Uncalibrated scores by head, [n, classes]."""


@dataclass(frozen=True)
class LabelSpace:
    """The ids behind the outputs of the heads, in order.

    Attributes:
        roles: role ids.
        role_categories: the category id of each role.
        industries: industry ids.
    """

    roles: tuple[str, ...]
    role_categories: tuple[str, ...]
    industries: tuple[str, ...]

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Category ids in the order in which the roles bring them up."""
        return tuple(dict.fromkeys(self.role_categories))

    @cached_property
    def category_of_role(self) -> npt.NDArray[np.int64]:
        """Index of the category of each role, [roles]."""
        return np.array([self.categories.index(category) for category in self.role_categories], dtype=np.int64)

    def category_sums(self, role_probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Probability of each category, [n, categories]: the sum over its roles, of [n, roles]."""
        return role_probabilities @ np.eye(len(self.categories))[self.category_of_role]

    @classmethod
    def of_taxonomy(cls, taxonomy: Taxonomy) -> "LabelSpace":
        """The labels a model for this taxonomy has."""
        return cls(
            roles=tuple(role.id for role in taxonomy.roles),
            role_categories=tuple(role.category for role in taxonomy.roles),
            industries=tuple(industry.id for industry in taxonomy.industries),
        )

    def require(self, taxonomy: Taxonomy, model: str) -> None:
        """Refuse a model whose labels are not those of the taxonomy.

        Raises:
            JobAtlasError: names the first difference.
        """
        wanted = LabelSpace.of_taxonomy(taxonomy)
        for kind, mine, theirs in (
            ("role", self.roles, wanted.roles),
            ("category of a role", self.role_categories, wanted.role_categories),
            ("industry", self.industries, wanted.industries),
        ):
            if mine != theirs:
                unlike = sorted(set(mine) ^ set(theirs))
                what = f"{kind} {unlike[0]!r}" if unlike else f"the order of the {kind} list"
                raise JobAtlasError(
                    f"{model}: was trained for another taxonomy ({what} differs). "
                    "Train a model for this taxonomy with `jobatlas train`, or restore the taxonomy's data files."
                )
