"""`jobatlas sources`: what can be crawled."""

import click

from crawler.registry import sources
from crawler.source_info import SourceInfo
from jobatlas import console


@click.command("sources")
@click.option("--family", help="Only the sources of one family, e.g. feishu.")
def command(family: str | None) -> None:
    """List the sources that exist and what they give.

    \b
    Examples:
        jobatlas sources
        jobatlas sources --family feishu
    """
    listed = sources()
    families = sorted({source.family for source in listed})
    if family is not None and family not in families:
        raise click.BadParameter(
            f"there is no family {family!r}; there are: {', '.join(families)}", param_hint="--family"
        )
    chosen = [source for source in listed if family in (None, source.family)]
    console.table(["source", "company", "state", "salary", "text", "delay s", "notes"], [_row(one) for one in chosen])
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
        f"{source.delay_seconds:g}",
        source.notes,
    ]
