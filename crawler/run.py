"""The crawl as the rest of the program calls it: one function, any number of times in a process."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.registry import resolve
from crawler.result import Progress, RunResult
from taxonomy.errors import JobAtlasError


def crawl(
    plan: CrawlPlan,
    data_root: Path,
    settings: CrawlSettings | None = None,
    on_progress: Callable[[list[Progress]], None] | None = None,
) -> RunResult:
    """Crawl a plan into a data folder, or carry an unfinished run of it on.

    Runs in a child process, because Twisted's reactor cannot be started twice. Ctrl-C ends the crawl after the page in
    flight and gives a result with `interrupted`; a second one ends it at once.

    Args:
        plan: What to crawl.
        data_root: The data folder; made if missing.
        settings: How to crawl; the defaults if None.
        on_progress: Called about twice a second with where each source stands.

    Returns:
        How it went, one verdict per source. The same is in `summary`, a run.json.

    Raises:
        JobAtlasError: the plan, the settings or the folder cannot be used; another crawl uses the folder; the disk is
            full; the child process was killed.
    """
    settings = settings or CrawlSettings()
    job = {"plan": asdict(plan), "data_root": str(data_root.resolve()), "settings": asdict(settings)}
    worker = subprocess.Popen(
        [sys.executable, "-m", "crawler.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    with worker:
        if worker.stdin is None or worker.stdout is None:
            raise RuntimeError("the worker has no pipes")
        try:
            # While the worker starts, which takes a second.
            resolve(plan, settings)
        except BaseException:
            worker.kill()
            raise
        _tell(worker.stdin, json.dumps(job))
        try:
            last = _follow(worker.stdout, on_progress)
        except KeyboardInterrupt:
            _tell(worker.stdin, "stop")
            try:
                last = _follow(worker.stdout, on_progress)
            except BaseException:
                worker.kill()
                raise
        except BaseException:
            worker.kill()
            raise
        _close(worker.stdin)
        code = worker.wait()
    if "error" in last:
        raise JobAtlasError(last["error"])
    if "result" not in last:
        ending = f"signal {-code}" if code < 0 else f"code {code}"
        raise JobAtlasError(
            f"{data_root}: the crawl process ended unexpectedly ({ending}). Run the same crawl again: it carries on"
            " where it stopped; the newest crawl.log under runs/ has more."
        )
    return RunResult.read(Path(last["result"]))


def _follow(lines: IO[str], on_progress: Callable[[list[Progress]], None] | None) -> dict[str, str]:
    """Read what the worker says until it ends; returns its last word, {} if it has none."""
    last: dict[str, str] = {}
    for line in lines:
        message = json.loads(line)
        if "progress" not in message:
            last = message
        elif on_progress is not None:
            on_progress([Progress(**source) for source in message["progress"]])
    return last


def _tell(pipe: IO[str], line: str) -> None:
    try:
        pipe.write(line + "\n")
        pipe.flush()
    except BrokenPipeError:
        return  # the worker is gone; its silence is reported below


def _close(pipe: IO[str]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return
