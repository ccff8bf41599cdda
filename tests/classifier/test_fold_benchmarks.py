"""The benchmarks that read a model's file of folds, on a model folder with written answers of its folds."""

import hashlib
import json
import runpy
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from classifier.folds import FOLDS_FILE, pack_folds
from classifier.metrics import wilson
from classifier.model import METADATA_FILE, PACKAGED_MODEL
from taxonomy.catalogue import load_taxonomy

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ROLES = [role.id for role in load_taxonomy().roles]

# label, acceptable, answer of the fold's model
JUDGED = [
    ("java", None, "java"),
    ("java", "backend", "backend"),
    ("java", None, "backend"),
    ("backend", "java", "backend"),
    ("backend", "golang", "golang"),
    ("sales", "java", "java"),
]


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def with_folds(folder, content):
    """Give a model folder a file of folds, as training writes it."""
    (folder / FOLDS_FILE).write_bytes(content)
    metadata = json.loads((folder / METADATA_FILE).read_text(encoding="utf-8"))
    metadata["files"][FOLDS_FILE] = hashlib.sha256(content).hexdigest()
    (folder / METADATA_FILE).write_text(json.dumps(metadata), encoding="utf-8")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The shipped model with a file of folds that says of each written label what `JUDGED` does."""
    folder = tmp_path_factory.mktemp("pairs") / "model"
    shutil.copytree(PACKAGED_MODEL, folder)
    given = np.array([ROLES.index(label) for label, _, _ in JUDGED])
    probabilities = np.full((len(JUDGED), len(ROLES)), 0.001)
    for row, (_, _, said) in enumerate(JUDGED):
        probabilities[row, ROLES.index(said)] = 0.9
    names = [f"label{row}" for row in range(len(JUDGED))]
    with_folds(folder, pack_folds(names, np.zeros(len(JUDGED), dtype=np.int64), given, probabilities, ROLES))
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments, script="hard_pairs.py"):
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        monkeypatch.syspath_prepend(BENCHMARKS)
        try:
            runpy.run_path(str(BENCHMARKS / script), run_name="__main__")
            status = 0
        except SystemExit as ended:
            status = ended.code
        return status, capsys.readouterr()

    return run


def test_each_pair_has_its_shares(model, tmp_path, run):
    rows = [{"id": f"label{row}", "role": label, "alt": other} for row, (label, other, _) in enumerate(JUDGED)]
    write_lines(tmp_path / "labels.jsonl", [*rows, {"id": "later", "role": "java", "alt": None}])
    status, shown = run("--model", model, "--labels", tmp_path / "labels.jsonl")
    assert status == 0
    assert "6 labelled postings, judged by the folds' models; 1 labels without a fold left out" in shown.out
    shares = [wilson(2, 5), wilson(2, 5), wilson(1, 5), wilson(2, 5), wilson(1, 2)]
    assert f"| backend / java | 5 | {' | '.join(map(str, shares))} |" in shown.out
    assert "| ai_infra / performance_optimization | 0 | – | – | – | – | – |" in shown.out


def test_a_label_that_was_corrected_since_counts_as_it_is_now(model, tmp_path, run):
    corrected = {"id": "label2", "role": "backend", "alt": None}
    write_lines(tmp_path / "labels.jsonl", [{"id": "label2", "role": "java", "alt": None}, corrected])
    _, shown = run("--model", model, "--labels", tmp_path / "labels.jsonl")
    assert f"| backend / java | 1 | {wilson(1, 1)} |" in shown.out


def test_what_the_model_learnt_does_not_measure_it(model, written_material, tmp_path, run):
    postings = ["--postings", written_material.data]
    labels = written_material.labels / "dev.jsonl"
    status, shown = run("--model", model, "--labels", labels, *postings)
    assert status == 0
    labelled = [json.loads(line)["role"] for line in labels.read_text(encoding="utf-8").splitlines()]
    assert f"{len(labelled)} labelled postings, read by the model" in shown.out
    assert f"| backend / java | {labelled.count('java')} |" in shown.out

    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    learnt = json.loads(labels.read_text(encoding="utf-8").splitlines()[0])
    of_label = np.array([0]), np.array([ROLES.index(learnt["role"])]), np.eye(len(ROLES))[:1]
    with_folds(folder, pack_folds([learnt["id"]], *of_label, ROLES))
    status, shown = run("--model", folder, "--labels", labels, *postings)
    assert status == 1
    assert f"1 of {len(labelled)} labels taught the model" in shown.err


def test_a_model_without_folds_needs_postings(model, written_material, tmp_path, run):
    shutil.copytree(model, tmp_path / "model", ignore=shutil.ignore_patterns(FOLDS_FILE))
    status, shown = run("--model", tmp_path / "model", "--labels", written_material.labels / "dev.jsonl")
    assert status == 1
    assert shown.err.startswith("error: ")
    assert f"has no {FOLDS_FILE}" in shown.err


def test_a_role_that_does_not_exist_is_named(model, tmp_path, run):
    write_lines(tmp_path / "labels.jsonl", [{"id": "label0", "role": "javva", "alt": None}])
    status, shown = run("--model", model, "--labels", tmp_path / "labels.jsonl")
    assert status == 1
    assert "'javva' of label0 is not known" in shown.err


def test_figures_are_told_apart_by_how_labels_were_drawn(model, tmp_path, run):
    rows = [{"id": f"label{row}", "role": label, "alt": other} for row, (label, other, _) in enumerate(JUDGED)]
    for row in rows[:3]:
        row["drawn"] = "random"
    corrected = {"id": "label5", "role": "marketing", "alt": None}
    write_lines(tmp_path / "labels.jsonl", [*rows, {"id": "later", "role": "java", "alt": None}, corrected])
    status, shown = run("--model", model, "--labels", tmp_path / "labels.jsonl", script="fold_figures.py")
    assert status == 0
    assert "5 labels, 2 without a fold or with another role left out" in shown.out
    assert f"| random | 3 | {wilson(3, 3)} | {wilson(1, 3)} | {wilson(2, 3)} |" in shown.out
    assert f"| careful labels | 2 | {wilson(2, 2)} | {wilson(1, 2)} | {wilson(2, 2)} |" in shown.out


@pytest.mark.parametrize("script", ["fold_figures.py", "class_figures.py"])
def test_figures_need_a_model_with_folds(model, tmp_path, run, script):
    shutil.copytree(model, tmp_path / "model", ignore=shutil.ignore_patterns(FOLDS_FILE))
    status, shown = run("--model", tmp_path / "model", "--labels", tmp_path / "none", script=script)
    assert status == 1
    assert "has no folds.csv.bz2. Train it again" in shown.err


def test_classes_have_precision_recall_and_f1_over_the_careful_labels(model, tmp_path, run):
    rows = [{"id": f"label{row}", "role": label, "alt": other} for row, (label, other, _) in enumerate(JUDGED)]
    further = {**rows[1], "drawn": "random"}
    corrected = {"id": "label5", "role": "marketing", "alt": None}
    write_lines(tmp_path / "careful.jsonl", [*rows[:1], *rows[2:5], {"id": "later", "role": "java"}, corrected])
    write_lines(tmp_path / "further.jsonl", [further])
    files = ["--labels", tmp_path / "careful.jsonl", "--labels", tmp_path / "further.jsonl"]
    status, shown = run("--model", model, *files, script="class_figures.py")
    assert status == 0
    version, categories, roles = (block.splitlines() for block in shown.out.strip().split("\n\n"))
    assert version[0].endswith("4 careful labels of 6 learnt; 2 without a fold or with another role left out")
    assert categories[0] == "| category | precision | recall | F1 | careful labels | all labels |"
    assert "| development | 1.00 | 1.00 | 1.00 | 4 | 5 |" in categories
    # Its only label was corrected since: the model learnt it, and it measures nothing.
    assert "| sales_marketing | – | – | – | 0 | 1 |" in categories
    assert len(categories) == 2 + len({role.category for role in load_taxonomy().roles})
    # Answered: java, backend, backend, golang for java, java, backend, backend.
    assert "| java | 1.00 | 0.50 | 0.67 | 2 | 3 |" in roles
    assert "| backend | 0.50 | 0.50 | 0.50 | 2 | 2 |" in roles
    assert "| golang | 0.00 | – | 0.00 | 0 | 0 |" in roles
    assert [line.split(" | ")[0] for line in roles[2:]] == [f"| {role}" for role in ROLES]


def test_a_tie_counts_against_the_label_and_a_class_never_answered_has_no_precision(model, tmp_path, run):
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    java, backend = ROLES.index("java"), ROLES.index("backend")
    probabilities = np.zeros((1, len(ROLES)))
    probabilities[0, [java, backend]] = 0.4
    with_folds(folder, pack_folds(["tied"], np.array([0]), np.array([java]), probabilities, ROLES))
    write_lines(tmp_path / "labels.jsonl", [{"id": "tied", "role": "java", "alt": None}])
    status, shown = run("--model", folder, "--labels", tmp_path / "labels.jsonl", script="class_figures.py")
    assert status == 0
    assert "| java | – | 0.00 | 0.00 | 1 | 1 |" in shown.out
    assert "| backend | 0.00 | – | 0.00 | 0 | 0 |" in shown.out


def test_figures_by_class_need_careful_labels(model, tmp_path, run):
    write_lines(tmp_path / "labels.jsonl", [{"id": "label0", "role": "java", "alt": None, "drawn": "random"}])
    status, shown = run("--model", model, "--labels", tmp_path / "labels.jsonl", script="class_figures.py")
    assert status == 1
    assert "Name its careful labels" in shown.err
