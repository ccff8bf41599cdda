"""The loop as a user goes through it: export, read, import, train, compare; by the commands alone."""

import csv
import json
import re
import shutil
from collections import Counter
from contextlib import redirect_stdout
from datetime import date
from io import StringIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from label_studio_answers import answered, flattened

from classifier.compare import CHANGE_COLUMNS
from classifier.corpus import copies_of, read_corpus, read_labels
from classifier.folds import FOLDS_FILE, read_folds
from classifier.labeller import Labeller
from classifier.labels import LabelSpace
from jobatlas.cli import run_command_line
from postings.dataset import Dataset
from postings.schema import evidence_text
from taxonomy.catalogue import load_taxonomy

TINY = """
name = "looped"
folds = 2
[vocabulary]
title = 600
description = 2500
company = 200
network_title = 400
network_description = 2000
network_company = 100
[network]
width = 24
company_width = 8
[pretraining]
epochs = 1
batch = 32
[teacher]
networks = 1
epochs = 12
batch = 16
[student]
epochs = 24
table_rate = 3e-3
batch = 16
"""
# Labels of the training file that the test makes wrong: their postings are of other work altogether.
WRONG = {"written0001": "healthcare", "written0061": "life_service"}
# What the reader takes a posting without a label for.
MISTAKEN = "manufacturing"


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def labelled(written_material, tmp_path_factory):
    """A folder with the written postings as `jobatlas classify` labels them, and half of their labels, two wrong."""
    root = tmp_path_factory.mktemp("loop")
    source = root / "written.parquet"
    postings = pq.read_table(written_material.data / "postings.parquet")
    pq.write_table(postings.rename_columns([{"id": "jobId"}.get(name, name) for name in postings.column_names]), source)
    (root / "data").mkdir()
    assert run_command_line(["classify", str(source), "--output", str(root / "data" / "postings.parquet")]) == 0
    (root / "labels").mkdir()
    truth = {
        row["id"]: row for name in ("train.jsonl", "dev.jsonl") for row in lines_of(written_material.labels / name)
    }
    rows = [
        row | {"role": WRONG.get(row["id"], row["role"])} for row in lines_of(written_material.labels / "train.jsonl")
    ]
    kept = [row for place, row in enumerate(rows) if place % 2 == 0 or row["id"] in WRONG]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept)
    (root / "labels" / "train.jsonl").write_text(text, encoding="utf-8")
    shutil.copy(written_material.labels / "dev.jsonl", root / "labels" / "dev.jsonl")
    return root, truth


@pytest.fixture(scope="module")
def exported(labelled):
    root, _ = labelled
    arguments = ["review", "export", str(root / "data" / "postings.parquet"), "--count", "40"]
    labels = root / "labels" / "train.jsonl"
    for name in ("review", "again"):
        output = root / name
        assert run_command_line([*arguments, "--labels", str(labels), "--seed", "3", "--output", str(output)]) == 0
    return root / "review"


def test_the_export_holds_what_was_asked_for(exported, labelled, capsys):
    root, _ = labelled
    tasks = json.loads((exported / "tasks.json").read_text(encoding="utf-8"))
    assert len(tasks) == 40
    texts = {
        row["posting_id"]: evidence_text(row["title"], row["description"], row["site_tags"])
        for row in pq.read_table(root / "data" / "postings.parquet").to_pylist()
    }
    known = {row["id"] for row in lines_of(root / "labels" / "train.jsonl")}
    for task in tasks:
        data, (prediction,) = task["data"], task["predictions"]
        suspect = data["drawn"] == "suspect"
        # A posting that has a label is drawn as a likely error alone, and keeps the id of its label.
        assert (data["posting_id"] in known) == suspect
        assert bool(data["given"]) == suspect
        assert prediction["model_version"] == Labeller.load().model_version
        assert 0 < prediction["score"] <= 1
        for result in prediction["result"]:
            if result["type"] == "labels":
                value = result["value"]
                assert data["text"][value["start"] : value["end"]] == value["text"]
        if not suspect:
            assert data["text"] == texts[data["posting_id"]]
    suspects = {task["data"]["posting_id"] for task in tasks if task["data"]["drawn"] == "suspect"}
    assert set(WRONG) <= suspects
    assert Counter(task["data"]["drawn"] for task in tasks)["random"] == 8
    for name in ("tasks.json", "labelling-config.xml", "review.csv"):
        assert (exported / name).read_bytes() == (root / "again" / name).read_bytes()


