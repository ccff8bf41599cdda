"""Options that several commands share, and what their values mean."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from crawler.plan import DEFAULT_MAX_REQUESTS, CrawlSettings
from crawler.registry import ALL
from jobatlas.config import Config, CrawlSection, load_config

Function = TypeVar("Function", bound=Callable[..., Any])

_NAMED = re.compile(r"[a-z0-9][a-z0-9\-]*=")

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
        click.option(
            "--source", "sources", multiple=True, metavar="NAME", help="Source or family to ask, or `all`; repeatable."
        ),
    ):
        function = option(function)
    return function


contact_option = click.option(
    "--contact", help="Mail address or page named in the User-Agent; sources on the internet want one."
)

timeout_option = click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="How long an answer may take."
)


def operator_options(function: Function) -> Function:
    """`--confirm`, `--cookies`, `--proxy`: what the operator decides and lends, as a tuple and two dicts."""
    for option in (
        click.option(
            "--proxy",
            "proxies",
            multiple=True,
            metavar="[NAME=]URL",
            callback=_proxies,
            help="HTTP proxy for one source or family, or without a name for all; repeatable.",
        ),
        click.option(
            "--cookies",
            "cookies",
            multiple=True,
            metavar="NAME=FILE",
            callback=_cookies,
            help="cookies.txt of your own browser, for a source that goes online with your session only; repeatable.",
        ),
        click.option(
            "--confirm",
            "confirmed",
            multiple=True,
            metavar="NAME",
            help="You have read what this source asks to be confirmed (`jobatlas sources` shows it); repeatable.",
        ),
    ):
        function = option(function)
    return function


def crawl_section(config: Config, **given: object) -> CrawlSection:
    """The configuration's `[crawl]` with what was given on the command line in its place."""
    return config.crawl.model_copy(
        update={name: value for name, value in given.items() if value not in (None, [], (), {})}
    )


def crawl_settings(section: CrawlSection) -> CrawlSettings:
    """The settings of a crawl as the crawler takes them."""
    return CrawlSettings(
        contact=section.contact,
        delay_seconds=section.delay_seconds,
        timeout_seconds=section.timeout_seconds,
        max_requests=section.max_requests or DEFAULT_MAX_REQUESTS,
        base_urls=section.base_urls,
        start_urls=section.start_urls,
        confirmed=tuple(section.confirmed),
        cookie_files=section.cookie_files,
        proxies=section.proxies,
    )


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


def _proxies(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    named = (value.partition("=") if _NAMED.match(value) else (ALL, "=", value) for value in values)
    return {name: url for name, _, url in named}


def _cookies(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    files = {}
    for value in values:
        name, separator, path = value.partition("=")
        if not (name and separator and path):
            raise click.BadParameter(f"{value!r} is not NAME=FILE, e.g. zhipin=cookies.txt")
        files[name] = path
    return files


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
