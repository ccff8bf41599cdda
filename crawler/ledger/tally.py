"""Counts that survive a kill: added to in the transaction of the page they come from."""

from collections.abc import Mapping
from sqlite3 import Connection


def add_tally(connection: Connection, run: str, source: str, tally: Mapping[str, int]) -> None:
    """Add counts to those of a source in a run."""
    connection.executemany(
        "INSERT INTO tally (run, source, name, value) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET value = value + excluded.value",
        [(run, source, name, value) for name, value in tally.items() if value],
    )


def read_tally(connection: Connection, run: str, source: str) -> dict[str, int]:
    """The counts of a source in a run; a name that was never counted is missing."""
    return dict(connection.execute("SELECT name, value FROM tally WHERE run = ? AND source = ?", (run, source)))
