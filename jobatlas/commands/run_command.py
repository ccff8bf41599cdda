"""`jobatlas run`: the whole chain."""

from pathlib import Path

import click

from jobatlas import console, exit_codes
from jobatlas.commands.classify_command import classify_dataset
from jobatlas.commands.crawl_command import crawl_sources
from jobatlas.commands.dedupe_command import dedupe
from jobatlas.commands.options import config_option, data_folder, data_option
from jobatlas.commands.report_command import write_report
from jobatlas.config import Config
from postings.dataset import Dataset


@click.command("run")
@data_option
@config_option
def command(data: Path | None, config: Config) -> int:
    """Crawl, mark copies, classify and report in one go, as the configuration says.

    Without a configuration it crawls the bundled local job board. A run that was stopped goes on where it was; a run
    after a finished one fetches and labels only what is new.

    \b
    Examples:
        jobatlas run
        jobatlas run --config examples/demo.toml
    """
    folder = data_folder(config, data)
    console.say("1. crawl")
    crawled = crawl_sources(config.crawl, folder)
    if not Dataset(folder).parts():
        console.warn(f"{folder} holds no postings, so there is nothing to classify and report")
        return crawled
    console.say()
    console.say("2. dedupe")
    dedupe(folder)
    console.say()
    console.say("3. classify")
    classify_dataset(folder, Path(config.classify.model) if config.classify.model else None)
    console.say()
    console.say("4. report")
    write_report(folder, Path(config.report.output), config.report.title)
    # A source that failed leaves the report with what earlier runs gathered: done, but in part.
    return exit_codes.DONE if crawled == exit_codes.DONE else exit_codes.DONE_IN_PART
