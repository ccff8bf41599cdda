"""Bad input ends in one line for the user or in a reject for each row; nothing is lost and there is no traceback."""

import csv
import gzip
import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from postings.dump import open_dump
from postings.schema import POSTING_SCHEMA
from taxonomy.errors import JobAtlasError


def excel_bytes(rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def parquet_bytes(table):
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


TITLES = pa.table({"岗位": [f"工程师{number}" for number in range(1000)]})
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\xef\xbb\xbf\r\n \n", "is empty"),
        ("empty.xlsx", b"", "is empty"),
        ("empty.jsonl.gz", gzip.compress(b""), "is empty"),
        ("picture.csv", PNG, "binary file"),
        ("random.csv", random.Random(1).randbytes(100_000), "binary file"),
        ("program.json", Path(sys.executable).read_bytes()[:50_000], "binary file"),
        ("nuls.txt", b"\x00" * 1000 + b"title", "binary file"),
        ("latin.csv", "title,soci\xe9t\xe9 \xe0 responsabilit\xe9\n\xe9,\xe8 \xf1 \xfc\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        ("untitled.csv", "公司,城市\n甲,北京\n".encode(), "no column of job titles.*公司, 城市.*--map title=列名"),
        ("prose.txt", "今天天气很好，我们去公园。".encode(), "no column of job titles"),
        ("page.xls", b"<!DOCTYPE html><html><table><tr><td>\xe5\xb2\x97\xe4\xbd\x8d</td></tr></table>", "web page or XML"),
        ("feed.xml", b"<?xml version='1.0'?><jobs/>", "web page or XML"),
        ("cut.parquet", parquet_bytes(TITLES)[:-20], "cannot be read as Parquet"),
        ("half.parquet", parquet_bytes(TITLES)[: len(parquet_bytes(TITLES)) // 2], "cannot be read as Parquet"),
        ("text.parquet", b"title\nx\n", "cannot be read as Parquet"),
        ("untitled.parquet", parquet_bytes(pa.table({"公司": ["甲"]})), "no column of job titles"),
        ("packed.parquet.gz", gzip.compress(parquet_bytes(TITLES)), "packed Parquet file: unpack it first"),
        ("cut.jsonl.gz", gzip.compress(b'{"title": "x"}\n' * 9000)[:-30], "damaged or was cut short"),
        ("cut.json", '[{"title": "甲"}, {"title": "乙"'.encode(), "no valid JSON or was cut short"),
        ("wrong.json", '[{"title": "甲"}, {title: 1}]'.encode(), "no valid JSON"),
        ("two.json", b'[{"title": "a"}] [1]', "no valid JSON"),
        ("deep.json", b'[{"title": "a"},' + b"[" * 100_000, "nested too deeply"),
        ("deeper.json", b'{"a":' * 50_000, "nested too deeply"),
        ("numbers.json", b"[1, 2, 3]", "holds no JSON objects"),
        ("untitled.json", '{"data": {"list": [{"公司": "甲"}]}}'.encode(), "no column of job titles.*公司"),
        ("keyed.json", json.dumps([{f"k{n}": n for n in range(3000)}]).encode(), "more than 2,000 different keys"),
        ("untitled.xlsx", excel_bytes([["公司"], ["甲"]]), "no column of job titles.*公司"),
        ("blank.xlsx", excel_bytes([]), "no column of job titles.*No columns found"),
        ("cut.xlsx", excel_bytes([["岗位"], *([f"工程师{n}"] for n in range(500))])[:-300], "cannot be read|damaged"),
        ("text.zip", b"PK\x03\x04 but no archive", "damaged or was cut short"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "cannot be read as a spreadsheet"),
        ("endless.csv", b"title," + b"x" * 5_000_000, "line of more than 4,194,304 characters"),
    ],
)  # fmt: skip
def test_unusable_file_is_one_line(read, tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(JobAtlasError, match=message) as raised:
        read(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_missing_things_are_one_line(tmp_path):
    with pytest.raises(JobAtlasError, match="does not exist"):
        open_dump(tmp_path / "nothing.csv")
    with pytest.raises(JobAtlasError, match="holds no file that can be read"):
        open_dump(tmp_path)
    (tmp_path / "postings" / "source=demo").mkdir(parents=True)
    with pytest.raises(JobAtlasError, match="is a Job Atlas dataset"):
        open_dump(tmp_path)
    archive = tmp_path / "notes.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", "x")
    with pytest.raises(JobAtlasError, match=r"notes\.zip holds no file that can be read"):
        open_dump(archive)


def test_one_bad_file_of_a_folder_is_named_before_anything_is_read(tmp_path):
    (tmp_path / "a.csv").write_text("岗位\n甲\n", encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"")
    with pytest.raises(JobAtlasError, match=r"b\.csv is empty"):
        open_dump(tmp_path)


def test_damage_in_the_middle_of_a_parquet_file(read, tmp_path):
    path = tmp_path / "dump.parquet"
    content = bytearray(parquet_bytes(TITLES))
    content[8:200] = b"\xff" * 192
    path.write_bytes(content)
    with pytest.raises(JobAtlasError, match=r"dump\.parquet cannot be read as Parquet"):
        read(path)


def test_two_columns_of_one_name_in_parquet(tmp_path):
    path = tmp_path / "dump.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["title", "title"]), path)
    with pytest.raises(JobAtlasError, match="more than one column 'title'"):
        open_dump(path)


def test_sheet_with_a_cell_in_the_last_corner(tmp_path):
    path = tmp_path / "corner.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "岗位")
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(JobAtlasError, match="goes to cell XFD1048576: delete the rows and columns beyond the table"):
        open_dump(path)


def test_column_of_nulls(read, tmp_path):
    table = pa.table({"岗位": pa.nulls(5), "描述": ["甲", None, "", "NULL", "乙"], "城市": pa.nulls(5, pa.string())})
    pq.write_table(table, tmp_path / "nulls.parquet")
    records, dump = read(tmp_path / "nulls.parquet")
    assert [record["description"] for record in records] == ["甲", "乙"]
    assert [record["title"] for record in records] == ["", ""]
    assert [reject.row for reject in dump.rejects.first] == [2, 3, 4]
    (tmp_path / "nulls.csv").write_text("岗位,描述\n,\n,甲\nnan,\n", encoding="utf-8")
    records, dump = read(tmp_path / "nulls.csv")
    assert [record["description"] for record in records] == ["甲"]
    assert [reject.row for reject in dump.rejects.first] == [2, 4]


def test_header_without_rows_gives_no_rows(read, tmp_path):
    (tmp_path / "header.csv").write_text("岗位,描述\n", encoding="utf-8")
    records, dump = read(tmp_path / "header.csv")
    assert records == []
    assert dump.counts.rows_in == 0


def test_emoji_control_characters_and_long_postings(read, tmp_path):
    path = tmp_path / "dump.csv"
    long_text = "负责大模型" * 40_000
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["岗位", "描述"], ["👩🏽‍💻\x00工程师\x1b[31m", "a\x01b"], ["长", long_text], ["\x02", "\x03"]]
        )
    records, dump = read(path)
    assert records[0]["title"] == "👩🏽‍💻工程师[31m"
    assert records[0]["description"] == "ab"
    assert records[1]["description"] == long_text
    assert len(long_text) == 200_000
    assert dump.counts.control_characters == 5
    assert [reject.row for reject in dump.rejects.first] == [4]


def test_rejects_file_holds_every_rejected_row(read, tmp_path):
    dump_path, rejects = tmp_path / "dump.csv", tmp_path / "out" / "rejects.csv"
    dump_path.write_text("岗位,描述\na,b\nc\n,\n=cmd(),x,y\n" + f"{'长' * 5000},b,c\n", encoding="utf-8")
    records, dump = read(dump_path, rejects_path=rejects)
    assert len(records) == 1
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["row"]))
    assert [(row["row"], row["reason"]) for row in rows] == [
        ("3", "1 column where the header has 2"),
        ("4", "no job title and no description"),
        ("5", "3 columns where the header has 2"),
        ("6", "3 columns where the header has 2"),
    ]
    assert {row["file"] for row in rows} == {str(dump_path)}
    assert rows[2]["text"] == "'=cmd(),x,y"
    assert len(rows[3]["text"]) == 2000
    assert dump.rejects.reasons["3 columns where the header has 2"] == 2

    dump_path.write_text("岗位,描述\na,b\n", encoding="utf-8")
    read(dump_path, rejects_path=rejects)
    assert not rejects.exists()  # no rejects of an earlier reading stay behind


