"""`jobatlas dedupe`: copies marked in a dataset or in a single file."""

from pathlib import Path

import click

from jobatlas import console, exit_codes
from jobatlas.commands.options import config_option, data_folder
from jobatlas.config import Config
from postings.duplicates.mark import mark_duplicates
from postings.duplicates.verdict import Kind

_MEANING = {
    Kind.FULL: "same title, company and text",
    Kind.NEAR: "nearly the same text, same employer",
    Kind.REPOST: "published again later",
    Kind.AGENCY: "same text under another company",
}


@click.command("dedupe")
@click.argument("source", required=False, type=click.Path(path_type=Path))
@config_option
def command(source: Path | None, config: Config) -> int:
    """Mark postings that are copies of others. Nothing is deleted; the report leaves marked ones out.

    SOURCE is a dataset folder or a Parquet file that `jobatlas classify` wrote; only files whose marks change are
    written anew, each as a whole. Without it the dataset of the configuration is taken. After new crawls run it again:
    marks are found anew each time.

    \b
    Examples:
        jobatlas dedupe
        jobatlas dedupe labelled.parquet
    """
    return dedupe(source or data_folder(config, None))


def dedupe(path: Path) -> int:
    """Mark the copies in a dataset or file and say what there were; the exit code."""
    counts = mark_duplicates(path, console.progress)
    console.say(
        f"{path}: {counts.postings:,} postings = {counts.unmarked:,} counted + {counts.kinds.total():,} copies;"
        f" {counts.written:,} of {counts.files:,} files written"
    )
    rows: list[list[object]] = [
        [kind.value, _MEANING[kind], counts.kinds[kind.value], _share(counts.kinds[kind.value], counts.postings)]
        for kind in Kind
    ]
    rows.append(["(none)", "counted", counts.unmarked, _share(counts.unmarked, counts.postings)])
    console.table(["copy", "means", "postings", "share"], rows)
    return exit_codes.DONE


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}" if of else "-"
