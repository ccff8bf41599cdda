"""A server that is not the bottleneck: the pages of a family as ready bytes, from a process of its own.

    python benchmarks/fast_site.py feishu --postings 200000

Serves, on a free port of this machine, the bundled board (`board`: lists and a page for each posting, sitemaps) or a
Feishu portal (`feishu`: lists of 50 rows with their full text). Pages are made once and kept as bytes; a Feishu row is
made once per text and gets its own id and title when it is asked for. Benchmarks start it with `serving`.
"""

import argparse
import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from crawler.board import pages
from crawler.board.generate import recombine
from crawler.board.server import Board
from crawler.board.store import BoardPosting, written_postings

FEISHU_ROWS_A_KEYWORD = 9_000
"""A portal shows 10,000 rows of a search at most."""

_DIFFERENT_TEXTS = 2_000
_PAGES_KEPT = 20_000
_HTML = b"text/html; charset=utf-8"
_JSON = b"application/json; charset=utf-8"

Answer = Callable[[bytes, bytes], bytes]
"""Path and body of a request to the whole answer, header included."""


@dataclass(frozen=True)
class Site:
    """A server that runs."""

    url: str
    log: Path
    """Every request: seconds since 1970, method, path, body."""


@contextmanager
def serving(kind: str, postings: int, log: Path, *, seed: int = 1, latency: float = 0.0) -> Iterator[Site]:
    """A server process that runs until the block ends.

    Args:
        kind: board or feishu.
        postings: How many it has.
        log: The file to which every request is added.
        seed: Chooses the postings.
        latency: Seconds that every answer waits.
    """
    options = {"postings": postings, "seed": seed, "latency": latency, "log": log}
    command = [sys.executable, __file__, kind]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the server has no output")
            url = process.stdout.readline().strip()
            if not url:
                raise SystemExit("the server did not start")
            yield Site(url, log)
        finally:
            process.terminate()


def feishu_keywords(postings: int) -> tuple[str, ...]:
    """Search words under which a portal shows so many postings, each below the portal's cap."""
    return tuple(f"k{number}" for number in range(-(-postings // FEISHU_ROWS_A_KEYWORD)))


def board_answers(postings: int, seed: int) -> tuple[Answer, socket.socket]:
    """The bundled board, its pages rendered once, and its own socket: its pages name its port."""
    board = Board(recombine(written_postings(), postings, seed))

    @lru_cache(maxsize=_PAGES_KEPT)
    def answer(path: bytes, _: bytes) -> bytes:
        status, kind, body = board.answer(path.decode())
        return _whole(status, kind.encode(), body)

    return answer, board.socket


def feishu_answers(postings: int, seed: int) -> tuple[Answer, socket.socket]:
    """A portal: row n of a keyword is the same posting in every answer. No keyword finds the same as the first."""
    texts = recombine(written_postings(), min(postings, _DIFFERENT_TEXTS), seed)
    rows = [_feishu_row(text).encode() for text in texts]
    wanted = re.compile(rb'"keyword": "k?(\d*)", "limit": (\d+), "offset": (\d+)')

    def answer(_: bytes, body: bytes) -> bytes:
        found = wanted.search(body)
        if found is None:
            return _whole(404, _HTML, b"")
        keyword, limit, offset = (int(number or 0) for number in found.groups())
        first = keyword * FEISHU_ROWS_A_KEYWORD
        count = min(FEISHU_ROWS_A_KEYWORD, postings - first)
        numbers = range(first + offset, first + min(offset + limit, count))
        shown = b",".join(rows[number % len(rows)].replace(b"@NUMBER@", b"%d" % number) for number in numbers)
        data = b'{"job_post_list":[%s],"count":%d}' % (shown, count)
        return _whole(200, _JSON, b'{"code":0,"data":%s,"message":"ok"}' % data)

    return answer, socket.create_server(("127.0.0.1", 0))


def _feishu_row(posting: BoardPosting) -> str:
    """A row in the portal's form, with @NUMBER@ for its number."""
    lines = posting.description.split("\n")
    half = len(lines) // 2
    city = {"code": "CT_1", "name": posting.city, "en_name": "-"}
    return json.dumps(
        {
            "id": "@NUMBER@",
            "title": f"{posting.title} @NUMBER@",
            "sub_title": None,
            "description": "\n".join(lines[:half]),
            "requirement": "\n".join(lines[half:]),
            "job_category": {"id": "9", "name": pages.category_name(posting.category), "parent": None},
            "city_info": city,
            "city_list": [city],
            "recruit_type": {"id": "101", "name": "正式", "parent": {"id": "1", "name": "社招", "parent": None}},
            "publish_time": 1779000000000,
            "code": "A@NUMBER@",
            "job_subject": None,
            "job_post_info": None,
            "tag_list": None,
        },
        ensure_ascii=False,
    )


def _whole(status: int, kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %d -\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (status, kind, len(body), body)


class _Connection(asyncio.Protocol):
    """One kept-alive connection: a request at a time, as a polite crawler sends them."""

    def __init__(self, answer: Answer, latency: float, log: IO[bytes]) -> None:
        self._answer = answer
        self._latency = latency
        self._log = log
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head, rest = self._received[:end], self._received[end + 4 :]
            length = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            body, self._received = rest[:size], rest[size:]
            method, path, _ = head.split(b" ", 2)
            self._log.write(b"%.3f %s %s %s\n" % (time.time(), method, path, body))
            answer = _NO_ROBOTS if path == b"/robots.txt" else self._answer(path, body)
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._send, answer)
            else:
                self._send(answer)

    def _send(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


_NO_ROBOTS = _whole(404, _HTML, b"")


async def _serve(answer: Answer, listening: socket.socket, latency: float, log: Path) -> None:
    # Without a buffer, so that the log is complete at every moment.
    with log.open("ab", buffering=0) as file:
        server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(answer, latency, file), sock=listening
        )
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        await server.serve_forever()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("board", "feishu"))
    parser.add_argument("--postings", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--log", type=Path, default=Path(os.devnull))
    arguments = parser.parse_args()
    answers = {"board": board_answers, "feishu": feishu_answers}[arguments.kind]
    asyncio.run(_serve(*answers(arguments.postings, arguments.seed), arguments.latency, arguments.log))


if __name__ == "__main__":
    main()
