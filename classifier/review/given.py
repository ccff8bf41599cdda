"""The labels that a label file gives now."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.corpus import read_label_lines
from classifier.labels import LabelSpace
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean


@dataclass(frozen=True)
class GivenLabels:
    """The label that each labelled posting has now.

    Attributes:
        lines: label id -> its last line.
        settled: ids that have been labelled more than once: a second look was taken.
    """

    lines: Mapping[str, Mapping[str, Any]]
    settled: frozenset[str]

    def role(self, label_id: str, space: LabelSpace, key: str = "role") -> int:
        """Index of a role of the label, -1 where it has none; an unknown one is a JobAtlasError."""
        role = self.lines[label_id].get(key)
        if role is None:
            return -1
        if role not in space.roles:
            raise JobAtlasError(
                f"the label of {label_id} has the {key} {role!r}, which the model does not know."
                f"{did_you_mean(str(role), space.roles)}"
            )
        return space.roles.index(role)

    def counts(self, space: LabelSpace) -> npt.NDArray[np.int64]:
        """Labels of each role, [roles]."""
        roles = [self.role(label_id, space) for label_id in self.lines]
        return np.bincount(np.array(roles, dtype=np.int64), minlength=len(space.roles))


def read_given(path: Path | None) -> GivenLabels:
    """Read a label file; None gives no labels.

    Raises:
        JobAtlasError: the file cannot be read, or a line has no id or no role.
    """
    lines: dict[str, dict[str, Any]] = {}
    settled = set()
    for number, line in enumerate(read_label_lines(path) if path else [], start=1):
        label_id = line.get("id")
        if not isinstance(label_id, str) or not isinstance(line.get("role"), str):
            raise JobAtlasError(f"{path}, line {number}: has no id or no role. Correct or remove it.")
        if label_id in lines:
            settled.add(label_id)
        lines[label_id] = line
    return GivenLabels(lines, frozenset(settled))
