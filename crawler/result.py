"""What a run ended with: one verdict per source, with the figures behind it."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from crawler.verdict import COMPLETE, Verdict
from postings.atomic import atomic_path

State = Literal["waiting", "running", "ended"]
"""Where a source stands in a sitting."""

SUMMARY_VERSION = 1
"""Version of the run.json layout."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one source stands, for a progress display.

    Attributes:
        source: Its name.
        state: Whether its turn has come.
        requests: HTTP requests sent in this sitting, robots.txt and retries among them.
        listed: Rows read on list pages so far in this run.
        collected: Full postings read so far in this run.
        left: Pages known and not yet read.
    """

    source: str
    state: State
    requests: int
    listed: int
    collected: int
    left: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of one source over the whole run, all its sittings together.

    Attributes:
        requests: HTTP requests sent, robots.txt and retries among them.
        pages: List pages read.
        details: Detail pages read.
        listed: Rows on the list pages, duplicates among them.
        postings: Distinct postings seen.
        new: Postings that the dataset did not hold before.
        changed: Postings that say something else than the version the dataset held (`postings.versions`).
        known: Postings that the dataset already held as they are.
        closed: Postings that the source says are closed.
        missing: Postings listed whose text could not be read.
        left: Pages known and not read; the next sitting of an unfinished run reads them.
    """

    requests: int = 0
    pages: int = 0
    details: int = 0
    listed: int = 0
    postings: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    closed: int = 0
    missing: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class SourceResult:
    """How one source ended.

    Attributes:
        name: Its name in the registry.
        family: Its family.
        verdict: The one word.
        reason: One line for the operator; empty when all is well.
        counts: The figures.
        reported_total: What the source itself says it has for the plan; None where it does not say.
        errors: Kind of error -> how many pages ended so.
        coverage: Field of the posting -> share (0 to 1) of the postings read in this run that state it.
        coverage_before: The same in the source's last run that was ok; {} where there was none.
        hits: Where the postings read name the keyword that found them (`crawler.relevance.Place`) -> how many.
    """

    name: str
    family: str
    verdict: Verdict
    reason: str = ""
    counts: Counts = field(default_factory=Counts)
    reported_total: int | None = None
    errors: dict[str, int] = field(default_factory=dict)
    coverage: dict[str, float] = field(default_factory=dict)
    coverage_before: dict[str, float] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)

    @property
    def relevance(self) -> float | None:
        """Share of the hits that are about the keyword: in the title, the work or its requirements; None without."""
        found = sum(self.hits.values())
        return (self.hits.get("title", 0) + self.hits.get("text", 0)) / found if found else None

    @property
    def completeness(self) -> float | None:
        """Rows read to the end over rows reported, 0 to 1; None where the source does not say how many it has.

        Rows, not distinct postings: two searches find the same posting, and the source reports it for both.
        """
        if not self.reported_total:
            return None
        read = self.counts.listed - self.counts.missing - self.counts.left
        return max(0.0, min(read / self.reported_total, 1.0))


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended.

    Attributes:
        run: Its id, the name of its folder under DATA/runs.
        started: ISO time in UTC of its first sitting.
        ended: ISO time in UTC of the end of this sitting.
        resumed: This sitting carried on an unfinished run.
        interrupted: The operator stopped it (Ctrl-C).
        finished: No page is left; otherwise the next crawl of the same plan carries on.
        sources: One result per source, in the order of the plan.
        summary: The run.json that holds the same.
    """

    run: str
    started: str
    ended: str
    resumed: bool
    interrupted: bool
    finished: bool
    sources: tuple[SourceResult, ...]
    summary: Path

    @property
    def outcome(self) -> Literal["done", "partial", "failed"]:
        """Done when every source is ok or empty, failed when none gave anything, partial between the two."""
        complete = [source.verdict in COMPLETE for source in self.sources]
        if all(complete) and not self.interrupted:
            return "done"
        return "partial" if any(complete) or any(source.counts.postings for source in self.sources) else "failed"

    def write(self) -> None:
        """Write `summary`, whole or not at all."""
        self.summary.parent.mkdir(parents=True, exist_ok=True)
        body = {"version": SUMMARY_VERSION, "outcome": self.outcome, **dataclasses.asdict(self)}
        del body["summary"]
        with atomic_path(self.summary) as path:
            path.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, summary: Path) -> "RunResult":
        """Read back what `write` wrote."""
        body: dict[str, Any] = json.loads(summary.read_text(encoding="utf-8"))
        sources = tuple(
            SourceResult(**{**source, "verdict": Verdict(source["verdict"]), "counts": Counts(**source["counts"])})
            for source in body.pop("sources")
        )
        return cls(
            **{key: value for key, value in body.items() if key not in {"version", "outcome"}},
            sources=sources,
            summary=summary,
        )
