"""`jobatlas report`: labelled postings to one HTML page and CSV files."""

from pathlib import Path

import click

from jobatlas import console, exit_codes
from jobatlas.commands.options import config_option, data_folder
from jobatlas.config import Config
from report.build import build_report


@click.command("report")
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder of the report. Default: report."
)
@click.option("--title", help="Heading of the page.")
@config_option
def command(source: Path | None, output: Path | None, title: str | None, config: Config) -> int:
    """Turn labelled postings into tables, charts and one HTML page.

    SOURCE is a dataset folder or a labelled Parquet file; without it the dataset of the configuration is taken.

    \b
    Examples:
        jobatlas report
        jobatlas report labelled.parquet --output report --title "2026 年 11 月"
    """
    return write_report(
        source or data_folder(config, None), output or Path(config.report.output), title or config.report.title
    )


def write_report(source: Path, output: Path, title: str | None) -> int:
    """Build the report and say where it lies; the exit code."""
    with console.progress("report", "postings") as advance:
        result = build_report(source, output, title=title, progress=advance)
    for warning in result.warnings:
        console.warn(warning)
    console.say(
        f"report: {result.read:,} postings read = {result.counted:,} counted + {result.duplicates:,} duplicates"
        f" + {result.unlabelled:,} without labels"
    )
    console.say(f"page: {result.page}")
    console.say(f"tables: {len(result.tables)} CSV files beside it")
    return exit_codes.DONE
