import hashlib
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.corpus import DEV, TRAIN, read_corpus
from classifier.evaluate import evaluate
from classifier.features import FIELDS, bags
from classifier.folds import read_folds, split_hash
from classifier.labeller import Labeller
from classifier.labels import LabelSpace
from classifier.model import load_model
from classifier.training.config import read_config
from classifier.training.export import agreement, require_agreement
from classifier.training.network import minibatch
from classifier.training.offsets import fit_offsets
from classifier.training.run import prepare
from classifier.training.train import train
from classifier.vocabulary import WeightedBags
from taxonomy.catalogue import load_taxonomy
from taxonomy.errors import JobAtlasError

TINY = """
name = "tiny"
folds = 2
threads = 1
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
epochs = 2
batch = 32
[teacher]
networks = 1
epochs = 10
batch = 16
[student]
epochs = 12
batch = 16
"""


@pytest.fixture(scope="module")
def trained(written_material, tmp_path_factory):
    root = tmp_path_factory.mktemp("tiny")
    config = root / "train.toml"
    config.write_text(TINY, encoding="utf-8")
    lines = []
    result = train(
        config, written_material.data, [written_material.labels], root / "model", root / "work", lines.append
    )
    return root, result, lines


def columns(corpus, places):
    return (
        [corpus.titles[place] for place in places],
        [corpus.descriptions[place] for place in places],
        [corpus.companies[place] for place in places],
    )


def reference_logits(model_folder, state, texts):
    """The network in plain numpy, from the trained parameters and the written vocabulary."""
    model = load_model(model_folder)

    def norm(name, value):
        centred = value - value.mean()
        return centred / np.sqrt(np.mean(centred**2) + 1e-5) * state[f"{name}.weight"] + state[f"{name}.bias"]

    pooled = {}
    for field, text in zip(FIELDS, texts, strict=True):
        weighted = model._vocabularies[field].weigh(bags([text], field))
        pooled[field] = weighted.values @ state[f"encoder.{field}.weight"][weighted.rows]
    hidden = norm("encoder.norm", pooled["title"] + pooled["description"])
    wide = np.maximum(state["encoder.widen.weight"] @ hidden + state["encoder.widen.bias"], 0)
    text = norm("encoder.norm_out", hidden + state["encoder.narrow.weight"] @ wide + state["encoder.narrow.bias"])
    firm = norm("encoder.norm_company", pooled["company"])
    return {
        "role": state["role.weight"] @ text + state["role.bias"],
        "ai": state["ai.weight"] @ text + state["ai.bias"],
        "industry": state["industry.weight"] @ np.concatenate([text, firm]) + state["industry.bias"],
    }


def test_the_written_model_is_the_trained_network(trained, written_material):
    root, result, _ = trained
    assert result.agreement >= 0.99
    (stored,) = (root / "work").glob("student-*.npz")
    with np.load(stored, allow_pickle=False) as arrays:
        state = {name: arrays[name] for name in arrays.files}
    corpus = read_corpus(written_material.data)
    # What students of the folds said too seldom was set right in the final one's last layer.
    paths = written_material.data, [written_material.labels], root / "work"
    run = prepare(read_config(root / "train.toml"), load_taxonomy(), *paths, lambda _: None)
    of_folds = [np.load(next((root / "work").glob(f"student_{fold}-*.npz")))["role"] for fold in range(2)]
    offsets = fit_offsets(np.stack([of_folds[fold][place] for place, fold in enumerate(run.folds)]), run.labels.role)
    assert np.abs(offsets).max() > 0.01
    state["role.bias"] = state["role.bias"] + offsets
    places = range(0, len(corpus), 7)
    logits, _ = load_model(root / "model").logits(*columns(corpus, places))
    for row, place in enumerate(places):
        texts = (corpus.titles[place], corpus.descriptions[place], corpus.companies[place])
        for name, expected in reference_logits(root / "model", state, texts).items():
            # 8-bit tables: half a step of 1/127 of a row's largest value, averaged over many rows.
            assert logits[name][row] == pytest.approx(expected, abs=0.05)
            assert logits[name][row].argmax() == expected.argmax()


def test_the_tiny_model_learns_what_it_was_shown(trained, written_material):
    root, result, _ = trained
    found = evaluate(
        written_material.labels / "dev.jsonl",
        written_material.data,
        root / "model",
        [written_material.labels / "train.jsonl"],
    )
    assert found.model_version == result.version
    assert found.figure("category accuracy", "model").value > 0.8
    assert found.figure("role accuracy", "TF-IDF + linear").value > 0.8
    table = str(found)
    assert "| | model | title rules | TF-IDF + linear |" in table
    assert "role macro-F1" in table
    for row in table.splitlines():
        if row.startswith("| skills"):
            assert row.count("–") == 2  # the baselines name no skills


