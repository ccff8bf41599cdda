"""The one word that says how a source ended."""

from enum import StrEnum


class Verdict(StrEnum):
    """What an operator reads first."""

    OK = "ok"
    """Everything that was planned was read."""
    EMPTY = "empty"
    """The source answered as it should and has nothing for this plan."""
    PARTIAL = "partial"
    """Postings were gathered, but some pages failed, a cap cut, or the run stopped early."""
    BLOCKED = "blocked"
    """The source refused: robots.txt, a refusal code, a challenge page, a redirect to another host."""
    LOGIN_REQUIRED = "login_required"
    """The source wants an account, which is never given."""
    FORMAT_CHANGED = "format_changed"
    """The source answered, but not in the form that its reader knows."""
    FAILED = "failed"
    """Network, server or configuration error before anything could be gathered."""


COMPLETE = frozenset({Verdict.OK, Verdict.EMPTY})
"""The verdicts after which nothing is missing."""
