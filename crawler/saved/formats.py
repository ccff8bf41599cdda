"""The sites whose saved pages are read. A reader is loaded only when it is asked for."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from crawler.contract import Posting
from crawler.reply import Reply

Reader = Callable[[Reply], Sequence[Posting] | None]
"""Reads one saved page: its postings; None where it is no page of the site that holds any.

A posting without title is a row that could not be read. Raises PageProblem where the page is one of the site's and
cannot be read, is closed, or says that the site refused it.
"""

_MODULES: Final[Mapping[str, str]] = {
    "zhipin": "crawler.readers.zhipin",
    "zhaopin": "crawler.readers.zhaopin",
    "liepin": "crawler.readers.liepin",
    "51job": "crawler.readers.job51",
    "lagou": "crawler.readers.lagou",
}

FORMATS: Final = tuple(_MODULES)
"""The names of `--format`, which are those of the sources."""


def reader_of(name: str) -> Reader:
    """The reader of a format.

    Args:
        name: One of `FORMATS`.
    """
    reader: Reader = importlib.import_module(_MODULES[name]).read_saved
    return reader
