"""`jobatlas sources check` and the metrics of `jobatlas crawl`, against a replica over real sockets."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from replicas.feishu import FeishuReplica
from replicas.site import Answer, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(FeishuReplica(120)) as site:
        yield site


@pytest.fixture
def config(site: Site, tmp_path: Path) -> Path:
    path = tmp_path / "jobatlas.toml"
    path.write_text(
        f"""[crawl]
sources = ["feishu-minimax"]
keywords = ["大模型"]
delay_seconds = 0.0
base_urls = {{ feishu-minimax = "{site.url}" }}
metrics = "{tmp_path / "metrics" / "jobatlas.prom"}"
""",
        encoding="utf-8",
    )
    return path


def run(*arguments: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "jobatlas", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_healthy_source_costs_one_page(site: Site, config: Path) -> None:
    result = run("sources", "check", "feishu-minimax", "--config", config)
    assert result.returncode == 0, result.stderr
    row = result.stdout.splitlines()[1].split()
    assert row[:5] == ["feishu-minimax", "healthy", "50", "125", "2"]
    assert "description" in row[-1] or "description" in result.stdout
    assert [asked.path for asked in site.asked if asked.method == "POST"] == ["/api/v1/search/job/posts"]


def test_what_is_wrong_with_a_source_is_told(site: Site, config: Path) -> None:
    replica = site.answering
    assert isinstance(replica, FeishuReplica)
    replica.trouble = lambda asked: Answer(status=403) if replica.is_list(asked) else None
    result = run("sources", "check", "feishu-minimax", "--keyword", "大模型", "--config", config)
    assert result.returncode == 1
    assert result.stdout.splitlines()[1].split()[:2] == ["feishu-minimax", "blocked"]
    assert "HTTP 403" in result.stdout


def test_a_source_that_is_off_is_no_check(config: Path) -> None:
    result = run("sources", "check", "jsonld", "--config", config)
    assert result.returncode == 1
    assert "is off: no start page" in result.stderr


def test_a_crawl_writes_its_figures_for_prometheus(config: Path, tmp_path: Path) -> None:
    result = run("crawl", "--config", config, "--data", tmp_path / "data")
    assert result.returncode == 0, result.stderr
    text = (tmp_path / "metrics" / "jobatlas.prom").read_text(encoding="utf-8")
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["jobatlas_source_new", "feishu-minimax"] == 120
    assert samples["jobatlas_source_reported", "feishu-minimax"] == 120
    assert samples["jobatlas_source_complete", "feishu-minimax"] == 1
    assert samples["jobatlas_source_verdict", "feishu-minimax", "ok"] == 1
    assert samples["jobatlas_source_verdict", "blocked", "feishu-minimax"] == 0
    assert samples["jobatlas_source_coverage_ratio", "description", "feishu-minimax"] == 1
    assert samples["jobatlas_source_relevance_ratio", "feishu-minimax"] == 1
    (summary,) = (tmp_path / "data").glob("runs/*/run.json")
    source = json.loads(summary.read_text(encoding="utf-8"))["sources"][0]
    assert source["hits"] == {"title": 120}
    assert "100%" in result.stdout


def test_metrics_that_cannot_be_written_are_told(config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("crawl", "--config", config, "--data", tmp_path / "data", "--metrics", tmp_path / "file" / "x.prom")
    assert result.returncode == 1
    assert "the metrics cannot be written" in result.stderr
