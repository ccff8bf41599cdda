"""`jobatlas train`: postings and labels to a model."""

import sys
from pathlib import Path

import click

from jobatlas import console, exit_codes


@click.command("train")
@click.argument("settings", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--postings",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with postings.parquet and, if there is one, postings_without_description.parquet.",
)
@click.option(
    "--labels",
    required=True,
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with train.jsonl and, if there is one, dev.jsonl, whose postings are left out. May be given several "
    "times: all teach, the first one judges. With settings of the kind skills, folders after the first have "
    "skills.jsonl.",
)
@click.option(
    "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Model folder to write."
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for finished stages, from which a stopped run goes on. Default: the output with .work.",
)
@click.option(
    "--base",
    metavar="DIR_OR_NAME",
    help="For settings of the kind ngram, a finished model to go on from, a folder or `shipped`; of the kind "
    "encoder, a Hugging Face encoder to fine-tune instead of pre-training one; of the kind skills, a confirmer of "
    "skills to go on from, a folder or `shipped`.",
)
def command(
    settings: Path, postings: Path, labels: tuple[Path, ...], output: Path, work: Path | None, base: str | None
) -> int:
    """Train a model as the TOML file SETTINGS says. Needs the extra `train`.

    A run that was stopped goes on when it is started again with the same arguments.

    \b
    Examples:
        jobatlas train examples/train-encoder.toml --postings data/ --labels labels/ --output model
        jobatlas train examples/train.toml --postings data/ --labels labels/ --output ngram-model
        jobatlas train examples/train-continued.toml --base shipped --postings data/ --labels mine/ --output model
    """
    from classifier.training.train import train  # it needs the extra `train`, --help does not

    work = work or output.with_name(f"{output.name}.work")
    result = train(
        settings, postings, labels, output, work, lambda line: print(line, file=sys.stderr, flush=True), base=base
    )
    console.table(["on the folds", "value"], [[name, value] for name, value in result.metrics.items()])
    console.say(f"same labels as the trained network: {result.agreement:.2%}")
    console.say(f"model {result.version}: {result.folder}")
    return exit_codes.DONE
