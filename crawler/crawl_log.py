"""The log of a run: one file beside its run.json."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def crawl_log(path: Path) -> Iterator[None]:
    """Send the log of the process to a file and nowhere else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.handlers, root.level
    root.handlers, root.level = [handler], logging.INFO
    logging.getLogger("scrapy").setLevel(logging.INFO)
    try:
        yield
    finally:
        root.handlers, root.level = before
        handler.close()
