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
from taxonomy.nearest import did_you_mean


@click.group("sources", invoke_without_command=True)
@click.option("--family", help="Only one family, e.g. feishu, with all its sources.")
@click.option("--tenants", is_flag=True, help="Every source of every family.")
@click.pass_context
def command(context: click.Context, family: str | None, *, tenants: bool) -> None:
    """List the sources that exist and what they give.

    \b
    Examples:
        jobatlas sources
        jobatlas sources --family feishu
        jobatlas sources --tenants
        jobatlas sources check feishu-minimax --contact you@example.org
    """
    if context.invoked_subcommand is None:
        _list(family, tenants=tenants)


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


def _list(family: str | None, *, tenants: bool) -> None:
    listed = sources()
    families = list(dict.fromkeys(source.family for source in listed))
    if family is not None and family not in families:
        hint = did_you_mean(family, families) or f" There are: {', '.join(families)}."
        raise click.BadParameter(f"there is no family {family!r}.{hint}", param_hint="--family")
    members = {name: [one for one in listed if one.family == name] for name in families if family in (None, name)}
    if family is None:
        headings = ["family", "what", "sources", "state", "salary", "text", "import", "delay s"]
        console.table(headings, [_family_row(ones) for ones in members.values()])
    if family is not None or tenants:
        console.say()
        rows = [_tenant_row(one) for ones in members.values() for one in ones]
        console.table(["source", "company", "host", "state", "notes"], rows)
    for name, ones in members.items():
        console.say()
        console.say(f"{name}: robots.txt: {ones[0].robots}")
        console.say(f"{name}: terms: {ones[0].terms}")
        for reason in dict.fromkeys(one.reason for one in ones if one.reason):
            console.say(f"{name}: off: {reason}")
    console.say()
    shown = [one for ones in members.values() for one in ones]
    console.say(
        f"{len(shown)} sources, {sum(one.available for one in shown)} available. Crawl one: jobatlas crawl --source"
        " NAME --keyword 大模型; ask whether it is healthy: jobatlas sources check NAME"
    )


def _family_row(members: list[SourceInfo]) -> list[object]:
    one, available = members[0], sum(member.available for member in members)
    if available == len(members):
        state = "available"
    else:
        state = f"{available} available" if available else ("off" if one.has_spider else "never")
    return [
        one.family,
        one.title,
        len(members),
        state,
        _yes(one.gives_salary),
        _yes(one.gives_text),
        _yes(one.importable),
        f"{one.delay_seconds:g}",
    ]


def _tenant_row(source: SourceInfo) -> list[object]:
    return [source.name, source.company, source.host, "available" if source.available else "off", source.notes]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
