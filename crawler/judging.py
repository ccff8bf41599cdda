"""From the figures of a source to its verdict and the line that explains it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.result import Counts
from crawler.verdict import Verdict

LEAST_COMPLETENESS = 0.98
"""Rows read over rows reported, below which something is missing. Lists move a little while they are read."""

MOST_UNREADABLE = 0.5
"""Share of unreadable pages or rows above which it is the form that has changed, not a few pages that are broken."""

LEAST_UNREADABLE = 3
"""Unreadable pages of a source that gave postings, below which a share says nothing: a run that finds nothing new asks
only for the page that has been broken for days."""

LEAST_READ = 20
"""Postings below which field coverage says nothing."""

LEAST_COVERAGE_BEFORE = 0.5
"""Share of postings that stated a field in the last good run, from which its loss is told."""

MOST_COVERAGE_LOST = 0.75
"""The part of that share whose loss means that the site, or what its reader finds, has changed."""

_STOPS = {
    "blocked": Verdict.BLOCKED,
    "robots": Verdict.BLOCKED,
    "resting": Verdict.BLOCKED,
    "login_required": Verdict.LOGIN_REQUIRED,
    "format_changed": Verdict.FORMAT_CHANGED,
    "misconfigured": Verdict.FAILED,
    "no_contact": Verdict.FAILED,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a source gave in a run.

    Attributes:
        counts: Its figures.
        errors: Kind of error -> pages that ended so.
        reported_total: Rows that the source says it has.
        cut: The source shows fewer rows than it has, and no part of its list reaches the rest.
        off_plan: Postings read that the plan does not ask for.
        not_postings: Sound pages without a posting.
        stop_kind: Why nothing more was asked; None if all was asked.
        stop_reason: The same for the operator.
        last_failure: Why the last page could not be read.
        read: Postings read in this run.
        coverage: Field -> share of these that state it.
        coverage_before: The same in the last run that was ok; {} where there was none.
    """

    counts: Counts
    errors: Mapping[str, int] = field(default_factory=dict)
    reported_total: int | None = None
    cut: bool = False
    off_plan: int = 0
    not_postings: int = 0
    stop_kind: str | None = None
    stop_reason: str = ""
    last_failure: str = ""
    read: int = 0
    coverage: Mapping[str, float] = field(default_factory=dict)
    coverage_before: Mapping[str, float] = field(default_factory=dict)


def judge(facts: Facts) -> tuple[Verdict, str]:
    """The verdict, and one line for the operator that is empty when all is well."""
    counts = facts.counts
    short_of_all = Verdict.PARTIAL if counts.postings else Verdict.FAILED
    if facts.stop_kind is not None:
        return _STOPS.get(facts.stop_kind, short_of_all), facts.stop_reason
    if facts.errors:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(facts.errors.items()))
        last = f"; the last: {facts.last_failure}" if facts.last_failure else ""
        reason = f"not everything could be read: {kinds}{last}"
        if _most_pages_unreadable(facts) or _most_rows_unreadable(facts):
            return Verdict.FORMAT_CHANGED, reason
        if not counts.postings and set(facts.errors) == {"robots"}:
            return Verdict.BLOCKED, reason
        return short_of_all, reason
    if counts.left:
        return Verdict.PARTIAL, f"{counts.left} pages are left; the next crawl of the same plan carries on"
    if not counts.postings:
        return _judge_nothing(facts)
    if lost := lost_fields(facts):
        shares = ", ".join(
            f"{name} {facts.coverage_before[name]:.0%} -> {facts.coverage.get(name, 0.0):.0%}" for name in lost
        )
        return Verdict.FORMAT_CHANGED, f"postings no longer state what they did in the last good run: {shares}"
    if facts.cut:
        length = f" ({facts.reported_total})" if (facts.reported_total or 0) > counts.listed else ""
        return Verdict.PARTIAL, f"the source shows only {counts.listed} rows of a list that is longer{length}"
    if facts.reported_total and counts.listed < LEAST_COMPLETENESS * facts.reported_total:
        return Verdict.PARTIAL, f"the source lists {counts.listed} of the {facts.reported_total} postings it reports"
    return Verdict.OK, ""


def _most_pages_unreadable(facts: Facts) -> bool:
    unreadable = facts.errors.get("format_changed", 0)
    if not facts.counts.postings:
        return unreadable > 0
    # Where texts are on pages of their own, the lists that lead to them say nothing of their form.
    read = facts.counts.details or facts.counts.pages
    return unreadable >= LEAST_UNREADABLE and unreadable > MOST_UNREADABLE * (sum(facts.errors.values()) + read)


def _most_rows_unreadable(facts: Facts) -> bool:
    return facts.errors.get("unreadable_row", 0) > MOST_UNREADABLE * max(facts.counts.listed, 1)


def lost_fields(facts: Facts) -> list[str]:
    """The fields that most postings stated in the last good run and hardly any does now."""
    if facts.read < LEAST_READ:
        return []
    return [
        name
        for name, before in facts.coverage_before.items()
        if before >= LEAST_COVERAGE_BEFORE and facts.coverage.get(name, 0.0) < (1 - MOST_COVERAGE_LOST) * before
    ]


def _judge_nothing(facts: Facts) -> tuple[Verdict, str]:
    """Every page was read and no posting came of it."""
    if facts.off_plan:
        return Verdict.EMPTY, f"none of its {facts.off_plan} postings has the plan's keywords and cities"
    if facts.counts.closed:
        return Verdict.EMPTY, f"its {facts.counts.closed} postings are closed"
    if facts.not_postings:
        return Verdict.FORMAT_CHANGED, f"none of its {facts.not_postings} pages holds a posting"
    if facts.reported_total:
        return Verdict.FORMAT_CHANGED, f"it reports {facts.reported_total} postings and lists none"
    if not facts.counts.pages:
        return Verdict.FAILED, "nothing was asked: it has no page to start from, name one in start_urls"
    return Verdict.EMPTY, ""
