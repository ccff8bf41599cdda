"""What columns become in a record: identity, pay with the unit in the header, joined descriptions."""

import json


def test_source_and_identifiers(read, tmp_path):
    path = tmp_path / "dump.csv"
    path.write_text(
        "id,岗位,来源,城市\n1,甲,../x,北京\n,乙,,北京\nab-c,丙,智联 招聘,北京\n1,甲,../x,北京\n", encoding="utf-8"
    )
    records, _ = read(path)
    assert [record["source"] for record in records] == ["x", "dump", "智联_招聘", "x"]
    first = records[0]["source_id"]
    assert first.startswith("1-")  # a bare number under id may be a row counter: the content makes it unique
    assert records[3]["posting_id"] == records[0]["posting_id"] == f"x:{first}"
    assert len(records[1]["source_id"]) == 24
    assert records[2]["posting_id"] == "智联_招聘:ab-c"
    named, dump = read(path, source="my board")
    assert {record["source"] for record in named} == {"my_board"}
    assert [record["来源"] for record in named] == ["../x", None, "智联 招聘", "../x"]
    assert [record["source_id"] for record in named] == [record["source_id"] for record in records]
    assert dump.ignored == ["来源"]


def test_unit_of_pay_in_the_header(read, tmp_path):
    def salaries(header, *cells):
        path = tmp_path / "dump.tsv"
        lines = [f"岗位\t{header}", *(f"甲\t{cell}" for cell in cells)]
        path.write_text("\n".join(lines), encoding="utf-8")
        records, _ = read(path)
        return [(record["salary_text"], record["salary_min"], record["salary_max"]) for record in records]

    assert salaries("薪资（元/月）", "8000-9000", "8-9K") == [("8000-9000", 8000, 9000), ("8-9K", 8000, 9000)]
    assert salaries("薪资(K)", "15-20", "面议") == [("15-20K", 15000, 20000), ("面议", None, None)]
    assert salaries("年薪(万元)", "24-36", "24-36万/年") == [("24-36万/年", 20000, 30000), ("24-36万/年", 20000, 30000)]
    assert salaries("最低薪资(千元)\t最高薪资(千元)", "15\t20", "15.0\t15.0", "15\t", "\t20") == [
        ("15-20千", 15000, 20000),
        ("15千", 15000, 15000),
        ("15千以上", 15000, 15000),
        ("20千以下", 20000, 20000),
    ]
    assert salaries("最低年薪(万)\t最高年薪(万)", "24\t36") == [("24-36万/年", 20000, 30000)]


def test_description_parts_are_joined_without_repeats(read, tmp_path):
    path = tmp_path / "dump.jsonl"
    row = {"title": "甲", "任职要求": "要求B", "职位描述": "职责A\n要求B", "岗位职责": "职责A", "加分项": "加分C"}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    (record,), _ = read(path)
    assert record["description"] == "加分C\n职责A\n要求B"
