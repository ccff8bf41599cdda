"""Several label folders: all teach, the first one judges; known employers teach their industry."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.training.config import read_config
from classifier.training.decide import decide
from classifier.training.run import prepare
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

SMALL = """
folds = 2
[vocabulary]
title = 60
description = 200
company = 60
network_title = 40
network_description = 100
network_company = 40
"""


@pytest.fixture(scope="module")
def folders(written_material, tmp_path_factory):
    """Two thirds of the written labels in one folder, the rest and one contradiction in another."""
    root = tmp_path_factory.mktemp("folders")
    lines = (written_material.labels / "train.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    corrected = json.loads(lines[0]) | {"role": "qa"}
    for name, chosen in (
        ("first", lines[: 2 * len(lines) // 3]),
        ("second", [*lines[2 * len(lines) // 3 :], json.dumps(corrected) + "\n"]),
    ):
        (root / name).mkdir()
        (root / name / "train.jsonl").write_text("".join(chosen), encoding="utf-8")
    (root / "first" / "dev.jsonl").write_bytes((written_material.labels / "dev.jsonl").read_bytes())
    (root / "train.toml").write_text(SMALL, encoding="utf-8")
    return root


def prepared(folders, written_material, names, taxonomy=None):
    return prepare(
        read_config(folders / "train.toml"),
        taxonomy or load_taxonomy(),
        written_material.data,
        [folders / name for name in names],
        folders / "work",
        lambda _: None,
    )


def test_all_teach_and_the_first_judges(folders, written_material):
    alone = prepared(folders, written_material, ["first"])
    both = prepared(folders, written_material, ["first", "second"])
    assert alone.judging.all()
    assert len(both.labels) > len(alone.labels)
    assert set(both.judges.postings) == set(alone.labels.postings)
    shown = {name: np.zeros((len(both.labels), 1), dtype=np.float32) for name in ("role", "ai", "industry")}
    assert len(both.judged(shown)["role"]) == len(alone.labels)


def test_of_two_labels_the_first_folders_counts_so_that_its_labels_alone_judge(folders, written_material):
    first = json.loads((folders / "first" / "train.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["role"] != "qa"
    for names, expected in ((["first", "second"], first["role"]), (["second", "first"], "qa")):
        both = prepared(folders, written_material, names)
        place = list(both.judges.postings).index(both.corpus.ids.index(first["id"]))
        assert both.space.roles[both.judges.role[place]] == expected
    alone = prepared(folders, written_material, ["first"])
    both = prepared(folders, written_material, ["first", "second"])
    assert both.judges.postings.tolist() == alone.judges.postings.tolist()
    assert both.judges.role.tolist() == alone.judges.role.tolist()


def test_more_labels_leave_stages_that_read_none_as_they_are(folders, written_material):
    alone = prepared(folders, written_material, ["first"])
    both = prepared(folders, written_material, ["first", "second"])
    assert alone.of_postings.path("encoder", {}, "") == both.of_postings.path("encoder", {}, "")
    assert alone.stages.path("linear", {}, "") != both.stages.path("linear", {}, "")
    assert set(both.hashes) - set(alone.hashes) == {"train.jsonl 2"}


def test_known_employers_teach_only_where_no_label_holds_their_company_back(folders, written_material, monkeypatch):
    taxonomy = load_taxonomy()
    monkeypatch.setattr(taxonomy, "industry_of_company", lambda name: "games" if name else None)
    run = prepared(folders, written_material, ["first"], taxonomy)
    games = run.space.industries.index("games")
    dev = [json.loads(line)["id"] for line in (folders / "first" / "dev.jsonl").read_text("utf-8").splitlines()]
    unseen = {run.corpus.companies[run.corpus.ids.index(posting)] for posting in dev}
    for place, company in enumerate(run.corpus.companies):
        if company in unseen or not run.usable[place]:
            assert run.employer_industry[place] == -1
        else:
            assert run.employer_industry[place] == games
    for fold in range(2):
        held = {run.corpus.companies[place] for place in run.labels.postings[run.folds == fold]}
        taught = run.known_employers(fold)
        assert not held & {run.corpus.companies[place] for place in taught}
        postings, targets = run.lessons(fold)
        extra = len(postings) - len(run.splits()[fold])
        assert extra == len(taught)
        assert not targets.role[len(run.splits()[fold]) :].any()
        assert (targets.industry[len(run.splits()[fold]) :].argmax(axis=1) == games).all()


def test_a_label_without_description_names_its_file(folders, written_material, tmp_path):
    (tmp_path / "train.jsonl").write_text('{"id": "nowhere", "role": "qa"}\n', encoding="utf-8")
    with pytest.raises(JobAtlasError, match="line 1: id = 'nowhere' is not known"):
        prepare(
            read_config(folders / "train.toml"),
            load_taxonomy(),
            written_material.data,
            [folders / "first", tmp_path],
            folders / "work",
            lambda _: None,
        )


def test_measured_postings_may_go_by_the_end_of_their_ids(folders, written_material, tmp_path, monkeypatch):
    taxonomy = load_taxonomy()
    monkeypatch.setattr(taxonomy, "industry_of_company", lambda name: "games" if name else None)
    of_full_ids = prepared(folders, written_material, ["first"], taxonomy)
    first = json.loads((folders / "first" / "dev.jsonl").read_text("utf-8").splitlines()[0])["id"]
    other = int(np.flatnonzero(of_full_ids.employer_industry >= 0)[0])
    rows = pq.read_table(written_material.data / "postings.parquet").to_pylist()
    # A posting that may be learnt from, of the company of one that is measured.
    company = next(row["company"] for row in rows if row["id"] == first)
    rows = [
        row | {"id": f"site:{row['id']}", "company": company if place == other else row["company"]}
        for place, row in enumerate(rows)
    ]
    (tmp_path / "data").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "data" / "postings.parquet")
    config = read_config(folders / "train.toml")
    run = prepare(config, taxonomy, tmp_path / "data", [folders / "first"], tmp_path / "work", lambda _: None)
    assert run.usable[other]
    assert run.corpus.companies[other]
    assert run.employer_industry[other] == -1


def test_labels_without_any_industry_leave_its_figures_out(folders, written_material):
    run = prepared(folders, written_material, ["first"])
    judges = replace(run.judges, industry=np.full(len(run.judges), -1))
    random = np.random.default_rng(1)
    widths = {"role": len(run.space.roles), "ai": 4, "industry": len(run.space.industries)}
    scores = {head: random.normal(size=(len(judges), width)).astype(np.float32) for head, width in widths.items()}
    decided = decide(scores, judges, run.space, run.config.decision)
    assert decided.temperatures["industry"] == 1.0
    assert decided.thresholds.industry == 1.0
    written = json.dumps(run.record({"student": decided.metrics}), allow_nan=False)
    figures = json.loads(written)["metrics_on_folds"]["student"]
    assert "industry_accuracy" not in figures
    assert "role_accuracy" in figures
