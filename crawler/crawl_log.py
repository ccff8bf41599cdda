"""The log of a run: one file beside its run.json."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_QUIETER = {
    # The same thirty lines about itself for each of some hundred sources.
    "scrapy.addons": logging.WARNING,
    "scrapy.crawler": logging.WARNING,
    "scrapy.middleware": logging.WARNING,
    "scrapy.statscollectors": logging.WARNING,
    # Warns at every start that nothing sets the Referer of a redirect, which is as it should be.
    "scrapy.downloadermiddlewares.redirect": logging.ERROR,
}


class _LogFile(logging.FileHandler):
    """A log file whose disk may be full: no crawl ends, and nothing is printed, because of a line that is lost."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name logging calls
        """Called by logging when a record could not be written."""

    def close(self) -> None:
        """Close the file, with what was written of it."""
        with suppress(OSError):
            super().close()


@contextmanager
def crawl_log(path: Path) -> Iterator[None]:
    """Send the log of the process to a file and nowhere else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = _LogFile(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.handlers, root.level
    root.handlers, root.level = [handler], logging.INFO
    for name, level in {"scrapy": logging.INFO, **_QUIETER}.items():
        logging.getLogger(name).setLevel(level)
    try:
        yield
    finally:
        root.handlers, root.level = before
        handler.close()
