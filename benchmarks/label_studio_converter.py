"""Answers to a review, as Label Studio holds and exports them: checked and converted by label-studio-sdk itself.

    pip install label-studio-sdk==2.1.2      # in an environment of its own: it pins numpy and brings OpenCV
    python benchmarks/label_studio_converter.py --review review-1 --output exports

Reads what `jobatlas review export` wrote; has the SDK check the labelling configuration, each task and each prediction;
answers the tasks as annotators would (the first accepts every prediction; others agree, differ, skip, or leave a task
alone); and writes project.json and project-min.json with the SDK's converter. tests/classifier/recorded/label_studio
was made this way.
"""

import argparse
import json
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

MOMENT = "2026-11-21T08:00:00.000000Z"


def annotation(number: int, results: list[dict[str, Any]], by: object, **more: object) -> dict[str, Any]:
    """An annotation with the fields of https://labelstud.io/guide/task_format."""
    return {
        "id": number,
        "completed_by": by,
        "result": results,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "draft_created_at": MOMENT,
        "lead_time": 41.5,
        "prediction": {},
        "result_count": len(results),
        "unique_id": f"00000000-0000-4000-8000-{number:012}",
        "parent_prediction": None,
        "parent_annotation": None,
        **more,
    }


def result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """A region or answer that an annotator made by hand."""
    return {
        "id": f"by-hand-{name}",
        "from_name": name,
        "to_name": "text",
        "type": kind,
        "origin": "manual",
        "value": value,
    }


def answered(tasks: list[dict[str, Any]], industries: list[str]) -> list[dict[str, Any]]:
    """The tasks as the project's export holds them.

    Args:
        tasks: at least five tasks of a review.
        industries: choices of the configuration.
    """
    exported: list[dict[str, Any]] = []
    for number, task in enumerate(tasks, start=1):
        accepted = [
            item | {"origin": "prediction"}
            for item in task["predictions"][0]["result"]
            if item["from_name"] != "industry"
        ]
        accepted.append(result("industry", "choices", {"choices": [industries[number % len(industries)]]}))
        accepted.append(result("sure", "choices", {"choices": ["有些犹豫"]}))
        annotations = [annotation(10 * number, accepted, 1)]
        exported.append(
            {
                "id": number,
                "annotations": annotations,
                "drafts": [],
                "predictions": task["predictions"],
                "data": task["data"],
                "meta": {},
                "created_at": MOMENT,
                "updated_at": MOMENT,
                "inner_id": number,
                "total_annotations": 1,
                "cancelled_annotations": 0,
                "total_predictions": 1,
                "comment_count": 0,
                "project": 1,
            }
        )
    first, second, third, fourth, fifth = exported[:5]
    person = {"id": 2, "email": "b@example.org", "first_name": "", "last_name": ""}
    # The first: a second annotator agrees and names terms that the vocabulary lacks, and a second role.
    again = [*deepcopy(first["annotations"][0]["result"])]
    again.append(result("missing", "textarea", {"text": ["QNNPACK", "Winograd"]}))
    again.append(result("alt", "taxonomy", {"taxonomy": [["算法工程师类", "机器学习"]]}))
    first["annotations"].append(annotation(11, again, person))
    # The second: another role.
    other = [item for item in deepcopy(second["annotations"][0]["result"]) if item["from_name"] != "role"]
    other.append(result("role", "taxonomy", {"taxonomy": [["培训师类", "培训师"]]}))
    second["annotations"].append(annotation(21, other, person))
    # The third: skipped. The fourth: nobody has read it. The fifth: one term, as one text.
    third["annotations"] = [annotation(30, [], 1, was_cancelled=True)]
    fourth["annotations"] = []
    fifth["annotations"][0]["result"].append(result("missing", "textarea", {"text": ["点胶"]}))
    for task in exported:
        task["total_annotations"] = sum(not one["was_cancelled"] for one in task["annotations"])
        task["cancelled_annotations"] = len(task["annotations"]) - task["total_annotations"]
    return exported


def main() -> None:
    """Check, answer and convert."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--review", type=Path, required=True, help="folder that `jobatlas review export` wrote")
    parser.add_argument("--output", type=Path, required=True, help="folder for project.json and project-min.json")
    options = parser.parse_args()
    try:
        from label_studio_sdk.converter import Converter
        from label_studio_sdk.label_interface import LabelInterface
    except ImportError as error:
        sys.exit(f"label-studio-sdk is not installed ({error}): pip install label-studio-sdk==2.1.2")

    config = (options.review / "labelling-config.xml").read_text(encoding="utf-8")
    tasks = json.loads((options.review / "tasks.json").read_text(encoding="utf-8"))
    interface = LabelInterface(config)
    interface.validate()
    predictions = [prediction for task in tasks for prediction in task["predictions"]]
    faults = [fault for one in predictions for fault in interface.validate_prediction(one, return_errors=True)]
    # Without the predictions: version 2.1.2 of the SDK cannot check a task that has some (it calls itself wrongly).
    if faults or not all(interface.validate_task({"data": task["data"]}) for task in tasks):
        sys.exit(f"Label Studio would refuse these tasks: {faults[:3]}")
    print(f"configuration and {len(tasks)} tasks with predictions: valid")

    options.output.mkdir(parents=True, exist_ok=True)
    industries = list(interface.get_control("industry").labels)
    exported = options.output / "project.json"
    exported.write_text(json.dumps(answered(tasks, industries), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    converter = Converter(config=config, project_dir=str(options.output), download_resources=False)
    for kind, name in (("JSON", "project.json"), ("JSON_MIN", "project-min.json")):
        folder = options.output / kind
        converter.convert(str(exported), str(folder), kind, is_dir=False)
        (folder / "result.json").replace(options.output / name)
        folder.rmdir()
    print(f"{exported}, {options.output / 'project-min.json'}")


if __name__ == "__main__":
    main()
