"""A review, from the labelled postings to the files that people work on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.corpus import file_hash, read_label_lines
from classifier.explain import RoleExplanation, explain_roles
from classifier.labeller import Labeller
from classifier.labels import LabelSpace
from classifier.review.candidates import Candidates, read_candidates, read_texts
from classifier.review.label_studio import task, write_label_studio
from classifier.review.selection import Pick, Reason, Selection, make_quotas, select
from classifier.review.sheet import write_sheet
from classifier.review.suspects import Suspect, find_suspects
from postings.view import PostingsView
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

SHEET = "review.csv"
WORDS_SHOWN = 8

REASON_NAMES = {
    Reason.RANDOM: "随机抽样",
    Reason.SUSPECT: "标签可能有误",
    Reason.SITE: "与网站类别不一致",
    Reason.RARE: "少见岗位",
    Reason.MARGIN: "模型拿不准",
}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ReviewFiles:
    """A written review.

    Attributes:
        tasks: Label Studio tasks (JSON).
        config: Label Studio labelling configuration (XML).
        sheet: the same as a CSV.
        selection: what was drawn, and of how many.
        left_out: why postings could not be drawn -> how many.
        labels_not_found: given labels whose postings are not in the data.
        learnt_labels: whether the model was trained on this very label file, whose errors it then repeats.
    """

    tasks: Path
    config: Path
    sheet: Path
    selection: Selection
    left_out: Mapping[str, int]
    labels_not_found: int
    learnt_labels: bool


@dataclass(frozen=True)
class _Given:
    """The label that each labelled posting has now.

    Attributes:
        lines: label id -> its last line.
        settled: ids that have been labelled more than once: a second look was taken.
    """

    lines: dict[str, dict[str, Any]]
    settled: set[str]

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


def export_review(
    view: PostingsView,
    labeller: Labeller,
    output: Path,
    *,
    count: int,
    quotas: Mapping[Reason, int],
    seed: int,
    labels: Path | None = None,
    progress: Progress = lambda _done, _total: None,
) -> ReviewFiles:
    """Draw postings and write them for review.

    The same data, model, labels and seed give the same files.

    Args:
        view: a dataset or file with the labels of this model.
        labeller: of the model whose answers are reviewed.
        output: a folder; it must not hold a review yet.
        count: postings to draw.
        quotas: reason -> how many of them; reasons without one share the rest.
        seed: of the random part.
        labels: the label file so far: its postings are not drawn again but as likely errors, and it tells which roles
            are rare. None draws no likely errors.
        progress: takes how many of the drawn postings are explained, and of how many.

    Raises:
        JobAtlasError: the postings lack this model's labels, the folder holds a review, or the quotas do not add up.
    """
    if (output / SHEET).exists():
        raise JobAtlasError(f"{output / SHEET} exists and may hold answers. Name another folder with --output.")
    space = labeller.model.labels
    shared_out = make_quotas(count, quotas if labels else {Reason.SUSPECT: 0, **quotas})
    given = _read_given(labels)
    candidates = read_candidates(view, space, labeller.model_version, given.lines)
    suspects = _suspects(view, labeller, candidates, given)
    counts = _label_counts(given, space) if labels else None
    selection = select(candidates, list(suspects), counts, shared_out, seed)
    if not selection.picks:
        raise JobAtlasError("nothing was drawn: no posting has a reason with a quota. Raise --count or a --quota.")
    explained = _explained(view, labeller, selection, progress)
    label_ids = {posting_id: label_id for label_id, posting_id in candidates.labelled.items()}
    taxonomy = load_taxonomy()
    rows = [
        (row, _about(pick, explanation, suspects.get(pick.posting_id), label_ids.get(pick.posting_id), given, space))
        for pick, (row, explanation) in zip(selection.picks, explained, strict=True)
    ]
    tasks, config = write_label_studio(output, (task(row, about, taxonomy) for row, about in rows), taxonomy)
    write_sheet(output / SHEET, rows, taxonomy)
    return ReviewFiles(
        tasks=tasks,
        config=config,
        sheet=output / SHEET,
        selection=selection,
        left_out=candidates.left_out,
        labels_not_found=len(given.lines) - len(candidates.labelled),
        learnt_labels=labels is not None and file_hash(labels) in labeller.model.metadata.get("data", {}).values(),
    )


def _read_given(path: Path | None) -> _Given:
    lines: dict[str, dict[str, Any]] = {}
    settled = set()
    for number, line in enumerate(read_label_lines(path) if path else [], start=1):
        label_id = line.get("id")
        if not isinstance(label_id, str) or not isinstance(line.get("role"), str):
            raise JobAtlasError(f"{path}, line {number}: has no id or no role. Correct or remove it.")
        if label_id in lines:
            settled.add(label_id)
        lines[label_id] = line
    return _Given(lines, settled)


def _label_counts(given: _Given, space: LabelSpace) -> npt.NDArray[np.int64]:
    roles = [given.role(label_id, space) for label_id in given.lines]
    return np.bincount(np.array(roles, dtype=np.int64), minlength=len(space.roles))


def _suspects(view: PostingsView, labeller: Labeller, candidates: Candidates, given: _Given) -> dict[str, Suspect]:
    """Likely label errors by posting id, the likeliest first."""
    space = labeller.model.labels
    found = dict(candidates.labelled)
    if not found:
        return {}
    texts = read_texts(view, list(found.values()))
    probabilities = labeller.model.probabilities(
        texts["title"].to_pylist(), texts["description"].to_pylist(), texts["company"].to_pylist()
    )
    suspects = find_suspects(
        probabilities.role,
        np.array([given.role(label_id, space) for label_id in found], dtype=np.int64),
        np.array([given.role(label_id, space, "alt") for label_id in found], dtype=np.int64),
    )
    label_ids = list(found)
    return {
        found[label_ids[suspect.row]]: suspect
        for suspect in suspects
        if label_ids[suspect.row] not in given.settled and probabilities.readable[suspect.row]
    }


def _explained(
    view: PostingsView, labeller: Labeller, selection: Selection, progress: Progress
) -> list[tuple[dict[str, Any], RoleExplanation]]:
    """The drawn postings with the model's labels, and the words that carried their roles."""
    texts = read_texts(view, [pick.posting_id for pick in selection.picks])
    (batch,) = texts.combine_chunks().to_batches()
    rows = labeller.label(batch).to_pylist()
    total = batch.num_rows
    explanations = explain_roles(
        labeller.model,
        batch.column("title").to_pylist(),
        batch.column("description").to_pylist(),
        batch.column("company").to_pylist(),
        progress=lambda done: progress(done, total),
    )
    for row, explanation in zip(rows, explanations, strict=True):
        # The most probable role, also where it is too unsure to be given: a reader rather corrects than begins.
        row["role"] = labeller.model.labels.roles[explanation.role]
        row["role_confidence"] = explanation.probability
    return list(zip(rows, explanations, strict=True))


def _about(
    pick: Pick,
    explanation: RoleExplanation,
    suspect: Suspect | None,
    label_id: str | None,
    given: _Given,
    space: LabelSpace,
) -> dict[str, str]:
    """What is said about a drawn posting, as `label_studio.task` and `sheet.write_sheet` take it."""
    taxonomy = load_taxonomy()
    shown = ""
    if suspect is not None and label_id is not None:
        now, says = taxonomy.role(given.lines[label_id]["role"]).zh, taxonomy.role(space.roles[suspect.role]).zh
        shown = f"已标为{now}（模型 {suspect.given:.2f}），模型认为是{says}（{suspect.other:.2f}）"
    return {
        "posting_id": label_id or pick.posting_id,
        "drawn": pick.drawn.value,
        "reasons": "、".join(REASON_NAMES[reason] for reason in pick.reasons),
        "words": "、".join(f"{word.word} {word.weight:+.1f}" for word in explanation.strongest(WORDS_SHOWN)),
        "given": shown,
    }
