"""`jobatlas classify`: labels for a dataset, or for a dump that someone else made."""

from pathlib import Path

import click

from classifier.labeller import Labeller
from jobatlas import console, exit_codes
from jobatlas.commands.options import config_option, data_folder, mapping_option
from jobatlas.config import Config
from jobatlas.dump_summary import summarise_dump
from jobatlas.labelling import LabelCounts, label_dataset, label_dump
from postings.dataset import Dataset
from postings.dump import open_dump
from postings.dump.files import DATA_SUFFIXES, PACKED_SUFFIXES
from postings.export import check_output_path
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError


@click.command("classify")
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Labelled file (.parquet, .csv or .jsonl) of a dump. Default: NAME.labelled.parquet.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file for rows of a dump that cannot be used. Default: beside the output.",
)
@mapping_option
@click.option(
    "--model", type=click.Path(file_okay=False, path_type=Path), help="Model folder. Default: the shipped model."
)
@config_option
def command(
    source: Path | None,
    output: Path | None,
    rejects: Path | None,
    mapping: dict[str, str],
    model: Path | None,
    config: Config,
) -> int:
    """Give postings their role, category, industry, skills and AI involvement.

    SOURCE is a dataset folder, whose parts are replaced by their labelled selves (parts that have the labels of this
    model, confirmer of skills and vocabulary are skipped), or a dump: CSV, TSV, Excel, JSON, JSON Lines, Parquet, or a
    folder of them. Without it the dataset of the configuration is taken.

    \b
    Examples:
        jobatlas classify
        jobatlas classify postings.xlsx --output labelled.parquet
        jobatlas classify export.csv --map title=招聘职位 --output labelled.csv
    """
    source = source or data_folder(config, None)
    if model is None and config.classify.model is not None:
        model = Path(config.classify.model)
    if Dataset(source).parts():
        for option, value in {"--output": output, "--rejects": rejects, "--map": mapping}.items():
            if value:
                raise click.UsageError(f"{option} is for dumps; {source} is a dataset and is labelled in place")
        return classify_dataset(source, model)
    if source.is_dir() and not any(source.iterdir()):
        raise JobAtlasError(f"{source} is empty: `jobatlas crawl` or `jobatlas import` fill a dataset.")
    return _classify_dump(source, output, rejects, mapping, model)


def classify_dataset(folder: Path, model: Path | None) -> int:
    """Label a dataset in place and say what the labels came to; the exit code."""
    labeller = Labeller.load(model)
    with console.progress("classify", "postings") as advance:
        counts = label_dataset(Dataset(folder), labeller, advance)
    console.say(f"{folder}: {counts.rows:,} rows labelled, {counts.current:,} had current labels already")
    _summarise(counts, labeller)
    return exit_codes.DONE


def _classify_dump(
    source: Path, output: Path | None, rejects: Path | None, mapping: dict[str, str], model: Path | None
) -> int:
    output = output or _default_output(source)
    rejects = rejects or output.with_name(f"{output.stem}.rejects.csv")
    check_output_path(output)
    for option, path in {"--output": output, "--rejects": rejects}.items():
        if path.exists() and source.exists() and path.samefile(source):
            raise click.UsageError(f"{option}: {path} is the dump itself; name another file")
    dump = open_dump(source, mapping, rejects_path=rejects)
    labeller = Labeller.load(model)
    with console.progress("classify", "postings") as advance:
        counts = label_dump(dump, labeller, output, advance)
    summarise_dump(dump)
    console.say(f"labelled: {output}")
    _summarise(counts, labeller)
    return exit_codes.DONE_IN_PART if dump.counts.rejected else exit_codes.DONE


def _default_output(source: Path) -> Path:
    """The file beside a dump that bears its name, without the suffixes of packing and format."""
    named = source if source.name not in ("", "..") else source.resolve()
    stem = named.name
    for suffixes in (PACKED_SUFFIXES, DATA_SUFFIXES):
        if Path(stem).suffix.lower() in suffixes:
            stem = Path(stem).stem
    return named.parent / f"{stem}.labelled.parquet"


def _summarise(counts: LabelCounts, labeller: Labeller) -> None:
    console.say(f"model: {labeller.model_version}")
    if not counts.rows:
        return
    console.say(
        f"with a role: {counts.roles:,} of {counts.rows:,} ({counts.roles / counts.rows:.1%});"
        f" for review: {counts.review:,} ({counts.review / counts.rows:.1%})"
    )
    names = {category.id: category.zh for category in load_taxonomy().categories}
    rows: list[list[object]] = [
        [names[category] if category else "(none)", count, f"{count / counts.rows:.1%}"]
        for category, count in counts.categories.most_common()
    ]
    console.table(["category", "postings", "share"], rows)
