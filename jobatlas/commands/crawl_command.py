"""`jobatlas crawl`: sources to postings, one verdict per source."""

from pathlib import Path

import click

from crawler.plan import DEFAULT_MAX_REQUESTS, CrawlPlan, CrawlSettings
from crawler.result import Progress, RunResult
from crawler.run import crawl
from jobatlas import console, exit_codes
from jobatlas.commands.options import config_option, crawl_options, data_folder, data_option
from jobatlas.config import Config, CrawlSection

EXIT_CODES = {"done": exit_codes.DONE, "partial": exit_codes.DONE_IN_PART, "failed": exit_codes.FAILED}


@click.command("crawl")
@crawl_options
@click.option("--contact", help="Mail address or page named in the User-Agent; sources on the internet want one.")
@click.option(
    "--delay", type=click.FloatRange(min=0), metavar="SECONDS", help="Least time between requests to one host."
)
@click.option("--max-requests", type=click.IntRange(min=1), help="Budget of this sitting, over all sources.")
@click.option(
    "--start-url", "start_urls", multiple=True, metavar="URL", help="Page or sitemap, for source jsonld; repeatable."
)
@data_option
@config_option
def command(
    sources: tuple[str, ...],
    keywords: tuple[str, ...],
    cities: tuple[str, ...],
    contact: str | None,
    delay: float | None,
    max_requests: int | None,
    start_urls: tuple[str, ...],
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
        jobatlas crawl --source jsonld --start-url https://example.org/sitemap.xml --contact you@example.org
    """
    given = {
        "sources": list(sources),
        "keywords": list(keywords),
        "cities": list(cities),
        "contact": contact,
        "delay_seconds": delay,
        "max_requests": max_requests,
        "start_urls": {"jsonld": list(start_urls)} if start_urls else {},
    }
    section = config.crawl.model_copy(
        update={name: value for name, value in given.items() if value not in (None, [], {})}
    )
    return crawl_sources(section, data_folder(config, data))


def crawl_sources(section: CrawlSection, data: Path) -> int:
    """Crawl what a configuration names, show the verdicts; the exit code."""
    plan = CrawlPlan(tuple(section.sources), tuple(section.keywords), tuple(section.cities))
    settings = CrawlSettings(
        contact=section.contact,
        delay_seconds=section.delay_seconds,
        max_requests=section.max_requests or DEFAULT_MAX_REQUESTS,
        base_urls=section.base_urls,
        start_urls=section.start_urls,
    )
    with console.progress("crawl", "postings") as advance:

        def show(states: list[Progress]) -> None:
            collected = sum(state.collected for state in states)
            left = sum(state.left for state in states)
            advance(collected, collected + left)

        result = crawl(plan, data, settings, show)
    _summarise(result)
    return EXIT_CODES[result.outcome]


def _summarise(result: RunResult) -> None:
    console.table(
        ["source", "verdict", "postings", "new", "changed", "known", "closed", "missing", "reported", "requests"],
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
