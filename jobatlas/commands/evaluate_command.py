"""`jobatlas evaluate`: how good a model is, and what changes from one model to the next."""

import sys
from pathlib import Path

import click

from classifier.compare import compare_on_data, compare_on_labels, shares_file
from classifier.evaluate import evaluate
from classifier.labeller import Labeller
from classifier.model import SHIPPED, model_folder
from jobatlas import console, exit_codes
from postings.dataset import open_postings


@click.command("evaluate")
@click.option(
    "--labels",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Labelled postings to measure on, JSON Lines.",
)
@click.option(
    "--postings",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with their texts: a dataset, or one whose postings.parquet holds them.",
)
@click.option(
    "--train-labels",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Labels to train the TF-IDF baseline on (needs the extra `train`); may be given several times. "
    "Without it that baseline is left out.",
)
@click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), help="Model folder. Default: the shipped model."
)
@click.option(
    "--compare",
    nargs=2,
    metavar="OLD NEW",
    help=f"Two model folders to set side by side; `{SHIPPED}` names the shipped model.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="With --compare: dataset or Parquet file of postings without labels, to see what changes in them.",
)
@click.option(
    "--changes",
    default="changes.csv",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --data: CSV for the postings that change, the most confident changes first; all class shares go into a "
    "CSV beside it.",
)
def command(
    labels: Path | None,
    postings: Path | None,
    train_labels: tuple[Path, ...],
    model: Path | None,
    compare: tuple[str, str] | None,
    data: Path | None,
    changes: Path,
) -> int:
    """Measure a model on labelled postings, beside rules on the title and TF-IDF with a linear classifier.

    Prints Markdown tables: accuracy, macro-F1 and calibration per head, with 95 % bootstrap intervals, and precision,
    recall and F1 of each class. With --compare, the figures of two models and their difference, and with --data how
    often they agree, class shares, and the changed postings.

    \b
    Examples:
        jobatlas evaluate --labels labels/dev.jsonl --postings data/ --train-labels labels/train.jsonl
        jobatlas evaluate --compare shipped my-model --data data --changes changes.csv
    """
    if (labels is None) != (postings is None):
        raise click.UsageError("--labels and --postings belong together")
    if compare is not None:
        if model is not None or train_labels:
            raise click.UsageError("--model and --train-labels are for one model, not for --compare")
        if labels is None and data is None:
            raise click.UsageError("--compare needs labelled postings (--labels, --postings), --data, or both")
        return _compare(compare, labels, postings, data, changes)
    if data is not None:
        raise click.UsageError("--data is for --compare")
    if labels is None or postings is None:
        raise click.UsageError("name labelled postings with --labels and --postings")
    result = evaluate(
        labels, postings, model, train_labels, progress=lambda line: print(line, file=sys.stderr, flush=True)
    )
    console.say(str(result))
    return exit_codes.DONE


def _compare(
    models: tuple[str, str], labels: Path | None, postings: Path | None, data: Path | None, changes: Path
) -> int:
    old, new = (Labeller.load(model_folder(name)) for name in models)
    if labels is not None and postings is not None:
        console.say(str(compare_on_labels(old, new, labels, postings)))
    if data is not None:
        view = open_postings(data)
        with console.progress("compare", "postings") as advance:
            found = compare_on_data(old, new, view, changes, progress=advance)
        if labels is not None:
            console.say()
        console.say(str(found))
        console.say()
        console.say(f"changed postings: {changes}")
        console.say(f"all class shares: {shares_file(changes)}")
    return exit_codes.DONE
