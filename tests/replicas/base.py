"""What every replica of a source does, and what the tests of all families ask of it.

A replica is a sound site. `tests/crawler/test_every_family.py` drives each one through the same troubles: it finds the
subclasses of `Replica` in this package by itself.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from replicas.site import Answer, Asked

PERSON = "赵雅婷"
MOBILE = "13912345678"
MAIL = "zhao.yating@corp.example.com"
CHAT = "zhaoyt_2020"
SECRETS = (PERSON, MOBILE, MAIL, CHAT)
"""Personal data that every replica plants wherever its site shows a recruiter, and in one description."""

CONTACT_LINE = f"联系人：{PERSON}，电话 {MOBILE}，邮箱 {MAIL}，微信：{CHAT}"
"""A line for the end of a description; nothing of it is stored."""

KEYWORD = "大模型"


class Replica(ABC):
    """One source, as far as its behaviour is known.

    Args:
        count: Postings that the keyword finds. The site has some more that it does not find.
    """

    source: ClassVar[str]
    """Its name in the registry."""
    keyword: ClassVar[str] = KEYWORD
    size: ClassVar[int]
    """Rows of a list page; for a site that shows all at once, as many as it has in the tests."""
    pages: ClassVar[bool] = True
    """Whether lists have pages."""
    reports_total: ClassVar[bool] = True
    """Whether the site says how many postings a search has."""
    others: ClassVar[int] = 0
    """Rows that its list has besides those that the keyword finds, because it has no keyword search."""
    unauthorized_is_login: ClassVar[bool] = True
    """Whether HTTP 401 means that it wants an account; otherwise it puts the caller off."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.total_lie = 0
        """Added to every total that the site reports."""
        self.repeats = False
        """The list moved by one row while it was read: the last row of the first page is there again."""
        self.robots = ""
        self.trouble: Callable[[Asked], Answer | None] | None = None
        """Answers in the place of the site where it does not return None."""

    def __call__(self, asked: Asked) -> Answer | None:
        """Answer a request."""
        if asked.path == "/robots.txt":
            return asked.answer(self.robots, headers={"Content-Type": "text/plain"}) if self.robots else None
        if self.trouble is not None and (answer := self.trouble(asked)) is not None:
            return answer
        return self.answer(asked)

    @classmethod
    def usual_count(cls) -> int:
        """Two full pages and a bit."""
        return 2 * cls.size + 3 if cls.pages else cls.size

    @property
    def listed(self) -> int:
        """Rows of its list."""
        return self.count + self.others

    def settings(self, url: str) -> dict[str, Any]:
        """Fields of `CrawlSettings` that point the crawl to the replica at an address."""
        return {"base_urls": {self.source: url}}

    @abstractmethod
    def answer(self, asked: Asked) -> Answer | None:
        """What the sound site answers; None is 404."""

    @abstractmethod
    def is_list(self, asked: Asked) -> bool:
        """Whether a request is for a page of the list."""

    def is_detail(self, asked: Asked) -> bool:
        """Whether a request is for the page of one posting."""
        return False

    @abstractmethod
    def expected(self, url: str) -> dict[str, dict[str, Any]]:
        """Every posting that the keyword finds: source_id -> the exact values of its fields in the dataset.

        Args:
            url: Where the replica runs.
        """

    def blocked(self) -> Sequence[Answer]:
        """How this site, besides what all sites do, says on a list page that it refuses."""
        return ()

    def login(self) -> Sequence[Answer]:
        """How this site says on a list page that it wants an account."""
        return ()

    def changed(self) -> Sequence[Answer]:
        """Answers to a list page that a reader must take for a changed format, besides what all sites share."""
        return ()

    def closed(self) -> Sequence[Answer]:
        """How this site says on the page of a posting that it is closed."""
        return (Answer(status=404), Answer(status=410)) if self.reads_details() else ()

    @classmethod
    def reads_details(cls) -> bool:
        """Whether postings have a page of their own that is read."""
        return cls.is_detail is not Replica.is_detail

    def shown(self, rows: Sequence[Any]) -> list[Any]:
        """A list as the site shows it, to be cut into pages."""
        if self.repeats and len(rows) > self.size:
            return [*rows[: self.size], rows[self.size - 1], *rows[self.size :]]
        return list(rows)

    def total(self, rows: Sequence[Any]) -> int:
        """How many rows the site says a list has."""
        return max(len(self.shown(rows)) + self.total_lie, 0)


def replicas() -> list[type[Replica]]:
    """All replicas of this package, by source."""
    import replicas as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"replicas.{module.name}")
    found: list[type[Replica]] = []
    waiting = [Replica]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        # Tests have variants of their own.
        if hasattr(kind, "source") and kind.__module__.startswith(f"{package.__name__}."):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.source)
