"""What to crawl, and how: the two inputs of a run."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DEFAULT_MAX_REQUESTS = 20_000
"""Requests of one sitting over all sources; a posting board with detail pages needs about one per posting."""


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """Every source is asked for every keyword in every city.

    Attributes:
        sources: Names of `crawler.registry.sources()`; a family's name stands for all its available sources, `all` for
            those of all families but the bundled board.
        keywords: Search words; empty asks for everything the source has.
        cities: City names as `taxonomy.places` writes them (北京); empty asks without a city.
    """

    sources: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """A short hash that is the same for the same plan; an unfinished run of it is resumed."""
        parts = [sorted(set(self.sources)), sorted(set(self.keywords)), sorted(set(self.cities))]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


@dataclass(slots=True)
class Budget:
    """Requests that a sitting may still send, shared by its sources."""

    left: int = DEFAULT_MAX_REQUESTS

    def spend(self) -> None:
        """One request was sent."""
        self.left -= 1


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """How a plan is carried out. None keeps the default of the source or the crawler.

    Attributes:
        contact: Mail address or page named in the User-Agent. Sources outside this machine are not asked without it.
        delay_seconds: Least time between two requests to one host.
        max_requests: Budget of one sitting over all sources; what is left over waits for the next one.
        timeout_seconds: How long an answer may take; None keeps 30 seconds.
        base_urls: Source name -> address of the server to ask instead of the source's own. `NAME.PART` replaces one of
            the further servers of a source that has several (zhaopin.api); those not named move along with NAME.
        start_urls: Source name -> pages or sitemaps to start from, for sources that need them (jsonld, zhaopin).
        confirmed: Sources that are off until the operator has read what they ask to be confirmed.
        cookie_files: Source name -> cookies.txt (Netscape format) of the operator's own browser, for sources that go
            online with the operator's own session only.
        proxies: Source or family name, or "all" -> address of the proxy it is asked through.
        first_page_only: Ask each source for the first page of its list and no more: a look at its health.
    """

    contact: str | None = None
    delay_seconds: float | None = None
    timeout_seconds: float | None = None
    max_requests: int = DEFAULT_MAX_REQUESTS
    base_urls: Mapping[str, str] = field(default_factory=dict)
    start_urls: Mapping[str, Sequence[str]] = field(default_factory=dict)
    confirmed: Sequence[str] = ()
    cookie_files: Mapping[str, str] = field(default_factory=dict)
    proxies: Mapping[str, str] = field(default_factory=dict)
    first_page_only: bool = False
