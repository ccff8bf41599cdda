"""Kill a crawl again and again, and see whether anything is lost, doubled or fetched twice.

    python benchmarks/crawl_kill.py --postings 20000 --kills 50

Four sources of three families run side by side in one crawl, each with a server of its own: the bundled board read by
its lists, a board read by its sitemap, and two Feishu portals, which answer slowly so that all four last to the end.
They are crawled once undisturbed. Then the same crawl is started into another folder and its whole process group is
killed with SIGKILL at random moments, started again each time, until it ends by itself. Both datasets must hold the
same postings (all fields but the times), and no sitting may fetch a page that was fetched before, but the one page of
each source that was in flight when the sitting before it was killed. Prints the figures and ends with code 1 if
anything differs.
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
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from fast_site import Site, serving

from postings.dataset import Dataset

TIMES = ("first_seen", "last_seen")
SOURCES = {"demo": "board", "jsonld": "board", "feishu-minimax": "feishu", "feishu-01ai": "feishu"}
FEISHU_ROWS = 50
FEISHU_SHARE = 0.9
"""Of the time that the boards take, how long the slow portals are to take."""
PAGES_A_SECOND = 300
"""What the boards are taken to answer, both together; only how slow the portals are depends on it."""

_CRAWL = """
import json, sys
from pathlib import Path
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.run import crawl
data, plan, settings = json.loads(sys.argv[1])
result = crawl(CrawlPlan(**{name: tuple(values) for name, values in plan.items()}), Path(data),
               CrawlSettings(**settings))
raise SystemExit(0 if result.outcome == "done" and result.finished else 3)
"""


@dataclass(frozen=True)
class Figures:
    """What came of it. Times are in seconds."""

    sources: int
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
    in_flight_fetched_again: int
    others_fetched_again: int

    @property
    def sound(self) -> bool:
        """Nothing lost, nothing doubled, and of each source at most the page in flight at a kill fetched again."""
        wrong = self.missing + self.unexpected + self.different + self.rows_written_twice + self.others_fetched_again
        return wrong == 0 and self.in_flight_fetched_again <= self.kills * self.sources


class Crawls:
    """The same crawl into any folder.

    Args:
        sites: The server of each source.
    """

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self._sites = sites
        self._plan = {"sources": list(sites)}
        self._settings = {
            "base_urls": {name: site.url for name, site in sites.items() if name != "jsonld"},
            "start_urls": {"jsonld": [f"{sites['jsonld'].url}/sitemap.xml"]},
            "delay_seconds": 0,
            "max_requests": 10**9,
        }

    def start(self, data: Path) -> "subprocess.Popen[bytes]":
        """A crawl in a process group of its own."""
        job = json.dumps([str(data), self._plan, self._settings])
        return subprocess.Popen([sys.executable, "-c", _CRAWL, job], start_new_session=True)

    def log_sizes(self) -> dict[str, int]:
        """Bytes in the log of each server."""
        return {name: site.log.stat().st_size if site.log.exists() else 0 for name, site in self._sites.items()}

    def pages(self, source: str, begin: int, end: int) -> list[str]:
        """The pages that a stretch of a server's log names, robots.txt apart."""
        with self._sites[source].log.open("rb") as file:
            file.seek(begin)
            lines = file.read(end - begin).decode("utf-8").splitlines()
        return [page for line in lines if not (page := line.split(" ", 1)[1]).startswith("GET /robots.txt")]


