"""Local servers and crawls for the tests of the crawler: real sockets, real Scrapy, real Parquet."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from replicas.site import Answering, Site, serving
from scrapy.utils.reactor import install_reactor

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.result import RunResult
from crawler.worker import REACTOR
from postings.dataset import Dataset


@pytest.fixture
def serve() -> Iterator[Callable[[Answering], Site]]:
    """A function that starts a site; all of them stop with the test."""
    with ExitStack() as running:
        yield lambda answering: running.enter_context(serving(answering))


@pytest.fixture(scope="session")
def reactor() -> Iterator[Any]:
    """Twisted's reactor, running in a thread for the whole session."""
    install_reactor(REACTOR)
    from twisted.internet import reactor as installed

    running: Any = installed
    thread = threading.Thread(target=running.run, kwargs={"installSignalHandlers": False}, daemon=True)
    thread.start()
    yield running
    running.callFromThread(running.stop)
    thread.join(timeout=10)


Sit = Callable[..., RunResult]


@pytest.fixture
def sit(reactor: Any, tmp_path: Path) -> Sit:
    """Crawl in this process, into tmp_path/data: the sitting that a worker process would run."""
    from twisted.internet.threads import blockingCallFromThread

    from crawler.sitting import Sitting

    def run(
        source: str | tuple[str, ...],
        keywords: tuple[str, ...] = (),
        cities: tuple[str, ...] = (),
        *,
        data: Path | None = None,
        delay: float | None = 0.0,
        **settings: Any,
    ) -> RunResult:
        from scrapy.utils.defer import deferred_from_coro

        sources = (source,) if isinstance(source, str) else source
        sitting = Sitting(
            CrawlPlan(sources, keywords, cities),
            data or tmp_path / "data",
            CrawlSettings(delay_seconds=delay, **settings),
            lambda lines: None,
        )
        result: RunResult = blockingCallFromThread(reactor, lambda: deferred_from_coro(sitting.run()))
        return result

    return run


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """The postings of tmp_path/data, by id."""

    def read(data: Path | None = None) -> list[dict[str, Any]]:
        rows = [row for batch in Dataset(data or tmp_path / "data").scan() for row in batch.to_pylist()]
        return sorted(rows, key=lambda row: row["posting_id"])

    return read
