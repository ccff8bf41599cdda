"""Kill a crawl again and again, and see whether anything is lost, doubled or fetched twice.

    python benchmarks/crawl_kill.py --postings 5000 --kills 10

A board with recombined postings is crawled once undisturbed. Then the same crawl is started into another folder and its
whole process group is killed with SIGKILL at random moments, started again each time, until it ends by itself. Both
datasets must hold the same postings (all fields but the times), and the board's log must show no page fetched twice
but those in flight at a kill. Prints the figures and ends with code 1 if anything differs.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.board.generate import recombine
from crawler.board.server import serve_in_background
from crawler.board.store import written_postings
from postings.dataset import Dataset

TIMES = ("first_seen", "last_seen")

_CRAWL = """
import sys
from pathlib import Path
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.run import crawl
result = crawl(CrawlPlan(("demo",)), Path(sys.argv[1]), CrawlSettings(base_urls={"demo": sys.argv[2]}))
raise SystemExit(0 if result.outcome == "done" and result.finished else 3)
"""


@dataclass(frozen=True)
class Figures:
    """What came of it. Times are in seconds."""

    postings: int
    kills: int
    undisturbed_seconds: float
    postings_per_second: float
    disturbed_seconds: float
    missing: int
    unexpected: int
    different: int
    rows_written_twice: int
    pages: int
    pages_fetched_twice: int
    most_fetches_of_a_page: int

    @property
    def sound(self) -> bool:
        """Nothing lost, nothing doubled, and at most one page per kill fetched again."""
        wrong = self.missing + self.unexpected + self.different + self.rows_written_twice
        return wrong == 0 and self.pages_fetched_twice <= self.kills


def measure(postings: int, kills: int, seed: int, folder: Path) -> Figures:
    """Crawl undisturbed and disturbed, and compare.

    Args:
        postings: How many the board has.
        kills: How often the second crawl is killed.
        seed: Chooses the postings and the moments.
        folder: Where data and logs go.
    """
    choose = random.Random(seed)
    written = recombine(written_postings(), postings, seed)
    calm, killed = folder / "undisturbed", folder / "killed"
    with serve_in_background(written, log=folder / "undisturbed.log") as board:
        began = time.monotonic()
        if _start(calm, board.url).wait() != 0:
            raise SystemExit("the undisturbed crawl failed")
        undisturbed = time.monotonic() - began
    log = folder / "killed.log"
    with serve_in_background(written, log=log) as board:
        began = time.monotonic()
        size = (folder / "undisturbed.log").stat().st_size
        _crawl_and_kill(killed, board.url, [choose.uniform(0.01, 0.99) * size for _ in range(kills)], log)
        disturbed = time.monotonic() - began
    expected, found = _rows(calm), _rows(killed)
    fetched = Counter(path for path in _paths(log) if path != "/robots.txt")
    twice = {path: number for path, number in fetched.items() if number > 1}
    shared = expected.keys() & found.keys()
    return Figures(
        postings=len(expected),
        kills=kills,
        undisturbed_seconds=round(undisturbed, 1),
        postings_per_second=round(len(expected) / undisturbed, 1),
        disturbed_seconds=round(disturbed, 1),
        missing=len(expected.keys() - found.keys()),
        unexpected=len(found.keys() - expected.keys()),
        different=sum(expected[key] != found[key] for key in shared),
        rows_written_twice=_rows_on_disk(killed) - len(found),
        pages=len(fetched),
        pages_fetched_twice=len(twice),
        most_fetches_of_a_page=max(fetched.values()),
    )


def _crawl_and_kill(data: Path, url: str, moments: list[float], log: Path) -> None:
    """Crawl to the end, killed whenever the board's log has grown to one of some sizes in bytes."""
    for moment in sorted(moments):
        crawl = _start(data, url)
        while crawl.poll() is None and (not log.exists() or log.stat().st_size < moment):
            time.sleep(0.002)
        if crawl.poll() is not None:
            raise SystemExit(f"the crawl ended before it could be killed, with code {crawl.returncode}")
        os.killpg(crawl.pid, signal.SIGKILL)
        crawl.wait()
    if _start(data, url).wait() != 0:
        raise SystemExit("the last crawl failed")


def _start(data: Path, url: str) -> "subprocess.Popen[bytes]":
    """A crawl in a process group of its own."""
    return subprocess.Popen([sys.executable, "-c", _CRAWL, str(data), url], start_new_session=True)


def _paths(log: Path) -> list[str]:
    """The paths that were asked for."""
    return [line.split(" ", 2)[2] for line in log.read_text(encoding="utf-8").splitlines()]


def _rows(data: Path) -> dict[str, dict[str, Any]]:
    """The postings of a dataset by id, without times and without the port of the board."""
    rows = {}
    for batch in Dataset(data).scan():
        for row in batch.to_pylist():
            row["url"] = row["url"].split("/", 3)[3]
            rows[row["posting_id"]] = {name: value for name, value in row.items() if name not in TIMES}
    return rows


def _rows_on_disk(data: Path) -> int:
    """All rows of all parts, versions of one posting each."""
    dataset = Dataset(data)
    return sum(dataset.read_part(part).num_rows for part in dataset.parts())


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(arguments.postings, arguments.kills, arguments.seed, Path(folder))
    print(json.dumps(asdict(figures), indent=2))
    raise SystemExit(0 if figures.sound else 1)


if __name__ == "__main__":
    main()
