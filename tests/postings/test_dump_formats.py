"""The same postings in every format give the same records."""

import csv
import gzip
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from postings.dump import open_dump
from postings.schema import AS_FOUND_NAMES
from taxonomy.errors import JobAtlasError

COLUMNS = {
    "职位id": "id", "来源": "site", "职位名称": "title", "公司名称": "company", "岗位职责": "duties", "任职要求": "needs",
    "城市": "city", "区域": "district", "薪资": "salary", "工作经验": "experience", "学历": "education", "标签": "tags",
    "福利": "benefits", "发布时间": "published", "招聘人数": "openings",
}  # fmt: skip

POSTINGS = [
    {
        "id": f"j{number}",
        "site": "BOSS直聘",
        "title": title,
        "company": "星河智能（深圳）有限公司",
        "duties": duties,
        "needs": '1、本科以上；\n2、熟悉“PyTorch”、"C++"，有论文者优先。',
        "city": "深圳",
        "district": "南山区·科技园",
        "salary": "25-50K·15薪",
        "experience": "3-5年",
        "education": "硕士",
        "tags": ["PyTorch", "C/C++", "分布式,训练"],
        "benefits": ["五险一金", "年终奖"],
        "published": "2026-11-20",
        "openings": "3",
    }
    for number, (title, duties) in enumerate(
        [
            ("大模型算法工程师", "负责预训练，\n搭建数据流水线。"),
            ('"高级"算法工程师', '他说"你好",然后,走了\r\n第二行\r第三行'),
            ("👩‍💻 前端 😀", "  前后空白\u3000\n"),
            ("控制\x07字符", "上\x0b下\x00_x000D_完"),
            ("提示词工程师;兼职|远程\t", "=1+1"),
            ("𠮷野家店长", "ａｂｃ １２３ ﹙全角﹚ é ü ∑ ①"),
            ("数据标注", "长" * 20_000),
        ]
    )
] + [{"id": "empty", "title": "只有标题", "salary": "面议"}, {"id": "untitled", "duties": "只有描述，没有标题"}]


def rows(as_text: bool):
    for posting in POSTINGS:
        row = {chinese: posting.get(key) for chinese, key in COLUMNS.items()}
        yield {
            name: json.dumps(value, ensure_ascii=False) if as_text and isinstance(value, list) else value
            for name, value in row.items()
        }


def write_csv(path, encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows(as_text=True))


def write_excel(path):
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("职位")
        sheet.write_row(0, 0, list(COLUMNS))
        for number, row in enumerate(rows(as_text=True), 1):
            for column, value in enumerate(row.values()):
                if value is not None:
                    sheet.write_string(number, column, value)


def write_json(path):
    path.write_text(json.dumps({"code": 0, "zpData": {"jobList": list(rows(as_text=False))}}, indent=1), "utf-8")


def write_json_lines(path, opener=open):
    with opener(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(as_text=False))


def write_parquet(path):
    pq.write_table(pa.Table.from_pylist(list(rows(as_text=False))), path)


WRITERS = {
    "utf-8.csv": write_csv,
    "bom.csv": lambda path: write_csv(path, "utf-8-sig", ";"),
    "gb18030.csv": lambda path: write_csv(path, "gb18030"),
    "utf-16.tsv": lambda path: write_csv(path, "utf-16", "\t"),
    "pipe.txt": lambda path: write_csv(path, "gb18030", "|"),
    "book.xlsx": write_excel,
    "array.json": write_json,
    "lines.jsonl": write_json_lines,
    "lines.jsonl.gz": lambda path: write_json_lines(path, gzip.open),
    "table.parquet": write_parquet,
}


@pytest.fixture(scope="module")
def reference(read, tmp_path_factory):
    path = tmp_path_factory.mktemp("reference") / "reference.parquet"
    write_parquet(path)
    return read(path)[0]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_records(read, tmp_path, reference, name):
    path = tmp_path / name
    WRITERS[name](path)
    records, dump = read(path)
    assert records == reference
    assert dump.ignored == ["招聘人数"]
    assert dump.counts.control_characters == 2
    assert dump.rejects.count == 0


