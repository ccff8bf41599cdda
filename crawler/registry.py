"""Which sources exist. A family is a spider; its tenants are data in `crawler/sources/<family>.yaml`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from crawler.cookie_file import read_cookie_file
from crawler.package_data import read_yaml
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.source_info import DEFAULT_PORTS, SourceInfo
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

_ADDRESS = r"^https?://[^/]+$"
_PROXY_SCHEMES = frozenset({"http", "https"})
ALL = "all"
"""Stands for every source: in a plan for those that are available, the bundled board apart."""

_NOT_OF_ALL = "demo"


class _Tenant(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9\-]*$")
    company: str = ""
    base_url: str = Field(default="", pattern=rf"{_ADDRESS}|^$")
    other_urls: dict[str, str] = Field(default_factory=dict)
    unavailable: str = ""
    """Why it is off until the operator names an address."""
    notes: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


class _Family(BaseModel):
    """One file; every field but `tenants` is that of `SourceInfo`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    delay_seconds: float = Field(ge=0)
    gives_salary: bool
    gives_text: bool
    robots: str
    terms: str
    importable: bool = False
    confirm: str = ""
    cautious: bool = False
    waives_robots: bool = False
    requests_per_day: int | None = Field(default=None, ge=1)
    needs_cookies: bool = False
    tenants: list[_Tenant] = Field(min_length=1)
    never: str = ""
    """Why it has no spider and cannot be switched on."""


def sources() -> list[SourceInfo]:
    """Every source, by family and name."""
    return [_with_settings(source, CrawlSettings()) for source in _all_sources()]


def resolve(plan: CrawlPlan, settings: CrawlSettings) -> list[SourceInfo]:
    """The sources of a plan, each once, with the operator's settings applied.

    Raises:
        JobAtlasError: a name in the plan or the settings is unknown, or a source that the plan names is off.
    """
    known = _all_sources()
    families = {source.family for source in known}
    names = {source.name for source in known}
    parts = {f"{source.name}.{part}" for source in known for part in source.other_urls}
    _check_names("sources", plan.sources, names | families | {ALL})
    _check_names("base_urls", settings.base_urls, names | families | parts)
    _check_names("start_urls", settings.start_urls, names)
    _check_names("confirmed", settings.confirmed, names | families)
    _check_names("cookie_files", settings.cookie_files, names)
    _check_names("proxies", settings.proxies, names | families | {ALL})
    if not plan.sources:
        raise JobAtlasError("the plan names no source: name at least one, `jobatlas sources` lists them.")
    chosen = []
    for source in (_with_settings(source, settings) for source in known):
        named = source.name in plan.sources
        if named and not source.available:
            raise JobAtlasError(f"source {source.name!r} is off: {source.reason}.")
        meant = source.family in plan.sources or (ALL in plan.sources and source.family != _NOT_OF_ALL)
        if named or (meant and source.available):
            chosen.append(source)
    if not chosen:
        raise JobAtlasError(f"all sources of {', '.join(plan.sources)} are off: `jobatlas sources` says why.")
    order = {name: number for number, name in reversed(list(enumerate(plan.sources)))}
    return sorted(chosen, key=lambda source: order.get(source.name, order.get(source.family, order.get(ALL, 0))))


@cache
def _all_sources() -> tuple[SourceInfo, ...]:
    """Every source as its data say; `reason` is what `never` and `unavailable` say."""
    found: dict[str, SourceInfo] = {}
    folder = resources.files("crawler") / "sources"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".yaml"):
            continue
        try:
            family = _Family.model_validate(read_yaml(file))
        except (ValidationError, yaml.YAMLError) as error:
            raise JobAtlasError(f"crawler/sources/{file.name}: {error}") from error
        for tenant in family.tenants:
            if tenant.name in found:
                raise JobAtlasError(f"crawler/sources/{file.name}: a source {tenant.name!r} exists already.")
            found[tenant.name] = SourceInfo(
                **family.model_dump(exclude={"tenants", "never"}),
                **tenant.model_dump(exclude={"unavailable"}),
                family=file.name.removesuffix(".yaml"),
                reason=family.never or tenant.unavailable,
                has_spider=not family.never,
            )
    return tuple(found.values())


def _with_settings(source: SourceInfo, settings: CrawlSettings) -> SourceInfo:
    """A source under the operator's settings, with the reason why it is still off."""
    names = (source.name, source.family, ALL)
    base_url = _of_first(settings.base_urls, names[:2])
    start_urls = tuple(settings.start_urls.get(source.name, ()))
    if base_url is not None:
        base_url = _checked_address("base_urls", source.name, base_url)
        source = replace(
            source, base_url=base_url, other_urls=dict.fromkeys(source.other_urls, base_url), reason=_lifted(source)
        )
    others = {
        part: _checked_address("base_urls", f"{source.name}.{part}", settings.base_urls[f"{source.name}.{part}"])
        for part in source.other_urls
        if f"{source.name}.{part}" in settings.base_urls
    }
    if start_urls:
        for url in start_urls:
            _checked_address("start_urls", source.name, url)
        source = replace(source, start_urls=start_urls, reason=_lifted(source))
    cookie_file = settings.cookie_files.get(source.name)
    if cookie_file is not None:
        read_cookie_file(cookie_file)  # says now what is wrong with it, not in the middle of a crawl
    proxy = _of_first(settings.proxies, names)
    source = replace(
        source,
        other_urls={**source.other_urls, **others},
        cookie_file=cookie_file,
        proxy=_checked_proxy(source.name, proxy) if proxy else None,
        delay_seconds=source.delay_seconds if settings.delay_seconds is None else settings.delay_seconds,
    )
    return replace(source, reason=source.reason or _missing(source, set(settings.confirmed)))


def _lifted(source: SourceInfo) -> str:
    """The reason that is left when the operator has named an address."""
    return "" if source.has_spider else source.reason


def _missing(source: SourceInfo, confirmed: set[str]) -> str:
    """What the operator still has to give. A server on this machine stands in for the site and wants nothing."""
    if not source.has_spider or (source.on_this_machine and source.host):
        return ""
    if source.confirm and not confirmed & {source.name, source.family}:
        return f"confirm first (--confirm {source.name}): {source.confirm}"
    if source.needs_cookies and source.cookie_file is None:
        return f"name the cookies.txt of your own browser (--cookies {source.name}=FILE)"
    return ""


def _of_first(values: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((values[name] for name in names if name in values), None)


def _checked_address(setting: str, name: str, url: str) -> str:
    """Scheme, host and port of an address.

    Raises:
        JobAtlasError: it is no web address, or holds a user name.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
        named = parts.username is not None
    except ValueError:
        sound = named = False
    if named:
        raise JobAtlasError(
            f"{setting} of {name!r}: a web address with a user name is not taken; no source is logged in to."
        )
    if not sound:
        raise JobAtlasError(f"{setting} of {name!r}: {url!r} is no web address; it begins with http:// or https://.")
    return f"{parts.scheme}://{parts.netloc}"


def _checked_proxy(name: str, url: str) -> str:
    """The address of a proxy, which may hold a user name and password and is therefore never repeated.

    Raises:
        JobAtlasError: it is no address of an HTTP proxy.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise JobAtlasError(f"proxies of {name!r}: not the address of an HTTP proxy such as http://127.0.0.1:8888.")
    return url


def _check_names(where: str, names: Iterable[str], known: Iterable[str]) -> None:
    known = set(known)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or " `jobatlas sources` lists them."
            raise JobAtlasError(f"{where}: there is no source {name!r}.{hint}")
