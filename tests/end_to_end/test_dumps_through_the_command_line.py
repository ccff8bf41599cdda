"""The data team's way in: dumps of any format and quality through `jobatlas classify`, as a user calls it."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from jobatlas.cli import run_command_line
from postings.schema import LABEL_NAMES

BOARD = Path(__file__).parents[2] / "crawler" / "board" / "postings"
HEADERS = {
    "title": "职位名称",
    "company": "公司名称",
    "city": "工作城市",
    "salary": "薪资",
    "experience": "工作经验",
    "education": "学历要求",
    "industry": "行业",
    "description": "职位描述",
}


@pytest.fixture(scope="module")
def rows():
    lines = [line for path in sorted(BOARD.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    postings = [json.loads(line) for line in lines[::5]]
    assert len(postings) >= 50
    return [{header: posting[key] for key, header in HEADERS.items()} for posting in postings]


def write_gb18030(rows, path):
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, HEADERS.values())
        writer.writeheader()
        writer.writerows(rows)


def write_excel(rows, path):
    with xlsxwriter.Workbook(path, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(HEADERS.values()))
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row.values()):
                sheet.write_string(number, column, value)


def write_json_lines(rows, path):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def write_parquet(rows, path):
    pq.write_table(pa.Table.from_pylist(rows), path)


FORMATS = {
    "postings.csv": write_gb18030,
    "postings.xlsx": write_excel,
    "postings.jsonl": write_json_lines,
    "postings.parquet": write_parquet,
}


def test_four_formats_give_the_same_labels(rows, tmp_path, capsys):
    labels = {}
    for name, write in FORMATS.items():
        write(rows, tmp_path / name)
        output = tmp_path / f"{name}.labelled.parquet"
        assert run_command_line(["classify", str(tmp_path / name), "--output", str(output)]) == 0
        shown = capsys.readouterr()
        assert f"{len(rows)} read = {len(rows)} used + 0 rejected" in shown.out
        labels[name] = pq.read_table(output, columns=["title", *LABEL_NAMES]).to_pylist()
    assert len(labels["postings.csv"]) == len(rows)
    assert all(found == labels["postings.csv"] for found in labels.values())
    assert all(row["category"] for row in labels["postings.csv"])


def test_a_labelled_file_can_be_labelled_again_and_reported(rows, tmp_path, capsys):
    write_json_lines(rows, tmp_path / "a.jsonl")
    once, twice = tmp_path / "once.parquet", tmp_path / "twice.parquet"
    assert run_command_line(["classify", str(tmp_path / "a.jsonl"), "--output", str(once)]) == 0
    assert run_command_line(["classify", str(once), "--output", str(twice)]) == 0
    assert pq.read_table(once).equals(pq.read_table(twice))
    assert run_command_line(["report", str(twice), "--output", str(tmp_path / "report")]) == 0
    assert (tmp_path / "report" / "report.html").exists()
    assert "error" not in capsys.readouterr().err


def test_an_import_is_labelled_in_place_and_only_once(rows, tmp_path, capsys):
    write_gb18030(rows, tmp_path / "a.csv")
    data = tmp_path / "data"
    assert run_command_line(["import", str(tmp_path / "a.csv"), "--data", str(data), "--source", "fair"]) == 0
    assert f"{len(rows)} postings written, 0 known already" in capsys.readouterr().out
    assert run_command_line(["import", str(tmp_path / "a.csv"), "--data", str(data), "--source", "fair"]) == 0
    assert f"0 postings written, {len(rows)} known already" in capsys.readouterr().out
    assert run_command_line(["classify", str(data)]) == 0
    assert f"{len(rows)} rows labelled, 0 had" in capsys.readouterr().out
    assert run_command_line(["classify", str(data)]) == 0
    assert f"0 rows labelled, {len(rows)} had" in capsys.readouterr().out


def empty(path):
    path.write_bytes(b"")


def binary(path):
    path.write_bytes(bytes(range(256)) * 64)


def no_title(path):
    path.write_text("编号,颜色\n1,红\n2,绿\n", encoding="utf-8")


def truncated_parquet(path):
    whole = path.with_name("whole.parquet")
    pq.write_table(pa.table({"title": ["算法工程师"] * 1000}), whole)
    path.write_bytes(whole.read_bytes()[:-40])


@pytest.mark.parametrize(
    ("spoil", "name", "said"),
    [
        (empty, "a.csv", "empty"),
        (binary, "a.csv", "a.csv"),
        (no_title, "a.csv", "--map title="),
        (truncated_parquet, "a.parquet", "a.parquet"),
    ],
    ids=["empty", "binary", "no title", "truncated Parquet"],
)
def test_a_dump_that_cannot_be_read_is_one_line_and_writes_nothing(spoil, name, said, tmp_path, capsys):
    spoil(tmp_path / name)
    output = tmp_path / "out.parquet"
    assert run_command_line(["classify", str(tmp_path / name), "--output", str(output)]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
    assert said in errors
    assert not output.exists()


def test_odd_rows_are_labelled_or_rejected_and_all_counted(tmp_path, capsys):
    path, output = tmp_path / "odd.csv", tmp_path / "out.parquet"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["职位名称", "职位描述", "空列"])
        writer.writerow(["🚀 AIGC 设计师 🎨", "用 Midjourney 出图\x00\x07，熟悉 Stable Diffusion", ""])
        writer.writerow(["大模型算法工程师", "负责预训练与微调。" * 25_000, ""])
        writer.writerow(["", "", ""])
        writer.writerow(["后端开发", "Java, Spring", ""])
    assert run_command_line(["classify", str(path), "--output", str(output)]) == 3
    shown = capsys.readouterr()
    assert "4 read = 3 used + 1 rejected" in shown.out
    table = pq.read_table(output).to_pylist()
    assert [row["title"] for row in table] == ["🚀 AIGC 设计师 🎨", "大模型算法工程师", "后端开发"]
    assert len(table[1]["description"]) == 225_000
    assert "\x00" not in table[0]["description"]
    assert {"Midjourney", "Stable Diffusion"} <= set(table[0]["skills"])
    assert (tmp_path / "out.rejects.csv").read_text(encoding="utf-8-sig").count("\n") == 2


def test_salaries_in_a_private_font_are_counted_and_null(tmp_path, capsys):
    path, output = tmp_path / "saved.csv", tmp_path / "out.parquet"
    path.write_text(
        "职位名称,薪资\n算法工程师,\ue6d1\ue3f5-\ue8c2\ue6d1K·15薪\n后端开发,20-40K\n测试,面议\n", encoding="utf-8"
    )
    assert run_command_line(["classify", str(path), "--output", str(output)]) == 0
    shown = capsys.readouterr().out
    assert "private font: 1;" in shown
    assert "salary_text 2" in shown
    assert [row["salary_min"] for row in pq.read_table(output).to_pylist()] == [None, 20_000, None]


def test_a_single_line_of_50_megabytes_is_an_error_or_a_reject(tmp_path, capsys):
    path, output = tmp_path / "long.csv", tmp_path / "out.parquet"
    path.write_bytes("职位名称,职位描述\n算法工程师,".encode() + "长".encode() * (50 * 2**20 // 3) + b"\nJava,Spring\n")
    code = run_command_line(["classify", str(path), "--output", str(output)])
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert code in (1, 3)
    assert "rejected" in shown.out or shown.err.startswith("error: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["classify", "absent.csv"], "absent.csv"),
        (["classify", "a.csv", "--map", "titel=职位名称"], "title"),
        (["classify", "a.csv", "--output", "x.docx"], ".csv"),
        (["report", "absent"], "absent"),
        (["crawl", "--source", "demmo"], "demo"),
        (["run", "--config", "absent.toml"], "absent.toml"),
    ],
)
def test_wrong_wishes_are_one_line_with_a_hint(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("职位名称\n算法工程师\n", encoding="utf-8")
    assert run_command_line(arguments) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
    assert said in errors


@pytest.mark.parametrize("arguments", [["clasify"], ["classify", "--nonsense"], ["crawl", "--delay", "-1"]])
def test_wrong_usage_exits_with_2(arguments, capsys):
    assert run_command_line(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err
