"""Which sources exist. A family is a spider; its tenants are data in `crawler/sources/<family>.yaml`."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.plan import CrawlPlan, CrawlSettings
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One source: a tenant of a family.

    Attributes:
        name: What an operator writes, and the source of its postings in the dataset.
        family: The spider that reads it.
        company: Whose postings it holds; empty where they name their company themselves.
        base_url: The server that is asked; empty where the crawl starts it or the operator names one.
        available: Whether it can be crawled as it is.
        reason: Why not.
        delay_seconds: Least time between two requests.
        gives_salary: Whether its postings state a salary.
        gives_text: Whether its postings carry their full text.
        robots: What is known of its robots.txt, which is read again in every run.
        terms: What is known of its terms of use.
        notes: What an operator should know.
        start_urls: Pages to start from, for families without a search.
        options: What its family needs besides (channels, page size).
    """

    name: str
    family: str
    company: str
    base_url: str
    available: bool
    reason: str
    delay_seconds: float
    gives_salary: bool
    gives_text: bool
    robots: str
    terms: str
    notes: str
    start_urls: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The host and port that is asked first; sources that share it run one after another."""
        return urlsplit(self.base_url or next(iter(self.start_urls), "")).netloc

    @property
    def on_this_machine(self) -> bool:
        """Whether only this machine is asked."""
        return all(_is_loopback(urlsplit(url).hostname or "") for url in (self.base_url, *self.start_urls) if url)

    def owns(self, url: str) -> bool:
        """Whether an address is on one of the source's own hosts. Moving from http to https on a host is allowed."""
        try:
            parts = urlsplit(url)
            asked = (parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme])
        except (ValueError, KeyError):
            return False
        for own in (self.base_url, *self.start_urls):
            if not own:
                continue
            own_parts = urlsplit(own)
            port = own_parts.port or _DEFAULT_PORTS[own_parts.scheme]
            if asked in {(own_parts.hostname, port), (own_parts.hostname, 443 if port == 80 else port)}:
                return True
        return False


class _Tenant(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9\-]*$")
    company: str = ""
    base_url: str = Field(default="", pattern=r"^(https?://[^/]+)?$")
    unavailable: str = ""
    notes: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


class _Family(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    delay_seconds: float = Field(ge=0)
    gives_salary: bool
    gives_text: bool
    robots: str
    terms: str
    tenants: list[_Tenant] = Field(min_length=1)


def sources() -> list[SourceInfo]:
    """Every source, by family and name."""
    return list(_all_sources())


def resolve(plan: CrawlPlan, settings: CrawlSettings) -> list[SourceInfo]:
    """The sources of a plan, each once, with the operator's settings applied.

    Raises:
        JobAtlasError: a name in the plan or the settings is unknown, or a source that the plan names is off.
    """
    known = sources()
    families = {source.family for source in known}
    names = {source.name for source in known}
    _check_names("sources", plan.sources, names | families)
    _check_names("base_urls", settings.base_urls, names | families)
    _check_names("start_urls", settings.start_urls, names)
    if not plan.sources:
        raise JobAtlasError("the plan names no source: name at least one, `jobatlas sources` lists them.")
    chosen = []
    for source in (_with_settings(source, settings) for source in known):
        named = source.name in plan.sources
        if named and not source.available:
            raise JobAtlasError(f"source {source.name!r} is off: {source.reason}.")
        if named or (source.family in plan.sources and source.available):
            chosen.append(source)
    if not chosen:
        raise JobAtlasError(f"all sources of {', '.join(plan.sources)} are off: `jobatlas sources` says why.")
    order = {name: number for number, name in reversed(list(enumerate(plan.sources)))}
    return sorted(chosen, key=lambda source: order.get(source.name, order.get(source.family, 0)))


@cache
def _all_sources() -> tuple[SourceInfo, ...]:
    found: dict[str, SourceInfo] = {}
    folder = resources.files("crawler") / "sources"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".yaml"):
            continue
        try:
            family = _Family.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        except (ValidationError, yaml.YAMLError) as error:
            raise JobAtlasError(f"crawler/sources/{file.name}: {error}") from error
        for tenant in family.tenants:
            if tenant.name in found:
                raise JobAtlasError(f"crawler/sources/{file.name}: a source {tenant.name!r} exists already.")
            found[tenant.name] = _source(file.name.removesuffix(".yaml"), family, tenant)
    return tuple(found.values())


def _source(name: str, family: _Family, tenant: _Tenant) -> SourceInfo:
    return SourceInfo(
        name=tenant.name,
        family=name,
        company=tenant.company,
        base_url=tenant.base_url,
        available=not tenant.unavailable,
        reason=tenant.unavailable,
        delay_seconds=family.delay_seconds,
        gives_salary=family.gives_salary,
        gives_text=family.gives_text,
        robots=family.robots,
        terms=family.terms,
        notes=tenant.notes,
        options=tenant.options,
    )


def _with_settings(source: SourceInfo, settings: CrawlSettings) -> SourceInfo:
    base_url = settings.base_urls.get(source.name) or settings.base_urls.get(source.family)
    if base_url is not None:
        parts = urlsplit(_checked_address("base_urls", source.name, base_url))
        source = replace(source, base_url=f"{parts.scheme}://{parts.netloc}", available=True)
    start_urls = tuple(settings.start_urls.get(source.name, ()))
    if start_urls:
        for url in start_urls:
            _checked_address("start_urls", source.name, url)
        source = replace(source, start_urls=start_urls, available=True)
    if settings.delay_seconds is not None:
        source = replace(source, delay_seconds=settings.delay_seconds)
    return source


def _checked_address(setting: str, name: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
        named = parts.username is not None
    except ValueError:
        sound = named = False
    if named:
        raise JobAtlasError(
            f"{setting} of {name!r}: a web address with a user name is not taken; no source is logged in to."
        )
    if not sound:
        raise JobAtlasError(f"{setting} of {name!r}: {url!r} is no web address; it begins with http:// or https://.")
    return url


def _check_names(where: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = set(known)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or " `jobatlas sources` lists them."
            raise JobAtlasError(f"{where}: there is no source {name!r}.{hint}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
