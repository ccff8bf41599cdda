"""The "did you mean" of error messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that suggests the known name nearest to a misspelt one.

    Args:
        name: what the user wrote.
        known: the names that would have been right.

    Returns:
        " Did you mean 'x'?" with a leading space, ready to end a message; "" when nothing is near.
    """
    by_folded = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), by_folded, n=1)
    return f" Did you mean {by_folded[near[0]]!r}?" if near else ""
