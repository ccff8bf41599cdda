"""A review, from the labelled postings to the files that people work on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.corpus import file_hash
from classifier.explain import RoleExplanation, explain_roles
from classifier.folds import JudgedLabel
from classifier.labeller import Labeller
from classifier.labels import LabelSpace
from classifier.review.candidates import read_candidates, read_texts
from classifier.review.given import GivenLabels, read_given
from classifier.review.label_errors import find_label_errors
from classifier.review.label_studio import task, write_label_studio
from classifier.review.selection import Pick, Reason, Selection, make_quotas, select
from classifier.review.sheet import write_sheet
from classifier.review.suspects import Suspect
from postings.view import PostingsView
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

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
        judged_on_folds: labels of the model's training run, judged by models that had not learnt them.
        judged_by_model: the other labels, judged by the model itself.
        learnt_labels: whether the model itself judged the very label file it was trained on, whose errors it repeats.
    """

    tasks: Path
    config: Path
    sheet: Path
    selection: Selection
    left_out: Mapping[str, int]
    labels_not_found: int
    judged_on_folds: int
    judged_by_model: int
    learnt_labels: bool


def export_review(
    view: PostingsView,
    labeller: Labeller,
    output: Path,
    *,
    count: int,
    quotas: Mapping[Reason, int],
    seed: int,
    labels: Path | None = None,
    folds: Mapping[str, JudgedLabel] | None = None,
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
        folds: the labels of the model's training run, from `classifier.folds.read_folds`; None where its folder lacks
            them.
        progress: takes how many of the drawn postings are explained, and of how many.

    Raises:
        JobAtlasError: the postings lack this model's labels, the folder holds a review, or the quotas do not add up.
    """
    if (output / SHEET).exists():
        raise JobAtlasError(f"{output / SHEET} exists and may hold answers. Name another folder with --output.")
    space = labeller.model.labels
    shared_out = make_quotas(count, quotas if labels else {Reason.SUSPECT: 0, **quotas})
    given = read_given(labels)
    candidates = read_candidates(view, space, labeller.model_version, given.lines)
    errors = find_label_errors(view, labeller.model, candidates.labelled, given, folds or {})
    suspects = errors.suspects
    counts = given.counts(space) if labels else None
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
        judged_on_folds=errors.judged_on_folds,
        judged_by_model=errors.judged_by_model,
        learnt_labels=labels is not None
        and folds is None
        and file_hash(labels) in labeller.model.metadata.get("data", {}).values(),
    )


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
    given: GivenLabels,
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
