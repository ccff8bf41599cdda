"""The process in which a crawl runs. Twisted's reactor cannot be started twice, so every crawl gets a process.

It is started by `crawler.run.crawl` and spoken to in lines of JSON. Standard input brings the job, then perhaps
"stop"; its end means that the parent is gone, and this process then ends at once: the ledger is made for that.
Standard output carries progress and, last, the result or the error.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.result import Progress
    from crawler.sitting import Sitting

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def main() -> None:
    """Do the job that standard input brings."""
    # Ctrl-C reaches the whole process group; the parent turns it into "stop".
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reactor = install_asyncio_reactor()
    from twisted.internet.defer import Deferred

    from crawler.plan import CrawlPlan, CrawlSettings
    from crawler.sitting import Sitting

    orders = _lines(sys.stdin.fileno())
    job = json.loads(next(orders))
    sitting = Sitting(
        CrawlPlan(**{name: tuple(values) for name, values in job["plan"].items()}),
        Path(job["data_root"]),
        CrawlSettings(**job["settings"]),
        _say_progress,
    )
    threading.Thread(target=_listen, args=(orders, sitting, reactor), daemon=True).start()

    failures: list[Any] = []

    def begin() -> None:
        Deferred.fromCoroutine(_run(sitting)).addErrback(failures.append).addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)
    for failure in failures:
        failure.raiseException()
    # Nothing is left to close, and to take the interpreter apart takes a third of a second.
    os._exit(0)


def install_asyncio_reactor() -> Any:  # noqa: ANN401 - its type lacks what its class has
    """Twisted's reactor on asyncio. Has to be called before anything else of Twisted or Scrapy is imported."""
    from scrapy.utils.log import configure_logging
    from scrapy.utils.reactor import install_reactor

    install_reactor(REACTOR)
    configure_logging({"LOG_INSTALL_ROOT_HANDLER": False})
    from twisted.internet import reactor

    return reactor


async def _run(sitting: "Sitting") -> None:
    from scrapy.utils.defer import deferred_from_coro

    from taxonomy.errors import JobAtlasError

    try:
        result = await deferred_from_coro(sitting.run())
    except JobAtlasError as error:
        _say(error=str(error))
    else:
        _say(result=str(result.summary))


def _listen(orders: Iterator[str], sitting: "Sitting", reactor: Any) -> None:  # noqa: ANN401 - Twisted has no type for it
    for line in orders:
        if line == "stop":
            reactor.callFromThread(sitting.interrupt)
    os._exit(1)


def _lines(descriptor: int) -> Iterator[str]:
    """The lines of a pipe. Read from the descriptor: a thread that waits in `sys.stdin` cannot be left at exit."""
    rest = b""
    while block := os.read(descriptor, 65536):
        *lines, rest = (rest + block).split(b"\n")
        yield from (line.decode("utf-8") for line in lines)


def _say_progress(lines: "list[Progress]") -> None:
    _say(progress=[asdict(line) for line in lines])


def _say(**message: Any) -> None:  # noqa: ANN401 - anything JSON holds
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
