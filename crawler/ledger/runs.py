"""Runs: begun, carried on, and summed up from what the ledger holds."""

import json
from datetime import UTC, datetime

from crawler.judging import LEAST_READ, Facts, judge
from crawler.ledger.desk import Desk
from crawler.ledger.store import Store
from crawler.plan import CrawlPlan
from crawler.result import Counts, SourceResult
from crawler.verdict import Verdict
from postings.schema import AS_FOUND_NAMES


class Runs:
    """The runs of a ledger.

    Args:
        store: The open ledger.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, plan: CrawlPlan) -> tuple[str, bool]:
        """The id of the run that carries the plan out, and whether it had been begun before.

        A run is carried on until no page of it is left; then the next crawl of the plan begins a new one.
        """
        now = datetime.now(UTC)
        with self._store.transaction() as connection:
            unfinished = connection.execute(
                "SELECT run FROM run WHERE plan = ? AND ended IS NULL ORDER BY started DESC LIMIT 1",
                (plan.fingerprint(),),
            ).fetchone()
            if unfinished:
                return unfinished[0], True
            stem = name = now.strftime("%Y%m%dT%H%M%SZ")
            count = 1
            while connection.execute("SELECT 1 FROM run WHERE run = ?", (name,)).fetchone():
                count += 1
                name = f"{stem}-{count}"
            connection.execute(
                "INSERT INTO run (run, plan, started) VALUES (?, ?, ?)",
                (name, plan.fingerprint(), int(now.timestamp())),
            )
        return name, False

    def started(self, run: str) -> datetime:
        """When the first sitting of a run began."""
        row = self._store.connection.execute("SELECT started FROM run WHERE run = ?", (run,)).fetchone()
        return datetime.fromtimestamp(row[0], UTC)

    def sum_up(self, desk: Desk, family: str) -> SourceResult:
        """How a source has ended, or stands if pages are left. All that is pending must have been written."""
        connection = self._store.connection
        run, source, tally = desk.run, desk.source, desk.counts()
        stop_kind, stop_reason, last_failure = connection.execute(
            "SELECT stop_kind, stop_reason, last_failure FROM source_run WHERE run = ? AND source = ?", (run, source)
        ).fetchone() or (None, None, None)
        postings, new, changed = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE first_run = ?1),"
            " count(*) FILTER (WHERE version_run = ?1 AND first_run <> ?1) FROM posting WHERE posting_id IN"
            " (SELECT posting_id FROM sighting WHERE run = ?1 AND source = ?2 AND part IS NOT NULL)",
            (run, source),
        ).fetchone()
        counts = Counts(
            requests=tally.get("requests", 0),
            pages=tally.get("pages", 0),
            details=tally.get("details", 0),
            listed=tally.get("listed", 0),
            postings=postings,
            new=new,
            changed=changed,
            known=postings - new - changed,
            closed=tally.get("closed", 0),
            missing=tally.get("failed detail", 0),
            left=desk.left,
        )
        errors = {name.removeprefix("error "): value for name, value in tally.items() if name.startswith("error ")}
        reported = tally.get("reported", 0) if "reports" in tally else None
        read = tally.get("read", 0)
        coverage = {name: round(tally.get(f"field {name}", 0) / read, 4) for name in AS_FOUND_NAMES} if read else {}
        before = self._good_coverage(source)
        verdict, reason = judge(
            Facts(
                counts=counts,
                errors=errors,
                reported_total=reported,
                cut=bool(tally.get("cut")),
                off_plan=tally.get("off_plan", 0),
                not_postings=tally.get("not_a_posting", 0),
                stop_kind=stop_kind,
                stop_reason=stop_reason or "",
                last_failure=last_failure or "",
                read=read,
                coverage=coverage,
                coverage_before=before,
            )
        )
        if verdict is Verdict.OK and read >= LEAST_READ:
            self._keep_coverage(run, source, coverage)
        hits = {name.removeprefix("hit "): value for name, value in tally.items() if name.startswith("hit ")}
        return SourceResult(source, family, verdict, reason, counts, reported, errors, coverage, before, hits)

    def _good_coverage(self, source: str) -> dict[str, float]:
        row = self._store.connection.execute(
            "SELECT coverage FROM good_coverage WHERE source = ?", (source,)
        ).fetchone()
        return json.loads(row[0]) if row else {}

    def _keep_coverage(self, run: str, source: str, coverage: dict[str, float]) -> None:
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO good_coverage (source, run, coverage) VALUES (?, ?, ?)",
                (source, run, json.dumps(coverage)),
            )

    def end(self, run: str) -> None:
        """Close a run of which no page is left, and forget its pages and sightings."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE run SET ended = ? WHERE run = ?", (int(datetime.now(UTC).timestamp()), run))
            for table in ("task", "sighting", "tally", "source_run", "part"):
                connection.execute(f"DELETE FROM {table} WHERE run = ?", (run,))  # noqa: S608 - names from the line above
