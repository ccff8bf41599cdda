"""One source as the crawler sees it: where it is, what it gives, and under which conditions it is asked."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One source: a tenant of a family.

    Attributes:
        name: What an operator writes, and the source of its postings in the dataset.
        family: The spider that reads it.
        title: What the family is.
        company: Whose postings it holds; empty where they name their company themselves.
        base_url: The server that is asked; empty where the crawl starts it or the operator names one.
        other_urls: Further servers of the source by the name of their part (api).
        reason: Why it cannot be crawled as it is; empty if it can.
        has_spider: Whether it can be crawled at all.
        delay_seconds: Least time between two requests.
        gives_salary: Whether its postings state a salary.
        gives_text: Whether its postings carry their full text.
        importable: Whether `jobatlas import --format FAMILY` reads what an operator saved of it.
        robots: What is known of its robots.txt, which is read again in every run.
        terms: What is known of its terms of use.
        confirm: What the operator has to confirm before it is asked; empty where nothing.
        cautious: The first failure or risk signal ends the source's day: nothing is tried again.
        waives_robots: Its robots.txt is not obeyed: the operator has confirmed to go there with an own session.
        requests_per_day: The most requests of one day; None where only the run's budget counts.
        needs_cookies: Asked with the operator's own cookies or not at all.
        cookie_file: Where they are.
        proxy: The proxy it is asked through; None asks directly.
        notes: What an operator should know.
        start_urls: Pages to start from, for families without a search.
        options: What its family needs besides (channels, page size).
    """

    name: str
    family: str
    title: str
    company: str
    base_url: str
    reason: str
    delay_seconds: float
    gives_salary: bool
    gives_text: bool
    robots: str
    terms: str
    notes: str
    has_spider: bool = True
    other_urls: Mapping[str, str] = field(default_factory=dict)
    importable: bool = False
    confirm: str = ""
    cautious: bool = False
    waives_robots: bool = False
    requests_per_day: int | None = None
    needs_cookies: bool = False
    cookie_file: str | None = None
    proxy: str | None = field(default=None, repr=False)
    start_urls: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def available(self) -> bool:
        """Whether it can be crawled as it is."""
        return not self.reason

    @property
    def host(self) -> str:
        """The host and port that is asked first; sources that share it run one after another."""
        return urlsplit(next(self._addresses(), "")).netloc

    @property
    def on_this_machine(self) -> bool:
        """Whether only this machine is asked."""
        return all(_is_loopback(urlsplit(url).hostname or "") for url in self._addresses())

    def owns(self, url: str) -> bool:
        """Whether an address is on one of the source's own hosts. Moving from http to https on a host is allowed."""
        try:
            parts = urlsplit(url)
            asked = (parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme])
        except (ValueError, KeyError):
            return False
        for own in map(urlsplit, self._addresses()):
            port = own.port or DEFAULT_PORTS[own.scheme]
            if asked in {(own.hostname, port), (own.hostname, 443 if port == 80 else port)}:
                return True
        return False

    def _addresses(self) -> Iterator[str]:
        return filter(None, (self.base_url, *self.other_urls.values(), *self.start_urls))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
