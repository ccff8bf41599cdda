"""`jobatlas crawl`: sources to postings, one verdict per source."""

from collections.abc import Callable
from pathlib import Path

import click

from crawler.plan import CrawlPlan
from crawler.result import Progress, RunResult
from crawler.run import crawl
from jobatlas import console, exit_codes
from jobatlas.commands.options import (
    config_option,
    contact_option,
    crawl_options,
    crawl_section,
    crawl_settings,
    data_folder,
    data_option,
    operator_options,
    timeout_option,
)
from jobatlas.config import Config, CrawlSection
from jobatlas.metrics import write_metrics
from taxonomy.errors import JobAtlasError

EXIT_CODES = {"done": exit_codes.DONE, "partial": exit_codes.DONE_IN_PART, "failed": exit_codes.FAILED}


def _start_urls(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, list[str]]:
    pages: dict[str, list[str]] = {}
    for value in values:
        name, separator, url = value.partition("=")
        named = bool(separator) and "/" not in name
        pages.setdefault(name if named else "jsonld", []).append(url if named else value)
    return pages


@click.command("crawl")
@crawl_options
@contact_option
@click.option(
    "--delay", type=click.FloatRange(min=0), metavar="SECONDS", help="Least time between requests to one host."
)
@timeout_option
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    help="Where to crawl: in one process of this machine, or with one actor per host on a Ray cluster.",
)
@click.option("--max-requests", type=click.IntRange(min=1), help="Budget of this sitting, over all sources.")
@click.option(
    "--start-url",
    "start_urls",
    multiple=True,
    metavar="[NAME=]URL",
    callback=_start_urls,
    help="Page or sitemap to start from, for source jsonld or the named one; repeatable.",
)
@operator_options
@click.option(
    "--metrics", type=click.Path(dir_okay=False, path_type=Path), help="Prometheus text file to write at the end."
)
@data_option
@config_option
def command(
    sources: tuple[str, ...],
    keywords: tuple[str, ...],
    cities: tuple[str, ...],
    contact: str | None,
    delay: float | None,
    timeout: float | None,
    engine: str | None,
    max_requests: int | None,
    start_urls: dict[str, list[str]],
    confirmed: tuple[str, ...],
    cookies: dict[str, str],
    proxies: dict[str, str],
    metrics: Path | None,
    data: Path | None,
    config: Config,
) -> int:
    """Gather postings from sources into the dataset.

    A run that was stopped or killed goes on where it was when the same command is given again; a finished one is
    followed by a new run that fetches only what is new. Every source ends in a verdict; the exit code is 0 when all of
    them are ok or empty, 3 when something is missing, 1 when nothing was gathered.

    \b
    Examples:
        jobatlas crawl --source demo --keyword 大模型
        jobatlas crawl --source feishu-bytedance --keyword AIGC --city 北京 --contact you@example.org
        jobatlas crawl --source feishu --keyword AIGC --engine ray --contact you@example.org
        jobatlas crawl --source jsonld --start-url https://example.org/sitemap.xml --contact you@example.org
    """
    section = crawl_section(
        config,
        sources=list(sources),
        keywords=list(keywords),
        cities=list(cities),
        contact=contact,
        delay_seconds=delay,
        timeout_seconds=timeout,
        engine=engine,
        max_requests=max_requests,
        start_urls=start_urls,
        confirmed=list(confirmed),
        cookie_files=cookies,
        proxies=proxies,
        metrics=str(metrics) if metrics else None,
    )
    return crawl_sources(section, data_folder(config, data))


def crawl_sources(section: CrawlSection, data: Path) -> int:
    """Crawl what a configuration names, show the verdicts; the exit code."""
    plan = CrawlPlan(tuple(section.sources), tuple(section.keywords), tuple(section.cities))
    with console.progress("crawl", "postings") as advance:

        def show(states: list[Progress]) -> None:
            collected = sum(state.collected for state in states)
            left = sum(state.left for state in states)
            advance(collected, collected + left)

        result = _engine(section.engine)(plan, data, crawl_settings(section), show)
    _summarise(result)
    if section.metrics is not None:
        write_metrics(result, Path(section.metrics))
    return EXIT_CODES[result.outcome]


def _engine(name: str) -> Callable[..., RunResult]:
    """The function that crawls.

    Raises:
        JobAtlasError: the extra `ray` is not installed.
    """
    if name == "local":
        return crawl
    try:
        from crawler.cluster.crawl import crawl_on_cluster
    except ModuleNotFoundError as error:
        raise JobAtlasError("Ray is not installed: pip install 'job-atlas[ray]', on every machine.") from error
    return crawl_on_cluster


def _summarise(result: RunResult) -> None:
    console.table(
        [
            "source",
            "verdict",
            "postings",
            "new",
            "changed",
            "known",
            "closed",
            "missing",
            "reported",
            "complete",
            "relevant",
            "requests",
        ],
        [
            [
                source.name,
                str(source.verdict),
                source.counts.postings,
                source.counts.new,
                source.counts.changed,
                source.counts.known,
                source.counts.closed,
                source.counts.missing,
                source.reported_total,
                _percent(source.completeness),
                _percent(source.relevance),
                source.counts.requests,
            ]
            for source in result.sources
        ],
    )
    for source in result.sources:
        if source.reason:
            console.say(f"{source.name}: {source.reason}")
    if not result.finished:
        console.say("The run is not finished: give the same command again and it goes on from here.")
    console.say(f"run: {result.summary}")


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"