def test_a_review_is_not_written_over(exported, labelled, capsys):
    root, _ = labelled
    path = str(root / "data" / "postings.parquet")
    assert run_command_line(["review", "export", path, "--output", str(exported)]) == 1
    assert "may hold answers" in capsys.readouterr().err


def test_postings_of_another_model_or_none_are_refused(labelled, tmp_path, capsys):
    root, _ = labelled
    table = pq.read_table(root / "data" / "postings.parquet")
    at = table.column_names.index("model_version")
    other = table.set_column(at, table.field(at), pa.array(["v0-other"] * table.num_rows, table.field(at).type))
    pq.write_table(other, tmp_path / "other.parquet")
    assert run_command_line(["review", "export", str(tmp_path / "other.parquet"), "--output", str(tmp_path / "r")]) == 1
    message = capsys.readouterr().err
    assert "v0-other" in message
    assert "jobatlas classify" in message
    assert not (tmp_path / "r").exists()


def test_copies_are_left_out(labelled, tmp_path, capsys):
    root, _ = labelled
    table = pq.read_table(root / "data" / "postings.parquet")
    at = table.column_names.index("duplicate_of")
    marks = ["written:x" if place % 2 else None for place in range(table.num_rows)]
    copies = {row for row, mark in zip(table["posting_id"].to_pylist(), marks, strict=True) if mark}
    pq.write_table(table.set_column(at, table.field(at), pa.array(marks, pa.string())), tmp_path / "a.parquet")
    command = ["review", "export", str(tmp_path / "a.parquet"), "--output", str(tmp_path / "r"), "--count", "1000"]
    assert run_command_line(command) == 0
    drawn = {
        task["data"]["posting_id"] for task in json.loads((tmp_path / "r" / "tasks.json").read_text(encoding="utf-8"))
    }
    assert len(drawn) == table.num_rows - len(copies)
    assert not drawn & copies
    assert f"left out: {len(copies)} copies" in capsys.readouterr().out


@pytest.mark.parametrize("quota", ["random=x", "often=3", "random", "=3"])
def test_a_quota_that_is_none_is_wrong_usage(quota, labelled, tmp_path, capsys):
    root, _ = labelled
    command = ["review", "export", str(root / "data"), "--output", str(tmp_path / "r"), "--quota", quota]
    assert run_command_line(command) == 2
    assert "REASON=N" in capsys.readouterr().err


@pytest.fixture(scope="module")
def answers(labelled, exported):
    """The answers of a reader who knows and errs once: in Label Studio's two forms and in the sheet, and the error."""
    root, truth = labelled
    taxonomy = load_taxonomy()
    tasks = json.loads((exported / "tasks.json").read_text(encoding="utf-8"))
    ids = [task["data"]["posting_id"] for task in tasks]
    roles = [truth[posting_id.rpartition(":")[2]]["role"] for posting_id in ids]
    corpus = read_corpus(root / "data")
    copies = copies_of(corpus, [row["id"] for row in lines_of(root / "labels" / "dev.jsonl")])
    learnt = {posting_id for posting_id, copy in zip(corpus.ids, copies, strict=True) if not copy}
    # Drawn at random, so whatever the shipped model answers.
    error = next(
        at
        for at, task in enumerate(tasks)
        if task["data"]["drawn"] == "random" and task["data"]["posting_id"] in learnt
    )
    roles[error] = MISTAKEN
    done = []
    for number, (task, role) in enumerate(zip(tasks[:30], roles, strict=False), start=1):
        entry = taxonomy.role(role)
        path = [taxonomy.category(entry.category).zh, entry.zh]
        done.append(answered(task, number, path, ["虚构框架"] if number % 2 else []))
    files = [root / name for name in ("project.json", "project-min.json", "edited.csv")]
    files[0].write_text(json.dumps(done[:20], ensure_ascii=False), encoding="utf-8")
    files[1].write_text(json.dumps(flattened(done[20:]), ensure_ascii=False), encoding="utf-8")
    with (exported / "review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[30:]
    with files[2].open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row | {"岗位": role, "标注人": "甲"} for row, role in zip(rows, roles[30:], strict=True))
    return files, dict(zip(ids, roles, strict=True)), ids[error]


