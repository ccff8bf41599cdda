"""`jobatlas evaluate`: how good a model is."""

import sys
from pathlib import Path

import click

from classifier.evaluate import evaluate
from jobatlas import console, exit_codes


@click.command("evaluate")
@click.option(
    "--labels",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Labelled postings to measure on, JSON Lines.",
)
@click.option(
    "--postings",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder whose postings.parquet holds their texts.",
)
@click.option(
    "--train-labels",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Labels to train the TF-IDF baseline on (needs the extra `train`); without it that baseline is left out.",
)
@click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), help="Model folder. Default: the shipped model."
)
def command(labels: Path, postings: Path, train_labels: Path | None, model: Path | None) -> int:
    """Measure a model on labelled postings, beside rules on the title and TF-IDF with a linear classifier.

    Prints a Markdown table of accuracy and macro-F1 per head, with 95 % bootstrap intervals.

    \b
    Example:
        jobatlas evaluate --labels labels/dev.jsonl --postings data/ --train-labels labels/train.jsonl
    """
    result = evaluate(
        labels, postings, model, train_labels, progress=lambda line: print(line, file=sys.stderr, flush=True)
    )
    console.say(str(result))
    return exit_codes.DONE
