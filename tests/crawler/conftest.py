"""Local servers and crawls for the tests of the crawler: real sockets, real Scrapy, real Parquet."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy.utils.reactor import install_reactor

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.result import RunResult
from crawler.worker import REACTOR
from postings.dataset import Dataset


@dataclass
class Asked:
    """A request as the server got it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def answer(
        self,
        body: bytes | str = b"",
        status: int = 200,
        headers: dict[str, str] | None = None,
        length: int | None = None,
    ) -> "Answer":
        return Answer(body, status, headers or {}, length)

    def answer_json(self, value: Any, status: int = 200) -> "Answer":
        return Answer(json.dumps(value, ensure_ascii=False), status, {"Content-Type": "application/json"})


@dataclass
class Answer:
    """What the server says. A length larger than the body breaks the answer off in the middle."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


Answering = Callable[[Asked], Answer | None]


class Site(ThreadingHTTPServer):
    """A web site of one function. What it does not answer is 404."""

    daemon_threads = True

    def __init__(self, answering: Answering) -> None:
        super().__init__(("127.0.0.1", 0), _SiteHandler)
        self.answering = answering
        self.asked: list[Asked] = []
        self.at_once = 0
        self.most_at_once = 0
        self.lock = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def paths(self) -> list[str]:
        """The paths that were asked for, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]


class _SiteHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    server: Site

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            self.command,
            parts.path,
            {name: values[-1] for name, values in parse_qs(parts.query).items()},
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        with self.server.lock:
            self.server.asked.append(asked)
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
        answer = self.server.answering(asked) or Answer(status=404)
        with self.server.lock:
            self.server.at_once -= 1
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if answer.length is None else answer.length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = answer.length is not None

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[Answering], Site]]:
    """A function that starts a site; all of them stop with the test."""
    sites = []

    def start(answering: Answering) -> Site:
        site = Site(answering)
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        sites.append(site)
        return site

    yield start
    for site in sites:
        site.shutdown()
        site.server_close()


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
