"""The benchmarks of the crawl run and measure what they say, on a small scale."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(name: str, *arguments: str) -> str:
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("family", ["board", "feishu"])
def test_overhead_compares_a_bare_spider_and_a_crawl_of_the_same_pages(family: str) -> None:
    said = run("crawl_overhead", "--family", family, "--postings", "120", "--rounds", "1")
    pages = re.search(r"120 postings on (\d+) pages", said)
    assert pages is not None
    assert int(pages[1]) == {"board": 126, "feishu": 3}[family]
    assert len([float(found) for found in re.findall(r"(?:bare|ours|ratio) +([\d.e+]+) \(", said)]) == 6


@pytest.mark.slow
def test_memory_reports_the_peak_of_each_size() -> None:
    said = run("crawl_memory", "--source", "jsonld", "--postings", "300", "600")
    peaks = [int(found) for found in re.findall(r"peak (\d+) MiB", said)]
    assert len(peaks) == 2
    assert all(40 < peak < 300 for peak in peaks), said
