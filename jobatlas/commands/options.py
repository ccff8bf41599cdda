"""Options that several commands share, and what their values mean."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from jobatlas.config import Config, load_config

Function = TypeVar("Function", bound=Callable[..., Any])

DEFAULT_CONFIG = Path("jobatlas.toml")
"""Read when it is in the current folder and `--config` is not given."""


def _config(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Config:
    if path is None and DEFAULT_CONFIG.is_file():
        path = DEFAULT_CONFIG
    return load_config(path)


def config_option(function: Function) -> Function:
    """`--config FILE`; the command gets the `Config` itself."""
    return click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_config,
        help=f"TOML file with the settings; {DEFAULT_CONFIG} in the current folder is read by itself.",
    )(function)


def data_option(function: Function) -> Function:
    """`--data DIR`, the dataset's folder; None where the configuration decides."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the dataset. Default: `data` of the configuration, else ./data.",
    )(function)


def data_folder(config: Config, data: Path | None) -> Path:
    """The dataset's folder: the option, else the configuration."""
    return data or Path(config.data)


def crawl_options(function: Function) -> Function:
    """`--source`, `--keyword`, `--city`: what to crawl; each replaces the configuration's list."""
    for option in (
        click.option("--city", "cities", multiple=True, metavar="CITY", help="City to ask for, e.g. 北京; repeatable."),
        click.option("--keyword", "keywords", multiple=True, metavar="WORD", help="Search word; repeatable."),
        click.option("--source", "sources", multiple=True, metavar="NAME", help="Source to ask; repeatable."),
    ):
        function = option(function)
    return function


def mapping_option(function: Function) -> Function:
    """`--map FIELD=COLUMN`, as a dict."""
    return click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="FIELD=COLUMN",
        callback=_mapping,
        help="Say which column holds a field, where its name is not recognised: --map title=列名; repeatable.",
    )(function)


def _mapping(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for value in values:
        field, separator, column = value.partition("=")
        if not (field and separator and column):
            raise click.BadParameter(f"{value!r} is not FIELD=COLUMN, e.g. title=职位名称")
        if field in mapping:
            raise click.BadParameter(f"{field!r} is given twice")
        mapping[field] = column
    return mapping
