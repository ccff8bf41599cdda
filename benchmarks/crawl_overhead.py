"""How much slower a crawl is than a bare Scrapy spider that only downloads the same pages and counts them.

    python benchmarks/crawl_overhead.py --family board --postings 4000 --rounds 5
    python benchmarks/crawl_overhead.py --family feishu --postings 50000 --rounds 5

A server without delay runs in a process of its own, with ready pages. One crawl that is not measured warms it up and
says which pages there are. Then bare spider and crawl take turns, each in a new process, each with one request at a
time and no delay; both are measured from the start of the process to its end, start-up, ledger and Parquet included.
`working` is the same without start-up: from the first request to the last page. The bare spider has Scrapy's default
settings but for one request at a time and a log without a line for each page, as the crawl's.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fast_site import Site, feishu_keywords, serving

from postings.dataset import Dataset

SOURCES = {"board": "demo", "feishu": "feishu-minimax"}

_BARE = """
import json, sys
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

PAGES = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]

class Bare(Spider):
    name = "bare"
    count = 0
    async def start(self):
        for url, body in PAGES:
            if body:
                yield Request(url, method="POST", body=body, headers={"Content-Type": "application/json"},
                              dont_filter=True)
            else:
                yield Request(url, dont_filter=True)
    def parse(self, response):
        self.count += 1
    def closed(self, reason):
        assert self.count == len(PAGES), self.count

process = CrawlerProcess({"CONCURRENT_REQUESTS_PER_DOMAIN": int(sys.argv[2]), "LOG_LEVEL": "INFO"})
process.crawl(Bare)
process.start()
"""

_OURS = """
import json, sys
from pathlib import Path
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.run import crawl
source, url, keywords, data = json.loads(sys.argv[1])
settings = CrawlSettings(base_urls={source: url}, delay_seconds=0, max_requests=10**9)
result = crawl(CrawlPlan((source,), tuple(keywords)), Path(data), settings)
assert result.outcome == "done" and result.finished, result.sources
"""


@dataclass(frozen=True)
class Times:
    """What one process took, in seconds."""

    whole: float
    working: float


def measure(family: str, postings: int, rounds: int, concurrency: int, folder: Path) -> None:
    """Run bare spider and crawl by turns and print what each took."""
    log = folder / "requests.log"
    with serving(family, postings, log) as site:
        source = SOURCES[family]
        keywords = feishu_keywords(postings) if family == "feishu" else ()

        def crawl(number: int) -> Times:
            data = folder / f"data-{number}"
            times = _timed([sys.executable, "-c", _OURS, json.dumps([source, site.url, keywords, str(data)])], log)
            if number == 0 and (found := Dataset(data).count()) != postings:
                raise SystemExit(f"the crawl has {found} postings, not {postings}")
            return times

        crawl(0)
        pages = _pages(log, site)
        (folder / "pages.jsonl").write_text("\n".join(map(json.dumps, pages)), encoding="utf-8")
        bare_command = [sys.executable, "-c", _BARE, str(folder / "pages.jsonl"), str(concurrency)]
        bare, ours = [], []
        for number in range(1, rounds + 1):
            bare.append(_timed(bare_command, log))
            ours.append(crawl(number))
    print(f"{family}: {postings} postings on {len(pages)} pages, {rounds} rounds, bare and ours by turns")
    _print("whole", postings, [(one.whole, other.whole) for one, other in zip(bare, ours, strict=True)])
    _print("working", postings, [(one.working, other.working) for one, other in zip(bare, ours, strict=True)])


def _timed(command: Sequence[str], log: Path) -> Times:
    """Run a process; its work is what the server's log shows of it."""
    size = log.stat().st_size if log.exists() else 0
    began = time.monotonic()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    whole = time.monotonic() - began
    with log.open("rb") as file:
        file.seek(size)
        lines = file.read().splitlines()
    return Times(whole, float(lines[-1].split()[0]) - float(lines[0].split()[0]))


def _pages(log: Path, site: Site) -> list[tuple[str, str]]:
    """Address and body of every request but that for robots.txt, in order."""
    pages = []
    for line in log.read_text(encoding="utf-8").splitlines():
        _, _, path, body = line.split(" ", 3)
        if path != "/robots.txt":
            pages.append((site.url + path, body))
    return pages


def _print(name: str, postings: int, pairs: Sequence[tuple[float, float]]) -> None:
    print(f"  {name}: postings a second, median (least to most)")
    print(f"    bare   {_spread([postings / bare for bare, _ in pairs])}")
    print(f"    ours   {_spread([postings / ours for _, ours in pairs])}")
    print(f"    ratio  {_spread([bare / ours for bare, ours in pairs])}")


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", choices=tuple(SOURCES), default="board")
    parser.add_argument("--postings", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bare-concurrency", type=int, default=1, help="Requests at a time of the bare spider.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(arguments.family, arguments.postings, arguments.rounds, arguments.bare_concurrency, Path(folder))


if __name__ == "__main__":
    main()
