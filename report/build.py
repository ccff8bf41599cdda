"""Builds the report of one dataset: one HTML page, and beside it a CSV file for every table on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from postings.atomic import atomic_path
from postings.dataset import open_postings
from report.charts import shortened
from report.counting import NOT_LISTED_EN
from report.csv_files import write_csv
from report.formats import page_cell
from report.frame import COLUMNS, Intake, PostingFrame, read_frame
from report.page import Heading, Remark, render_page
from report.registry import all_tables
from report.table import Kind, Table
from taxonomy.errors import JobAtlasError

DEFAULT_TITLE = "招聘市场报告"
PAGE_NAME = "report.html"
CSV_FOLDER = "tables"


@dataclass(frozen=True)
class ReportResult:
    """What a report was made of, and where it lies.

    Attributes:
        page: the HTML page.
        tables: the CSV files by table name.
        read: postings read.
        duplicates: of these, left out as copies of another.
        unlabelled: of these, left out because they carry no label.
        counted: the rest, which every table is about: read = duplicates + unlabelled + counted.
        warnings: what to know before using the figures, one line each.
    """

    page: Path
    tables: Mapping[str, Path]
    read: int
    duplicates: int
    unlabelled: int
    counted: int
    warnings: tuple[str, ...]


def build_report(
    source_path: Path | str,
    out_dir: Path | str,
    *,
    title: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ReportResult:
    """Read labelled postings and write `report.html` with `tables/*.csv` into a folder.

    The page is written last and every file is renamed into place when it is complete, so a page never points to a CSV
    file that is not there. An older report in the folder is replaced.

    Args:
        source_path: a data folder, or a Parquet file of labelled postings.
        out_dir: the folder of the report; made if missing.
        title: heading of the page; None takes `DEFAULT_TITLE`.
        progress: told the number of rows read so far after each batch.

    Returns:
        Where the report lies, what it counts and what it leaves out.

    Raises:
        JobAtlasError: there are no postings, none of them is labelled, or the folder cannot be written.
    """
    source_path, out_dir = Path(source_path), Path(out_dir)
    frame = read_frame(open_postings(source_path).scan(COLUMNS), progress)
    _check(frame, source_path)
    tables = {spec.name: spec.compute(frame) for spec in all_tables()}
    links = {name: f"{CSV_FOLDER}/{name}.csv" for name in tables}
    warnings = _warnings(frame.intake, tables)
    page = render_page(
        Heading(
            title=title or DEFAULT_TITLE,
            dataset=source_path.resolve().name,
            made_at=datetime.now().astimezone(),
            account=_account(frame.intake),
            warnings=warnings,
        ),
        tables,
        links,
    )
    try:
        for name, table in tables.items():
            write_csv(table, out_dir / links[name])
        with atomic_path(out_dir / PAGE_NAME) as temporary:
            temporary.write_text(page, encoding="utf-8")
    except OSError as error:
        raise JobAtlasError(
            f"{error.filename or out_dir}: cannot write the report ({error.strerror}): choose another folder."
        ) from error
    intake = frame.intake
    return ReportResult(
        page=out_dir / PAGE_NAME,
        tables={name: out_dir / link for name, link in links.items()},
        read=intake.read.total(),
        duplicates=intake.duplicates.total(),
        unlabelled=intake.unlabelled.total(),
        counted=len(frame),
        warnings=tuple(warning.en for warning in warnings),
    )


def _check(frame: PostingFrame, path: Path) -> None:
    """Raise where there is nothing to report on, saying why."""
    intake = frame.intake
    if len(frame):
        return
    if not intake.read:
        raise JobAtlasError(f"{path} holds no postings: fill it with `jobatlas crawl` or `jobatlas import` first.")
    if intake.unlabelled:
        raise JobAtlasError(
            f"None of the {intake.unlabelled.total():,} postings in {path} is labelled: run `jobatlas classify` first."
        )
    raise JobAtlasError(
        f"All {intake.read.total():,} postings in {path} are marked as copies of others (duplicate_of), so none is left"
        " to count: report on the dataset that holds their originals."
    )


def _account(intake: Intake) -> Remark:
    read, duplicates, unlabelled = (part.total() for part in (intake.read, intake.duplicates, intake.unlabelled))
    counted = read - duplicates - unlabelled
    return Remark(
        zh=f"读入招聘 {read:,} 条，剔除重复 {duplicates:,} 条，留出未标注 {unlabelled:,} 条，统计 {counted:,} 条。",
        en=f"{read:,} postings read; {duplicates:,} copies, {unlabelled:,} unlabelled left out; {counted:,} counted.",
    )


def _warnings(intake: Intake, tables: Mapping[str, Table]) -> list[Remark]:
    warnings = []
    if unlabelled := intake.unlabelled.total():
        warnings.append(
            Remark(
                zh=f"{unlabelled:,} 条招聘还没有标注，未计入本报告；运行 jobatlas classify 后重新生成。",
                en=f"{unlabelled:,} postings are not labelled and left out: run `jobatlas classify` and report again.",
            )
        )
    for name, table in tables.items():
        if strange := _not_listed(table):
            shown = ", ".join(shortened(page_cell(value, Kind.TEXT), 20) for value in strange[:3])
            more = ", …" if len(strange) > 3 else ""
            warnings.append(
                Remark(
                    zh=f"表 {name} 有 {len(strange):,} 个词表以外的取值，照原样列出：{shown}{more}",
                    en=f"Table {name} lists {len(strange):,} values as found, not in the vocabulary: {shown}{more}",
                )
            )
    return warnings


def _not_listed(table: Table) -> list[str]:
    if "label_en" not in table.rows:
        return []
    return table.rows.loc[table.rows["label_en"] == NOT_LISTED_EN, "label"].tolist()
