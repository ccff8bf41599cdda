"""Where `jobatlas classify` writes the labelled rows of a dump when it is not told, and what it never writes over."""

import gzip
import os

import pyarrow.parquet as pq
import pytest

from jobatlas.cli import run_command_line

CSV = "职位名称,公司名称\n算法工程师,某某科技\n"


def write(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    content = CSV.encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("jobs.2024.csv", "jobs.2024.labelled.parquet"),
        ("jobs.v2", "jobs.v2.labelled.parquet"),
        ("招聘 3.0版.CSV.gz", "招聘 3.0版.labelled.parquet"),
    ],
)
def test_the_default_output_keeps_all_of_the_name_but_its_format(name, output, tmp_path, capsys):
    write(tmp_path / name)
    assert run_command_line(["classify", str(tmp_path / name)]) == 0
    assert pq.read_table(tmp_path / output)["title"].to_pylist() == ["算法工程师"]
    assert f"labelled: {tmp_path / output}" in capsys.readouterr().out


def test_a_labelled_file_is_not_its_own_default_output(tmp_path):
    write(tmp_path / "x.csv")
    assert run_command_line(["classify", str(tmp_path / "x.csv")]) == 0
    labelled = tmp_path / "x.labelled.parquet"
    before = labelled.read_bytes()
    assert run_command_line(["classify", str(labelled)]) == 0
    assert labelled.read_bytes() == before
    assert (tmp_path / "x.labelled.labelled.parquet").exists()


@pytest.mark.parametrize("named", [".", "inner/.."])
def test_a_folder_is_labelled_beside_itself_however_it_is_named(named, tmp_path, monkeypatch):
    write(tmp_path / "dump.2024" / "a.csv")
    (tmp_path / "dump.2024" / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "dump.2024")
    assert run_command_line(["classify", named]) == 0
    assert pq.read_table(tmp_path / "dump.2024.labelled.parquet").num_rows == 1


def by_its_name(source):
    return source


def by_another_way(source):
    return source.parent / "inner" / ".." / source.name


def by_a_link(source):
    link = source.with_name("link.csv")
    os.link(source, link)
    return link


@pytest.mark.parametrize("other_name", [by_its_name, by_another_way, by_a_link])
@pytest.mark.parametrize("option", ["--output", "--rejects"])
def test_a_source_is_never_written_over(option, other_name, tmp_path, capsys):
    source = write(tmp_path / "a.csv")
    (tmp_path / "inner").mkdir()
    before = source.read_bytes()
    assert run_command_line(["classify", str(source), option, str(other_name(source))]) == 2
    message = capsys.readouterr().err
    assert option in message
    assert "another file" in message
    assert source.read_bytes() == before
    assert not list(tmp_path.glob("*.parquet"))
