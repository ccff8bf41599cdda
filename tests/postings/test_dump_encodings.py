"""Text files in damaged or unusual encodings lose no row."""

import io


def test_old_macintosh_line_ends(read, tmp_path):
    path = tmp_path / "mac.csv"
    path.write_bytes("岗位,公司\r甲,乙\r丙,丁\r".encode("gb18030"))
    records, _ = read(path)
    assert [(record["title"], record["company"]) for record in records] == [("甲", "乙"), ("丙", "丁")]


def test_damaged_characters_cost_no_row(read, tmp_path):
    utf8 = tmp_path / "utf8.csv"
    good = "岗位,描述\n算法工程师,负责大模型训练\n测试工程师,负责平台质量\n"
    utf8.write_bytes(good.encode() + "开发,负责后端".encode()[:-1] + b"\n")
    records, _ = read(utf8)
    assert [record["description"] for record in records] == ["负责大模型训练", "负责平台质量", "负责后\ufffd"]
    gb = tmp_path / "gb.csv"
    gb.write_bytes(good.encode("gb18030") + "开发,负责后端".encode("gb18030")[:-1] + b"\n\xd6\xd0,x\n")
    records, _ = read(gb)
    assert [record["title"] for record in records][:2] == ["算法工程师", "测试工程师"]
    assert len(records) >= 3


def test_text_of_ascii_until_late_is_still_gb18030(read, tmp_path):
    path = tmp_path / "late.csv"
    body = io.StringIO()
    body.write("title,company\n")
    body.writelines(f"engineer {number},acme\n" for number in range(120_000))
    body.write("算法工程师,星河\n")
    path.write_bytes(body.getvalue().encode("gb18030"))
    records, _ = read(path)
    assert records[-1]["title"] == "算法工程师"
    assert len(records) == 120_001
