"""The answers of a Label Studio export, in its forms JSON and JSON_MIN.

JSON is the list of tasks, each with its annotations, predictions and drafts. JSON_MIN, as the converter of
label-studio-sdk writes it (`Converter.convert_to_json_min`), is one flat object per annotation: the task's data, the
answers under the names of the configuration's controls (a single choice or text as text, anything else as a list of
values), and annotator, annotation_id, created_at and updated_at. It leaves out annotations that were skipped.

An answer is as old as its last edit (updated_at); only an export without that says when it was first given.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from classifier.review.answers import Answer
from postings.dump.values import well_formed
from taxonomy.errors import JobAtlasError

_CONTROLS = ("role", "alt", "industry", "ai", "skills", "missing", "sure")
Values = dict[str, list[str]]


def read_label_studio(path: Path) -> Iterator[Answer]:
    """The answers of an export, one for each annotation, and one for each task without any (skipped).

    Raises:
        JobAtlasError: the file is no such export.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise JobAtlasError(f"{path}: cannot be read ({error.strerror}). Name an existing file.") from error
    except (ValueError, RecursionError) as error:
        raise JobAtlasError(f"{path}: is not JSON ({error}). Export it from Label Studio again as JSON.") from error
    if not _is_list_of_objects(tasks):
        raise _no_export(path, "it is not a list of tasks")
    for number, task in enumerate(tasks, start=1):
        if _is_list_of_objects(task.get("annotations")) and isinstance(task.get("data"), dict):
            yield from _of_task(path, number, task)
        elif "annotation_id" in task:
            yield _of_flat_task(path, number, task)
        else:
            raise _no_export(path, f"item {number} has neither annotations nor an annotation_id")


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _no_export(path: Path, why: str) -> JobAtlasError:
    return JobAtlasError(f"{path}: is no export of Label Studio ({why}). Export the project as JSON or JSON-MIN.")


def _of_task(path: Path, number: int, task: Mapping[str, Any]) -> Iterator[Answer]:
    if not task["annotations"]:
        yield _answer(path, number, task["data"], {}, None, None, skipped="not answered")
    for annotation in task["annotations"]:
        cancelled = annotation.get("was_cancelled") or annotation.get("skipped")
        values: Values = {name: [] for name in _CONTROLS}
        results = annotation.get("result")
        for result in results if _is_list_of_objects(results) else []:
            name = result.get("from_name")
            if isinstance(name, str) and name in values:
                values[name] += _texts(result.get("value"))
        annotator = annotation.get("completed_by")
        if isinstance(annotator, dict):
            annotator = annotator.get("email") or annotator.get("id")
        skipped = "skipped by the annotator" if cancelled else None
        yield _answer(path, number, task["data"], values, annotator, _moment(annotation), skipped=skipped)


def _of_flat_task(path: Path, number: int, task: Mapping[str, Any]) -> Answer:
    values: Values = {name: [] for name in _CONTROLS}
    for name, given in values.items():
        for value in task[name] if isinstance(task.get(name), list) else [task.get(name)]:
            given += _texts(value)
    # A task without annotations is one item too, without an annotation_id.
    skipped = "not answered" if task["annotation_id"] is None else None
    annotator = task.get("annotator") if skipped is None else None
    return _answer(path, number, task, values, annotator, _moment(task), skipped=skipped)


def _moment(annotation: Mapping[str, Any]) -> object:
    return annotation.get("updated_at") or annotation.get("created_at")


def _texts(value: object) -> list[str]:
    """The texts of one result: a choice, the last step of a path in a taxonomy, labels of a span, or typed text."""
    if isinstance(value, str):
        return [_text(value)]
    if not isinstance(value, dict):
        return []
    if isinstance(paths := value.get("taxonomy"), list):
        return [_text(path[-1]) for path in paths if isinstance(path, list) and path]
    for key in ("choices", "labels"):
        if isinstance(found := value.get(key), list):
            return [_text(text) for text in found]
    typed = value.get("text", [])
    return [_text(text) for text in (typed if isinstance(typed, list) else [typed])]


def _text(value: object) -> str:
    """A value of JSON as a text that can be written: JSON may name half a surrogate pair."""
    return well_formed(str(value))


def _answer(
    path: Path,
    number: int,
    data: Mapping[str, Any],
    values: Values,
    annotator: object,
    moment: object,
    *,
    skipped: str | None,
) -> Answer:
    def only(name: str) -> str | None:
        return next(iter(values.get(name, [])), None)

    if skipped is None and only("role") is None:
        skipped = "not answered"
    return Answer(
        file=path.name,
        row=number,
        posting_id=_text(data.get("posting_id") or ""),
        role=only("role"),
        alternative=only("alt"),
        industry=only("industry"),
        ai=only("ai"),
        skills=tuple(dict.fromkeys(values.get("skills", []))),
        missing=tuple(dict.fromkeys(text.strip() for text in values.get("missing", []) if text.strip())),
        sure=only("sure"),
        annotator=None if annotator is None else _text(annotator),
        day=_day(moment),
        drawn=_text(data["drawn"]) if data.get("drawn") else None,
        skipped=skipped,
    )


def _day(moment: object) -> date | None:
    try:
        return date.fromisoformat(str(moment)[:10])
    except ValueError:
        return None
