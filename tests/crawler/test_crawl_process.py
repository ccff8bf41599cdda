"""`crawler.run.crawl`: the child process, the lock, Ctrl-C, death of the parent, and kills."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.board.faults import Faults
from crawler.board.server import serve_in_background
from crawler.board.store import written_postings
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.result import RunResult
from crawler.run import crawl
from taxonomy.errors import JobAtlasError

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

# A test run that was started in the background ignores SIGINT and hands that on; a crawl at a terminal does not.
CRAWL = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from crawler.plan import CrawlPlan, CrawlSettings
from crawler.run import crawl
result = crawl(CrawlPlan(("demo",)), Path(sys.argv[1]), CrawlSettings(base_urls={"demo": sys.argv[2]}),
               lambda lines: print("progress", lines[0].requests, flush=True))
print("ended", result.interrupted, result.finished, result.outcome, flush=True)
"""


def start(data: Path, url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CRAWL, str(data), url], stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for_requests(process: "subprocess.Popen[str]", number: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("progress") and int(line.split()[1]) >= number:
            return
    raise AssertionError("the crawl ended early")


def test_it_runs_twice_in_one_process_and_starts_the_board_itself(tmp_path: Path) -> None:
    seen: list[Any] = []
    plan = CrawlPlan(("demo",), ("AIGC",), ("北京",))
    first = crawl(plan, tmp_path, on_progress=seen.extend)
    second = crawl(plan, tmp_path)
    assert first.outcome == second.outcome == "done"
    assert first.sources[0].counts.new == second.sources[0].counts.known > 0
    assert seen[-1].state == "ended"
    assert seen[-1].collected == first.sources[0].counts.new
    assert RunResult.read(first.summary) == first
    summary = json.loads(first.summary.read_text(encoding="utf-8"))
    assert summary["outcome"] == "done"
    assert summary["sources"][0]["counts"]["new"] == first.sources[0].counts.new


def test_ctrl_c_ends_cleanly_and_the_next_crawl_carries_on(tmp_path: Path) -> None:
    log = tmp_path / "board.log"
    data = tmp_path / "data"
    postings = written_postings()[:40]
    with serve_in_background(postings, Faults(latency_seconds=0.05), log) as board:
        running = start(data, board.url)
        wait_for_requests(running, 8)
        os.killpg(running.pid, signal.SIGINT)
        output, _ = running.communicate(timeout=30)
        assert "ended True False partial" in output
        result = crawl(CrawlPlan(("demo",)), data, CrawlSettings(base_urls={"demo": board.url}))
    assert result.resumed
    assert result.finished
    assert result.sources[0].counts.new == len(postings)
    paths = [line.split()[2] for line in log.read_text().splitlines() if not line.endswith("robots.txt")]
    assert len(paths) == len(set(paths))


def test_a_crawl_whose_parent_is_killed_ends_and_can_be_carried_on_at_once(tmp_path: Path) -> None:
    log = tmp_path / "board.log"
    data = tmp_path / "data"
    with serve_in_background(written_postings()[:40], Faults(latency_seconds=0.05), log) as board:
        running = start(data, board.url)
        wait_for_requests(running, 5)
        running.kill()  # the parent alone
        running.wait()
        assert running.stdout is not None
        running.stdout.close()
        result = crawl(CrawlPlan(("demo",)), data, CrawlSettings(base_urls={"demo": board.url}))
    assert result.resumed
    assert result.sources[0].counts.new == 40
    paths = [line.split()[2] for line in log.read_text().splitlines() if not line.endswith("robots.txt")]
    assert len(paths) - len(set(paths)) <= 1


def test_a_killed_worker_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import crawler.run

    real = subprocess.Popen

    def doomed(*args: Any, **kwargs: Any) -> Any:
        process = real(*args, **kwargs)
        time.sleep(0.3)
        process.kill()
        return process

    monkeypatch.setattr(crawler.run.subprocess, "Popen", doomed)
    with pytest.raises(JobAtlasError, match=r"ended unexpectedly \(signal 9\).*carries on") as told:
        crawl(CrawlPlan(("demo",)), tmp_path)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("plan", "settings", "words"),
    [
        (CrawlPlan(("demmo",)), CrawlSettings(), "Did you mean 'demo'"),
        (CrawlPlan(()), CrawlSettings(), "names no source"),
        (CrawlPlan(("jsonld",)), CrawlSettings(), "start_urls"),
        (CrawlPlan(("demo",)), CrawlSettings(base_urls={"demo": "127.0.0.1:8000"}), "begins with http"),
        (CrawlPlan(("demo",)), CrawlSettings(base_urls={"deno": "http://127.0.0.1"}), "base_urls"),
    ],
)
def test_wrong_plans_are_told_before_anything_starts(
    tmp_path: Path, plan: CrawlPlan, settings: CrawlSettings, words: str
) -> None:
    with pytest.raises(JobAtlasError, match=words):
        crawl(plan, tmp_path / "data", settings)
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(JobAtlasError, match="cannot be used as the data folder"):
        crawl(CrawlPlan(("demo",)), tmp_path / "data")


@pytest.mark.slow
def test_four_sources_killed_at_random_moments_end_with_the_postings_of_an_undisturbed_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    figures = importlib.import_module("crawl_kill").measure(postings=800, kills=4, seed=7, folder=tmp_path)
    assert figures.sound, figures
    assert (figures.postings, figures.sources) == (800, 4)
