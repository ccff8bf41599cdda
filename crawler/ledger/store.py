"""The SQLite file behind the ledger: its tables, its transactions, and the lock that keeps a data folder to one crawl.

Every page that has been read is one transaction, made with `synchronous=NORMAL`: in WAL mode it outlives a killed
process, and a power cut can only take the last pages, which are then fetched again. Transactions that the Parquet
files depend on are made with `synchronous=FULL`, so that a part on disk is always known to the ledger.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from taxonomy.errors import JobAtlasError

LEDGER_NAME = "ledger.sqlite"
LOCK_NAME = "ledger.lock"
_LAYOUT = 2
_LOCK_PATIENCE_SECONDS = 5.0
"""A killed crawl's last process needs a moment to be gone."""

_PAGES_BETWEEN_CHECKPOINTS = 8000
"""Of 4 KB in the write-ahead log, before they are moved into the ledger itself. A large ledger is changed in many
places: with SQLite's own 1,000 a crawl of 200,000 postings would write most of it over and over."""

_TABLES = """
CREATE TABLE run (
    run TEXT PRIMARY KEY,
    plan TEXT NOT NULL,                 -- CrawlPlan.fingerprint
    started INTEGER NOT NULL,           -- seconds since 1970
    ended INTEGER                       -- NULL while pages are left
) WITHOUT ROWID;

CREATE TABLE source_run (
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    stop_kind TEXT,                     -- why nothing more is asked in this run
    stop_reason TEXT,
    last_failure TEXT,                  -- the reason of the last page that could not be read
    PRIMARY KEY (run, source)
) WITHOUT ROWID;

CREATE TABLE task (
    id INTEGER PRIMARY KEY,             -- also the order in which pages are fetched
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- list, detail
    key TEXT NOT NULL,
    task TEXT NOT NULL,                 -- JSON
    state TEXT NOT NULL,                -- waiting, done, failed
    UNIQUE (run, source, key)
);
CREATE INDEX task_waiting ON task (run, source, kind DESC, id) WHERE state = 'waiting';

CREATE TABLE tally (
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,                 -- a count, "error <kind>" or "field <name>"
    value INTEGER NOT NULL,
    PRIMARY KEY (run, source, name)
) WITHOUT ROWID;

CREATE TABLE link (                     -- rows of list pages whose detail page has been read
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    version TEXT NOT NULL,              -- what the row said
    off_plan TEXT NOT NULL,             -- the plan for which it was read and found not to match; '' if it was stored
    PRIMARY KEY (source, source_id)
) WITHOUT ROWID;

CREATE TABLE posting (                  -- what the dataset holds
    posting_id TEXT PRIMARY KEY,
    version TEXT NOT NULL,              -- what its current version says (`postings.versions`)
    first_seen INTEGER NOT NULL,
    first_run TEXT NOT NULL,
    version_run TEXT NOT NULL,          -- the run that wrote the current version
    closed_at INTEGER
) WITHOUT ROWID;

CREATE TABLE pending (                  -- postings read and not yet in a part
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    posting_id TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    posting TEXT NOT NULL,              -- JSON
    version TEXT,                       -- set with part
    part TEXT                           -- the part that is being written
);
CREATE INDEX pending_part ON pending (run, source, part, id);

CREATE TABLE sighting (                 -- postings on the list pages of an unfinished run, once per keyword
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    posting_id TEXT NOT NULL,
    keyword TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    held INTEGER NOT NULL,              -- the dataset held the posting when it was seen
    part TEXT,                          -- the part that holds it, or is being written
    PRIMARY KEY (run, source, posting_id, keyword)
) WITHOUT ROWID;
CREATE INDEX sighting_held ON sighting (run, source) WHERE held AND part IS NULL;
CREATE INDEX sighting_part ON sighting (part) WHERE part IS NOT NULL;

CREATE TABLE host_day (                 -- requests of a day, for sources that have a budget of their own
    host TEXT NOT NULL,
    day TEXT NOT NULL,                  -- China's
    requests INTEGER NOT NULL,
    PRIMARY KEY (host, day)
) WITHOUT ROWID;

CREATE TABLE host_rest (                -- hosts that refused or failed, and until when they are left alone
    host TEXT PRIMARY KEY,
    until REAL NOT NULL,                -- seconds since 1970
    reason TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE good_coverage (            -- the field coverage of each source's last run that was ok
    source TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    coverage TEXT NOT NULL              -- JSON
) WITHOUT ROWID;

CREATE TABLE part (
    name TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    written INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX part_unwritten ON part (name) WHERE NOT written;
"""


@contextlib.contextmanager
def storing(root: Path) -> Iterator[None]:
    """Turn what a full or broken disk raises into one line for the operator.

    Args:
        root: The data folder that is written to.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise JobAtlasError(
            f"{root}: the crawl could not store what it read ({error}). Make room or mend the folder, then run the same"
            " crawl again: it carries on where it stopped."
        ) from error


class Store:
    """An open ledger file, held by one process at a time.

    Args:
        root: The data folder; made if missing.

    Raises:
        JobAtlasError: the folder cannot be written, another crawl uses it, or its ledger is damaged or of another
            version.
        sqlite3.OperationalError: the disk is full or broken.
    """

    def __init__(self, root: Path) -> None:
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._lock = _take_lock(root / LOCK_NAME)
        except OSError as error:
            raise JobAtlasError(f"{root}: cannot be used as the data folder ({error.strerror}).") from error
        path = root / LEDGER_NAME
        try:
            # Transactions are begun and ended here, not by the module.
            self.connection = sqlite3.connect(path, isolation_level=None)
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=NORMAL")
            self.connection.execute(f"PRAGMA wal_autocheckpoint={_PAGES_BETWEEN_CHECKPOINTS}")
            layout = self.connection.execute("PRAGMA user_version").fetchone()[0]
            if layout == 0:
                self.connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={_LAYOUT}; COMMIT;")
        except sqlite3.OperationalError:
            self._lock.close()
            raise
        except sqlite3.DatabaseError as error:
            self._lock.close()
            raise JobAtlasError(
                f"{path}: the crawl ledger cannot be used ({error}). Restore it from a backup, or move it away: the"
                " next crawl then reads every page again."
            ) from error
        if layout not in {0, _LAYOUT}:
            self.close()
            raise JobAtlasError(
                f"{path}: the crawl ledger has layout {layout}, this version writes {_LAYOUT}."
                " Use the version that wrote it, or another data folder."
            )

    def close(self) -> None:
        """Close the file and let go of the lock."""
        self.connection.close()
        self._lock.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; kept when the process is killed right after it."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            # SQLite may have done so itself, as it does when the disk is full.
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    @contextlib.contextmanager
    def durable_transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; kept even when the power fails right after it."""
        self.connection.execute("PRAGMA synchronous=FULL")
        try:
            with self.transaction() as connection:
                yield connection
        finally:
            self.connection.execute("PRAGMA synchronous=NORMAL")


def _take_lock(path: Path) -> IO[str]:
    """Lock the folder for this process; the system lets go of it when the process ends, however it ends."""
    lock = path.open("a+", encoding="utf-8")
    deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise JobAtlasError(
                f"{path.parent}: another crawl is using this data folder (process {holder})."
                " Wait for it to end, or choose another folder."
            ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