@pytest.fixture(scope="module")
def retrained(labelled, answers):
    """The label file with the answers, and a model trained on it."""
    root, _ = labelled
    files, roles, _ = answers
    labels = root / "labels" / "train.jsonl"
    before = labels.read_text(encoding="utf-8")
    command = ["review", "import", *map(str, files), "--labels", str(labels)]
    with redirect_stdout(StringIO()) as shown:
        assert run_command_line(command) == 0
    assert "answers: 40 = 40 labels + 0 rejected + 0 skipped" in shown.getvalue()
    assert re.search(r"^虚构框架 +15 +15$", shown.getvalue(), re.MULTILINE)
    after = labels.read_text(encoding="utf-8")
    assert after.startswith(before)
    added = lines_of(labels)[len(before.splitlines()) :]
    assert {line["id"]: line["role"] for line in added} == roles
    assert [line["annotator"] for line in added] == ["1"] * 30 + ["甲"] * 10
    assert any(line["skills"] for line in added[:20])
    assert any(line["skills"] for line in added[20:30])
    assert run_command_line(command) == 0
    assert labels.read_text(encoding="utf-8") == after
    (root / "train.toml").write_text(TINY, encoding="utf-8")
    arguments = ["--postings", str(root / "data"), "--labels", str(root / "labels"), "--output", str(root / "model")]
    assert run_command_line(["train", str(root / "train.toml"), *arguments]) == 0
    return root


def test_training_takes_the_label_file_as_it_is_and_the_last_label_counts(retrained, labelled, answers):
    _, truth = labelled
    _, answered_roles, _ = answers
    corpus = read_corpus(retrained / "data")
    space = LabelSpace.of_taxonomy(load_taxonomy())
    learnt = read_labels(retrained / "labels" / "train.jsonl", corpus, space)
    roles = {corpus.ids[place]: space.roles[role] for place, role in zip(learnt.postings, learnt.role, strict=True)}
    assert len(roles) == len(learnt)
    short = {posting_id.rpartition(":")[2]: role for posting_id, role in answered_roles.items()}
    expected = {posting_id: row["role"] for posting_id, row in truth.items()} | short
    assert roles == {posting_id: expected[posting_id.rpartition(":")[2]] for posting_id in roles}
    model = Labeller.load(retrained / "model").model
    # The measured postings are left out, although dev.jsonl names them without their source.
    measured = {row["id"] for row in lines_of(retrained / "labels" / "dev.jsonl")}
    assert model.metadata["postings_left_out"] >= len(measured)
    assert 0 < model.metadata["labels_used"] <= len([one for one in roles if one.rpartition(":")[2] not in measured])


def test_settled_labels_are_not_suspected_again(retrained, tmp_path):
    path, labels = retrained / "data" / "postings.parquet", retrained / "labels" / "train.jsonl"
    command = ["review", "export", str(path), "--labels", str(labels), "--count", "30", "--output", str(tmp_path / "r")]
    assert run_command_line(command) == 0
    drawn = {
        task["data"]["posting_id"] for task in json.loads((tmp_path / "r" / "tasks.json").read_text(encoding="utf-8"))
    }
    assert not drawn & set(WRONG)


@pytest.fixture(scope="module")
def relabelled(retrained):
    """The postings with the labels of the model that learnt the reader's error."""
    path = retrained / "relabelled.parquet"
    command = ["classify", str(retrained / "data" / "postings.parquet"), "--output", str(path)]
    assert run_command_line([*command, "--model", str(retrained / "model")]) == 0
    return path


