"""`jobatlas review`: postings out for people to label, and their answers back as labels."""

from datetime import UTC, datetime
from pathlib import Path

import click

from classifier.folds import FOLDS_FILE, read_folds
from classifier.labeller import Labeller
from classifier.model import PACKAGED_MODEL
from classifier.review.bring_in import BroughtIn, bring_in
from classifier.review.draw import ReviewFiles, export_review
from classifier.review.selection import Reason
from jobatlas import console, exit_codes
from jobatlas.dump_summary import summarise_rejects
from postings.dataset import open_postings

_TERMS_SHOWN = 10
"""Missing terms in the summary of an import: what one can look up and add in a sitting."""

_MEANING = {
    Reason.RANDOM: "at random: measures the model",
    Reason.SUSPECT: "labels that the model contradicts",
    Reason.SITE: "the site's category says otherwise",
    Reason.RARE: "roles with few labels",
    Reason.MARGIN: "the model hardly prefers its answer",
}


def _quotas(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[Reason, int]:
    quotas: dict[Reason, int] = {}
    for value in values:
        name, _, number = value.partition("=")
        if name not in list(Reason) or not number.isdecimal():
            raise click.BadParameter(f"{value!r} is not REASON=N with a reason of {', '.join(Reason)}")
        quotas[Reason(name)] = int(number)
    return quotas


@click.group("review")
def command() -> None:
    """Have people read what the model is unsure of, and learn from their answers.

    \b
    Examples:
        jobatlas review export data --labels labels/train.jsonl --output review-1
        jobatlas review import project-1.json --labels labels/train.jsonl
    """


@command.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the review; new."
)
@click.option("--count", default=200, show_default=True, type=click.IntRange(min=1), help="Postings to draw.")
@click.option(
    "--quota",
    "quotas",
    multiple=True,
    metavar="REASON=N",
    callback=_quotas,
    help=f"How many postings a reason draws ({', '.join(Reason)}); the others share the rest; repeatable.",
)
@click.option(
    "--labels",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Label file so far: what it has is drawn only as a likely error, and roles it has few of count as rare.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Of the random draw.")
@click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), help="Model folder. Default: the shipped model."
)
def export(
    path: Path,
    output: Path,
    count: int,
    quotas: dict[Reason, int],
    labels: Path | None,
    seed: int,
    model: Path | None,
) -> int:
    """Draw postings that are worth reading from PATH, a dataset folder or Parquet file that this model labelled.

    Writes tasks.json and labelling-config.xml for Label Studio, and review.csv for a spreadsheet.

    \b
    Example:
        jobatlas review export data --labels labels/train.jsonl --count 300 --quota random=100 --output review-1
    """
    view = open_postings(path)
    labeller = Labeller.load(model)
    folds = read_folds(model or PACKAGED_MODEL)
    with console.progress("explain", "postings") as advance:
        files = export_review(
            view,
            labeller,
            output,
            count=count,
            quotas=quotas,
            seed=seed,
            labels=labels,
            folds=folds,
            progress=advance,
        )
    _summarise_export(files)
    if labels is not None:
        _summarise_judges(files, has_folds=folds is not None)
    console.say(f"{len(files.selection.picks):,} postings: {files.tasks}, {files.config}, {files.sheet}")
    return exit_codes.DONE


def _summarise_export(files: ReviewFiles) -> None:
    selection = files.selection
    rows: list[list[object]] = [
        [
            reason.value,
            _MEANING[reason],
            selection.available[reason],
            selection.quotas[reason],
            sum(pick.drawn is reason for pick in selection.picks),
        ]
        for reason in Reason
    ]
    console.table(["reason", "means", "postings", "quota", "drawn"], rows)
    for why, count in files.left_out.items():
        console.say(f"left out: {count:,} {why}")
    if files.labels_not_found:
        console.warn(f"{files.labels_not_found:,} labels are of postings that are not in these data")


def _summarise_judges(files: ReviewFiles, *, has_folds: bool) -> None:
    """What judged the labels that may be errors."""
    console.say(
        f"labels judged: {files.judged_on_folds:,} by models that had not learnt them ({FOLDS_FILE}),"
        f" {files.judged_by_model:,} by the model itself"
    )
    if not has_folds:
        repeats = "its errors: it was trained on it" if files.learnt_labels else "the errors of labels that it learnt"
        console.warn(
            f"the model folder has no {FOLDS_FILE}: the model itself judges the label file, and repeats {repeats}"
            " (docs/review.md)"
        )


@command.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--labels",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Label file (JSON Lines) to which the answers are added, as `jobatlas train` reads it.",
)
@click.option("--annotator", help="Who answered, where an answer does not say.")
@click.option(
    "--round",
    "round_number",
    type=click.IntRange(min=1),
    help="Round written to the added lines. Default: one more than the highest in the label file.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file for answers that are no label. Default: beside the label file.",
)
@click.option(
    "--disagreements",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file for postings on whose role annotators differ. Default: beside the label file.",
)
def import_answers(
    files: tuple[Path, ...],
    labels: Path,
    annotator: str | None,
    round_number: int | None,
    rejects: Path | None,
    disagreements: Path | None,
) -> int:
    """Add the answers in FILE... to a label file: Label Studio exports (JSON, JSON-MIN) or the edited sheet.

    The sheet may be CSV or Excel. Importing the same answers again adds nothing.

    \b
    Example:
        jobatlas review import project-1.json review-1/review.csv --labels labels/train.jsonl --annotator 小王
    """
    disagreements = disagreements or labels.with_name(f"{labels.stem}.disagreements.csv")
    result = bring_in(
        files,
        labels,
        today=datetime.now(UTC).astimezone().date(),
        round_number=round_number,
        annotator=annotator,
        rejects_path=rejects or labels.with_name(f"{labels.stem}.rejects.csv"),
        disagreements_path=disagreements,
    )
    _summarise_import(result, labels, disagreements)
    return exit_codes.DONE_IN_PART if result.rejects.count else exit_codes.DONE


def _summarise_import(result: BroughtIn, labels: Path, disagreements: Path) -> None:
    console.say(
        f"answers: {result.answers:,} = {result.labels:,} labels + {result.rejects.count:,} rejected"
        f" + {result.skipped.total():,} skipped"
    )
    for why, count in result.skipped.items():
        if count:
            console.say(f"skipped: {count:,} {why}")
    agreement = result.agreement
    if agreement.pairs:
        counted = ", ".join(f"{what} {agreement.same[what]:,}" for what in ("role", "industry", "ai"))
        console.say(f"pairs of annotators on one posting: {agreement.pairs:,}; they agree on {counted}")
    if agreement.disagreements:
        console.say(f"postings with more than one role: {len(agreement.disagreements):,}: {disagreements}")
    summarise_rejects(result.rejects)
    if result.missing:
        shown = [[term.term, term.answers, term.labels] for term in result.missing[:_TERMS_SHOWN]]
        console.table(["missing in the vocabulary", "answers", "labels"], shown)
        console.say(f"terms missing in the vocabulary: {len(result.missing):,}; docs/review.md tells how to add one")
    if result.labels:
        console.say(
            f"{labels}: {result.labels:,} lines of round {result.round} added, {result.revised:,} of them revise"
        )