def test_metadata_tells_how_the_model_came_about(trained, written_material):
    root, result, _ = trained
    metadata = json.loads((root / "model" / "model.json").read_text(encoding="utf-8"))
    assert metadata["version"] == result.version
    assert metadata["config"]["network"] == {"width": 24, "company_width": 8}
    files = (written_material.data / "postings.parquet", *map(written_material.labels.joinpath, (TRAIN, DEV)))
    assert metadata["data"] == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert metadata["vocabulary"] == load_taxonomy().version
    assert metadata["libraries"]["torch"] == importlib.metadata.version("torch")
    assert metadata["postings_left_out"] > 0
    assert 0 < metadata["thresholds"]["category"] <= 1


def test_the_folder_tells_the_fold_of_each_label_and_what_models_say_that_did_not_learn_it(trained, written_material):
    root, _, _ = trained
    metadata = load_model(root / "model").metadata
    folds = read_folds(root / "model")
    lines = (written_material.labels / "train.jsonl").read_text(encoding="utf-8").splitlines()
    given = {row["id"]: row["role"] for row in map(json.loads, lines)}
    assert len(folds) == metadata["labels_used"]
    assert {label: judged.role for label, judged in folds.items()}.items() <= given.items()
    assert list(folds) == sorted(folds)
    assert {judged.fold for judged in folds.values()} == {0, 1}
    assert split_hash((label, judged.fold) for label, judged in folds.items()) == metadata["split_hash"]
    assert all(judged.other != judged.role for judged in folds.values())
    # Two digits leave ties.
    right = np.mean([judged.probability > judged.other_probability for judged in folds.values()])
    assert right == pytest.approx(metadata["metrics_on_folds"]["student"]["role_accuracy"], abs=0.03)


def test_a_second_run_takes_finished_stages_from_disk(trained, written_material):
    root, result, first = trained
    lines = []
    again = train(
        root / "train.toml",
        written_material.data,
        [written_material.labels],
        root / "again",
        root / "work",
        lines.append,
    )
    assert again.version == result.version
    for name in ("model.onnx", "folds.csv.bz2"):
        assert (root / "again" / name).read_bytes() == (root / "model" / name).read_bytes()
    assert any("taken from" in line for line in lines)
    assert not any("step" in line for line in lines)
    assert any(line.startswith("pre-training: step") and "s left" in line for line in first)


def test_training_from_nothing_again_gives_the_same_model(trained, written_material, tmp_path):
    root, result, _ = trained
    again = train(
        root / "train.toml",
        written_material.data,
        [written_material.labels],
        tmp_path / "model",
        tmp_path / "work",
        lambda _: None,
    )
    assert again.version == result.version


def test_a_damaged_stage_is_computed_again(trained, written_material):
    root, result, _ = trained
    (stored,) = (root / "work").glob("student-*.npz")
    whole = stored.read_bytes()
    stored.write_bytes(whole[:100])
    lines = []
    again = train(
        root / "train.toml",
        written_material.data,
        [written_material.labels],
        root / "mended",
        root / "work",
        lines.append,
    )
    assert again.version == result.version
    assert any("damaged" in line for line in lines)


def test_labels_of_the_tiny_model_do_not_depend_on_the_batch(trained, written_material):
    root, _, _ = trained
    corpus = read_corpus(written_material.data)
    titles, descriptions, companies = columns(corpus, range(40))
    batch = pa.RecordBatch.from_pydict({"title": titles, "description": descriptions, "company": companies})
    labeller = Labeller.load(root / "model")
    together = labeller.label(batch).to_pylist()
    for row in (0, 17, 39):
        assert labeller.label(batch.slice(row, 1)).to_pylist()[0] == together[row]


def test_an_export_that_disagrees_is_refused():
    space = LabelSpace.of_taxonomy(load_taxonomy())
    random = np.random.default_rng(0)
    scores = {
        name: random.normal(size=(100, width)).astype(np.float32)
        for name, width in (("role", len(space.roles)), ("ai", 4), ("industry", len(space.industries)))
    }
    require_agreement(agreement(scores, scores, space), 100)
    other = scores | {"ai": scores["ai"].copy()}
    other["ai"][0] = -other["ai"][0]
    assert agreement(scores, other, space) == 0.99
    require_agreement(0.99, 100)  # one posting: on another processor, an 8-bit sum may fall on the other side
    for share, postings in ((0.98, 100), (0.99, 200), (0.9945, 2_000)):
        with pytest.raises(JobAtlasError, match="was not written"):
            require_agreement(share, postings)


