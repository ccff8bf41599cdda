"""Hosts across runs: how often each was asked today, and which are left alone for a while."""

import time
from sqlite3 import Connection

from crawler.clock import china_day
from crawler.ledger.interface import Rest
from crawler.ledger.store import Store


class HostBook:
    """What the ledger knows of one host.

    Args:
        store: The open ledger.
        host: Its name and port.
    """

    def __init__(self, store: Store, host: str) -> None:
        self._store = store
        self._host = host

    @property
    def rest(self) -> Rest | None:
        """Until when the host is left alone; None when it may be asked."""
        row = self._store.connection.execute(
            "SELECT until, reason FROM host_rest WHERE host = ? AND until > ?", (self._host, time.time())
        ).fetchone()
        return Rest(*row) if row else None

    def leave_alone(self, connection: Connection, until: float, reason: str) -> None:
        """Ask the host nothing until a time; a longer rest that was noted before stays."""
        connection.execute(
            "INSERT INTO host_rest (host, until, reason) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET until = excluded.until, reason = excluded.reason"
            " WHERE excluded.until > host_rest.until",
            (self._host, until, reason),
        )

    def add_requests(self, connection: Connection, number: int) -> None:
        """Count requests that were sent today."""
        connection.execute(
            "INSERT INTO host_day (host, day, requests) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET requests = requests + excluded.requests",
            (self._host, china_day(time.time()).isoformat(), number),
        )

    @property
    def requests_today(self) -> int:
        """Requests counted today (China's day), over all runs of the data folder."""
        row = self._store.connection.execute(
            "SELECT requests FROM host_day WHERE host = ? AND day = ?", (self._host, china_day(time.time()).isoformat())
        ).fetchone()
        return int(row[0]) if row else 0
