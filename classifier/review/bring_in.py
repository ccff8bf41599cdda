"""Answers into the label file that `jobatlas train` reads.

A label file is a log: a posting that is labelled again gets another line, and the last one counts
(`classifier.corpus.read_labels`). Lines are only ever added, all of an import at once.
"""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from classifier.corpus import read_label_lines
from classifier.review.agreement import Agreement, agreed, latest_by_reader
from classifier.review.answers import Answer, AnswerReader, Reading, RejectedAnswerError
from classifier.review.label_studio_export import read_label_studio
from classifier.review.missing import MissingTerm, missing_terms
from classifier.review.sheet import read_sheet
from postings.atomic import atomic_path
from postings.dump.rejects import Rejects
from postings.spreadsheet import guarded
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

FIRST_REVIEW_ROUND = 2
"""Round 1 is that of the annotators who did not have all skills of the vocabulary (`Labels.first_round`)."""

_CONTENT = ("role", "alt", "industry", "ai", "skills", "missing", "sure")
_SHEETS = (".csv", ".xlsx", ".xlsm", ".xls", ".ods")


@dataclass
class BroughtIn:
    """What became of the answers: `answers == labels + rejects.count + skipped.total()`.

    Attributes:
        answers: in the files.
        labels: lines added to the label file.
        revised: of these, lines about a posting that had a label.
        skipped: why an answer added nothing -> how many.
        rejects: answers that are no label.
        agreement: of postings with several readers.
        round: of the added lines.
        missing: terms that the answers name and the vocabulary lacks, the most wanted first.
    """

    rejects: Rejects
    round: int
    answers: int = 0
    labels: int = 0
    revised: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    agreement: Agreement = field(default_factory=Agreement)
    missing: list[MissingTerm] = field(default_factory=list)


def bring_in(
    paths: Sequence[Path],
    labels: Path,
    *,
    today: date,
    round_number: int | None = None,
    annotator: str | None = None,
    rejects_path: Path | None = None,
    disagreements_path: Path | None = None,
) -> BroughtIn:
    """Add the answers of review files to a label file; answers that it has already add nothing.

    An annotator who returns to an earlier answer is heard: it is added again, unless it is older than the last line of
    this annotator about the posting, as in a file that was brought in before.

    Args:
        paths: Label Studio exports (.json, in the forms JSON or JSON_MIN) and edited sheets (.csv, .xlsx).
        labels: the label file (JSON Lines); made where there is none.
        today: the day of answers that name none.
        round_number: written to the added lines; None for one more than the highest in the file, at least 2.
        annotator: who answered, where an answer does not name its reader.
        rejects_path: CSV of the answers that are no label.
        disagreements_path: CSV of the postings on whose role several readers differ.

    Raises:
        JobAtlasError: a file cannot be read. Nothing is added then.
    """
    lines = read_label_lines(labels) if labels.exists() and labels.stat().st_size else []
    rounds = [line["round"] for line in lines if isinstance(line.get("round"), int)]
    number = round_number or max([FIRST_REVIEW_ROUND - 1, *rounds]) + 1
    reader = AnswerReader(load_taxonomy())
    with Rejects(rejects_path) as rejects:
        result = BroughtIn(rejects, number)
        by_posting = _read(paths, reader, annotator, result)
        added = list(_new_lines(by_posting, lines, today, result))
        result.missing = missing_terms(by_posting.values(), [*lines, *added], reader.knows_skill)
    if added:
        _append(labels, added)
    if disagreements_path is not None:
        _write_disagreements(disagreements_path, result.agreement.disagreements)
    return result


def _read(
    paths: Sequence[Path], reader: AnswerReader, annotator: str | None, result: BroughtIn
) -> Mapping[str, list[Reading]]:
    """The readings of each posting, in the order of the files."""
    by_posting: dict[str, list[Reading]] = defaultdict(list)
    for answer in (answer for path in paths for answer in _answers(path)):
        result.answers += 1
        if answer.skipped is not None:
            result.skipped[answer.skipped] += 1
            continue
        try:
            reading = reader.read(replace(answer, annotator=answer.annotator or annotator))
        except RejectedAnswerError as error:
            _reject(result, answer, str(error))
            continue
        by_posting[answer.posting_id].append(reading)
    return by_posting


def _answers(path: Path) -> Iterator[Answer]:
    suffix = path.suffix.lower()
    if suffix == ".json":
        return read_label_studio(path)
    if suffix in _SHEETS:
        return read_sheet(path)
    raise JobAtlasError(f"{path}: is neither an export of Label Studio (.json) nor an edited sheet (.csv, .xlsx).")


def _reject(result: BroughtIn, answer: Answer, reason: str) -> None:
    text = f"{answer.posting_id} {answer.annotator or ''} {answer.role or ''}"
    result.rejects.add(answer.file, answer.row, reason, text)


def _new_lines(
    by_posting: Mapping[str, list[Reading]], lines: Sequence[Mapping[str, Any]], today: date, result: BroughtIn
) -> Iterator[dict[str, Any]]:
    known = {_identity(line) for line in lines}
    last = {(line.get("id"), line.get("annotator")): line for line in lines}
    labelled = {line.get("id") for line in lines}
    for posting_id, all_readings in by_posting.items():
        readings, replaced = latest_by_reader(all_readings)
        result.skipped["replaced by a later answer of the same annotator"] += len(replaced)
        if len(readings) > 1:
            result.agreement.add(readings)
        reading = agreed(readings)
        if reading is None:
            said = ", ".join(f"{one.answer.annotator or '?'}: {one.role}" for one in readings)
            for one in readings:
                _reject(result, one.answer, f"the annotators disagree on the role ({said})")
            continue
        result.skipped["made one label with another annotator's answer"] += len(readings) - 1
        line = {
            **reading.label(),
            "round": result.round,
            "annotator": reading.answer.annotator,
            "date": (reading.answer.day or today).isoformat(),
            "drawn": reading.answer.drawn,
        }
        before = last.get((posting_id, line["annotator"]), {})
        older = line["date"] < str(before.get("date") or "")
        if _identity(line) == _identity(before) or (older and _identity(line) in known):
            result.skipped["in the label file already"] += 1
            continue
        result.labels += 1
        result.revised += posting_id in labelled
        yield line


def _identity(line: Mapping[str, Any]) -> str:
    """What makes two lines the same answer: posting, annotator and content, whenever it came in."""
    return json.dumps([line.get(name) for name in ("id", "annotator", *_CONTENT)], ensure_ascii=False)


def _append(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    before = path.read_bytes() if path.exists() else b""
    if before and not before.endswith(b"\n"):
        before += b"\n"
    added = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    with atomic_path(path) as temporary:
        temporary.write_bytes(before + added.encode())


def _write_disagreements(path: Path, disagreements: Sequence[Sequence[Reading]]) -> None:
    """One row per reader; no file, and no older one, where there are none."""
    if not disagreements:
        path.unlink(missing_ok=True)
        return
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["职位编号", "标注人", "岗位", "第二岗位", "行业", "AI参与", "文件", "行"])
        for readings in disagreements:
            for reading in readings:
                answer = reading.answer
                cells = (
                    answer.posting_id,
                    answer.annotator or "",
                    reading.role,
                    reading.alternative or "",
                    reading.industry,
                    reading.ai,
                    answer.file,
                )
                writer.writerow([*map(guarded, cells), answer.row])
