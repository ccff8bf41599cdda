"""A page in a file, whatever the file is."""

from dataclasses import dataclass

from crawler.reply import Reply

MOST_PAGE_BYTES = 64 << 20
"""One page or answer beyond this is refused: the largest pages with all pictures inside have a third of it."""


@dataclass(frozen=True, slots=True)
class PageFound:
    """One page, or a place where one should be.

    Attributes:
        reply: The page; None where there is nothing to be read.
        saved_at: When it was saved, in seconds since 1970; None where it does not say.
        damage: Why there is nothing; empty where it is nothing that could be a page (a picture).
    """

    reply: Reply | None
    saved_at: float | None = None
    damage: str = ""
