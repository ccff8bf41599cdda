"""Postings written to one file come back the same, and a spreadsheet program runs nothing in it."""

import csv
import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from postings.dataset import open_postings
from postings.dump import open_dump
from postings.export import check_output_path, write_postings
from postings.parquet import ROW_GROUP_ROWS
from postings.schema import POSTING_SCHEMA
from postings.spreadsheet import guarded, unguarded
from taxonomy.errors import JobAtlasError

SEEN = datetime(2026, 11, 22, 8, tzinfo=UTC)
SCHEMA = pa.schema(
    [*POSTING_SCHEMA, pa.field("评分", pa.float64()), pa.field("备注", pa.string())], POSTING_SCHEMA.metadata
)


def record(number, **fields):
    return {
        "posting_id": f"demo:{number}",
        "source": "demo",
        "source_id": str(number),
        "first_seen": SEEN,
        "last_seen": SEEN,
        "published_on": date(2026, 11, 20),
        "title": "算法工程师",
        "description": '第一行\n"第二行", 完；😀',
        "site_tags": ["C/C++", "a,b"],
        "city_text": "深圳",
        "role": "llm_algorithm",
        "role_confidence": 0.9,
        "role_candidates": [{"role": "llm_algorithm", "probability": 0.9}, {"role": "nlp", "probability": 0.1}],
        "skills": ["PyTorch"],
        "skill_evidence": [{"skill": "PyTorch", "start": 0, "end": 7}],
        "needs_review": False,
        "model_version": "1",
        "评分": 2.5,
        "备注": None,
        **fields,
    }


RECORDS = [
    record(1),
    record(2, title='=HYPERLINK("http://x")', description="- 负责训练", 备注="@x", 评分=float("nan")),
    record(3, title="'=1", description="-1.5", 备注="'", site_tags=None, needs_review=None, 评分=None),
    record(4, company="+86", description=None, role=None, role_candidates=None),
]


def batches():
    return pa.Table.from_pylist(RECORDS, SCHEMA).to_batches(max_chunksize=3)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_output_is_read_back_as_the_same_postings(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    assert write_postings(batches(), path, SCHEMA) == 4
    dump = open_dump(path)
    back = [row for batch in dump.batches() for row in batch.to_pylist()]
    kept = [
        "posting_id",
        "source_id",
        "first_seen",
        "published_on",
        "title",
        "company",
        "description",
        "site_tags",
        "备注",
    ]
    assert [[row[name] for name in kept] for row in back] == [[row.get(name) for name in kept] for row in RECORDS]
    assert all(row["role"] is None for row in back)
    assert all(row["city"] == "深圳" for row in back)
    assert dump.ignored == ["评分", "备注"]
    assert [path.name for path in tmp_path.iterdir()] == [f"out{suffix}"]


def test_csv_is_what_excel_opens_safely(tmp_path):
    path = tmp_path / "out.csv"
    write_postings(batches(), path, SCHEMA)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == SCHEMA.names
    assert rows[0]["site_tags"] == '["C/C++", "a,b"]'
    assert rows[0]["role_confidence"] == "0.9"
    assert rows[0]["role_candidates"].startswith('[{"role": "llm_algorithm", "probability": 0.9}')
    assert rows[0]["first_seen"] == "2026-11-22T08:00:00+00:00"
    assert rows[0]["needs_review"] == "false"
    assert rows[1]["title"] == '\'=HYPERLINK("http://x")'
    assert rows[1]["description"] == "'- 负责训练"
    assert (rows[1]["评分"], rows[2]["评分"], rows[0]["评分"]) == ("", "", "2.5")
    assert rows[2]["description"] == "-1.5"
    assert rows[2]["title"] == "''=1"


def test_json_lines_hold_plain_json(tmp_path):
    path = tmp_path / "out.jsonl"
    write_postings(batches(), path, SCHEMA)
    rows = [json.loads(line, parse_constant=pytest.fail) for line in path.read_text(encoding="utf-8").splitlines()]
    assert rows[0]["role_candidates"] == RECORDS[0]["role_candidates"]
    assert rows[0]["published_on"] == "2026-11-20"
    assert rows[1]["评分"] is None
    assert "算法工程师" in path.read_text(encoding="utf-8")


def test_parquet_output_is_a_labelled_file(tmp_path):
    path = tmp_path / "out.parquet"
    write_postings(batches(), path, SCHEMA)
    assert open_postings(path).to_pandas(["role", "评分"])["role"].tolist()[:2] == ["llm_algorithm", "llm_algorithm"]
    big = pa.Table.from_pylist([RECORDS[0]] * 5000, SCHEMA)
    write_postings((big.to_batches()[0] for _ in range(5)), path, SCHEMA)
    metadata = pq.ParquetFile(path).metadata
    assert metadata.num_rows == 25_000
    assert metadata.num_row_groups == 2
    assert metadata.row_group(0).num_rows == 20_000 >= ROW_GROUP_ROWS


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_no_rows_give_a_file_without_rows(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    assert write_postings([], path) == 0
    assert path.exists()
    if suffix == ".parquet":
        assert open_postings(path).count() == 0


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_failing_stream_leaves_the_old_file(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    path.write_text("old", encoding="utf-8")

    def failing():
        yield batches()[0]
        raise JobAtlasError("stop")

    with pytest.raises(JobAtlasError, match="stop"):
        write_postings(failing(), path, SCHEMA)
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "message"), [("out.xlsx", r"\.xlsx is not written.*Excel opens \.csv"), ("out", "without suffix")]
)
def test_other_formats_are_refused_before_any_work(tmp_path, name, message):
    with pytest.raises(JobAtlasError, match=message):
        check_output_path(tmp_path / name)
    with pytest.raises(JobAtlasError, match=message):
        write_postings(iter([]), tmp_path / name)


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 10", "-职责", "@x", "\tx", "'=x", "''@", "'", "''", "plain", "", "-1.5", "+3", "--1", "'a"]
)
def test_guarded_texts_come_back(text):
    assert unguarded(guarded(text)) == text
    if text[:1] in ("=", "@") or text == "-职责":
        assert guarded(text)[0] == "'"
