"""The dataset: what is written is read back, folded to one row per posting; damage is named."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from postings.dataset import Dataset, PostingsFile, open_postings
from postings.parquet import write_parquet
from postings.schema import METADATA_KEY, POSTING_SCHEMA
from taxonomy.errors import JobAtlasError

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)


def posting(number: int, **fields):
    return {
        "posting_id": f"demo:{number}",
        "source": "demo",
        "source_id": str(number),
        "title": f"算法工程师{number}",
        "description": "负责大模型训练与推理优化。",
        "keywords": ["大模型"],
        "first_seen": MORNING,
        "last_seen": MORNING,
        **fields,
    }


def rows(view, columns=None):
    return pa.Table.from_batches(view.scan(columns), view.selected(columns)).to_pylist()


def test_part_is_written_where_the_layout_says_and_read_back(tmp_path):
    dataset = Dataset(tmp_path / "data")
    assert dataset.parts() == []
    assert rows(dataset) == []
    assert dataset.count() == 0
    record = posting(1, site_tags=["PyTorch", "分布式"], salary_min=20000, published_on=DAY)
    part = dataset.write_part("demo", DAY, "part-7-1", [record])
    assert part.path == tmp_path / "data/postings/source=demo/date=2026-11-22/part-7-1.parquet"
    assert dataset.parts() == [part]
    (read,) = rows(dataset)
    assert list(read) == POSTING_SCHEMA.names
    assert {name: value for name, value in read.items() if value is not None} == record
    file = pq.ParquetFile(part.path)
    assert file.schema_arrow.metadata[METADATA_KEY] == b"1"
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_view_folds_versions_and_sightings(tmp_path):
    dataset = Dataset(tmp_path)
    later = MORNING + timedelta(days=1)
    latest = MORNING + timedelta(days=2)
    dataset.write_part("demo", DAY, "part-1-1", [posting(1), posting(2, keywords=None), posting(3)])
    dataset.write_part(
        "demo",
        later.date(),
        "part-2-1",
        [posting(1, title="资深算法工程师", keywords=["AIGC", "大模型"], first_seen=later, last_seen=later)],
    )
    dataset.write_sightings(
        "demo",
        latest.date(),
        "part-3-1",
        [
            {"posting_id": "demo:1", "keyword": "多模态", "seen_at": latest},
            {"posting_id": "demo:3", "keyword": "大模型", "seen_at": later},
            {"posting_id": "demo:3", "keyword": None, "seen_at": later},
            {"posting_id": "demo:404", "keyword": "AIGC", "seen_at": latest},
        ],
    )
    folded = {row["posting_id"]: row for row in rows(dataset)}
    assert dataset.count() == len(folded) == 3
    assert folded["demo:1"]["title"] == "资深算法工程师"
    assert folded["demo:1"]["first_seen"] == MORNING
    assert folded["demo:1"]["last_seen"] == latest
    assert folded["demo:1"]["keywords"] == ["大模型", "AIGC", "多模态"]
    assert folded["demo:2"]["keywords"] is None
    assert folded["demo:2"]["last_seen"] == MORNING
    assert folded["demo:3"]["keywords"] == ["大模型"]
    assert folded["demo:3"]["last_seen"] == later


def test_latest_version_is_the_one_seen_last_whatever_the_order_of_parts(tmp_path):
    dataset = Dataset(tmp_path)
    older = MORNING - timedelta(days=30)
    dataset.write_part("demo", DAY, "part-1-9", [posting(1, title="新"), posting(2, title="甲"), posting(3)])
    dataset.write_part(
        "demo",
        DAY,
        "part-1-10",
        [
            posting(1, title="旧", first_seen=older, last_seen=older),
            posting(2, title="乙"),
            posting(3, title="无时间", first_seen=None, last_seen=None),
        ],
    )
    assert [part.name for part in dataset.parts()] == ["part-1-9", "part-1-10"]
    titles = {row["posting_id"]: row["title"] for row in rows(dataset, ["posting_id", "title"])}
    assert titles == {"demo:1": "新", "demo:2": "乙", "demo:3": "算法工程师3"}


def test_fold_agrees_with_a_plain_python_fold(tmp_path):
    dataset = Dataset(tmp_path)
    expected: dict[str, dict] = {}
    for part in range(5):
        records = []
        for row in range(300):
            number = (row * 7 + part * 131) % 700
            seen = MORNING + timedelta(hours=(number * 31 + part * 57) % 400)
            records.append(
                posting(number, title=f"{part}/{row}", first_seen=seen, last_seen=seen, keywords=[f"k{row % 5}"])
            )
        dataset.write_part("demo", DAY, f"part-1-{part}", records)
        for record in records:
            known = expected.setdefault(record["posting_id"], {**record, "keywords": set()})
            known["keywords"] = known["keywords"] | set(record["keywords"])
            known["first_seen"] = min(known["first_seen"], record["first_seen"])
            if record["last_seen"] >= known["last_seen"]:
                known["title"], known["last_seen"] = record["title"], record["last_seen"]
    read = {
        row["posting_id"]: {**row, "keywords": set(row["keywords"])}
        for row in rows(dataset, ["posting_id", "title", "keywords", "first_seen", "last_seen"])
    }
    assert read == {key: {name: value[name] for name in read[key]} for key, value in expected.items()}


def test_columns_are_projected_in_order_and_unknown_ones_are_named(tmp_path):
    dataset = Dataset(tmp_path)
    dataset.write_part("demo", DAY, "part-1-1", [posting(1)])
    (batch,) = dataset.scan(["title", "posting_id"])
    assert batch.schema.names == ["title", "posting_id"]
    with pytest.raises(JobAtlasError, match=r"no column 'titel'.*Did you mean 'title'"):
        list(dataset.scan(["titel"]))


def test_extra_columns_and_columns_missing_from_a_part_are_read(tmp_path):
    dataset = Dataset(tmp_path)
    base = pa.Table.from_pylist([posting(1)], POSTING_SCHEMA)
    dataset.write_part("demo", DAY, "part-1-1", base.append_column("部门", pa.array([["算法", "平台"]])))
    dataset.write_part(
        "demo", DAY, "part-1-2", pa.Table.from_pylist([posting(2)], POSTING_SCHEMA).append_column("部门", [["平台"]])
    )
    without = pa.Table.from_pylist([posting(3)], POSTING_SCHEMA).drop_columns(["benefits"])
    part = dataset.write_part("demo", DAY, "part-1-3", without)
    pq.write_table(without, part.path)
    read = {row["posting_id"]: row for row in rows(dataset)}
    assert read["demo:1"]["部门"] == '["算法", "平台"]'  # two types in two parts: text holds both
    assert read["demo:2"]["部门"] == "平台"
    assert read["demo:3"]["部门"] is None
    assert read["demo:3"]["benefits"] is None


def test_replaced_part_holds_the_new_rows_alone(tmp_path):
    dataset = Dataset(tmp_path)
    part = dataset.write_part("demo", DAY, "part-1-1", [posting(1), posting(2)])
    table = dataset.read_part(part)
    index = table.schema.get_field_index("role")
    dataset.replace_part(part, table.set_column(index, table.schema.field(index), pa.array(["llm", "nlp"])))
    assert [row["role"] for row in rows(dataset, ["role"])] == ["llm", "nlp"]
    assert [path.name for path in part.path.parent.iterdir()] == ["part-1-1.parquet"]


def test_leftovers_of_killed_writers_are_ignored_and_removed(tmp_path):
    dataset = Dataset(tmp_path)
    part = dataset.write_part("demo", DAY, "part-1-1", [posting(1)])
    left = part.path.with_name(".tmp-part-1-2.parquet.0a1b2c3d")
    left.write_bytes(b"PAR1 half")
    assert dataset.count() == 1
    assert len(pd.read_parquet(tmp_path / "postings", partitioning=None)) == 1
    old = (datetime.now(tz=UTC) - timedelta(hours=1)).timestamp()
    os.utime(left, (old, old))
    assert dataset.remove_abandoned() == [left]
    assert dataset.count() == 1


@pytest.mark.parametrize(
    ("source", "name"), [("../up", "part-1-1"), ("a/b", "part-1-1"), ("", "p"), ("demo", "x/y"), ("demo", ".hidden")]
)
def test_names_that_would_leave_the_dataset_are_refused(tmp_path, source, name):
    with pytest.raises(ValueError, match="cannot name"):
        Dataset(tmp_path).write_part(source, DAY, name, [posting(1)])


def test_records_without_a_required_value_are_refused(tmp_path):
    with pytest.raises(ValueError, match="1 records have no title"):
        Dataset(tmp_path).write_part("demo", DAY, "part-1-1", [posting(1), posting(2, title=None)])
    assert not list(tmp_path.rglob("*.parquet"))


def test_truncated_part_is_named(tmp_path):
    dataset = Dataset(tmp_path)
    dataset.write_part("demo", DAY, "part-1-1", [posting(1)])
    part = dataset.write_part("demo", DAY, "part-1-2", [posting(2)])
    part.path.write_bytes(part.path.read_bytes()[:-100])
    with pytest.raises(JobAtlasError, match=r"part-1-2\.parquet cannot be read as Parquet.*cut short"):
        list(dataset.scan())


def test_damage_in_the_middle_of_a_part_is_named(tmp_path):
    dataset = Dataset(tmp_path)
    part = dataset.write_part("demo", DAY, "part-1-1", [posting(n, description=f"{n}" * 50) for n in range(2000)])
    bytes_ = bytearray(part.path.read_bytes())
    column = pq.ParquetFile(part.path).metadata.row_group(0).column(POSTING_SCHEMA.get_field_index("description"))
    bytes_[column.data_page_offset : column.data_page_offset + 400] = b"\xff" * 400
    part.path.write_bytes(bytes_)
    with pytest.raises(JobAtlasError, match=r"part-1-1\.parquet cannot be read"):
        list(dataset.scan())


def test_other_schema_version_is_refused(tmp_path):
    dataset = Dataset(tmp_path)
    table = pa.Table.from_pylist([posting(1)], POSTING_SCHEMA).replace_schema_metadata({METADATA_KEY: b"2"})
    part = dataset.write_part("demo", DAY, "part-1-1", [posting(1)])
    pq.write_table(table, part.path)
    with pytest.raises(JobAtlasError, match=r"part-1-1\.parquet has schema version 2, this Job Atlas reads version 1"):
        list(dataset.scan())


def test_foreign_folder_names_are_an_error_that_names_them(tmp_path):
    folder = tmp_path / "postings" / "source=demo" / "date=yesterday"
    folder.mkdir(parents=True)
    (folder / "part-1-1.parquet").write_bytes(b"")
    with pytest.raises(JobAtlasError, match="date=yesterday"):
        Dataset(tmp_path).parts()


def test_pandas_duckdb_and_pyarrow_read_the_same_rows(tmp_path):
    dataset = Dataset(tmp_path)
    dataset.write_part("demo", DAY, "part-1-1", [posting(1), posting(2, cities=["北京", "上海"])])
    dataset.write_part("demo", DAY, "part-1-2", [posting(1, title="改名", last_seen=MORNING + timedelta(days=1))])
    frame = dataset.to_pandas(["posting_id", "title"])
    assert sorted(frame["title"]) == ["改名", "算法工程师2"]
    connection = dataset.to_duckdb()
    found = connection.execute("SELECT posting_id, len(cities) FROM postings WHERE cities IS NOT NULL").fetchall()
    assert found == [("demo:2", 2)]
    with duckdb.connect() as own:
        dataset.to_duckdb(own, 'my "table"')
        assert own.execute('SELECT count(*) FROM "my ""table"""').fetchone() == (2,)
    assert dataset.reader(["title"]).read_all().num_rows == 2
    folder = tmp_path / "postings"
    assert len(pd.read_parquet(folder, partitioning=None)) == 3
    assert pyarrow.dataset.dataset(folder, partitioning=None).count_rows() == 3
    query = f"SELECT count(*) FROM read_parquet('{folder}/**/*.parquet', union_by_name = true)"
    assert connection.execute(query).fetchone() == (3,)