def suspects_of(retrained, relabelled, model, output):
    labels = retrained / "labels" / "train.jsonl"
    command = ["review", "export", str(relabelled), "--model", str(model), "--labels", str(labels)]
    assert run_command_line([*command, "--count", "20", "--quota", "suspect=20", "--output", str(output)]) == 0
    tasks = json.loads((output / "tasks.json").read_text(encoding="utf-8"))
    return {task["data"]["posting_id"]: task["data"]["given"] for task in tasks if task["data"]["drawn"] == "suspect"}


def test_an_error_that_was_learnt_is_suspected_by_the_folds(retrained, relabelled, answers, tmp_path, capsys):
    _, _, error = answers
    suspects = suspects_of(retrained, relabelled, retrained / "model", tmp_path / "r")
    shown = capsys.readouterr()
    folds = read_folds(retrained / "model")
    of_error = folds[error]
    assert of_error.role == MISTAKEN
    taxonomy = load_taxonomy()
    given, says = taxonomy.role(MISTAKEN).zh, taxonomy.role(of_error.other).zh
    judged = f"（模型 {of_error.probability:.2f}），模型认为是{says}（{of_error.other_probability:.2f}）"
    assert suspects[error] == f"已标为{given}{judged}"
    lines = {row["id"].rpartition(":")[2] for row in lines_of(retrained / "labels" / "train.jsonl")}
    # Copies of measured postings are not learnt, so that the model itself judges them.
    by_folds = Labeller.load(retrained / "model").model.metadata["labels_used"]
    assert f"labels judged: {by_folds} by models that had not learnt them ({FOLDS_FILE})" in shown.out
    assert f"{len(lines) - by_folds} by the model itself" in shown.out
    assert FOLDS_FILE not in shown.err


def test_without_its_folds_the_model_itself_judges_and_says_so(retrained, relabelled, answers, tmp_path, capsys):
    shutil.copytree(retrained / "model", tmp_path / "model")
    (tmp_path / "model" / FOLDS_FILE).unlink()
    _, _, error = answers
    assert error not in suspects_of(retrained, relabelled, tmp_path / "model", tmp_path / "r")
    shown = capsys.readouterr()
    assert "labels judged: 0 by models" in shown.out
    assert f"the model folder has no {FOLDS_FILE}" in shown.err
    assert "it was trained on it" in shown.err


def test_a_label_that_was_changed_since_is_judged_by_the_model(retrained, relabelled, answers, tmp_path, capsys):
    _, _, error = answers
    labels = retrained / "labels" / "train.jsonl"
    before = labels.read_text(encoding="utf-8")
    changed = [row | ({"role": "healthcare"} if row["id"] == error else {}) for row in lines_of(labels)]
    other = tmp_path / "changed.jsonl"
    other.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in changed), encoding="utf-8")
    counted = []
    for name, path in (("same", labels), ("changed", other)):
        command = ["review", "export", str(relabelled), "--model", str(retrained / "model"), "--labels", str(path)]
        assert run_command_line([*command, "--count", "20", "--output", str(tmp_path / name)]) == 0
        counted.append(int(re.search(r"labels judged: (\d+) by", capsys.readouterr().out)[1]))
    assert counted[1] == counted[0] - 1
    assert labels.read_text(encoding="utf-8") == before


