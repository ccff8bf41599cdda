"""From the ledger's pending rows to Parquet parts, in an order that a kill at any moment cannot spoil.

1. One transaction chooses the rows and gives them a part name (durably: a file on disk is always known here).
2. The file of that name is written, atomically.
3. One transaction drops the rows and notes what the dataset now holds.

A crawl killed after 1 or 2 finds the part unwritten at its next start and does 2 and 3 again: the rows are the same,
so the file is the same.
"""

import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from crawler.clock import china_day
from crawler.contract import Posting
from crawler.ledger.store import Store
from crawler.ledger.tally import add_tally
from postings.dataset import Dataset
from postings.normalise import normalise
from postings.schema import AS_FOUND_NAMES

PART_ROWS = 2000
"""Postings of one part: a few megabytes of text, half a second of writing, 20 MB of memory meanwhile."""

Record = dict[str, Any]


class PartWriter:
    """Writes the pending rows of a ledger into a dataset.

    Args:
        store: The open ledger.
        dataset: The dataset of the same data folder.
        part_rows: Postings that make a part; the last part of a source may be smaller.
    """

    def __init__(self, store: Store, dataset: Dataset, part_rows: int = PART_ROWS) -> None:
        self._store = store
        self._dataset = dataset
        self._part_rows = part_rows
        self._waiting: Counter[tuple[str, str]] = Counter()

    def note(self, run: str, source: str, postings: int) -> None:
        """Some postings were added to the pending rows; writes a part when they are enough for one."""
        self._waiting[run, source] += postings
        if self._waiting[run, source] >= self._part_rows:
            self.write(run, source)

    def write(self, run: str, source: str) -> None:
        """Write all that is pending of a source."""
        del self._waiting[run, source]
        while self._anything_pending(run, source):
            part, records = self._assign(run, source)
            self._finish(part, records)

    def recover(self) -> None:
        """Finish the parts that a killed crawl had begun, then write what it had not yet begun to write."""
        connection = self._store.connection
        for (name,) in connection.execute("SELECT name FROM part WHERE NOT written").fetchall():
            self._finish(name, self._records_of(name))
        for run, source in connection.execute("SELECT DISTINCT run, source FROM pending").fetchall():
            self.write(run, source)
        self._dataset.remove_abandoned()

    def _anything_pending(self, run: str, source: str) -> bool:
        found = self._store.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM pending WHERE run = ?1 AND source = ?2 AND part IS NULL)"
            " OR EXISTS (SELECT 1 FROM sighting WHERE run = ?1 AND source = ?2 AND held AND part IS NULL)",
            (run, source),
        ).fetchone()
        return bool(found[0])

    def _assign(self, run: str, source: str) -> tuple[str, list[Record]]:
        """Choose the rows of the next part, and give it a name."""
        rows = self._store.connection.execute(
            "SELECT pending.id, posting_id, seen_at, pending.posting, posting.content_hash, posting.first_seen"
            " FROM pending LEFT JOIN posting USING (posting_id)"
            " WHERE run = ? AND source = ? AND part IS NULL ORDER BY pending.id LIMIT ?",
            (run, source, self._part_rows),
        ).fetchall()
        day = china_day(rows[0][2] if rows else time.time())
        rows = [row for row in rows if china_day(row[2]) == day]
        records: dict[str, tuple[int, Record]] = {}
        read = Counter[str](read=len(rows))
        for number, posting_id, seen_at, posting, held_hash, first_seen in rows:
            record = _record(source, posting_id, Posting.from_json(posting), seen_at, first_seen)
            read.update(f"field {name}" for name in AS_FOUND_NAMES if record[name])
            if record["content_hash"] != held_hash:
                # Of two versions read within one part, the later stands.
                records[posting_id] = number, record
        number_of_part = self._store.connection.execute("SELECT count(*) FROM part WHERE run = ?", (run,)).fetchone()[0]
        name = f"part-{run}-{number_of_part + 1}"
        with self._store.durable_transaction() as connection:
            connection.executemany(
                "UPDATE pending SET part = ?, content_hash = ? WHERE id = ?",
                [(name, record["content_hash"], number) for number, record in records.values()],
            )
            chosen = {number for number, _ in records.values()}
            connection.executemany(
                "DELETE FROM pending WHERE id = ?", [(row[0],) for row in rows if row[0] not in chosen]
            )
            connection.executemany(
                "UPDATE sighting SET part = ? WHERE run = ? AND source = ? AND posting_id = ? AND part IS NULL",
                [(name, run, source, posting_id) for posting_id in dict.fromkeys(row[1] for row in rows)],
            )
            connection.execute(
                "UPDATE sighting SET part = ? WHERE run = ? AND source = ? AND held AND part IS NULL",
                (name, run, source),
            )
            connection.execute("INSERT INTO part VALUES (?, ?, ?, ?, 0)", (name, run, source, day.isoformat()))
            add_tally(connection, run, source, read)
        return name, [record for _, record in sorted(records.values(), key=lambda item: item[0])]

    def _records_of(self, part: str) -> list[Record]:
        """The records of a part whose rows were chosen by a crawl that was killed."""
        rows = self._store.connection.execute(
            "SELECT source, posting_id, pending.posting, seen_at, first_seen FROM pending"
            " LEFT JOIN posting USING (posting_id) WHERE part = ? ORDER BY pending.id",
            (part,),
        )
        return [
            _record(source, posting_id, Posting.from_json(posting), seen_at, first_seen)
            for source, posting_id, posting, seen_at, first_seen in rows
        ]

    def _finish(self, part: str, records: list[Record]) -> None:
        """Write the file of a part, then let go of its rows."""
        connection = self._store.connection
        source, day = connection.execute("SELECT source, day FROM part WHERE name = ?", (part,)).fetchone()
        keywords: dict[str, list[str]] = {record["posting_id"]: [] for record in records}
        sightings = []
        for posting_id, keyword, seen_at in connection.execute(
            "SELECT posting_id, keyword, seen_at FROM sighting WHERE part = ? ORDER BY seen_at, posting_id, keyword",
            (part,),
        ):
            if posting_id not in keywords:
                sightings.append({"posting_id": posting_id, "keyword": keyword or None, "seen_at": _moment(seen_at)})
            elif keyword:
                keywords[posting_id].append(keyword)
        for record in records:
            record["keywords"] = keywords[record["posting_id"]]
        if records:
            self._dataset.write_part(source, date.fromisoformat(day), part, records)
        if sightings:
            self._dataset.write_sightings(source, date.fromisoformat(day), part, sightings)
        with self._store.transaction():
            connection.execute(
                "INSERT INTO posting (posting_id, content_hash, first_seen, first_run, version_run)"
                " SELECT posting_id, content_hash, seen_at, run, run FROM pending WHERE part = ?"
                " ON CONFLICT DO UPDATE SET content_hash = excluded.content_hash, version_run = excluded.version_run,"
                " closed_at = NULL",
                (part,),
            )
            connection.execute("DELETE FROM pending WHERE part = ?", (part,))
            connection.execute("UPDATE part SET written = 1 WHERE name = ?", (part,))


def _record(source: str, posting_id: str, posting: Posting, seen_at: int, first_seen: int | None) -> Record:
    """A posting as a record of the schema, normalised."""
    record: Record = {
        **asdict(posting),
        "posting_id": posting_id,
        "source": source,
        "first_seen": _moment(first_seen or seen_at),
        "last_seen": _moment(seen_at),
        "site_tags": list(posting.site_tags),
        "benefits": list(posting.benefits),
    }
    del record["keywords"]
    return normalise(record, china_day(seen_at))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
