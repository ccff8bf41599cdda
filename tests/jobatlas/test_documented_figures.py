"""The figures of the front pages are those of docs/quality.md, and the shipped model is the one that these are of."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from classifier.folds import read_folds
from classifier.model import PACKAGED_MODEL, load_model
from classifier.training.config import read_config

ROOT = Path(__file__).parents[2]
CARD = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")
QUALITY = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
ROWS = (
    "category accuracy",
    "role accuracy",
    "role accuracy, alternative allowed",
    "AI involvement accuracy",
    "industry accuracy, model alone",
)


def measured(row):
    """Model, TF-IDF and title rules of a row of the first table, as the front pages write shares."""
    model, rules, linear = re.search(rf"^\| {re.escape(row)} \|(.*)\|$", QUALITY, re.MULTILINE)[1].split("|")
    return [percent(cell) for cell in (model, linear, rules)]


def percent(cell):
    first = cell.split()[0]
    return first if first == "–" else f"{100 * float(first):.1f} %"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_front_pages_have_the_measured_figures(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    table = text[text.index("| | Job Atlas | TF-IDF") :].split("\n\n")[0].splitlines()[2:]
    shown = [[cell.strip() for cell in line.split("|")[2:5]] for line in table]
    assert shown == [measured(row) for row in ROWS]


def test_the_figures_are_of_the_shipped_model():
    version = load_model().version
    assert f"(`{version}`)" in QUALITY
    assert CARD.startswith(f"# Model card: {version.partition('-')[0]}\n")
    assert f"\n| version | `{version}` |\n" in CARD
    size = sum(file.stat().st_size for file in PACKAGED_MODEL.iterdir()) / 1e6
    assert f"| shipped file, 8 bits | under 16 MB | {size:.1f} MB | reached |" in QUALITY
    assert f"\n| size | {size:.1f} MB, " in CARD


def test_the_figures_by_class_are_of_the_shipped_model():
    model, folds = load_model(), read_folds(PACKAGED_MODEL)
    section = CARD[CARD.index("## Figures by class") :]
    assert f"\n{model.version}, " in section
    assert f" careful labels of {len(folds):,} learnt" in section
    learnt = Counter(judged.role for judged in folds.values())
    rows = section[section.index("| role |") :].split("\n\n")[0].splitlines()[2:]
    shown = {row.split(" | ")[0].removeprefix("| "): row.split(" | ")[-1].removesuffix(" |") for row in rows}
    assert shown == {role: f"{learnt[role]:,}" for role in model.labels.roles}


def test_the_settings_of_the_shipped_model_are_those_of_the_example():
    metadata = json.loads((PACKAGED_MODEL / "model.json").read_text(encoding="utf-8"))
    config = read_config(ROOT / "examples" / "train-encoder.toml").to_dict()
    assert metadata["config"] == json.loads(json.dumps(config))
