"""Answers to the tasks of a review, in the two forms in which Label Studio gives them away.

The form JSON is a recorded task with another posting and another answer in it. The form JSON_MIN is made of it as the
converter of label-studio-sdk does; a test holds that against what that converter made of the recorded tasks.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "classifier" / "recorded" / "label_studio"
"""Written by benchmarks/label_studio_converter.py, that is by the converter of label-studio-sdk 2.1.2: eight tasks, of
which the first two have two annotators, the third is skipped and the fourth is not answered."""

_OF_ANNOTATION = ("created_at", "updated_at", "lead_time")


def recorded(name: str) -> list[dict[str, Any]]:
    """A recorded export: project.json or project-min.json."""
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def answered(task: Mapping[str, Any], number: int, role: list[str], missing: list[str]) -> dict[str, Any]:
    """A task in the form JSON: its annotator accepted the model's answers but for the role, and named missing terms.

    Args:
        task: of tasks.json.
        number: of the task in its project.
        role: path of the role in the configuration's tree: category, role.
        missing: terms that the vocabulary lacks.
    """
    template = recorded("project.json")
    exported, by_hand = deepcopy(template[5]), deepcopy(template[4]["annotations"][0]["result"][-1])
    accepted = [
        result | {"origin": "prediction"}
        for result in task["predictions"][0]["result"]
        if result["from_name"] != "role"
    ]
    chosen = {"id": "by-hand-role", "from_name": "role", "type": "taxonomy", "value": {"taxonomy": [role]}}
    results = [by_hand | chosen, *accepted]
    if missing:
        results.append(by_hand | {"value": {"text": missing}})
    annotation = exported["annotations"][0] | {"id": 10 * number, "result": results, "result_count": len(results)}
    return exported | {
        "id": number,
        "inner_id": number,
        "annotations": [annotation],
        "predictions": task["predictions"],
        "data": task["data"],
    }


def flattened(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tasks of the form JSON in the form JSON_MIN."""
    return [
        flat
        for task in tasks
        for annotation in task["annotations"] or [None]
        for flat in _of_annotation(task, annotation)
    ]


def _of_annotation(task: Mapping[str, Any], annotation: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    flat = {**task["data"], "id": task["id"]}
    if annotation is None:
        return [flat | dict.fromkeys(("annotator", "annotation_id", *_OF_ANNOTATION))]
    if annotation["was_cancelled"]:
        return []
    for result in annotation["result"]:
        name, value = result["from_name"], result["value"]
        if "choices" in value:
            flat[name] = value["choices"][0]
        elif result["type"] == "textarea":
            flat[name] = value["text"][0] if len(value["text"]) == 1 else value
        else:
            flat[name] = [*flat.get(name, []), value]
    by = annotation["completed_by"]
    flat |= {"annotator": by["email"] if isinstance(by, dict) else by, "annotation_id": annotation["id"]}
    return [flat | {name: annotation[name] for name in _OF_ANNOTATION}]
