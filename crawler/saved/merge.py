"""What several pages say of one posting, as one record: a list row states pay and company, a detail page the text."""

import re
from collections.abc import Mapping
from typing import Any

from crawler.clock import china_day
from crawler.contract import Posting
from postings.schema import AS_FOUND_NAMES
from taxonomy.dates import read_date
from taxonomy.salary import is_obfuscated

FIELDS = ("url", "published_on", *AS_FOUND_NAMES)
"""What is gathered of a posting besides its id and keywords."""

_SAYS_SOMETHING = re.compile(r"\d|议|谈")


class Gathered:
    """One posting, as far as the pages read so far know it.

    Where two pages state a field, the later one counts; of two pages of one time, the one read last. A salary whose
    digits nobody can read replaces none that can be read, and a place or text none that states the same and more.

    Attributes:
        first_seen: When its earliest page was saved, in seconds since 1970.
        last_seen: When its latest page was saved.
        keywords: The searches that found it, in the order in which they first did.
        stated: Field -> when it was stated, in seconds since 1970, and what.
    """

    def __init__(self) -> None:
        self.first_seen = float("inf")
        self.last_seen = float("-inf")
        self.keywords: dict[str, None] = {}
        self.stated: dict[str, tuple[float, Any]] = {}

    @property
    def values(self) -> dict[str, Any]:
        """Field -> value, for all of `FIELDS`."""
        return {name: self.stated.get(name, (0.0, None))[1] for name in FIELDS}

    def add(self, posting: Posting, saved_at: float) -> None:
        """Take what one page says."""
        self.keywords |= dict.fromkeys(posting.keywords)
        fields = {name: getattr(posting, name) for name in FIELDS}
        # 3天前 counts from the day of this page, not from that of the last one.
        fields["published_on"] = posting.published_on or read_date(posting.published_text, china_day(saved_at))
        self.add_fields(fields, saved_at, saved_at)

    def add_fields(self, fields: Mapping[str, Any], first_seen: float, last_seen: float) -> None:
        """Take what is known from `first_seen` to `last_seen`."""
        self.first_seen = min(self.first_seen, first_seen)
        self.last_seen = max(self.last_seen, last_seen)
        for name, value in fields.items():
            if value not in (None, "", (), []):
                self._take(name, last_seen, list(value) if isinstance(value, tuple) else value)

    def add_later(self, other: "Gathered") -> None:
        """Take what another has gathered, each of its values with its own time."""
        self.first_seen = min(self.first_seen, other.first_seen)
        self.last_seen = max(self.last_seen, other.last_seen)
        self.keywords |= other.keywords
        for name, (time, value) in other.stated.items():
            self._take(name, time, value)

    def _take(self, name: str, time: float, value: Any) -> None:  # noqa: ANN401 - the value of any field
        known = self.stated.get(name)
        if known is None or _replaces(name, value, known[1], later=time >= known[0]):
            self.stated[name] = time, value


def _replaces(name: str, value: Any, known: Any, *, later: bool) -> bool:  # noqa: ANN401 - as above
    if name == "salary_text" and _is_drawn(value) != _is_drawn(known):
        return _is_drawn(known)
    if name == "city_text" and value != known:
        # A list names the district (广州·天河区) where a detail page names the city alone.
        if value.startswith(known):
            return True
        if known.startswith(value):
            return False
    if name == "description":
        # A list shows the beginning of what the page of the posting says in full.
        words, known_words = _words(value), _words(known)
        if words != known_words and (words.startswith(known_words) or known_words.startswith(words)):
            return len(words) > len(known_words)
    return later


def _words(text: str) -> str:
    """A text without spaces and the dots that say that it goes on."""
    return re.sub(r"\s", "", text).rstrip("….")


def _is_drawn(text: str) -> bool:
    """Whether a salary's digits are drawn, masked or left out (**-**元, -K)."""
    return is_obfuscated(text) or not _SAYS_SOMETHING.search(text)
