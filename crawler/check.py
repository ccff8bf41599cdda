"""Is a source healthy? The first page of its list tells."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.result import SourceResult
from crawler.run import crawl
from crawler.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Health:
    """What the first page of a source's list said.

    Attributes:
        source: Its name.
        healthy: It answered in the form that its reader knows.
        verdict: What a crawl that went no further would have ended with.
        reason: Why it is not healthy; empty if it is.
        rows: Rows on the page.
        reported_total: What the source says it has; None where it does not say.
        requests: HTTP requests sent: the page, robots.txt and, where there is one, the page that begins a session.
        fields: Fields that the postings on the page state; empty where their text is on pages of their own.
    """

    source: str
    healthy: bool
    verdict: Verdict
    reason: str
    rows: int
    reported_total: int | None
    requests: int
    fields: tuple[str, ...]


def check(name: str, settings: CrawlSettings, keyword: str = "") -> Health:
    """Ask a source for the first page of its list; nothing is kept.

    Args:
        name: The source.
        settings: As for a crawl.
        keyword: What to search for; empty asks for everything.

    Raises:
        JobAtlasError: there is no such source, it is off, or the settings cannot be used.
    """
    plan = CrawlPlan((name,), (keyword,) if keyword else ())
    with tempfile.TemporaryDirectory(prefix="jobatlas-check-") as folder:
        result = crawl(plan, Path(folder), replace(settings, first_page_only=True))
    return _health(result.sources[0])


def _health(source: SourceResult) -> Health:
    answered = source.counts.pages > 0 and not source.errors
    healthy = answered and source.verdict in {Verdict.OK, Verdict.EMPTY, Verdict.PARTIAL}
    return Health(
        source=source.name,
        healthy=healthy,
        verdict=Verdict.OK if healthy and source.counts.listed else source.verdict,
        reason="" if healthy else source.reason,
        rows=source.counts.listed,
        reported_total=source.reported_total,
        requests=source.counts.requests,
        fields=tuple(name for name, share in source.coverage.items() if share),
    )
