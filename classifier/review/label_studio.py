"""Label Studio: the labelling configuration, and postings as tasks with the model's answers as predictions.

Formats: https://labelstud.io/tags/ and https://labelstud.io/guide/predictions.html. Choices carry the Chinese names of
the vocabulary. They have no aliases, since versions of Label Studio differ in what an alias does in a taxonomy.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from classifier.labels import AI_INVOLVEMENT
from classifier.review.answers import AI_NAMES, SURE_NAMES, UNKNOWN_NAME
from classifier.review.candidates import shown_text
from postings.atomic import atomic_path
from postings.schema import evidence_text
from taxonomy.catalogue import Taxonomy

TEXT = "text"
"""Name of the posting's text, in the configuration and in a task's data."""


def labelling_config(taxonomy: Taxonomy) -> str:
    """The labelling configuration (XML) for the roles, industries and skills of a vocabulary."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Style").text = ".lsf-labels {max-height: 16em; overflow-y: auto}"
    for heading in ("company", "site_category", "reasons", "words", "given"):
        ElementTree.SubElement(view, "Header", value=f"${heading}", size="5")
    ElementTree.SubElement(view, "Filter", toName="skills", minlength="0", placeholder="查找技能", hotkey="shift+f")
    skills = ElementTree.SubElement(view, "Labels", name="skills", toName=TEXT, showInline="true")
    groups = {group.id: group.zh for group in taxonomy.skill_groups}
    for skill in taxonomy.skills:
        ElementTree.SubElement(skills, "Label", value=skill.name, hint=groups[skill.group])
    ElementTree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}", valueType="text", granularity="symbol")
    _roles(view, taxonomy, "role", "岗位（按工作内容选最具体的一个）", required=True)
    _roles(view, taxonomy, "alt", "可接受的第二岗位（没有就不选）", required=False)
    industries = [UNKNOWN_NAME, *(industry.zh for industry in taxonomy.industries)]
    _choices(
        view, "industry", "行业（雇主的行业；名称和正文都看不出时选不明）", industries, layout="select", required=False
    )
    _choices(
        view, "ai", "与人工智能的关系", [AI_NAMES[degree] for degree in AI_INVOLVEMENT], layout="inline", required=True
    )
    ElementTree.SubElement(view, "Header", value="词表里没有的重要技能（至多三个）", size="5")
    ElementTree.SubElement(view, "TextArea", name="missing", toName=TEXT, maxSubmissions="3", editable="true")
    _choices(view, "sure", "把握", list(SURE_NAMES.values()), layout="inline", required=False)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _roles(view: ElementTree.Element, taxonomy: Taxonomy, name: str, heading: str, *, required: bool) -> None:
    ElementTree.SubElement(view, "Header", value=heading, size="5")
    tree = ElementTree.SubElement(
        view,
        "Taxonomy",
        name=name,
        toName=TEXT,
        leafsOnly="true",
        maxUsages="1",
        required="true" if required else "false",
        placeholder="点击选择",
    )
    for category in taxonomy.categories:
        branch = ElementTree.SubElement(tree, "Choice", value=category.zh)
        for role in taxonomy.roles:
            if role.category == category.id:
                ElementTree.SubElement(branch, "Choice", value=role.zh, hint=role.definition)


def _choices(
    view: ElementTree.Element, name: str, heading: str, values: Sequence[str], *, layout: str, required: bool
) -> None:
    ElementTree.SubElement(view, "Header", value=heading, size="5")
    choices = ElementTree.SubElement(
        view,
        "Choices",
        name=name,
        toName=TEXT,
        choice="single",
        layout=layout,
        required="true" if required else "false",
    )
    for value in values:
        ElementTree.SubElement(choices, "Choice", value=value)


def task(row: Mapping[str, Any], about: Mapping[str, str], taxonomy: Taxonomy) -> dict[str, Any]:
    """A posting as a task.

    Args:
        row: the posting with the model's labels; its `role` is the model's most probable one, sure or not.
        about: texts that the reader sees or that travel along: posting_id, drawn, reasons, words, given.
        taxonomy: names of the labels.
    """
    text = shown_text(evidence_text(row["title"], row["description"], row["site_tags"]))
    data = {
        **about,
        "company": row["company"] or "",
        "site_category": row["site_category"] or "",
        "url": row["url"] or "",
        TEXT: text,
    }
    prediction = {
        "model_version": row["model_version"],
        "score": round(row["role_confidence"], 4),
        "result": list(_results(row, text, taxonomy)),
    }
    return {"data": data, "predictions": [prediction]}


def _results(row: Mapping[str, Any], text: str, taxonomy: Taxonomy) -> Iterable[dict[str, Any]]:
    role = taxonomy.role(row["role"])
    path = [taxonomy.category(role.category).zh, role.zh]
    yield _result("role", "taxonomy", {"taxonomy": [path]}, "role")
    if row["industry"] is not None:
        yield _result("industry", "choices", {"choices": [taxonomy.industry(row["industry"]).zh]}, "industry")
    if row["ai_involvement"] is not None:
        yield _result("ai", "choices", {"choices": [AI_NAMES[row["ai_involvement"]]]}, "ai")
    for number, span in enumerate(row["skill_evidence"] or [], start=1):
        value = {
            "start": span["start"],
            "end": span["end"],
            "text": text[span["start"] : span["end"]],
            "labels": [span["skill"]],
        }
        yield _result("skills", "labels", value, f"skill-{number}")


def _result(name: str, kind: str, value: dict[str, Any], result_id: str) -> dict[str, Any]:
    return {"id": result_id, "from_name": name, "to_name": TEXT, "type": kind, "value": value}


def write_label_studio(folder: Path, tasks: Iterable[Mapping[str, Any]], taxonomy: Taxonomy) -> tuple[Path, Path]:
    """Write tasks.json and labelling-config.xml into a folder; returns both paths."""
    written = folder / "tasks.json", folder / "labelling-config.xml"
    with atomic_path(written[0]) as temporary:
        temporary.write_text(json.dumps(list(tasks), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with atomic_path(written[1]) as temporary:
        temporary.write_text(labelling_config(taxonomy), encoding="utf-8")
    return written
