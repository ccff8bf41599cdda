"""An HTTP proxy of this machine that forwards what it is asked and remembers it."""

import base64
import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_HOP = frozenset({"proxy-authorization", "proxy-connection", "connection", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True)
class Forwarded:
    """A request that came through."""

    method: str
    url: str
    authorization: str


class Proxy(ThreadingHTTPServer):
    """A forwarding proxy.

    Args:
        credentials: user:password that it wants; empty lets everyone through.
    """

    daemon_threads = True

    def __init__(self, credentials: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.wanted = f"Basic {base64.b64encode(credentials.encode()).decode()}" if credentials else ""
        self.forwarded: list[Forwarded] = []
        self.refused = 0

    def url(self, credentials: str = "") -> str:
        return f"http://{credentials}{'@' if credentials else ''}127.0.0.1:{self.server_address[1]}"


class _ProxyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        authorization = self.headers.get("Proxy-Authorization", "")
        if self.server.wanted and authorization != self.server.wanted:
            self.server.refused += 1
            self._answer(407, [("Proxy-Authenticate", 'Basic realm="proxy"')], b"")
            return
        self.server.forwarded.append(Forwarded(self.command, self.path, authorization))
        parts = urlsplit(self.path)
        upstream = http.client.HTTPConnection(parts.netloc, timeout=10)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        try:
            upstream.request(self.command, f"{parts.path}{'?' if parts.query else ''}{parts.query}", body, headers)
            answer = upstream.getresponse()
            kept = [
                (name, value) for name, value in answer.getheaders() if name.lower() not in {*_HOP, "content-length"}
            ]
            self._answer(answer.status, kept, answer.read())
        except OSError:
            self._answer(502, [], b"")
        finally:
            upstream.close()

    do_POST = do_GET  # noqa: N815 - the name http.server calls

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def proxying(credentials: str = "") -> Iterator[Proxy]:
    """The proxy, answering in a thread of this process."""
    proxy = Proxy(credentials)
    threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
