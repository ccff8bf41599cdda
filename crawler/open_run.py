"""A run that is open: its ledger, its folder, and the summary that closes it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from crawler.ledger.desk import Desk
from crawler.ledger.parts import PartWriter
from crawler.ledger.runs import Runs
from crawler.ledger.store import Store
from crawler.plan import CrawlPlan
from crawler.result import RunResult
from crawler.source_info import SourceInfo
from postings.dataset import Dataset


class OpenRun(AbstractContextManager["OpenRun"]):
    """The run that carries a plan out in a data folder: a new one, or an unfinished one of the same plan.

    What a killed crawl had read and not yet written is written first. Holds the folder's lock until it is closed.

    Args:
        plan: What is crawled.
        data_root: The data folder.

    Raises:
        JobAtlasError: another crawl uses the folder, or its ledger cannot be used.
    """

    def __init__(self, plan: CrawlPlan, data_root: Path) -> None:
        self._plan = plan
        self._store = Store(data_root)
        try:
            self._parts = PartWriter(self._store, Dataset(data_root))
            self._parts.recover()
            self._runs = Runs(self._store)
            self.name, self.resumed = self._runs.begin(plan)
        except BaseException:
            self._store.close()
            raise
        self.folder = data_root / "runs" / self.name
        self.desks: dict[str, Desk] = {}

    def desk(self, source: SourceInfo) -> Desk:
        """The ledger of one source."""
        desk = Desk(self._store, self._parts, self.name, source.name, self._plan.fingerprint(), source.host)
        self.desks[source.name] = desk
        return desk

    def conclude(self, sources: Sequence[SourceInfo], *, interrupted: bool) -> RunResult:
        """Sum the run up, write its run.json, and end it if no page of it is left."""
        finished = all(desk.done for desk in self.desks.values())
        result = RunResult(
            run=self.name,
            started=self._runs.started(self.name).isoformat(),
            ended=datetime.now(UTC).isoformat(timespec="seconds"),
            resumed=self.resumed,
            interrupted=interrupted,
            finished=finished,
            sources=tuple(self._runs.sum_up(self.desks[source.name], source.family) for source in sources),
            summary=self.folder / "run.json",
        )
        result.write()
        if finished:
            self._runs.end(self.name)
        return result

    def __exit__(self, *_: object) -> None:
        self._store.close()
