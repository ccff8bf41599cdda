"""The sources of one host on some machine of the cluster, so that the host never gets two requests at a time."""

import contextlib
import logging
from collections.abc import Sequence
from typing import Any

import ray

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.result import State
from crawler.source_info import SourceInfo
from crawler.worker import install_asyncio_reactor


class HostActor:
    """A process of its own, because Twisted's reactor cannot be started twice.

    When its machine is lost, Ray starts it anew on another one and asks again: pages that were given out and not
    handed in are given out again.
    """

    def crawl(self, ledger: Any, sources: Sequence[SourceInfo], plan: CrawlPlan, settings: CrawlSettings) -> None:  # noqa: ANN401 - Ray's handles have no type
        """Crawl the sources of a host to their end.

        Args:
            ledger: Handle of the `LedgerActor`.
            sources: The sources, resolved, all on one host.
            plan: What is crawled.
            settings: How.

        Raises:
            OSError: the ledger's disk is full or broken.
            sqlite3.Error: the ledger is.
        """
        reactor = install_asyncio_reactor()
        from scrapy.utils.defer import deferred_from_coro

        from crawler.cluster.remote_desk import RemoteBudget, RemoteDesk
        from crawler.lane import Lane

        def note_state(source: str, state: State) -> None:
            ledger.note_state.remote(source, state)

        shift = ray.get(ledger.begin_shift.remote([source.name for source in sources]))
        lane = Lane(
            sources,
            {source.name: RemoteDesk(ledger, source.name, shift) for source in sources},
            plan,
            RemoteBudget(ledger),
            settings,
            note_state,
        )
        failures: list[Any] = []
        with _log_to(ledger):

            def begin() -> None:
                deferred_from_coro(lane.run()).addErrback(failures.append).addBoth(lambda _: reactor.stop())

            reactor.callWhenRunning(begin)
            reactor.run(installSignalHandlers=False)
        for failure in failures:
            failure.raiseException()


class _LedgerLog(logging.Handler):
    """Sends what a crawl warns of to the log beside its ledger."""

    def __init__(self, ledger: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(logging.WARNING)
        self._ledger = ledger

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging."""
        self._ledger.log.remote(self.format(record))


@contextlib.contextmanager
def _log_to(ledger: Any) -> Any:  # noqa: ANN401 - as above
    root = logging.getLogger()
    before = root.handlers, root.level
    root.handlers, root.level = [_LedgerLog(ledger)], logging.INFO
    logging.getLogger("scrapy").setLevel(logging.INFO)
    try:
        yield
    finally:
        root.handlers, root.level = before