def test_minibatch_hides_fields_and_keeps_length():
    bag = WeightedBags(
        rows=np.array([3, 5, 7, 9], dtype=np.int32),
        values=np.array([0.6, 0.8, 1.0, 1.0], dtype=np.float32),
        offsets=np.array([0, 2, 3, 3, 4]),
    )
    random = np.random.default_rng(0)
    rows, values, offsets = minibatch(bag, np.array([3, 0, 2, 1]), np.array([True, True, True, False]), 0.0, random)
    assert rows.tolist() == [9, 3, 5]
    assert values.tolist() == pytest.approx([1.0, 0.6, 0.8])
    assert offsets.tolist() == [0, 1, 3, 3]
    seen = {
        tuple(values.tolist())
        for _ in range(50)
        for _, values, _ in [minibatch(bag, np.array([0]), np.array([True]), 0.5, random)]
    }
    assert len(seen) == 3  # both, one of them scaled to length 1, none
    assert all(sum(value**2 for value in values) == pytest.approx(1) for values in seen if values)
    assert () in seen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sed = 1", "did you mean 'seed'"),
        ("[teacher]\nnetwork = 2", "did you mean 'networks'"),
        ("folds = 'four'", "must be of type int"),
        ("folds = true", "must be of type int"),
        ("teacher = 3", "is a section"),
        ("folds = ", "not valid TOML"),
        ("[decision]\nrole_accuracy = 97", "role_accuracy = 97 is a share and must be at most 1, not a percentage"),
        ("[decision]\ncategory_accuracy = nan", "category_accuracy = nan must be a finite number"),
        ("[pretraining]\ndense_rate = inf", "dense_rate = inf must be a finite number"),
        ("[teacher]\nfeature_dropout = 1.0", r"feature_dropout = 1\.0 is a share and must be at most 0\.99"),
        ('kind = "encoder"\n[masked]\nheld_out = 1.0', r"held_out = 1\.0 is a share and must be at most 0\.5"),
        ('kind = "encoder"\n[finetuning]\nlength = 1', r"\[finetuning\]: length = 1 must be at least 8"),
        (
            'kind = "encoder"\n[finetuning]\nhide_title = 0.7\nhide_description = 0.4',
            r"\[finetuning\]: hide_title \+ hide_description = 1\.1 must be at most 1",
        ),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "train.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JobAtlasError, match=f"(?i){message}"):
        read_config(path)


def test_shares_may_reach_their_greatest_values(tmp_path):
    path = tmp_path / "train.toml"
    path.write_text(
        'kind = "encoder"\n[decision]\nrole_accuracy = 1\n[mixture]\nasked_below = 1.0\n'
        "[finetuning]\nhide_title = 0.6\nhide_description = 0.4\nlength = 8\n",
        encoding="utf-8",
    )
    config = read_config(path)
    assert (config.decision.role_accuracy, config.mixture.asked_below, config.finetuning.length) == (1.0, 1.0, 8)


def test_a_missing_configuration_says_so(tmp_path):
    with pytest.raises(JobAtlasError, match="cannot be read"):
        read_config(tmp_path / "none.toml")


def test_the_shipped_configuration_is_readable():
    assert read_config(Path(__file__).parents[2] / "examples" / "train.toml").name == "ngrams"


def test_training_without_its_packages_says_how_to_get_them():
    program = "import sys\nsys.modules['torch'] = None\nimport classifier.training.train\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "JobAtlasError: training a model needs the package torch" in done.stderr
    assert "pip install 'job-atlas[train]'" in done.stderr


def test_a_model_learnt_without_company_names_answers_with_numbers(written_material, tmp_path):
    rows = pq.read_table(written_material.data / "postings.parquet").drop_columns(["company"])
    (tmp_path / "data").mkdir()
    pq.write_table(rows, tmp_path / "data" / "postings.parquet")
    config = tmp_path / "train.toml"
    config.write_text(TINY, encoding="utf-8")
    folders = tmp_path / "data", [written_material.labels], tmp_path / "model", tmp_path / "work"
    train(config, *folders, lambda _: None)
    model = load_model(tmp_path / "model")
    assert len(model._vocabularies["company"].buckets) == 0
    # Names enough to hit any ten thousand of four million buckets.
    names = [f"{chr(0x4E00 + 37 * number)}{chr(0x5E00 + 41 * number)}科技有限公司" for number in range(300)]
    read = model.probabilities(["Java开发工程师"] * 300, ["负责交易系统"] * 300, names)
    assert np.isfinite(read.industry).all()
    assert np.ptp(read.industry, axis=0).max() == 0
