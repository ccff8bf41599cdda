"""`jobatlas run` as a newcomer runs it: the bundled board over a real socket, real Parquet, the shipped model."""

import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from postings.dataset import Dataset
from postings.schema import POSTING_SCHEMA

CONFIG = """
data = "data"
[crawl]
sources = ["demo"]
keywords = ["大模型", "AIGC"]
[report]
output = "report"
title = "演示"
"""


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "jobatlas", *arguments], cwd=folder, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    (folder / "jobatlas.toml").write_text(CONFIG, encoding="utf-8")
    first = run(folder, "run")
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stderr == ""
    return folder


def test_every_posting_is_labelled_and_normalised(folder):
    frame = Dataset(folder / "data").to_pandas()
    assert len(frame) > 200
    assert frame["posting_id"].is_unique
    assert frame["model_version"].notna().all()
    assert frame["category"].notna().all()
    assert frame["skills"].map(len).mean() > 2
    assert frame["salary_min"].notna().mean() > 0.9
    assert frame["city"].notna().mean() > 0.9
    assert set(frame["source"]) == {"demo"}
    searched = (frame["title"] + frame["description"]).str.lower()
    assert (searched.str.contains("大模型") | searched.str.contains("aigc")).all()


def test_labels_agree_with_what_the_board_says_for_most_postings(folder):
    frame = Dataset(folder / "data").to_pandas(["category", "site_category"])
    from taxonomy.catalogue import load_taxonomy

    names = {category.id: category.zh for category in load_taxonomy().categories}
    assert (frame["category"].map(names) == frame["site_category"]).mean() > 0.7


def test_parts_carry_the_schema_and_its_version(folder):
    parts = Dataset(folder / "data").parts()
    assert parts
    for part in parts:
        schema = pq.read_schema(part.path)
        assert schema.names[: len(POSTING_SCHEMA.names)] == POSTING_SCHEMA.names
        assert schema.metadata[b"jobatlas_schema"] == POSTING_SCHEMA.metadata[b"jobatlas_schema"]


def test_planted_contacts_never_reach_the_dataset(folder):
    text = "\n".join(Dataset(folder / "data").to_pandas(["description"])["description"])
    assert "@example.com" not in text
    assert "13800000000" not in text
    assert "13900000000" not in text


def test_the_report_counts_every_posting(folder):
    page = (folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "演示" in page
    assert f"{Dataset(folder / 'data').count():,}" in page
    assert len(list((folder / "report" / "tables").glob("*.csv"))) >= 12


def test_a_second_run_fetches_and_writes_only_what_is_new(folder):
    before = {part.path: part.path.read_bytes() for part in Dataset(folder / "data").parts()}
    count = Dataset(folder / "data").count()
    again = run(folder, "run")
    assert again.returncode == 0, again.stderr
    assert "0 rows labelled" in again.stdout
    latest = max((folder / "data" / "runs").iterdir(), key=lambda path: path.name)
    source = json.loads((latest / "run.json").read_text(encoding="utf-8"))["sources"][0]
    assert source["verdict"] == "ok"
    assert source["counts"]["new"] == 0
    assert source["counts"]["known"] == count
    assert source["counts"]["details"] == 0
    assert {part.path: part.path.read_bytes() for part in Dataset(folder / "data").parts()} == before
    assert Dataset(folder / "data").count() == count
