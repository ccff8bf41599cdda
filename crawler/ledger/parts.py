"""From the ledger's pending rows to Parquet parts, in an order that a kill at any moment cannot spoil.

1. One transaction chooses the rows and gives them a part name (durably: a file on disk is always known here).
2. The file of that name is written, atomically.
3. One transaction drops the rows and notes what the dataset now holds.

A crawl killed after 1 or 2 finds the part unwritten at its next start and does 2 and 3 again: the rows are the same,
so the file is the same.
"""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pyarrow as pa

from crawler.clock import china_day
from crawler.contract import Posting
from crawler.ledger.store import Store
from crawler.ledger.tally import add_tally
from postings.dataset import Dataset
from postings.normalise import normalise_batch
from postings.schema import AS_FOUND_NAMES, POSTING_SCHEMA
from postings.versions import version_digests

PART_ROWS = 2000
"""Postings of one part: a few megabytes of text, half a second of writing, 20 MB of memory meanwhile."""


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

    def _assign(self, run: str, source: str) -> tuple[str, pa.RecordBatch]:
        """Choose the rows of the next part, and give it a name."""
        rows = self._store.connection.execute(
            "SELECT pending.id, posting_id, seen_at, pending.posting, posting.version, posting.first_seen"
            " FROM pending LEFT JOIN posting USING (posting_id)"
            " WHERE run = ? AND source = ? AND part IS NULL ORDER BY pending.id LIMIT ?",
            (run, source, self._part_rows),
        ).fetchall()
        day = china_day(rows[0][2] if rows else time.time())
        rows = [row for row in rows if china_day(row[2]) == day]
        batch = _records(source, day, [(row[1], row[3], row[2], row[5]) for row in rows])
        versions = [digest.hex() for digest in version_digests(batch)]
        # Of two versions read within one part, the later stands.
        latest = {row[1]: place for place, row in enumerate(rows) if versions[place] != row[4]}
        chosen = sorted(latest.values())
        left = sorted(set(range(len(rows))).difference(chosen))
        number_of_part = self._store.connection.execute("SELECT count(*) FROM part WHERE run = ?", (run,)).fetchone()[0]
        name = f"part-{run}-{number_of_part + 1}"
        with self._store.durable_transaction() as connection:
            connection.executemany(
                "UPDATE pending SET part = ?, version = ? WHERE id = ?",
                [(name, versions[place], rows[place][0]) for place in chosen],
            )
            connection.executemany("DELETE FROM pending WHERE id = ?", [(rows[place][0],) for place in left])
            connection.executemany(
                "UPDATE sighting SET part = ? WHERE run = ? AND source = ? AND posting_id = ? AND part IS NULL",
                [(name, run, source, posting_id) for posting_id in dict.fromkeys(row[1] for row in rows)],
            )
            connection.execute(
                "UPDATE sighting SET part = ? WHERE run = ? AND source = ? AND held AND part IS NULL",
                (name, run, source),
            )
            connection.execute("INSERT INTO part VALUES (?, ?, ?, ?, 0)", (name, run, source, day.isoformat()))
            add_tally(connection, run, source, Counter(read=len(rows)) + _stated(batch))
        return name, batch.take(pa.array(chosen, pa.int64()))

    def _records_of(self, part: str) -> pa.RecordBatch:
        """The records of a part whose rows were chosen by a crawl that was killed."""
        source, day = self._source_and_day(part)
        rows = self._store.connection.execute(
            "SELECT posting_id, pending.posting, seen_at, first_seen FROM pending"
            " LEFT JOIN posting USING (posting_id) WHERE part = ? ORDER BY pending.id",
            (part,),
        )
        return _records(source, day, rows.fetchall())

    def _source_and_day(self, part: str) -> tuple[str, date]:
        source, day = self._store.connection.execute("SELECT source, day FROM part WHERE name = ?", (part,)).fetchone()
        return source, date.fromisoformat(day)

    def _finish(self, part: str, batch: pa.RecordBatch) -> None:
        """Write the file of a part, then let go of its rows."""
        connection = self._store.connection
        source, day = self._source_and_day(part)
        keywords: dict[str, list[str]] = {posting_id: [] for posting_id in batch.column("posting_id").to_pylist()}
        sightings = []
        for posting_id, keyword, seen_at in connection.execute(
            "SELECT posting_id, keyword, seen_at FROM sighting WHERE part = ? ORDER BY seen_at, posting_id, keyword",
            (part,),
        ):
            if posting_id not in keywords:
                sightings.append({"posting_id": posting_id, "keyword": keyword or None, "seen_at": _moment(seen_at)})
            elif keyword:
                keywords[posting_id].append(keyword)
        if keywords:
            place = batch.schema.get_field_index("keywords")
            field = batch.schema.field(place)
            batch = batch.set_column(place, field, pa.array(keywords.values(), field.type))
            self._dataset.write_part(source, day, part, pa.Table.from_batches([batch]))
        if sightings:
            self._dataset.write_sightings(source, day, part, sightings)
        with self._store.transaction():
            connection.execute(
                "INSERT INTO posting (posting_id, version, first_seen, first_run, version_run)"
                " SELECT posting_id, version, seen_at, run, run FROM pending WHERE part = ?"
                " ON CONFLICT DO UPDATE SET version = excluded.version, version_run = excluded.version_run,"
                " closed_at = NULL",
                (part,),
            )
            connection.execute("DELETE FROM pending WHERE part = ?", (part,))
            connection.execute("UPDATE part SET written = 1 WHERE name = ?", (part,))


def _records(source: str, day: date, rows: Sequence[tuple[str, str, int, int | None]]) -> pa.RecordBatch:
    """Postings as records of the schema, normalised, without their keywords.

    Args:
        source: Their source.
        day: The day on which they were read.
        rows: Of each the id, the posting as JSON, when it was seen, and when it was first seen if it is known.
    """
    records = [
        {
            **Posting.from_json(posting).fields(),
            "posting_id": posting_id,
            "source": source,
            "keywords": None,
            "first_seen": _moment(first_seen or seen_at),
            "last_seen": _moment(seen_at),
        }
        for posting_id, posting, seen_at, first_seen in rows
    ]
    return normalise_batch(pa.RecordBatch.from_pylist(records, POSTING_SCHEMA), day)


def _stated(batch: pa.RecordBatch) -> Counter[str]:
    """How many postings state each field as found."""
    return Counter({f"field {name}": sum(map(bool, batch.column(name).to_pylist())) for name in AS_FOUND_NAMES})


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
