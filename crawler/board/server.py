"""The board as an HTTP server: threads, keep-alive, and a log of what was asked."""

import gzip
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, urlsplit

from crawler.board import pages
from crawler.board.faults import FaultMaker, Faults
from crawler.board.store import BoardPosting, BoardStore, written_postings

_JOB = re.compile(r"/job/([\w\-]+)")
_SITEMAP = re.compile(r"/sitemap-([1-9]\d{0,4})\.xml\.gz")
_HTML = "text/html; charset=utf-8"
_XML = "application/xml; charset=utf-8"


class Board(ThreadingHTTPServer):
    """A board that listens on this machine.

    Args:
        postings: What it shows; None is what was written for it.
        port: The port; 0 takes a free one.
        faults: What goes wrong.
        log: A file to which every request is added: seconds since 1970, status, path.
    """

    daemon_threads = True

    def __init__(
        self,
        postings: Sequence[BoardPosting] | None = None,
        port: int = 0,
        faults: Faults | None = None,
        log: Path | None = None,
    ) -> None:
        self.store = BoardStore(written_postings() if postings is None else postings)
        self.faults = FaultMaker(faults or Faults())
        self._log: IO[str] | None = log.open("a", encoding="utf-8") if log else None
        self._log_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        """The answer to a path when nothing goes wrong: status, content type, body."""
        parts = urlsplit(path)
        job, part = _JOB.fullmatch(parts.path), _SITEMAP.fullmatch(parts.path)
        if parts.path in {"/", "/jobs"}:
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            search = query.get("keyword", ""), query.get("city", ""), query.get("category", "")
            page = int(query["page"]) if query.get("page", "").isdecimal() else 1
            return HTTPStatus.OK, _HTML, pages.list_page(self.store.search(*search), *search, page).encode()
        if job and (posting := self.store.get(job[1])):
            return HTTPStatus.OK, _HTML, pages.detail_page(posting, f"{self.url}{parts.path}").encode()
        if parts.path == "/robots.txt":
            return HTTPStatus.OK, "text/plain; charset=utf-8", pages.robots_txt(self.url).encode()
        if parts.path == "/sitemap.xml":
            return HTTPStatus.OK, _XML, pages.sitemap_index(len(self.store.postings), self.url).encode()
        if part:
            text = pages.sitemap(self.store.postings, int(part[1]), self.url)
            return HTTPStatus.OK, "application/gzip", gzip.compress(text.encode(), mtime=0)
        return HTTPStatus.NOT_FOUND, _HTML, pages.missing_page().encode()

    def note(self, status: int, path: str) -> None:
        """Add a request to the log."""
        if self._log is not None:
            with self._log_lock:
                self._log.write(f"{time.time():.3f} {status} {path}\n")
                self._log.flush()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of visitors that hang up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # passed on as it came

    def server_close(self) -> None:
        """Stop listening and close the log."""
        super().server_close()
        if self._log is not None:
            self._log.close()


@contextmanager
def serve_in_background(
    postings: Sequence[BoardPosting] | None = None, faults: Faults | None = None, log: Path | None = None
) -> Iterator[Board]:
    """A board on a free port, served by a thread of this process until the block ends. Arguments as for `Board`."""
    board = Board(postings, faults=faults, log=log)
    thread = threading.Thread(target=board.serve_forever, daemon=True)
    thread.start()
    try:
        yield board
    finally:
        board.shutdown()
        board.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Board
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # header and body leave in one packet
    timeout = 60

    def do_GET(self) -> None:
        path = self.path
        if path != "/robots.txt":
            if self.server.faults.faults.latency_seconds:
                time.sleep(self.server.faults.faults.latency_seconds)
            if self._answer_wrongly(path):
                return
        status, kind, body = self.server.answer(path)
        self._send(status, kind, body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server calls
        """Print nothing; the board keeps its own log."""

    def _answer_wrongly(self, path: str) -> bool:
        """Give a broken answer if it is this request's turn."""
        match self.server.faults.next(path):
            case "error":
                self._send(HTTPStatus.SERVICE_UNAVAILABLE, _HTML, b"")
            case "throttle":
                seconds = self.server.faults.faults.retry_after_seconds
                self._send(HTTPStatus.TOO_MANY_REQUESTS, _HTML, b"", {"Retry-After": str(seconds)})
            case "challenge":
                self._send(HTTPStatus.OK, _HTML, pages.challenge_page().encode())
            case "closed":
                self._send(HTTPStatus.GONE, _HTML, pages.closed_page().encode())
            case "truncate":
                status, kind, body = self.server.answer(path)
                self._send(status, kind, body[: len(body) // 2], {"Content-Length": str(len(body))})
                self.close_connection = True
            case None:
                return False
        return True

    def _send(self, status: HTTPStatus, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.server.note(status, self.path)
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
