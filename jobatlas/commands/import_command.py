"""`jobatlas import`: a dump into the dataset."""

from datetime import UTC, datetime
from pathlib import Path

import click

from jobatlas import console, exit_codes
from jobatlas.commands.options import config_option, data_folder, data_option, mapping_option
from jobatlas.config import Config
from jobatlas.dump_summary import summarise_dump
from postings.dataset import Dataset
from postings.load import import_dump


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--source", metavar="NAME", help="Name of the postings' source. Default: a column such as 来源, else `dump`."
)
@click.option(
    "--gathered-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which the dump was gathered: 3天前 is read from it, and it is the postings' first and last sight.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV file for rows that cannot be used. Default: rejects/<dump>.rejects.csv in the dataset's folder.",
)
@mapping_option
@data_option
@config_option
def command(
    path: Path,
    source: str | None,
    gathered_on: datetime | None,
    rejects: Path | None,
    mapping: dict[str, str],
    data: Path | None,
    config: Config,
) -> int:
    """Bring a dump into the dataset: CSV, TSV, Excel, JSON, JSON Lines, Parquet, or a folder of them.

    Importing the same dump again adds nothing. Columns that are not recognised travel along.

    \b
    Examples:
        jobatlas import postings.csv
        jobatlas import 2026-10.xlsx --source hr-fair --gathered-on 2026-10-31 --map title=招聘职位
    """
    folder = data_folder(config, data)
    rejects = rejects or folder / "rejects" / f"{path.name}.rejects.csv"
    with console.progress("import", "rows") as advance:
        result = import_dump(
            path,
            Dataset(folder),
            mapping,
            source=source,
            seen_at=gathered_on.replace(tzinfo=UTC) if gathered_on else None,
            rejects_path=rejects,
            progress=advance,
        )
    summarise_dump(result.dump)
    console.say(f"{folder}: {result.written:,} postings written, {result.known:,} known already")
    return exit_codes.DONE_IN_PART if result.counts.rejected else exit_codes.DONE
