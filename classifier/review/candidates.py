"""The postings from which a review is drawn: their scores as columns, without their texts."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier.corpus import places_of_names
from classifier.labels import LabelSpace
from classifier.review.site_categories import category_of_site_category
from postings.view import PostingsView
from taxonomy.errors import JobAtlasError

SCORE_COLUMNS = (
    "posting_id",
    "duplicate_of",
    "site_category",
    "role_candidates",
    "category",
    "category_confidence",
    "needs_review",
    "model_version",
)
TEXT_COLUMNS = (
    "posting_id",
    "title",
    "company",
    "description",
    "industry_text",
    "site_category",
    "site_tags",
    "url",
)
"""What is read of the drawn postings alone."""


@dataclass(frozen=True)
class Candidates:
    """Postings that may be drawn, as columns, in the order of the data.

    Attributes:
        ids: posting ids, [n].
        role: index of the most probable role, [n].
        role_probability: of that role, [n].
        margin: probability of the first role minus that of the second, [n].
        disagrees: whether the site's category means another category than the model's, [n].
        category_confidence: probability of the model's category, [n].
        needs_review: whether the model itself asks for a reader, [n].
        left_out: why postings were left out -> how many.
        labelled: label id -> posting id of the postings that have a label already.
    """

    ids: list[str]
    role: npt.NDArray[np.int64]
    role_probability: npt.NDArray[np.float64]
    margin: npt.NDArray[np.float64]
    disagrees: npt.NDArray[np.bool_]
    category_confidence: npt.NDArray[np.float64]
    needs_review: npt.NDArray[np.bool_]
    left_out: Counter[str]
    labelled: dict[str, str]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass
class _Rows:
    """Growing columns."""

    ids: list[str] = field(default_factory=list)
    scores: list[tuple[int, float, float, bool, float, bool]] = field(default_factory=list)


def read_candidates(view: PostingsView, space: LabelSpace, model_version: str, labels: Iterable[str]) -> Candidates:
    """Read the scores of a labelled dataset or file.

    Left out, and counted, are copies (`duplicate_of`), postings that have a label already, and postings without an
    answer of this model.

    Args:
        view: the labelled postings.
        space: the model's labels.
        model_version: of the model whose answers are to be reviewed.
        labels: ids of the labelled postings, as label files name them (`classifier.corpus.places_of_names`).

    Raises:
        JobAtlasError: nothing is left.
    """
    labelled = _labelled(view, list(labels))
    known = set(labelled.values())
    roles = {role: place for place, role in enumerate(space.roles)}
    rows, left_out = _Rows(), Counter[str]()
    others: Counter[str] = Counter()
    for batch in view.scan(SCORE_COLUMNS):
        for row in batch.to_pylist():
            if row["posting_id"] in known:
                left_out["labelled already"] += 1
            elif row["duplicate_of"] is not None:
                left_out["copies"] += 1
            elif row["model_version"] != model_version:
                left_out["not labelled by this model"] += 1
                others[row["model_version"] or "none"] += 1
            elif not row["role_candidates"]:
                left_out["without text"] += 1
            else:
                rows.ids.append(row["posting_id"])
                rows.scores.append(_scores(row, roles))
    if not rows.ids and not labelled:
        found = ", ".join(f"{version} ({count:,})" for version, count in others.most_common(3))
        raise JobAtlasError(
            f"no posting has labels of the model {model_version} (found: {found or 'no postings'}). "
            "Label the postings first with `jobatlas classify`, or name the model that labelled them with --model."
        )
    columns: list[Any] = list(zip(*rows.scores, strict=True)) or [()] * 6
    return Candidates(
        ids=rows.ids,
        role=np.array(columns[0], dtype=np.int64),
        role_probability=np.array(columns[1], dtype=np.float64),
        margin=np.array(columns[2], dtype=np.float64),
        disagrees=np.array(columns[3], dtype=np.bool_),
        category_confidence=np.array(columns[4], dtype=np.float64),
        needs_review=np.array(columns[5], dtype=np.bool_),
        left_out=left_out,
        labelled=labelled,
    )


def _labelled(view: PostingsView, labels: Sequence[str]) -> dict[str, str]:
    """Label id -> posting id, in the order of the data; of two names of a posting its whole id counts."""
    if not labels:
        return {}
    ids = [posting_id for batch in view.scan(["posting_id"]) for posting_id in batch.column("posting_id").to_pylist()]
    places = places_of_names(ids, labels)
    named = {place: label_id for label_id, place in sorted(places.items(), key=lambda found: ids[found[1]] == found[0])}
    return {named[place]: ids[place] for place in sorted(named)}


def _scores(row: Mapping[str, Any], roles: Mapping[str, int]) -> tuple[int, float, float, bool, float, bool]:
    first, *rest = row["role_candidates"]
    meant = category_of_site_category(row["site_category"])
    return (
        roles[first["role"]],
        first["probability"],
        first["probability"] - (rest[0]["probability"] if rest else 0.0),
        meant is not None and meant != row["category"],
        row["category_confidence"],
        bool(row["needs_review"]),
    )


def read_texts(view: PostingsView, ids: Sequence[str]) -> pa.Table:
    """`TEXT_COLUMNS` of the postings with these ids, in their order; read anew, so that only these are in memory."""
    wanted = pa.array(ids, type=pa.string())
    kept = [batch.filter(pc.is_in(batch.column("posting_id"), wanted)) for batch in view.scan(TEXT_COLUMNS)]
    table = pa.Table.from_batches(kept, view.selected(TEXT_COLUMNS))
    return table.take(pc.index_in(wanted, table["posting_id"].combine_chunks()))


_BEYOND_BASIC_PLANE = re.compile("[\U00010000-\U0010ffff\r]")


def shown_text(text: str) -> str:
    """A text for a browser, character for character.

    Emoji count as one character here and as two in a browser, and carriage returns vanish there; each becomes a space
    of its own, so that offsets mean the same on both sides.
    """
    return _BEYOND_BASIC_PLANE.sub(" ", text)