def test_records_hold_what_was_found(reference):
    first = reference[0]
    assert first["posting_id"] == "BOSS直聘:j0"
    assert (
        first["description"] == '负责预训练，\n搭建数据流水线。\n1、本科以上；\n2、熟悉“PyTorch”、"C++"，有论文者优先。'
    )
    assert first["city_text"] == "深圳·南山区·科技园"
    assert (first["city"], first["salary_min"], first["salary_months"]) == ("深圳", 25000, 15)
    assert first["site_tags"] == ["PyTorch", "C/C++", "分布式,训练"]
    assert first["published_on"] == date(2026, 11, 20)
    assert first["招聘人数"] == "3"
    assert first["role"] is None
    assert reference[3]["title"] == "控制字符"
    assert reference[3]["description"].startswith("上\n下\n完")
    assert reference[1]["description"].startswith('他说"你好",然后,走了\n第二行\n第三行')
    assert reference[7]["source"] == "dump"
    assert reference[7]["description"] is None
    assert reference[8]["title"] == ""
    assert reference[8]["description"] == "只有描述，没有标题"
    assert all(record[name] != "" for record in reference for name in AS_FOUND_NAMES if name != "title")


def test_numbers_and_dates_in_excel_cells(read, tmp_path):
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "说明"
    notes.append(["本表由人事部导出"])
    sheet = book.create_sheet("十一月")
    sheet.append(["招聘需求汇总"])
    sheet.append([])
    sheet.append(["岗位名称", "月薪下限", "月薪上限", "发布日期", "职位编号", None, None, "人数"])
    sheet.append(["算法工程师", 15000, 20000.0, datetime(2026, 11, 1), 1024, "无表头", None, 2.5])  # noqa: DTZ001
    sheet.append([None] * 8)
    sheet.append(["岗位名称", "月薪下限", "月薪上限", "发布日期", "职位编号", None, None, "人数"])
    sheet.append(["测试", 8000, None, "2026-11-02", "A-7", None, None, True])
    hidden = book.create_sheet("隐藏")
    hidden.append(["岗位名称"])
    hidden.append(["不应读到"])
    hidden.sheet_state = "hidden"
    second = book.create_sheet("十二月")
    second.append(["职位", "部门"])
    second.append(["产品经理", "平台"])
    book.save(path)
    records, dump = read(path)
    assert [record["title"] for record in records] == ["算法工程师", "测试", "产品经理"]
    assert [record["salary_text"] for record in records] == ["15000-20000", "8000以上", None]
    assert [record["published_text"] for record in records] == ["2026-11-01", "2026-11-02", None]
    assert [record["source_id"] for record in records][:2] == ["1024", "A-7"]
    assert [record["column_6"] for record in records] == ["无表头", None, None]
    assert "column_7" not in records[0]
    assert [record["人数"] for record in records] == ["2.5", "true", None]
    assert records[2]["部门"] == "平台"
    assert dump.passed_over == [f"{path}[说明]"]
    (reject,) = dump.rejects.first
    assert (reject.file, reject.row, reject.reason) == (f"{path}[十一月]", 6, "repeats the header")


ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
  office:version="1.2"><office:body><office:spreadsheet><table:table table:name="职位">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
ODS_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def write_ods(path, rows):
    body = "".join(
        f"<table:table-row>{''.join(ODS_CELL.format(cell) for cell in row)}</table:table-row>" for row in rows
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS_CONTENT.format(rows=body))


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_spreadsheets_of_other_programs(read, tmp_path, suffix):
    path = tmp_path / f"book{suffix}"
    rows = [["岗位", "薪资"], ["算法工程师", "20-40K"], ["测试", "8-12K"]]
    if suffix == ".ods":
        write_ods(path, rows)
    else:
        pd.DataFrame(rows[1:], columns=rows[0]).to_excel(path, index=False)
    records, _ = read(path)
    assert [[record["title"], record["salary_text"]] for record in records] == rows[1:]


