"""Whether a crawl of many postings needs more memory, or slows down, beside one of few.

    python benchmarks/crawl_memory.py --source feishu-minimax
    python benchmarks/crawl_memory.py --source jsonld

Crawls 10,000 and then 200,000 postings from a local server without delay: a Feishu portal, whose lists carry the full
text, or a board that is read by its sitemap, one page for each posting. Prints the peak of the resident memory of the
crawl's process, and how many postings it read for each second of processor time in the second tenth of the crawl and in
the last: the ledger's queries must not get slower as it grows. Processor time, because others may use the machine.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from fast_site import Site, feishu_keywords, serving

from crawler.plan import CrawlPlan, CrawlSettings
from crawler.result import Progress
from crawler.run import crawl
from postings.dataset import Dataset

KINDS = {"feishu-minimax": "feishu", "jsonld": "board"}
MEBIBYTE = 2**20


class Watch:
    """Follows a crawl by what it reports twice a second: how much it has read, with how much work, and how large."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._seen: list[tuple[float, int]] = []
        self.seconds = 0.0
        self.peak_bytes = 0

    def note(self, sources: Sequence[Progress]) -> None:
        """Called with where each source stands."""
        self.seconds = time.monotonic() - self._began
        for process in psutil.Process().children():
            if "crawler.worker" in process.cmdline():
                times = process.cpu_times()
                self.peak_bytes = max(self.peak_bytes, process.memory_info().rss)
                self._seen.append((times.user + times.system, sum(source.collected for source in sources)))

    def pace(self, begin: float, end: float) -> float:
        """Postings for each second of processor time while those between two shares of all were read."""
        last = self._seen[-1][1]
        first = max(moment for moment in self._seen if moment[1] <= begin * last)
        until = min(moment for moment in self._seen if moment[1] >= end * last)
        return (until[1] - first[1]) / (until[0] - first[0])


def measure(source: str, site: Site, postings: int, data: Path) -> None:
    """Crawl once and print what it took."""
    keywords = feishu_keywords(postings) if KINDS[source] == "feishu" else ()
    settings = CrawlSettings(
        delay_seconds=0,
        max_requests=10**9,
        base_urls={} if source == "jsonld" else {source: site.url},
        start_urls={source: [f"{site.url}/sitemap.xml"]} if source == "jsonld" else {},
    )
    watch = Watch()
    result = crawl(CrawlPlan((source,), keywords), data, settings, watch.note)
    if (found := Dataset(data).count()) != postings or result.outcome != "done":
        raise SystemExit(f"the crawl has {found} postings, not {postings}: {result.sources}")
    print(
        f"{source}: {postings} postings in {watch.seconds:.0f} s, peak {watch.peak_bytes / MEBIBYTE:.0f} MiB;"
        f" postings a second of processor time: {watch.pace(0.1, 0.2):.0f} in the second tenth,"
        f" {watch.pace(0.9, 1):.0f} in the last",
        flush=True,
    )


def main() -> None:
    """Measure both sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=tuple(KINDS), default="feishu-minimax")
    parser.add_argument("--postings", type=int, nargs="+", default=[10_000, 200_000])
    arguments = parser.parse_args()
    for postings in arguments.postings:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            with serving(KINDS[arguments.source], postings, Path(folder) / "requests.log") as site:
                measure(arguments.source, site, postings, data)


if __name__ == "__main__":
    main()