def measure(postings: int, kills: int, seed: int, folder: Path) -> Figures:
    """Crawl undisturbed and disturbed, and compare.

    Args:
        postings: How many all sources have together.
        kills: How often the second crawl is killed.
        seed: Chooses the postings and the moments.
        folder: Where data and logs go.
    """
    choose = random.Random(seed)
    each = postings // len(SOURCES)
    latency = FEISHU_SHARE * 2 * each / PAGES_A_SECOND / (each / FEISHU_ROWS)
    calm, killed = folder / "undisturbed", folder / "killed"
    with ExitStack() as held:
        sites = {
            name: held.enter_context(
                serving(
                    kind,
                    each,
                    seed=seed + number,
                    latency=latency if kind == "feishu" else 0.0,
                    log=folder / f"{name}.log",
                )
            )
            for number, (name, kind) in enumerate(SOURCES.items())
        }
        crawls = Crawls(sites)
        began = time.monotonic()
        if crawls.start(calm).wait() != 0:
            raise SystemExit("the undisturbed crawl failed")
        undisturbed = time.monotonic() - began
        size, before = sum(crawls.log_sizes().values()), crawls.log_sizes()
        began = time.monotonic()
        moments = sorted(size + choose.uniform(0.01, 0.99) * size for _ in range(kills))
        ends = [before, *_crawl_and_kill(crawls, killed, moments)]
        disturbed = time.monotonic() - began
        sittings = {
            name: [crawls.pages(name, begin[name], end[name]) for begin, end in pairwise(ends)] for name in sites
        }
    expected, found = _rows(calm), _rows(killed)
    shared = expected.keys() & found.keys()
    again = [_fetched_again(of_source) for of_source in sittings.values()]
    return Figures(
        sources=len(sites),
        postings=len(expected),
        kills=kills,
        undisturbed_seconds=round(undisturbed, 1),
        postings_per_second=round(len(expected) / undisturbed, 1),
        disturbed_seconds=round(disturbed, 1),
        missing=len(expected.keys() - found.keys()),
        unexpected=len(found.keys() - expected.keys()),
        different=sum(expected[key] != found[key] for key in shared),
        rows_written_twice=_rows_on_disk(killed) - len(found),
        pages=sum(len({page for sitting in of_source for page in sitting}) for of_source in sittings.values()),
        in_flight_fetched_again=sum(in_flight for in_flight, _ in again),
        others_fetched_again=sum(others for _, others in again),
    )


def _crawl_and_kill(crawls: Crawls, data: Path, moments: Sequence[float]) -> list[dict[str, int]]:
    """Crawl to the end, killed whenever the logs together have grown to one of some sizes; gives the sizes then."""
    ends = []
    for moment in moments:
        crawl = crawls.start(data)
        while crawl.poll() is None and sum(crawls.log_sizes().values()) < moment:
            time.sleep(0.002)
        if crawl.poll() is not None:
            raise SystemExit(f"the crawl ended before it could be killed, with code {crawl.returncode}")
        os.killpg(crawl.pid, signal.SIGKILL)
        crawl.wait()
        # The worker is killed with its parent, but is not waited for.
        time.sleep(0.05)
        ends.append(crawls.log_sizes())
    if crawls.start(data).wait() != 0:
        raise SystemExit("the last crawl failed")
    return [*ends, crawls.log_sizes()]


def _fetched_again(sittings: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Of a source's sittings, how many begin with the last page of the one before, and how many other repeats."""
    seen: set[str] = set()
    in_flight = others = 0
    last = ""
    for sitting in sittings:
        for number, page in enumerate(sitting):
            if number == 0 and page == last:
                in_flight += 1
            elif page in seen:
                others += 1
            seen.add(page)
            last = page
    return in_flight, others


def _rows(data: Path) -> dict[str, dict[str, Any]]:
    """The postings of a dataset by id, without times."""
    return {
        row["posting_id"]: {name: value for name, value in row.items() if name not in TIMES}
        for batch in Dataset(data).scan()
        for row in batch.to_pylist()
    }


def _rows_on_disk(data: Path) -> int:
    """All rows of all parts, versions of one posting each."""
    dataset = Dataset(data)
    return sum(dataset.read_part(part).num_rows for part in dataset.parts())


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(arguments.postings, arguments.kills, arguments.seed, Path(folder))
    print(json.dumps(asdict(figures), indent=2))
    raise SystemExit(0 if figures.sound else 1)


if __name__ == "__main__":
    main()