def test_parquet_extra_columns_keep_their_types(read, tmp_path):
    path = tmp_path / "typed.parquet"
    table = pa.table(
        {
            "title": ["甲", "乙", None],
            "year": pa.array([2025.0, None, 1.0]),
            "ids": pa.array([[1, 2], [], None], pa.list_(pa.int64())),
            "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
            "crawled": pa.array([datetime(2026, 11, 22, 8)] * 3, pa.timestamp("ms")),  # noqa: DTZ001
            "role": pa.array([1, 2, 3]),
            "salary_min": pa.array([15000.0, 20000.0, None]),
            "salary_max": pa.array([20000, 20000, None]),
        }
    )
    pq.write_table(table, path)
    records, dump = read(path)
    assert dump.schema.field("year").type == pa.float64()
    assert dump.schema.field("ids").type == pa.list_(pa.int64())
    assert dump.schema.field("kind").type == pa.string()
    assert dump.schema.field("role_original").type == pa.int64()
    assert [(r["year"], r["ids"], r["kind"], r["role_original"]) for r in records] == [
        (2025.0, [1, 2], "a", 1),
        (None, [], "b", 2),
    ]
    assert [record["salary_text"] for record in records] == ["15000-20000", "20000"]
    assert dump.rejects.first[0].row == 3
    assert dump.rejects.first[0].reason == "no job title and no description"


def test_parquet_texts_in_another_encoding_cost_no_row(read, tmp_path):
    path = tmp_path / "gbk.parquet"
    texts = pa.array(["工程师".encode(), "工程师".encode("gbk"), None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"title": ["甲", "乙", "丙"], "公司": texts}), path)
    records, _ = read(path)
    assert [record["company"] for record in records][::2] == ["工程师", None]
    assert "\ufffd" in records[1]["company"]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('[{"jobName": "甲"}, {"jobName": "乙", "薪资": 1}]', ["甲", "乙"]),
        ('{"jobName": "甲", "labels": [{"a": 1}, {"a": 2}]}', ["甲"]),
        (
            '{"data": {"n": 3, "hot": [{"x": 1}], "list": [{"jobName": "甲", "t": [{}, {}, {}]}, {"jobName": "乙"}]}}',
            ["甲", "乙"],
        ),
        ('{"jobName": "甲"}\n{"jobName": "乙"}\n\n', ["甲", "乙"]),
        ('[{"jobName": "甲", "n": NaN, "m": [-Infinity, "NaN, ok"]}, {"jobName": "\\"NaN"}]', ["甲", '"NaN']),
        ('\ufeff[{"boss": {"name": "深", "no": {"a": 1}}, "jobName": "甲"}]', ["甲"]),
        ('{"title": "甲\\ud83d"}\n{"title": "\\ud83d\\ude00"}', ["甲\ufffd", "😀"]),
    ],
)
def test_json_in_its_shapes(read, tmp_path, text, titles):
    path = tmp_path / "dump.json"
    path.write_text(text, encoding="utf-8")
    records, _ = read(path)
    assert [record["title"] for record in records] == titles


def test_nan_is_replaced_wherever_a_read_block_ends(read, tmp_path):
    path = tmp_path / "dump.json"
    rows = [{"title": f"甲{n}", "x": float("nan"), "text": 'NaN "quoted", ' + "N" * (n % 97)} for n in range(3000)]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    records, _ = read(path)
    assert len(records) == 3000
    assert all(record["x"] is None for record in records)
    assert records[96]["description"] == 'NaN "quoted", ' + "N" * 96