def test_missing_duckdb_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(JobAtlasError, match=r"pip install 'job-atlas\[sql\]'"):
        Dataset(tmp_path).to_duckdb()


def test_single_labelled_file_is_read_like_a_dataset(tmp_path):
    path = tmp_path / "labelled.parquet"
    table = pa.Table.from_pylist([posting(1, role="llm"), posting(1, role="nlp")], POSTING_SCHEMA)
    write_parquet(path, table.append_column("备注", pa.array(["甲", "乙"])))
    view = open_postings(path)
    assert isinstance(view, PostingsFile)
    assert view.count() == 2
    assert [(row["role"], row["备注"]) for row in rows(view)] == [("llm", "甲"), ("nlp", "乙")]


def test_file_saved_again_by_pandas_is_still_read(tmp_path):
    path = tmp_path / "again.parquet"
    pd.DataFrame([posting(1), posting(2)]).to_parquet(path)
    assert [row["keywords"] for row in rows(open_postings(path))] == [["大模型"], ["大模型"]]


def test_open_postings_says_what_is_wrong(tmp_path):
    with pytest.raises(JobAtlasError, match="does not exist"):
        open_postings(tmp_path / "nothing")
    with pytest.raises(JobAtlasError, match="holds no postings"):
        open_postings(tmp_path)
    foreign = tmp_path / "foreign.parquet"
    pq.write_table(pa.table({"岗位": ["测试"]}), foreign)
    with pytest.raises(JobAtlasError, match=r"foreign\.parquet is not a file of Job Atlas postings.*posting_id"):
        open_postings(foreign).count()
    text = tmp_path / "text.parquet"
    text.write_text("not Parquet", encoding="utf-8")
    with pytest.raises(JobAtlasError, match=r"text\.parquet cannot be read as Parquet"):
        list(open_postings(text).scan())


SCAN = """
import sys
import pyarrow as pa
from postings.dataset import Dataset

rows = sum(batch.num_rows for batch in Dataset(sys.argv[1]).scan())
print(rows, pa.default_memory_pool().max_memory())
"""


def test_scan_needs_memory_for_identifiers_not_for_text(tmp_path):
    noise = Path(sys.executable).read_bytes().hex()  # text that zstd cannot shrink to nothing
    peaks = []
    for parts in (2, 6):
        dataset = Dataset(tmp_path / str(parts))
        for part in range(parts):
            records = [posting(part * 2000 + n, description=noise[n * 7 : n * 7 + 20_000]) for n in range(2000)]
            dataset.write_part("demo", DAY, f"part-1-{part}", records)
        command = [sys.executable, "-c", SCAN, str(dataset.root)]
        rows, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert int(rows) == parts * 2000
        peaks.append(int(peak))
    text_bytes = 2000 * 20_000  # of one part
    assert peaks[1] - peaks[0] < text_bytes / 2
