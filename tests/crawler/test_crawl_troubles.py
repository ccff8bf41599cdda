"""Troubles of our own: a disk that takes nothing, a reader with a bug, Scrapy's own command, planted personal data."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.board.server import serve_in_background
from crawler.board.store import written_postings
from crawler.spiders.demo import DemoSpider
from crawler.verdict import Verdict
from postings.dataset import Dataset
from taxonomy.errors import JobAtlasError

Rows = Callable[..., list[dict[str, Any]]]


def test_a_folder_that_takes_no_parts_stops_the_crawl_and_loses_nothing(sit: Any, stored: Rows, tmp_path: Path) -> None:
    log = tmp_path / "board.log"
    obstacle = tmp_path / "data" / "postings"
    obstacle.parent.mkdir()
    obstacle.write_text("a file where a folder should be")
    with serve_in_background(written_postings()[:30], log=log) as board:
        with pytest.raises(JobAtlasError, match="could not store what it read") as told:
            sit("demo", base_urls={"demo": board.url})
        assert "\n" not in str(told.value)
        obstacle.unlink()
        log.write_text("")
        result = sit("demo", base_urls={"demo": board.url})
    assert result.resumed
    assert log.read_text() == ""
    assert len(stored()) == result.sources[0].counts.new == 30


def test_a_bug_in_a_reader_ends_its_source_with_a_reason_and_stops_no_other(
    sit: Any, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def buggy(*_: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(DemoSpider, "read_list", buggy)
    empty = {"code": 0, "data": {"job_post_list": [], "count": 0}}
    site = serve(lambda asked: asked.answer_json(empty) if asked.method == "POST" else None)
    result = sit(("demo", "feishu-vast"), base_urls={"feishu-vast": site.url})
    demo, other = result.sources
    assert demo.verdict is Verdict.FAILED
    assert "ZeroDivisionError" in demo.reason
    assert other.verdict is Verdict.EMPTY
    assert result.finished
    log = (result.summary.parent / "crawl.log").read_text(encoding="utf-8")
    assert "Traceback" in log


def test_the_log_of_a_run_holds_what_went_wrong_and_little_else(sit: Any, serve: Any) -> None:
    empty = {"code": 0, "data": {"job_post_list": [], "count": 0}}
    sound = serve(lambda asked: asked.answer_json(empty) if asked.method == "POST" else None)
    ill = serve(lambda asked: asked.answer("no such page", 400) if asked.method == "POST" else None)
    bases = {"feishu-vast": sound.url, "feishu-minimax": ill.url}
    result = sit(tuple(bases), base_urls=bases)
    log = (result.summary.parent / "crawl.log").read_text(encoding="utf-8").splitlines()
    warnings = [line for line in log if " WARNING " in line]
    assert warnings
    assert not [line for line in warnings if "HTTP 400" not in line]
    assert len(log) - len(warnings) < 10


def test_scrapy_s_own_command_crawls_a_source(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "demo",
        "-a",
        "keywords=AIGC",
        "-a",
        "cities=上海",
        "-a",
        f"data={data}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    expected = [p for p in written_postings() if p.city == "上海" and "AIGC" in p.keywords]
    assert Dataset(data).count() >= len(expected) > 0
    (summary,) = data.glob("runs/*/run.json")
    assert json.loads(summary.read_text(encoding="utf-8"))["sources"][0]["verdict"] == "ok"


def test_personal_data_of_a_json_ld_page_stay_on_the_page(serve: Any, sit: Any, stored: Rows, tmp_path: Path) -> None:
    node = {
        "@type": "JobPosting",
        "title": "工程师（联系人：赵雅婷）",
        "description": "<p>负责训练。</p><p>微信：zhaoyt_2020，电话 13912345678</p>",
        "hiringOrganization": {
            "name": "某公司",
            "email": "zhao.yating@corp.example.com",
            "contactPoint": [{"name": "赵雅婷", "telephone": "13912345678"}],
        },
        "applicationContact": {"name": "赵雅婷", "email": "zhao.yating@corp.example.com"},
        "jobBenefits": ["五险一金", "加微信 zhaoyt_2020"],
    }
    page = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    site = serve(lambda asked: asked.answer(page) if asked.path == "/job" else None)
    sit("jsonld", start_urls={"jsonld": [f"{site.url}/job"]})
    (row,) = stored()
    assert (row["title"], row["description"], row["benefits"]) == ("工程师", "负责训练。", ["五险一金"])
    disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in ("赵雅婷", "13912345678", "zhaoyt_2020", "zhao.yating"):
        assert secret.encode() not in disk
        assert json.dumps(secret).encode() not in disk