def test_objects_inside_objects_become_columns(read, tmp_path):
    path = tmp_path / "dump.jsonl"
    row = {
        "title": "甲",
        "company": {"name": "星河智能", "hq": {"city": "x"}},
        "gps": {"lat": 1.5},
        "x": [1, {"a": None}],
    }
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (record,), dump = read(path)
    assert record["company"] == "星河智能"
    assert dump.ignored == ["company.hq", "gps.lat", "x"]
    assert (record["company.hq"], record["gps.lat"], record["x"]) == ('{"city": "x"}', "1.5", '[1, {"a": null}]')


def test_bad_json_lines_are_rejected_one_by_one(read, tmp_path):
    path = tmp_path / "dump.jsonl"
    path.write_text(
        '{"title": "甲"}\n{"title": "乙"\n[1]\n"text"\n' + "[" * 100_000 + '\n{"title": 5}\n{"x": 1}\n',
        encoding="utf-8",
    )
    records, dump = read(path)
    assert [record["title"] for record in records] == ["甲", "5"]
    assert [(reject.row, reject.reason) for reject in dump.rejects.first] == [
        (2, "no valid JSON: Expecting ',' delimiter"),
        (3, "no JSON object"),
        (4, "no JSON object"),
        (5, "JSON nested too deeply"),
        (7, "no job title and no description"),
    ]


def test_folder_with_many_files(read, tmp_path):
    (tmp_path / "子目录").mkdir()
    write_csv(tmp_path / "子目录" / "b.csv", "gb18030")
    write_json_lines(tmp_path / "a.jsonl.gz", gzip.open)
    pq.write_table(pa.table({"岗位": ["丙"], "招聘人数": [3]}), tmp_path / "c.parquet")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("内/d.csv", "岗位,部门\n丁,平台\n")
        archive.writestr("readme.md", "x")
        archive.writestr("__MACOSX/._d.csv", "x")
    (tmp_path / "README.md").write_text("说明", encoding="utf-8")
    (tmp_path / "~$b.xlsx").write_bytes(b"lock")
    records, dump = read(tmp_path)
    count = len(POSTINGS)
    assert len(records) == 2 * count + 2
    assert records[:count] == records[count + 2 :]
    third, fourth = records[count : count + 2]
    assert (third["title"], fourth["title"]) == ("丙", "丁")
    assert (third["招聘人数"], fourth["招聘人数"]) == ("3", None)  # a number here, text elsewhere: text
    assert (third["部门"], fourth["部门"]) == (None, "平台")
    assert {Path(name).name for name in dump.passed_over} == {"README.md", "~$b.xlsx", "readme.md", "._d.csv"}
    assert dump.recognised["title"] == ["职位名称", "岗位"]


def test_own_output_is_read_back_without_doubled_labels(read, tmp_path):
    labelled = tmp_path / "labelled.parquet"
    write_parquet(tmp_path / "raw.parquet")
    dump = open_dump(tmp_path / "raw.parquet", seen_on=date(2026, 11, 22))
    table = pa.Table.from_batches(dump.batches(), dump.schema)
    role = table.schema.get_field_index("role")
    table = table.set_column(role, table.schema.field(role), pa.array(["llm"] * table.num_rows))
    pq.write_table(table, labelled)
    records, again = read(labelled)
    assert [field.name for field in again.schema] == table.schema.names
    assert all(record["role"] is None for record in records)
    assert records == [{**row, "role": None} for row in table.to_pylist()]


def test_truncated_and_wrong_mapping_messages_come_before_any_row(read, tmp_path):
    path = tmp_path / "dump.csv"
    path.write_text("工种,公司\n焊工,甲\n", encoding="utf-8")
    with pytest.raises(
        JobAtlasError, match=r"no column of job titles.*Columns found: 工种, 公司\. Say which: --map title=列名"
    ):
        open_dump(path)
    records, _ = read(path, mapping={"title": "工种"})
    assert records[0]["title"] == "焊工"
    with pytest.raises(JobAtlasError, match=r"--map title=工総: .*Columns found: 工种, 公司"):
        open_dump(path, {"title": "工総"})
