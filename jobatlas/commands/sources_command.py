"""`jobatlas sources`: what can be crawled, and whether it is healthy."""

import click

from crawler.check import Health, check
from crawler.registry import sources
from crawler.source_info import SourceInfo
from jobatlas import console, exit_codes
from jobatlas.commands.options import (
    config_option,
    contact_option,
    crawl_section,
    crawl_settings,
    operator_options,
    timeout_option,
)
from jobatlas.config import Config


@click.group("sources", invoke_without_command=True)
@click.option("--family", help="Only the sources of one family, e.g. feishu.")
@click.pass_context
def command(context: click.Context, family: str | None) -> None:
    """List the sources that exist and what they give.

    \b
    Examples:
        jobatlas sources
        jobatlas sources --family feishu
        jobatlas sources check feishu-minimax --contact you@example.org
    """
    if context.invoked_subcommand is None:
        _list(family)


@command.command("check")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--keyword", default="", help="Search for this word instead of asking for everything.")
@contact_option
@timeout_option
@operator_options
@config_option
def check_command(
    names: tuple[str, ...],
    keyword: str,
    contact: str | None,
    timeout: float | None,
    confirmed: tuple[str, ...],
    cookies: dict[str, str],
    proxies: dict[str, str],
    config: Config,
) -> int:
    """Ask sources for the first page of their list, and say whether it is as it should be. Nothing is kept.

    \b
    Example:
        jobatlas sources check feishu-minimax greenhouse-xpeng --contact you@example.org
    """
    section = crawl_section(
        config,
        contact=contact,
        timeout_seconds=timeout,
        confirmed=list(confirmed),
        cookie_files=cookies,
        proxies=proxies,
    )
    healths = [check(name, crawl_settings(section), keyword) for name in names]
    console.table(["source", "state", "rows", "reported", "requests", "fields"], [_health_row(one) for one in healths])
    for health in healths:
        if health.reason:
            console.say(f"{health.source}: {health.reason}")
    return exit_codes.DONE if all(health.healthy for health in healths) else exit_codes.FAILED


def _health_row(health: Health) -> list[object]:
    return [
        health.source,
        "healthy" if health.healthy else str(health.verdict),
        health.rows,
        health.reported_total,
        health.requests,
        ", ".join(health.fields) or "on pages of their own",
    ]


def _list(family: str | None) -> None:
    listed = sources()
    families = sorted({source.family for source in listed})
    if family is not None and family not in families:
        raise click.BadParameter(
            f"there is no family {family!r}; there are: {', '.join(families)}", param_hint="--family"
        )
    chosen = [source for source in listed if family in (None, source.family)]
    headings = ["source", "company", "state", "salary", "text", "import", "delay s", "notes"]
    console.table(headings, [_row(one) for one in chosen])
    for name in families:
        example = next((one for one in chosen if one.family == name), None)
        if example is not None:
            console.say()
            console.say(f"{name}: robots.txt: {example.robots}")
            console.say(f"{name}: terms: {example.terms}")
    console.say()
    available = sum(source.available for source in chosen)
    console.say(
        f"{len(chosen)} sources, {available} available. Crawl one: jobatlas crawl --source NAME --keyword 大模型"
    )


def _row(source: SourceInfo) -> list[object]:
    return [
        source.name,
        source.company,
        "available" if source.available else f"off: {source.reason}",
        "yes" if source.gives_salary else "no",
        "yes" if source.gives_text else "no",
        "yes" if source.importable else "no",
        f"{source.delay_seconds:g}",
        source.notes,
    ]
