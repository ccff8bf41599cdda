"""The source contract: what a source family says, and the values that pass between it, the spider and the ledger.

A family is one file under `crawler/spiders/`: a subclass of `crawler.source_spider.SourceSpider` that says how to
ask (`Task` -> `Call`) and how to read (`Reply` -> `ListPage` or postings). Reading is done by functions of a `Reply`
alone, so that a saved page goes through the same reader as a fetched one.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, Self

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=date.isoformat)

Params = Mapping[str, str | int]
"""What a family needs to ask for one page. Plain values, because the ledger keeps them between two sittings."""


@dataclass(frozen=True, slots=True)
class Query:
    """One keyword in one city; an empty string leaves that side open."""

    keyword: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One page to fetch: the unit of work, done once per run.

    Attributes:
        kind: A list page, or the detail page of one posting.
        params: What the family needs to ask for it. Addresses are relative to the source's base URL where the
            family can choose, so that a run survives a change of server.
        query: The query it belongs to.
        source_id: The posting of a detail page; empty for a list page.
        version: What the list said of that posting, so that a later run sees whether it has changed.
    """

    kind: Literal["list", "detail"]
    params: Params
    query: Query = field(default_factory=Query)
    source_id: str = ""
    version: str = ""

    @property
    def key(self) -> str:
        """Equal for two tasks that fetch the same page; unique within a run and source."""
        if self.kind == "detail":
            return f"detail {self.source_id}"
        return f"list {self.query.keyword} {self.query.city} {json.dumps(dict(self.params), sort_keys=True)}"

    def to_json(self) -> str:
        """As one line of JSON, the form in which the ledger keeps it."""
        return _ENCODER.encode(
            {
                "kind": self.kind,
                "params": dict(self.params),
                "query": {"keyword": self.query.keyword, "city": self.query.city},
                "source_id": self.source_id,
                "version": self.version,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Task":
        """The inverse of `to_json`."""
        fields: dict[str, Any] = json.loads(text)
        return cls(**{**fields, "query": Query(**fields["query"])})

    def turn(self, **changes: str | int) -> Self:
        """The same page of the list with other parameters: the next page, or a part of the list."""
        return replace(self, params={**self.params, **changes})


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request: GET, or POST where it has a body: `json`, or `form` (application/x-www-form-urlencoded)."""

    url: str
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One posting as found. Text is the site's own; nothing is normalised and nothing is guessed.

    Attributes:
        source_id: The site's own id, stable over time.
        keywords: The search words it was found by, set by the spider.
        published_on: The day it was posted, where the site states a full date.

    The other fields are those of `postings.schema.AS_FOUND`.
    """

    source_id: str
    title: str
    url: str | None = None
    company: str | None = None
    description: str | None = None
    city_text: str | None = None
    salary_text: str | None = None
    experience_text: str | None = None
    education_text: str | None = None
    industry_text: str | None = None
    company_size_text: str | None = None
    company_stage_text: str | None = None
    employment_text: str | None = None
    published_text: str | None = None
    published_on: date | None = None
    site_category: str | None = None
    site_tags: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        """Its values by field name; not `asdict`, which copies each of them."""
        return {name: getattr(self, name) for name in self.__slots__}

    def to_json(self) -> str:
        """As one line of JSON, the form in which the ledger keeps it until its Parquet part is written."""
        return _ENCODER.encode(self.fields())

    @classmethod
    def from_json(cls, text: str) -> "Posting":
        """The inverse of `to_json`."""
        fields: dict[str, Any] = json.loads(text)
        published = fields.pop("published_on")
        fields.update({name: tuple(fields[name]) for name in ("site_tags", "benefits", "keywords")})
        return cls(**fields, published_on=date.fromisoformat(published) if published else None)


@dataclass(frozen=True, slots=True)
class Link:
    """A row of a list page whose text is on a page of its own.

    Attributes:
        source_id: The posting's id.
        version: What the row says (see `row_version`), or the site's own change date. A posting that a former run
            has read is read again only when this has changed.
        params: What the family needs to ask for the detail page.
        city_text: All places that the row names, where it names them all: the page of a posting that is elsewhere than
            the plan asks for is not read. None where the row does not say.
    """

    source_id: str
    version: str
    params: Params
    city_text: str | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """What one list page holds.

    Attributes:
        postings: Rows that carry the whole posting.
        links: Rows whose detail page has to be read.
        further: List pages that follow from this one: the next page, parts of a list that a cap cuts, sub-sitemaps.
        reported_total: How many rows the site says the query has; only on its first page.
        unreadable: Rows that could not be read.
        cut: The site shows fewer rows than it reports and no part of the list reaches the rest.
    """

    postings: Sequence[Posting] = ()
    links: Sequence[Link] = ()
    further: Sequence[Task] = ()
    reported_total: int | None = None
    unreadable: int = 0
    cut: bool = False


def row_version(*values: str | None) -> str:
    """A short hash of what a list row says."""
    return hashlib.sha256("\x1f".join(value or "" for value in values).encode()).hexdigest()[:16]
