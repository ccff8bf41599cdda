"""A crawl on a real Ray cluster of several nodes, one of which is killed in the middle."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from replicas.feishu import FeishuReplica
from replicas.site import Site, serving

from postings.dataset import Dataset

SOURCES = ("feishu-minimax", "feishu-houmo", "feishu-aishi", "feishu-lilith", "feishu-baichuan", "feishu-vast")
POSTINGS = 1980

DRIVER = """
import json, sys, threading, time
from pathlib import Path

import ray
from ray.cluster_utils import Cluster

from crawler.cluster.crawl import crawl_on_cluster
from crawler.plan import CrawlPlan, CrawlSettings

job = json.loads(sys.argv[1])
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
nodes = [cluster.add_node(num_cpus=1) for _ in range(job["nodes"])]
cluster.wait_for_nodes()
ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")

def kill():
    while not Path(job["signal"]).exists():
        time.sleep(0.02)
    cluster.remove_node(nodes[0], allow_graceful=False)
    Path(job["signal"] + ".done").touch()

if job["signal"]:
    threading.Thread(target=kill, daemon=True).start()
settings = CrawlSettings(delay_seconds=job["delay"], base_urls=job["base_urls"], max_requests=job["most"])
result = crawl_on_cluster(CrawlPlan(tuple(job["base_urls"]), ("大模型",)), Path(job["data"]), settings)
print("RESULT", json.dumps({"outcome": result.outcome, "finished": result.finished, "summary": str(result.summary)}))
sys.stdout.flush()
ray.shutdown()
cluster.shutdown()
"""


class Channel(FeishuReplica):
    """The replica for any tenant: every channel is its own."""

    def answer(self, asked: Any) -> Any:
        asked.headers["portal-channel"] = "379481"
        return super().answer(asked)


@pytest.fixture
def sites() -> Iterator[dict[str, Site]]:
    running = {name: serving(Channel(POSTINGS)) for name in SOURCES}
    yield {name: site.__enter__() for name, site in running.items()}
    for site in running.values():
        site.__exit__(None, None, None)


def drive(
    sites: dict[str, Site], data: Path, *, nodes: int, delay: float, signal: Path | None, most: int = 20_000
) -> Any:
    job = {
        "nodes": nodes,
        "delay": delay,
        "data": str(data),
        "signal": str(signal or ""),
        "most": most,
        "base_urls": {name: site.url for name, site in sites.items()},
    }
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", DRIVER, json.dumps(job)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(driver: Any) -> dict[str, Any]:
    out, err = driver.communicate(timeout=240)
    assert driver.returncode == 0, err[-3000:]
    # Ray writes lines of its own to standard output when a node is lost.
    (line,) = (line for line in out.splitlines() if line.startswith("RESULT "))
    result: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
    return result


def pages(site: Site) -> Counter[str]:
    """How often each page of the list was asked for."""
    return Counter(asked.body.decode() for asked in site.asked if asked.method == "POST")


@pytest.mark.slow
def test_a_node_killed_in_mid_crawl_costs_the_pages_in_flight(sites: dict[str, Site], tmp_path: Path) -> None:
    signal = tmp_path / "kill"
    driver = drive(sites, tmp_path / "data", nodes=2, delay=0.4, signal=signal)
    # Every host is being read, so the node that is lost has work; machines may take seconds to start.
    while min(sum(pages(site).values()) for site in sites.values()) < 3 and driver.poll() is None:
        time.sleep(0.02)
    signal.touch()
    result = finish(driver)
    assert (tmp_path / "kill.done").exists()
    assert result["outcome"] == "done"
    assert result["finished"]
    dataset = Dataset(tmp_path / "data")
    assert dataset.count() == len(SOURCES) * POSTINGS
    written = sum(dataset.read_part(part).num_rows for part in dataset.parts())
    assert written == len(SOURCES) * POSTINGS
    fetched = [pages(site) for site in sites.values()]
    assert all(len(counts) == POSTINGS // 50 + 1 for counts in fetched)
    # At most the page in flight of each host, whose actor may have been on the node.
    assert all(sum(counts.values()) <= len(counts) + 1 for counts in fetched)
    # The node was lost with work on it: its hosts asked for robots.txt again from another one.
    assert any(sum(asked.path == "/robots.txt" for asked in site.asked) > 1 for site in sites.values())
    assert all(site.most_at_once == 1 for site in sites.values())
    summary = json.loads(Path(result["summary"]).read_text(encoding="utf-8"))
    assert {source["verdict"] for source in summary["sources"]} == {"ok"}


@pytest.mark.slow
def test_the_budget_holds_for_the_whole_cluster_and_the_rest_waits(sites: dict[str, Site], tmp_path: Path) -> None:
    two = dict(list(sites.items())[:2])
    first = finish(drive(two, tmp_path / "data", nodes=1, delay=0.0, signal=None, most=12))
    assert not first["finished"]
    # robots.txt counts; two hosts may each have one request in flight when the last one is spent.
    assert 12 <= sum(len(site.asked) for site in two.values()) <= 14
    second = finish(drive(two, tmp_path / "data", nodes=1, delay=0.0, signal=None))
    assert (second["finished"], second["outcome"]) == (True, "done")
    assert Dataset(tmp_path / "data").count() == 2 * POSTINGS
    assert all(set(pages(site).values()) == {1} for site in two.values())
