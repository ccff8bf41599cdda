"""Where a spider gets its pages and hands in what it read: the ledger as one source of one run sees it.

Each call that hands something in is one transaction: the page is marked as done together with all that came of it.
"""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from crawler.contract import Link, ListPage, Posting, Query, Task
from crawler.ledger.hosts import HostBook
from crawler.ledger.interface import Rest, Ticket
from crawler.ledger.parts import PartWriter
from crawler.ledger.store import Store
from crawler.ledger.tally import add_tally, read_tally
from crawler.relevance import place_of
from crawler.result import Progress, State


class Desk:
    """The ledger of one source in one run.

    Args:
        store: The open ledger.
        parts: Writes the postings that have piled up.
        run: The run's id.
        source: The source's name.
        plan: The plan's fingerprint.
        host: The host and port that the source asks first.
    """

    def __init__(self, store: Store, parts: PartWriter, run: str, source: str, plan: str, host: str = "") -> None:
        self._store = store
        self._parts = parts
        self._host = HostBook(store, host)
        self.run = run
        self.source = source
        self._plan = plan
        self._requests = 0
        self._waiting = self.left
        """Pages that are waiting, for the progress display: counted along, since to count them takes as long as they
        are many. After a transaction that failed it may be wrong."""
        self._stopped = (self._source_run() or (None,))[0] is not None

    def seed(self, tasks: Iterable[Task]) -> None:
        """Enter the pages that a source begins with; those already entered stay as they are."""
        with self._store.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO source_run (run, source) VALUES (?, ?)", (self.run, self.source))
            self._add_tasks(connection, tasks)

    def next_ticket(self) -> Ticket | None:
        """The next page to fetch, list pages first; None when none is left. Given out again until handed in."""
        row = self._store.connection.execute(
            "SELECT id, task FROM task WHERE run = ? AND source = ? AND state = 'waiting'"
            " ORDER BY kind DESC, id LIMIT 1",
            (self.run, self.source),
        ).fetchone()
        return Ticket(row[0], Task.from_json(row[1])) if row else None

    def count_request(self) -> None:
        """One HTTP request was sent; kept with the next page that is handed in."""
        self._requests += 1

    def hand_in_list(self, ticket: Ticket, page: ListPage, *, off_plan: int = 0) -> None:
        """A list page was read.

        Args:
            ticket: The page.
            page: What is on it that the plan asks for.
            off_plan: How many other postings were on it.
        """
        now = int(time.time())
        keyword = ticket.task.query.keyword
        with self._store.transaction() as connection:
            if not self._take(connection, ticket, "done"):
                return
            self._add_links(connection, ticket.task.query, page.links, now)
            self._add_postings(connection, page.postings, now, keyword)
            self._add_tasks(connection, page.further)
            listed = len(page.links) + len(page.postings) + off_plan
            tally = Counter(
                {
                    "pages": 1,
                    "listed": listed + page.unreadable,
                    "collected": len(page.postings),
                    "off_plan": off_plan,
                    "error unreadable_row": page.unreadable,
                    "cut": int(page.cut),
                }
            )
            if page.reported_total is not None:
                tally.update(reported=page.reported_total, reports=1)
            self._add_tally(connection, tally + _hits(page.postings, keyword))
        self._parts.note(self.run, self.source, len(page.postings))

    def hand_in_detail(self, ticket: Ticket, postings: Sequence[Posting], *, off_plan: int = 0) -> None:
        """A detail page was read.

        Args:
            ticket: The page.
            postings: The postings on it that the plan asks for.
            off_plan: How many others were on it.
        """
        now = int(time.time())
        keyword = ticket.task.query.keyword
        with self._store.transaction() as connection:
            if not self._take(connection, ticket, "done"):
                return
            self._add_postings(connection, postings, now, keyword)
            self._add_link_read(connection, ticket.task, off_plan="" if postings else self._plan)
            tally = Counter(details=1, collected=len(postings), off_plan=off_plan)
            self._add_tally(connection, tally + _hits(postings, keyword))
        self._parts.note(self.run, self.source, len(postings))

    def hand_in_nothing(self, ticket: Ticket, kind: str) -> None:
        """A detail page was read and holds no posting: it is closed, or was never one."""
        task = ticket.task
        with self._store.transaction() as connection:
            if not self._take(connection, ticket, "done"):
                return
            self._add_link_read(connection, task, off_plan=self._plan)
            if kind == "closed":
                connection.execute(
                    "UPDATE posting SET closed_at = ? WHERE posting_id = ?",
                    (int(time.time()), self._posting_id(task.source_id)),
                )
            self._add_tally(connection, Counter({"details": 1, kind: 1}))

    def hand_in_failure(self, ticket: Ticket, kind: str, reason: str) -> None:
        """A page could not be read; a later run meets it again."""
        with self._store.transaction() as connection:
            if not self._take(connection, ticket, "failed"):
                return
            connection.execute(
                "UPDATE source_run SET last_failure = ? WHERE run = ? AND source = ?", (reason, self.run, self.source)
            )
            self._add_tally(connection, Counter({f"error {kind}": 1, f"failed {ticket.task.kind}": 1}))

    def stop(self, kind: str, reason: str, *, pages: int = 0, rest_until: float | None = None) -> None:
        """Nothing more is asked of the source in this run.

        Args:
            kind: The kind of error.
            reason: One line for the operator.
            pages: How many pages ended so and were not handed in; they stay waiting.
            rest_until: Until when (seconds since 1970) the whole host is to be left alone, by later runs too.
        """
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO source_run (run, source, stop_kind, stop_reason) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET stop_kind = excluded.stop_kind, stop_reason = excluded.stop_reason",
                (self.run, self.source, kind, reason),
            )
            self._add_tally(connection, Counter({f"error {kind}": pages}))
            if rest_until is not None:
                self._host.leave_alone(connection, rest_until, f"{self.source}: {reason}")
        self._stopped = True

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called in this run."""
        return self._stopped

    @property
    def rest(self) -> Rest | None:
        """Until when the source's host is left alone; None when it may be asked."""
        return self._host.rest

    @property
    def requests_today(self) -> int:
        """Requests that the source's host got today, over all runs."""
        return self._host.requests_today + self._requests

    @property
    def done(self) -> bool:
        """Whether nothing is left to do: the source was begun, and is stopped or has no page waiting."""
        return self.stopped or (self._source_run() is not None and self.next_ticket() is None)

    @property
    def left(self) -> int:
        """How many pages are known and not read."""
        row = self._store.connection.execute(
            "SELECT count(*) FROM task WHERE run = ? AND source = ? AND state = 'waiting'", (self.run, self.source)
        ).fetchone()
        return int(row[0])

    def progress(self, state: State) -> Progress:
        """Where the source stands, for a progress display."""
        counts = self.counts()
        return Progress(
            self.source,
            state,
            requests=counts.get("requests", 0),
            listed=counts.get("listed", 0),
            collected=counts.get("collected", 0),
            left=self._waiting,
        )

    def counts(self) -> dict[str, int]:
        """What was counted so far in this run."""
        return read_tally(self._store.connection, self.run, self.source)

    def close(self) -> None:
        """Write what has piled up into the dataset, and the requests that no page followed."""
        with self._store.transaction() as connection:
            self._add_tally(connection, Counter())
        self._parts.write(self.run, self.source)

    def _add_links(self, connection: Connection, query: Query, links: Sequence[Link], now: int) -> None:
        self._add_sightings(connection, [(link.source_id, query.keyword) for link in links], now)
        unread = []
        for link in links:
            read = connection.execute(
                "SELECT version, off_plan FROM link WHERE source = ? AND source_id = ?", (self.source, link.source_id)
            ).fetchone()
            if not read or read[0] != link.version or read[1] not in {"", self._plan}:
                unread.append(Task("detail", link.params, query, link.source_id, link.version))
        self._add_tasks(connection, unread)

    def _add_postings(self, connection: Connection, postings: Sequence[Posting], now: int, keyword: str) -> None:
        found = [(posting.source_id, word) for posting in postings for word in posting.keywords or (keyword,)]
        self._add_sightings(connection, found, now)
        connection.executemany(
            "INSERT INTO pending (run, source, posting_id, seen_at, posting) VALUES (?, ?, ?, ?, ?)",
            [
                (self.run, self.source, self._posting_id(posting.source_id), now, posting.to_json())
                for posting in postings
            ],
        )

    def _add_sightings(self, connection: Connection, found: Sequence[tuple[str, str]], now: int) -> None:
        connection.executemany(
            "INSERT OR IGNORE INTO sighting (run, source, posting_id, keyword, seen_at, held)"
            " VALUES (?1, ?2, ?3, ?4, ?5, EXISTS (SELECT 1 FROM posting WHERE posting_id = ?3))",
            [(self.run, self.source, self._posting_id(source_id), keyword, now) for source_id, keyword in found],
        )

    def _add_link_read(self, connection: Connection, task: Task, *, off_plan: str) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO link (source, source_id, version, off_plan) VALUES (?, ?, ?, ?)",
            (self.source, task.source_id, task.version, off_plan),
        )

    def _add_tasks(self, connection: Connection, tasks: Iterable[Task]) -> None:
        added = connection.executemany(
            "INSERT OR IGNORE INTO task (run, source, kind, key, task, state) VALUES (?, ?, ?, ?, ?, 'waiting')",
            [(self.run, self.source, task.kind, task.key, task.to_json()) for task in tasks],
        )
        self._waiting += max(added.rowcount, 0)

    def _take(self, connection: Connection, ticket: Ticket, state: str) -> bool:
        """Mark a page as settled; False if it was before, by another machine that had been given up for dead."""
        taken = connection.execute(
            "UPDATE task SET state = ? WHERE id = ? AND state = 'waiting'", (state, ticket.number)
        )
        self._waiting -= taken.rowcount
        return taken.rowcount == 1

    def _add_tally(self, connection: Connection, tally: Counter[str]) -> None:
        tally["requests"] += self._requests
        if self._requests:
            self._host.add_requests(connection, self._requests)
        self._requests = 0
        add_tally(connection, self.run, self.source, tally)

    def _source_run(self) -> tuple[str | None] | None:
        row: tuple[str | None] | None = self._store.connection.execute(
            "SELECT stop_kind FROM source_run WHERE run = ? AND source = ?", (self.run, self.source)
        ).fetchone()
        return row

    def _posting_id(self, source_id: str) -> str:
        return f"{self.source}:{source_id}"


def _hits(postings: Sequence[Posting], keyword: str) -> Counter[str]:
    """Where the postings of a search name its keyword."""
    return Counter(
        f"hit {place_of(word, posting.title, posting.description)}"
        for posting in postings
        for word in posting.keywords or (keyword,)
        if word
    )
