"""`jobatlas import`: a dump, or pages saved from a browser, into the dataset."""

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.saved.formats import FORMATS
from crawler.saved.load import SavedResult, import_saved
from jobatlas import console, exit_codes
from jobatlas.commands.options import config_option, data_folder, data_option, mapping_option
from jobatlas.config import Config
from jobatlas.dump_summary import summarise_drawn_salaries, summarise_dump, summarise_rejects
from postings.dataset import Dataset
from postings.load import import_dump


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    help="The site of which PATH... are saved pages: JSON answers, HAR recordings, HTML or MHTML pages, folders or zip"
    " archives of them. Default: one dump.",
)
@click.option(
    "--source", metavar="NAME", help="Name of the postings' source. Default: a column such as 来源, else `dump`."
)
@click.option(
    "--gathered-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which the dump or the pages were gathered: 3天前 is read from it, and it is the postings' first and"
    " last sight.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file for rows or pages that cannot be used. Default: rejects/<name>.rejects.csv in the dataset's folder.",
)
@mapping_option
@data_option
@config_option
def command(
    paths: tuple[Path, ...],
    format_name: str | None,
    source: str | None,
    gathered_on: datetime | None,
    rejects: Path | None,
    mapping: dict[str, str],
    data: Path | None,
    config: Config,
) -> int:
    """Bring a dump into the dataset: CSV, TSV, Excel, JSON, JSON Lines, Parquet, or a folder of them.

    With --format, bring in what you saved of a job site in your own browser. Importing the same again adds nothing.
    Columns of a dump that are not recognised travel along.

    \b
    Examples:
        jobatlas import postings.csv
        jobatlas import 2026-10.xlsx --source hr-fair --gathered-on 2026-10-31 --map title=招聘职位
        jobatlas import --format zhipin www.zhipin.com.har saved-pages/
    """
    folder = data_folder(config, data)
    rejects = rejects or folder / "rejects" / f"{paths[0].resolve().name}.rejects.csv"
    seen_at = gathered_on.replace(tzinfo=UTC) if gathered_on else None
    if format_name is not None:
        if source or mapping:
            raise click.UsageError("--source and --map are for dumps; pages have the source and fields of their site.")
        return _import_pages(paths, format_name, folder, seen_at, rejects)
    if len(paths) > 1:
        raise click.UsageError("one dump at a time; a folder is a dump of several files. For saved pages add --format.")
    with console.progress("import", "rows") as advance:
        result = import_dump(
            paths[0],
            Dataset(folder),
            mapping,
            source=source,
            seen_at=seen_at,
            rejects_path=rejects,
            progress=advance,
        )
    summarise_dump(result.dump)
    console.say(f"{folder}: {result.written:,} postings written, {result.known:,} known already")
    return exit_codes.DONE_IN_PART if result.counts.rejected else exit_codes.DONE


def _import_pages(
    paths: tuple[Path, ...], format_name: str, folder: Path, seen_at: datetime | None, rejects: Path
) -> int:
    with console.progress("import", "pages") as advance:
        result = import_saved(
            paths, format_name, Dataset(folder), seen_at=seen_at, rejects_path=rejects, progress=advance
        )
    _summarise_pages(result)
    console.say(f"{folder}: {result.written:,} postings written, {result.known:,} known already")
    if not result.read:
        return exit_codes.FAILED
    return exit_codes.DONE_IN_PART if result.rejects.count or result.unreadable_rows else exit_codes.DONE


def _summarise_pages(result: SavedResult) -> None:
    rejected = result.rejects.count
    console.say(
        f"pages: {result.pages:,} = {result.read:,} read + {result.passed_over:,} passed over + {rejected:,} rejected"
    )
    if result.closed:
        console.say(f"pages of closed postings: {result.closed:,}")
    if result.unreadable_rows:
        console.say(f"rows of lists without id or title: {result.unreadable_rows:,}")
    if result.salaries_unread:
        console.say(f"no value in these texts (null, e.g. 面议): salary_text {result.salaries_unread:,}")
    summarise_drawn_salaries(result.salaries_drawn)
    summarise_rejects(result.rejects)
