"""CSV whose quotation marks are wrong: each mistake costs its own row at most."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postings.dump.delimited import DELIMITERS, open_delimited
from postings.dump.files import InputFile, sniff
from postings.dump.lines import LONGEST_LINE

HEADER = ["职位名称", "职位描述", "城市"]


def read(path: Path, mapping=None):
    """Rows as (line, cells), and rejects as (line, reason, text)."""
    file = InputFile(path)
    _, encoding = sniff(file)
    table = open_delimited(file, encoding, mapping or {})
    rejects: list[tuple[int, str, str]] = []
    rows = []
    for chunk in table.chunks(lambda *reject: rejects.append(reject)):
        cells = [chunk.columns[name] for name in table.names]
        rows += [(line, list(row)) for line, row in zip(chunk.rows, zip(*cells, strict=True), strict=True)]
    return rows, rejects


def read_text(tmp_path, *lines: str, header="职位名称,职位描述,城市"):
    path = tmp_path / "dump.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8", newline="")
    return read(path)


def test_unescaped_marks_inside_a_field_are_literal(tmp_path):
    rows, rejects = read_text(
        tmp_path,
        'Java,"要求"精通"Java",有经验',
        '好",上海',
        'Go,"精通"Go"",北京',
        '"高级"工程师,熟悉"C++"开发,深圳',
        'Rust,"a ""b"" c",杭州',
    )
    assert rejects == []
    assert rows == [
        (2, ["Java", '要求"精通"Java",有经验\n好', "上海"]),
        (4, ["Go", '精通"Go"', "北京"]),
        (5, ['"高级"工程师', '熟悉"C++"开发', "深圳"]),
        (6, ["Rust", 'a "b" c', "杭州"]),
    ]


def test_marks_after_backslashes_are_literal(tmp_path):
    rows, rejects = read_text(tmp_path, '"Java","熟悉 \\"Spring\\", \\"Boot\\"","北京"', "Go,x,上海")
    assert rejects == []
    assert rows[0] == (2, ["Java", '熟悉 "Spring", "Boot"', "北京"])


def test_field_that_is_never_closed_does_not_swallow_the_rows_after_it(tmp_path):
    rows, rejects = read_text(tmp_path, 'Java,"开发,北京', 'Go,"服务端",上海', "Rust,内核,深圳", 'C,"驱动",杭州')
    assert [line for line, _ in rows] == [2, 3, 4, 5]
    assert rows[0][1] == ["Java", '"开发', "北京"]
    assert rejects == []


def test_unclosed_field_over_several_lines_is_one_reject(tmp_path):
    rows, rejects = read_text(
        tmp_path,
        'Java,"职责',
        "1、开发",
        "2、维护,北京",
        'Go,"职责',
        '1、服务端",上海',
        "Rust,内核,深圳",
    )
    assert [row[0] for _, row in rows] == ["Go", "Rust"]
    assert rejects == [(2, "quotation marks that do not match (lines 2 to 4)", 'Java,"职责\n1、开发\n2、维护,北京')]


def test_wrong_number_of_columns_is_a_reject_of_that_row_alone(tmp_path):
    rows, rejects = read_text(
        tmp_path, 'a,"x, y"', "b,c,d", "a,b,c,d", "a,b,c,,", "", "  ", 'a,"x\ny",z,"u\nv"', "e,f,g"
    )
    assert [row for _, row in rows] == [["b", "c", "d"], ["a", "b", "c"], ["e", "f", "g"]]
    assert rejects == [
        (2, "2 columns where the header has 3", 'a,"x, y"'),
        (4, "4 columns where the header has 3", "a,b,c,d"),
        (8, "4 columns where the header has 3 (lines 8 to 10)", 'a,"x\ny",z,"u\nv"'),
    ]


def test_stray_marks_in_many_places_lose_no_row(tmp_path):
    lines = []
    for number in range(3000):
        description = ['做 5" 屏幕', '"核心"岗位', '说"你好"', "普通"][number % 4]
        lines.append(f"工程师{number},{description},北京")
    rows, rejects = read_text(tmp_path, *lines)
    assert rejects == []
    assert [row[0] for _, row in rows] == [f"工程师{number}" for number in range(3000)]
    assert {row[1] for _, row in rows} == {'做 5" 屏幕', '"核心"岗位', '说"你好"', "普通"}


def test_mark_missing_at_the_end_of_the_file_spoils_only_the_last_row(tmp_path):
    rows, rejects = read_text(tmp_path, "a,b,c", 'd,"e', "f,g,h")
    assert [row for _, row in rows] == [["a", "b", "c"], ["f", "g", "h"]]
    assert rejects == [(3, "quotation marks that do not match", 'd,"e')]


def test_long_fields_are_read_and_endless_lines_are_rejected(tmp_path):
    long_field = "职责，" * 70_000
    quoted = '说""好"",' * 30_000
    path = tmp_path / "dump.csv"
    path.write_text(
        f'{",".join(HEADER)}\na,{long_field},b\nc,"{quoted}",d\ne,{"x" * (LONGEST_LINE + 10)},f\ng,h,i\n',
        encoding="utf-8",
    )
    rows, rejects = read(path)
    assert [(line, row[0], len(row[1])) for line, row in rows] == [
        (2, "a", 210_000),
        (3, "c", 5 * 30_000),
        (5, "g", 1),
    ]
    ((line, reason, text),) = rejects
    assert (line, reason) == (4, "line of more than 4,194,304 characters")
    assert text.startswith("e,xxx")


def test_repeated_header_is_rejected(tmp_path):
    rows, rejects = read_text(tmp_path, "a,b,c", ",".join(HEADER), "d,e,f")
    assert len(rows) == 2
    assert rejects == [(3, "repeats the header", ",".join(HEADER))]


def test_header_below_notes_is_found(tmp_path):
    rows, _ = read_text(tmp_path, "", ",".join(HEADER), "a,b,c", header="sep=,\n招聘数据 2026 年 11 月")
    assert rows == [(5, ["a", "b", "c"])]


CELL = st.text(
    st.one_of(
        st.sampled_from(list(",;|\t\"\n\r 职位A'\\，。")),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x1f\uffff"),
    ),
    max_size=12,
)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]


def last_trimmed(row):
    return [*(cell or "" for cell in row[:-1]), (row[-1] or "").rstrip("\r")]


@settings(max_examples=250, deadline=None)
@given(
    rows=st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(DELIMITERS),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_the_csv_module_writes_is_read_back(tmp_path_factory, rows, encoding, delimiter, quoting, line_end):
    header = ["职位名称", "公司", "城市", "薪资", "学历"][: len(rows[0])]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("csv") / "dump.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    read_rows, rejects = read(path)
    # A carriage return at the end of an unquoted row belongs to its line end, and a row of one blank cell is no row.
    assert [last_trimmed(row) for _, row in read_rows if any(last_trimmed(row))] == [
        last_trimmed(row) for row in rows if any(last_trimmed(row)) and row != header
    ]
    assert {reason for _, reason, _ in rejects} <= {"repeats the header"}


@settings(max_examples=250, deadline=None)
@given(lines=st.lists(st.text(st.sampled_from(list('ab",\n职')), max_size=14), max_size=25))
def test_no_text_is_lost_whatever_the_quotation(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("csv") / "dump.csv"
    path.write_text(",".join(HEADER) + "\n" + "\n".join(lines), encoding="utf-8", newline="")
    rows, rejects = read(path)
    kept = "".join("".join(cell or "" for cell in row) for _, row in rows) + "".join(text for *_, text in rejects)
    for character in "ab职":
        assert kept.count(character) == "\n".join(lines).count(character)
    assert [line for line, _ in rows] == sorted(line for line, _ in rows)


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_delimiter_is_the_one_that_separates_known_names(tmp_path, delimiter):
    rows, rejects = read_text(
        tmp_path,
        delimiter.join(["a", '"x,y;z|w\tv"', "c"]),
        header=delimiter.join(["职位名称", '"备注, 其他; 更多 | 等"', "城市"]),
    )
    assert rows == [(2, ["a", "x,y;z|w\tv", "c"])]
    assert rejects == []


def test_file_of_one_column_needs_no_delimiter(tmp_path):
    rows, rejects = read_text(tmp_path, "Java 工程师, 高级", '"Go\n工程师"', '"资深"算法', header="职位名称")
    assert [row for _, row in rows] == [["Java 工程师, 高级"], ["Go\n工程师"], ['"资深"算法']]
    assert rejects == []
