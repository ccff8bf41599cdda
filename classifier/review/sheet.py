"""The same review as a spreadsheet: a CSV that Excel and WPS open, and its edited self, CSV or Excel, read again."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from classifier.review.answers import AI_NAMES, UNKNOWN_NAME, Answer, split_names
from postings.atomic import atomic_path
from postings.spreadsheet import guarded, unguarded
from taxonomy.catalogue import Taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

ACCEPT = "对"
"""Written under 岗位 it takes the model's role as the answer."""

POSTING_ID, MODEL_ROLE = "职位编号", "模型：岗位"
ROLE, ALTERNATIVE, INDUSTRY, AI, SKILLS = "岗位", "第二岗位", "行业", "AI参与", "技能"
MISSING, SURE, ANNOTATOR, DAY, DRAWN = "缺少的技能词", "把握", "标注人", "日期", "抽取原因"
HEADINGS = (
    POSTING_ID,
    "标题",
    "公司",
    "职位描述",
    "网站类别",
    "网址",
    DRAWN,
    "所有原因",
    "已有标签",
    MODEL_ROLE,
    "模型：类别",
    "模型：岗位概率",
    "模型依据的词",
    ROLE,
    ALTERNATIVE,
    INDUSTRY,
    AI,
    SKILLS,
    MISSING,
    SURE,
    ANNOTATOR,
    DAY,
    "模型版本",
)
"""ROLE to DAY are for the reader. INDUSTRY, AI and SKILLS hold the model's answers, to be corrected; ROLE is empty, and
a row in which it stays empty was not read."""

_REQUIRED = (POSTING_ID, ROLE, AI)
_LONGEST_CELL = 32_000
"""Excel cuts a cell at 32,767 characters."""


def write_sheet(path: Path, rows: Iterable[tuple[Mapping[str, Any], Mapping[str, str]]], taxonomy: Taxonomy) -> None:
    """Write the review as a CSV: UTF-8 with a mark, cells that a spreadsheet would run as a formula made text.

    Args:
        path: of the CSV.
        rows: postings with the model's labels, and what is said about each; as in `label_studio.task`.
        taxonomy: names of the labels.
    """
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS)
        writer.writeheader()
        for row, about in rows:
            cells = _cells(row, about, taxonomy)
            writer.writerow({heading: guarded(text[:_LONGEST_CELL]) for heading, text in cells.items()})


def _cells(row: Mapping[str, Any], about: Mapping[str, str], taxonomy: Taxonomy) -> dict[str, str]:
    role = taxonomy.role(row["role"])
    skills = dict.fromkeys(span["skill"] for span in row["skill_evidence"] or [])
    return {
        POSTING_ID: about["posting_id"],
        "标题": row["title"],
        "公司": row["company"] or "",
        "职位描述": row["description"] or "",
        "网站类别": row["site_category"] or "",
        "网址": row["url"] or "",
        DRAWN: about["drawn"],
        "所有原因": about["reasons"],
        "已有标签": about["given"],
        MODEL_ROLE: role.zh,
        "模型：类别": taxonomy.category(role.category).zh,
        "模型：岗位概率": f"{row['role_confidence']:.2f}",
        "模型依据的词": about["words"],
        ROLE: "",
        ALTERNATIVE: "",
        INDUSTRY: taxonomy.industry(row["industry"]).zh if row["industry"] else UNKNOWN_NAME,
        AI: AI_NAMES[row["ai_involvement"]] if row["ai_involvement"] else "",
        SKILLS: "；".join(skills),
        MISSING: "",
        SURE: "",
        ANNOTATOR: "",
        DAY: "",
        "模型版本": row["model_version"],
    }


def read_sheet(path: Path) -> Iterator[Answer]:
    """The answers of an edited sheet, one for each row that has anything.

    Args:
        path: a CSV (UTF-8, or GB18030 as Excel in Chinese saves it) or an Excel workbook, of which the first sheet is
            read.

    Raises:
        JobAtlasError: it is neither, or lacks a column that is needed.
    """
    rows = _excel_rows(path) if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods") else _csv_rows(path)
    header = [str(cell).strip() for cell in next(rows, [])]
    for needed in _REQUIRED:
        if needed not in header:
            raise JobAtlasError(
                f"{path}: has no column {needed!r} in its first row.{did_you_mean(needed, header)}"
                " Name a file that `jobatlas review export` wrote, edited, with its headings as they were."
            )
    for number, row in enumerate(rows, start=2):
        cells = {heading: unguarded(text.strip()) for heading, text in zip(header, row, strict=False)}
        if any(cells.values()):
            yield _answer(path, number, cells)


def _answer(path: Path, number: int, cells: Mapping[str, str]) -> Answer:
    def cell(heading: str) -> str | None:
        return cells.get(heading) or None

    role = cell(ROLE)
    return Answer(
        file=path.name,
        row=number,
        posting_id=cells[POSTING_ID],
        role=cell(MODEL_ROLE) if role == ACCEPT else role,
        alternative=cell(ALTERNATIVE),
        industry=cell(INDUSTRY),
        ai=cell(AI),
        skills=split_names(cells.get(SKILLS, "")),
        missing=split_names(cells.get(MISSING, "")),
        sure=cell(SURE),
        annotator=cell(ANNOTATOR),
        day=_day(cell(DAY)),
        drawn=cell(DRAWN),
        skipped=None if role else "not answered",
    )


def _day(text: str | None) -> date | None:
    """A day as 2026-11-22, 2026/11/22 or 2026/11/2, with or without a time behind it; None for anything else."""
    parts = (text or "").split(" ")[0].split("T")[0].replace("/", "-").split("-")
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError:
        return None


def _csv_rows(path: Path) -> Iterator[Sequence[str]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise JobAtlasError(f"{path}: cannot be read ({error.strerror}). Name an existing file.") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise JobAtlasError(f"{path}: is neither UTF-8 nor GB18030 text. Save it as CSV UTF-8, or as .xlsx.")
    # Some versions of Excel save "CSV" with semicolons or tabs.
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(raw) + 1))
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise JobAtlasError(f"{path}: is not a CSV ({error}). Save it as CSV UTF-8, or as .xlsx.") from error


def _excel_rows(path: Path) -> Iterator[Sequence[str]]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise JobAtlasError(f"{path}: cannot be read as an Excel workbook ({error}). Save it as .xlsx anew.") from error
    for row in rows:
        yield [_excel_text(cell) for cell in row]


def _excel_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():  # Excel has no whole numbers: 3 arrives as 3.0
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)
