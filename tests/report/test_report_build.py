"""From a dataset on disk to the files of a report."""

from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import html

from postings.dataset import Dataset
from report import build
from report.build import build_report
from report.registry import all_tables
from taxonomy.errors import JobAtlasError


def test_a_file_becomes_a_page_and_one_csv_per_table(write_postings, market, tmp_path):
    result = build_report(write_postings(market), tmp_path / "out" / "report", title="大模型人才")

    assert result.page == tmp_path / "out" / "report" / "report.html"
    assert (result.read, result.duplicates, result.unlabelled, result.counted) == (12, 2, 1, 9)
    assert list(result.tables) == [spec.name for spec in all_tables()]
    files = {path.relative_to(tmp_path / "out" / "report") for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert files == {path.relative_to(tmp_path / "out" / "report") for path in [result.page, *result.tables.values()]}
    document = html.document_fromstring(result.page.read_text(encoding="utf-8"))
    assert document.findtext(".//title") == "大模型人才"
    assert "读入招聘 12 条，剔除重复 2 条，留出未标注 1 条，统计 9 条。" in document.text_content()
    for link in document.xpath("//a[@download]/@href"):
        assert (result.page.parent / link).is_file()
    category = pd.read_csv(result.tables["category"])
    assert dict(zip(category["岗位类别"], category["招聘数"], strict=True))["算法工程师类"] == 6


def test_a_dataset_folder_is_read_folded(market, posting, tmp_path):
    dataset = Dataset(tmp_path / "data")
    old = posting(posting_id="demo:twice", category="design", role="illustrator")
    new = posting(posting_id="demo:twice", last_seen=old["last_seen"].replace(day=21))
    dataset.write_part("demo", date(2026, 11, 20), "part-a-1", [old, *market])
    dataset.write_part("demo", date(2026, 11, 21), "part-b-1", [new])
    told = []

    result = build_report(tmp_path / "data", tmp_path / "out", progress=told.append)

    assert (result.read, result.counted) == (13, 10)
    assert told[-1] == 13
    category = pd.read_csv(result.tables["category"], index_col="岗位类别")["招聘数"]
    assert (category["算法工程师类"], category["艺术设计类"]) == (7, 1)
    assert "数据：data" in result.page.read_text(encoding="utf-8")


def test_one_posting_is_enough(write_postings, posting, tmp_path):
    result = build_report(write_postings([posting()]), tmp_path / "out")

    assert result.counted == 1
    assert result.warnings == ()
    overview = pd.read_csv(result.tables["overview"], index_col="指标")["数值"]
    assert overview["招聘数"] == "1"
    assert overview["月薪中位数"] == "样本不足"


def test_unlabelled_rows_are_left_out_with_a_warning(write_postings, market, tmp_path):
    result = build_report(write_postings(market), tmp_path / "out")

    assert result.warnings == ("1 postings are not labelled and left out: run `jobatlas classify` and report again.",)
    assert "1 条招聘还没有标注" in result.page.read_text(encoding="utf-8")


def test_values_outside_the_vocabulary_are_warned_about(write_postings, posting, tmp_path):
    result = build_report(write_postings([posting(domain=f"d{n}" + "长" * 99) for n in range(5)]), tmp_path / "out")
    shown = ", ".join(f"d{n}{'长' * 17}…" for n in range(3))

    assert result.warnings == (f"Table domain lists 5 values as found, not in the vocabulary: {shown}, …",)


def test_a_report_is_replaced_by_the_next(write_postings, posting, tmp_path):
    build_report(write_postings([posting()]), tmp_path / "out", title="旧")
    result = build_report(write_postings([posting(), posting()]), tmp_path / "out", title="新")

    assert html.document_fromstring(result.page.read_text(encoding="utf-8")).findtext(".//title") == "新"
    assert pd.read_csv(result.tables["domain"])["招聘数"].sum() == 2


def test_a_report_that_cannot_be_finished_leaves_the_old_page(write_postings, posting, tmp_path):
    old = build_report(write_postings([posting()]), tmp_path / "out").page.read_bytes()
    (tmp_path / "out" / "tables" / "skill.csv").unlink()
    (tmp_path / "out" / "tables" / "skill.csv").mkdir()

    with pytest.raises(JobAtlasError, match=r"skill\.csv.*choose another folder"):
        build_report(write_postings([posting(), posting()]), tmp_path / "out")

    assert (tmp_path / "out" / "report.html").read_bytes() == old
    assert list((tmp_path / "out").rglob(".tmp-*")) == []


def test_an_output_that_is_a_file_is_refused(write_postings, posting, tmp_path):
    (tmp_path / "out").write_text("no folder")

    with pytest.raises(JobAtlasError, match="cannot write the report"):
        build_report(write_postings([posting()]), tmp_path / "out")


def test_no_postings_at_all(write_postings, tmp_path):
    with pytest.raises(JobAtlasError, match=r"holds no postings.*jobatlas crawl"):
        build_report(write_postings([]), tmp_path / "out")
    with pytest.raises(JobAtlasError, match="holds no postings"):
        build_report(tmp_path, tmp_path / "out")
    with pytest.raises(JobAtlasError, match="does not exist"):
        build_report(tmp_path / "nothing", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_postings_without_labels(write_postings, posting, tmp_path):
    path = write_postings([posting(category=None, model_version=None), posting(duplicate_of="demo:x")])

    with pytest.raises(JobAtlasError, match=r"None of the 1 postings in .* is labelled: run `jobatlas classify` first"):
        build_report(path, tmp_path / "out")


def test_a_file_without_label_columns_is_not_labelled(posting, tmp_path):
    path = tmp_path / "bare.parquet"
    pq.write_table(pa.table({"posting_id": ["a", "b"], "title": ["算法工程师", "设计师"]}), path)

    with pytest.raises(JobAtlasError, match="jobatlas classify"):
        build_report(path, tmp_path / "out")


def test_copies_alone(write_postings, posting, tmp_path):
    with pytest.raises(JobAtlasError, match="marked as copies"):
        build_report(write_postings([posting(duplicate_of="demo:x")]), tmp_path / "out")


def test_a_file_saved_again_by_pandas_gives_the_same_tables(write_postings, market, tmp_path):
    path = write_postings(market)
    first = build_report(path, tmp_path / "one")
    pd.read_parquet(path).to_parquet(tmp_path / "again.parquet")
    second = build_report(tmp_path / "again.parquet", tmp_path / "two")

    for name, table in first.tables.items():
        assert table.read_bytes() == second.tables[name].read_bytes(), name


def test_a_page_is_written_after_its_csv_files(write_postings, posting, tmp_path, monkeypatch):
    written = []
    real = build.atomic_path

    def watched(path):
        written.append((path.name, len(list((tmp_path / "out" / "tables").glob("*.csv")))))
        return real(path)

    monkeypatch.setattr(build, "atomic_path", watched)
    build_report(write_postings([posting()]), tmp_path / "out")

    assert written == [("report.html", len(all_tables()))]
