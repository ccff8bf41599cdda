"""A dump lands in the dataset once, however often it is imported and wherever an import is killed."""

import csv
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from postings.dataset import Dataset
from postings.load import import_dump
from taxonomy.errors import JobAtlasError

SEEN_AT = datetime(2026, 11, 22, 9, 30, 15, 999, tzinfo=UTC)


def write(path, rows):
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


ROWS = [
    ["岗位", "公司", "来源", "薪资", "发布时间", "部门"],
    ["算法工程师", "星河", "智联", "20-40K", "3天前", "平台"],
    ["测试工程师", "星河", "猎聘", "10-20K", "昨天", ""],
    ["测试工程师", "星河", "猎聘", "10-20K", "昨天", ""],
    ["", "", "", "", "", "没有内容"],
]


def read(dataset):
    return sorted((row for batch in dataset.scan() for row in batch.to_pylist()), key=lambda row: row["source"])


def test_dump_lands_by_source_and_day(tmp_path):
    dataset = Dataset(tmp_path / "data")
    path = write(tmp_path / "dump.csv", ROWS)
    progress = []
    result = import_dump(
        path, dataset, seen_at=SEEN_AT, rejects_path=tmp_path / "rejects.csv", progress=progress.append
    )
    assert (result.written, result.known, result.dump.rejects.count) == (2, 1, 1)
    assert result.counts.rows_in == result.written + result.known + result.counts.rejected == 4
    assert progress == [4]
    day = date(2026, 11, 22)
    assert [(part.source, part.day) for part in result.parts] == [("智联", day), ("猎聘", day)]
    first, second = read(dataset)
    assert (first["source"], first["title"], first["部门"]) == ("智联", "算法工程师", "平台")
    assert first["first_seen"] == first["last_seen"] == SEEN_AT.replace(microsecond=0)
    assert first["published_on"] == date(2026, 11, 19)
    assert first["salary_min"] == 20000
    assert second["source"] == "猎聘"
    assert (tmp_path / "rejects.csv").exists()


def test_importing_again_adds_nothing_and_a_change_adds_a_version(tmp_path):
    dataset = Dataset(tmp_path / "data")
    path = tmp_path / "dump.jsonl"
    row = {"jobId": 7, "jobName": "算法工程师", "salary": "20-40K"}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert import_dump(path, dataset, seen_at=SEEN_AT).written == 1
    again = import_dump(path, dataset)
    assert (again.written, again.known, again.parts) == (0, 1, [])
    path.write_text(json.dumps({**row, "salary": "25-45K"}), encoding="utf-8")
    assert import_dump(path, dataset, seen_at=SEEN_AT.replace(day=23)).written == 1
    (record,) = read(dataset)
    assert record["posting_id"] == "dump:7"
    assert record["salary_text"] == "25-45K"
    assert record["first_seen"].day == 22
    assert record["last_seen"].day == 23
    assert dataset.count() == 1


def test_time_of_import_is_now_where_none_is_said(tmp_path):
    dataset = Dataset(tmp_path)
    path = write(tmp_path / "dump.csv", ROWS)
    import_dump(path, dataset, source="my dump")
    records = read(dataset)
    assert {record["source"] for record in records} == {"my_dump"}
    assert abs((datetime.now(tz=UTC) - records[0]["first_seen"]).total_seconds()) < 60
    assert [record["published_on"] for record in records] == [None, None]
    assert {record["来源"] for record in records} == {"智联", "猎聘"}


def test_nothing_is_written_when_the_dump_is_unusable(tmp_path):
    path = write(tmp_path / "dump.csv", [["公司"], ["甲"]])
    with pytest.raises(JobAtlasError, match="no column of job titles"):
        import_dump(path, Dataset(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


IMPORT = """
import sys
import postings.load
from postings.dataset import Dataset
postings.load._PART_BYTES = 200_000
def progress(rows):
    print(rows, flush=True)
postings.load.import_dump(sys.argv[1], Dataset(sys.argv[2]), progress=progress)
"""


def test_killed_import_is_finished_by_repeating_it(tmp_path):
    path = write(
        tmp_path / "dump.csv",
        [["岗位", "描述"], *([f"工程师{number}", f"负责模块{number}。" * 30] for number in range(6000))],
    )
    data = tmp_path / "data"
    command = [sys.executable, "-c", IMPORT, str(path), str(data)]
    for stop_after in (1000, 3000):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        with process.stdout:
            while int(process.stdout.readline()) < stop_after:
                pass
            os.kill(process.pid, signal.SIGKILL)
            process.wait(timeout=30)
    written = Dataset(data).count()
    assert 0 < written < 6000
    result = import_dump(path, Dataset(data))
    assert result.written + result.known == 6000
    assert result.known == written
    titles = [row["title"] for batch in Dataset(data).scan(["title"]) for row in batch.to_pylist()]
    assert sorted(titles) == sorted(f"工程师{number}" for number in range(6000))
    assert sum(batch.num_rows for batch in Dataset(data).versions(["posting_id"])) == 6000