def test_the_new_model_is_compared_with_the_old(retrained, tmp_path, capsys):
    changes = tmp_path / "changes.csv"
    dev = ["--labels", str(retrained / "labels" / "dev.jsonl"), "--postings", str(retrained / "data")]
    table = pq.read_table(retrained / "data" / "postings.parquet")
    # The new model has read nothing of such work and takes it for some other.
    nurses = [
        {
            **row,
            "posting_id": f"csv:nurse{place}",
            "title": "护士",
            "description": "负责病房护理、输液和病历书写，需护士资格证。",
        }
        for place, row in enumerate(table.slice(0, 2).to_pylist())
    ]
    with_nurses = tmp_path / "postings.parquet"
    pq.write_table(pa.concat_tables([table, pa.Table.from_pylist(nurses, schema=table.schema)]), with_nurses)
    data = ["--data", str(with_nurses), "--changes", str(changes)]
    capsys.readouterr()
    assert run_command_line(["evaluate", "--compare", "shipped", str(retrained / "model"), *dev, *data]) == 0
    shown = capsys.readouterr().out
    assert "| | old | new | new minus old |" in shown
    for row in ("role accuracy", "industry accuracy, model alone", "skills F1"):
        assert f"| {row} |" in shown
    with changes.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(CHANGE_COLUMNS)
    assert {"csv:nurse0", "csv:nurse1"} <= {row["posting_id"] for row in rows}
    assert f"{len(rows):,} change category or role" in shown
    confidences = [float(row["confidence"]) for row in rows]
    assert confidences == sorted(confidences, reverse=True)
    old, new = Labeller.load(), Labeller.load(retrained / "model")
    batch = pq.read_table(with_nurses).combine_chunks().to_batches()[0]
    was, now = old.label(batch), new.label(batch)
    differ = {
        posting_id
        for posting_id, *labels in zip(
            batch["posting_id"].to_pylist(),
            *(side.column(name).to_pylist() for name in ("role", "category") for side in (was, now)),
            strict=True,
        )
        if labels[0] != labels[1] or labels[2] != labels[3]
    }
    assert {row["posting_id"] for row in rows} == differ
    same = sum(
        a == b for a, b in zip(was.column("category").to_pylist(), now.column("category").to_pylist(), strict=True)
    )
    assert f"| category | {same:,} | {same / batch.num_rows:.1%} |" in shown
    with (tmp_path / "changes-shares.csv").open(encoding="utf-8-sig", newline="") as file:
        shares = list(csv.DictReader(file))
    for label in ("category", "role", "industry", "ai_involvement"):
        for side, labelled_by in (("old", was), ("new", now)):
            counted = Counter(name or "" for name in labelled_by.column(label).to_pylist())
            assert counted == +Counter({row["class"]: int(row[side]) for row in shares if row["label"] == label})
        assert re.search(rf"^\| {label}[^|]* \| old \| new \| new minus old, points \|$", shown, re.MULTILINE)


def test_a_model_beside_itself_changes_nothing(labelled, tmp_path, capsys):
    root, _ = labelled
    changes = tmp_path / "changes.csv"
    dev = ["--labels", str(root / "labels" / "dev.jsonl"), "--postings", str(root / "data")]
    data = ["--data", str(root / "data" / "postings.parquet"), "--changes", str(changes)]
    assert run_command_line(["evaluate", "--compare", "shipped", "shipped", *dev, *data]) == 0
    shown = capsys.readouterr().out
    assert "0 change category or role" in shown
    assert "0.000 [0.000, 0.000] |" in shown
    assert " *" not in shown.split("\n", 2)[2]
    assert len(changes.read_text(encoding="utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--compare", "shipped", "shipped"], "--compare needs"),
        (["--labels", "a.jsonl"], "belong together"),
        ([], "name labelled postings"),
        (["--data", "x"], "--data is for --compare"),
        (["--compare", "shipped", "shipped", "--data", "x", "--model", "m"], "are for one model"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(arguments, message, capsys):
    assert run_command_line(["evaluate", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_dataset_folder_can_be_trained_on(written_material, tmp_path):
    rows = pq.read_table(written_material.data / "postings.parquet").slice(0, 6).to_pylist()
    records = [
        {
            "posting_id": f"a:{row['id']}",
            "source": "a",
            "source_id": row["id"],
            "title": row["title"],
            "description": None if place == 1 else row["description"],
            "company": row["company"],
            "site_category": row["category_label"],
            "industry_text": row["industry"],
        }
        for place, row in enumerate(rows)
    ]
    Dataset(tmp_path).write_part("a", date(2026, 11, 22), "part-1", records)
    corpus = read_corpus(tmp_path)
    assert len(corpus) == 6
    assert corpus.described == 5
    assert corpus.ids[5] == records[1]["posting_id"]
    assert corpus.descriptions[5] == ""
    assert corpus.site_categories[0] == [rows[0]["category_label"].lower()]
    assert corpus.site_industries[0] == rows[0]["industry"]
    assert set(corpus.hashes) == {"dataset"}
