"""The TOML file that describes a run. Unknown keys are errors that suggest the nearest name."""

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean


class _Section(BaseModel):
    """A table of the file: immutable, no unknown keys, no silent conversions such as "3" to 3."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CrawlSection(_Section):
    """What to crawl and how politely. Field for field the options of `jobatlas crawl`."""

    sources: list[str] = Field(default_factory=lambda: ["demo"])
    keywords: list[str] = Field(default_factory=lambda: ["大模型", "AIGC"])
    cities: list[str] = Field(default_factory=list)
    contact: str | None = None
    """Mail address or page named in the User-Agent, so that a site can reach the operator."""
    delay_seconds: float | None = Field(default=None, ge=0)
    """Least time between two requests to one host; None keeps each source's own default."""
    timeout_seconds: float | None = Field(default=None, gt=0)
    """How long an answer may take; None keeps 30 seconds."""
    max_requests: int | None = Field(default=None, ge=1)
    """Budget of one run, over all sources; None keeps the crawler's default."""
    base_urls: dict[str, str] = Field(default_factory=dict)
    """source name -> address, to point a source at another server."""
    start_urls: dict[str, list[str]] = Field(default_factory=dict)
    """source name -> pages or sitemaps to start from, for sources that need them (jsonld, zhaopin)."""
    confirmed: list[str] = Field(default_factory=list)
    """Sources that are off until the operator has read what they ask to be confirmed."""
    cookie_files: dict[str, str] = Field(default_factory=dict)
    """source name -> cookies.txt of the operator's own browser."""
    proxies: dict[str, str] = Field(default_factory=dict)
    """source or family name, or "all" -> address of an HTTP proxy."""
    engine: Literal["local", "ray"] = "local"
    """In one process of this machine, or one actor per host on a Ray cluster."""
    metrics: str | None = None
    """Prometheus text file that each crawl writes."""


class ClassifySection(_Section):
    """How to label."""

    model: str | None = None
    """Folder of the model; None is the one that ships with the program."""


class ReportSection(_Section):
    """Where the report goes."""

    output: str = "report"
    title: str | None = None


class Config(_Section):
    """One whole file."""

    data: str = "data"
    """Folder of the dataset; relative paths are relative to the current folder."""
    crawl: CrawlSection = Field(default_factory=CrawlSection)
    classify: ClassifySection = Field(default_factory=ClassifySection)
    report: ReportSection = Field(default_factory=ReportSection)


def load_config(path: Path | None) -> Config:
    """Read `path`, or take the defaults when it is None.

    Raises:
        JobAtlasError: the file is missing, is not TOML, or holds a key or value that is not understood.
    """
    if path is None:
        return Config()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise JobAtlasError(f"{path}: cannot read the configuration ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise JobAtlasError(f"{path}: not a valid TOML file in UTF-8: {error}.") from error
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        problems = " ".join(_describe(dict(problem)) for problem in error.errors())
        raise JobAtlasError(f"{path}: {problems}") from error


def _describe(problem: dict[str, Any]) -> str:
    """One problem that pydantic found, as a user reads it."""
    location: tuple[str | int, ...] = problem["loc"]
    key = ".".join(map(str, location))
    if problem["type"] != "extra_forbidden":
        return f"`{key}`: {problem['msg']}, not {problem['input']!r}."
    known = _known_keys(location[:-1])
    hint = did_you_mean(str(location[-1]), known) or f" Known here: {', '.join(known)}."
    return f"unknown key `{key}`.{hint}"


def _known_keys(table: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at this location may hold."""
    section: type[BaseModel] = Config
    for name in table:
        inner = section.model_fields[str(name)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        section = inner
    return list(section.model_fields)