def test_rejects_file_is_not_left_half_written(tmp_path):
    path, rejects = tmp_path / "dump.csv", tmp_path / "rejects.csv"
    path.write_text("岗位,描述\na\n" + "b,c\n" * 5000, encoding="utf-8")
    stream = open_dump(path, rejects_path=rejects).batches()
    next(stream)
    stream.close()
    assert [file.name for file in tmp_path.iterdir()] == ["dump.csv"]


READ = """
import re, sys
from pathlib import Path
from postings.dump import open_dump
dump = open_dump(sys.argv[1])
rows = sum(batch.num_rows for batch in dump.batches())
peak = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(rows, dump.counts.rejected, int(peak) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak memory from Linux's /proc")
@pytest.mark.parametrize("kind", ["long line", "one line of JSON", "many rows"])
def test_memory_stays_bounded(tmp_path, kind):
    path = tmp_path / "dump"
    if kind == "long line":
        path.write_text("岗位,描述\na,b\nc," + "长" * 17_000_000 + "\nd,e\n", encoding="utf-8")  # 51 MB
        expected = (2, 1)
    elif kind == "one line of JSON":
        row = json.dumps({"title": "甲", "description": "长" * 2000}, ensure_ascii=False)
        path.write_text("[" + ",".join([row] * 8_500) + "]", encoding="utf-8")  # 51 MB
        expected = (8_500, 0)
    else:
        path.write_text("岗位,描述\n" + f"工程师,{'长' * 250}\n" * 66_000, encoding="utf-8")  # 51 MB
        expected = (66_000, 0)
    command = [sys.executable, "-c", READ, str(path)]
    rows, rejected, peak = map(int, subprocess.run(command, capture_output=True, check=True).stdout.split())
    assert (rows, rejected) == expected
    assert peak < 400


KINDS = {
    "csv": '岗位,描述,城市\n算法工程师,"负责训练\n与推理",北京\n测试,质量,上海\n'.encode("gb18030"),
    "xlsx": excel_bytes([["岗位", "描述"], ["算法工程师", "负责训练"], ["测试", "质量"]]),
    "json": '{"data": [{"title": "算法工程师", "tags": ["a", 1.5, null]}, {"title": "测试"}]}'.encode(),
    "jsonl": '{"title": "算法工程师", "tags": ["a"]}\n{"title": "测试"}\n'.encode(),
    "parquet": parquet_bytes(TITLES.slice(0, 20)),
    "gz": gzip.compress("岗位,描述\n算法,训练\n".encode()),
}


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    cut=st.integers(0, 4000),
    changes=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4),
)
def test_damaged_files_never_end_in_another_exception(read, tmp_path_factory, kind, cut, changes):
    content = bytearray(KINDS[kind])
    for place, byte in changes:
        content[place % len(content)] = byte
    if cut < len(content):
        del content[-cut:]
    path = tmp_path_factory.mktemp("bad") / f"dump.{kind}"
    path.write_bytes(content)
    try:
        records, _ = read(path)
    except JobAtlasError:
        return
    assert all(set(POSTING_SCHEMA.names) <= set(record) for record in records)
