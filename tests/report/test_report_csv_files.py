"""CSV files: readable by Excel and pandas, and no cell that a spreadsheet would run."""

import csv
import doctest

import pandas as pd
import pytest

from report import csv_files
from report.csv_files import guarded, write_csv
from report.table import POSTINGS, SHARE, Column, Kind, Table, label_column

NAME = label_column("公司", "Company")


def written(tmp_path, table):
    path = tmp_path / "tables" / "t.csv"
    write_csv(table, path)
    return path


def test_a_file_starts_with_a_byte_order_mark_and_ends_lines_for_windows(tmp_path):
    rows = pd.DataFrame({"label": ["北京", "上海"], "postings": [1234, 5], "share": [0.28554, 0.5]})
    path = written(tmp_path, Table((NAME, POSTINGS, SHARE), rows))

    assert path.read_bytes() == ('\ufeff"公司","招聘数","占比（%）"\r\n"北京",1234,28.55\r\n"上海",5,50.0\r\n'.encode())
    assert [file.name for file in path.parent.iterdir()] == ["t.csv"]


def test_pandas_reads_it_back(tmp_path):
    yuan = Column("median", "中位数", "Median", Kind.YUAN)
    rows = pd.DataFrame({"label": ['说"好"', "一,二"], "postings": [3, 2**40], "median": [32_500.4, float("nan")]})
    frame = pd.read_csv(written(tmp_path, Table((NAME, POSTINGS, yuan), rows)))

    assert frame["公司"].tolist() == ['说"好"', "一,二"]
    assert frame["招聘数"].tolist() == [3, 2**40]
    assert frame["中位数（元/月）"].tolist() == ["32500", "样本不足"]


@pytest.mark.parametrize(
    "name",
    [
        "=cmd|' /C calc'!A0",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "  =1",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "\x00=1",
    ],
)
def test_formulas_become_text(tmp_path, name):
    rows = pd.DataFrame({"label": [name], "postings": [1]})
    path = written(tmp_path, Table((NAME, POSTINGS), rows))
    with path.open(encoding="utf-8-sig", newline="") as file:
        cell = list(csv.reader(file))[1][0]

    assert cell.startswith("'")
    assert "\n" not in path.read_bytes().decode("utf-8-sig").splitlines()[1]


@pytest.mark.parametrize("name", ["C/C++", "北京", "a=b", "1-3年", "", "'quoted'"])
def test_other_texts_stay_as_they_are(name):
    assert guarded(name) == name


def test_a_cell_cannot_start_a_new_line_or_column(tmp_path):
    rows = pd.DataFrame({"label": ['甲"\r\n=1;=2,"=3'], "postings": [1]})
    path = written(tmp_path, Table((NAME, POSTINGS), rows))

    assert len(path.read_bytes().decode("utf-8-sig").splitlines()) == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ['甲" =1;=2,"=3', "1"]


def test_a_table_refuses_rows_that_do_not_add_up():
    rows = pd.DataFrame({"label": ["甲"], "postings": [1]})

    with pytest.raises(ValueError, match="1 postings instead of 2"):
        Table((NAME, POSTINGS), rows, total=2)
    with pytest.raises(ValueError, match="headings"):
        Table((NAME, SHARE), rows)


def test_the_examples_in_the_documentation_hold():
    assert doctest.testmod(csv_files).failed == 0
