import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pytest
import torch
import yaml
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import (
    AutoModel,
    AutoTokenizer,
    BertConfig,
    BertModel,
    FNetConfig,
    FNetModel,
    PreTrainedTokenizerFast,
)

from classifier.corpus import read_corpus
from classifier.evaluate import evaluate
from classifier.folds import read_folds
from classifier.labeller import Labeller
from classifier.model import load_model
from classifier.training.config import EncoderTrainingConfig, read_config
from classifier.training.encoder.export import Parity, require_parity, require_size
from classifier.training.encoder.tokens import dictionary_hash
from classifier.training.train import train
from taxonomy.catalogue import DATA_FOLDER, load_taxonomy
from taxonomy.errors import JobAtlasError

TINY = (Path(__file__).parent / "tiny_encoder.toml").read_text(encoding="utf-8")


GOING_ON = """
name = "mine"
folds = 2
[continued]
epochs = 10
batch = 16
table_rate = 2e-3
dense_rate = 2e-3
"""


def quiet(_line):
    pass


@pytest.fixture(scope="module", autouse=True)
def on_the_cpu():
    """Only there does a run give the same bytes again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.cuda, "is_available", lambda: False)
        patch.setenv("CUDA_VISIBLE_DEVICES", "")  # of the runs that are killed
        yield


@pytest.fixture(scope="module")
def material(written_material, tmp_path_factory):
    """The written postings; those of dev.jsonl have no label here, and teach what the teacher says."""
    labels = tmp_path_factory.mktemp("labels")
    shutil.copy(written_material.labels / "train.jsonl", labels)
    return written_material.data, [labels]


@pytest.fixture(scope="module")
def trained(material, tmp_path_factory):
    root = tmp_path_factory.mktemp("encoder")
    (root / "train.toml").write_text(TINY, encoding="utf-8")
    lines = []
    result = train(root / "train.toml", *material, root / "model", root / "work", lines.append)
    return root, result, lines


def batch_of(corpus, places):
    titles, descriptions, companies = corpus.texts(places)
    return pa.RecordBatch.from_pydict({"title": titles, "description": descriptions, "company": companies})


def test_the_model_folder_holds_all_that_is_needed(trained):
    root, result, lines = trained
    metadata = json.loads((root / "model" / "model.json").read_text(encoding="utf-8"))
    assert {path.name for path in (root / "model").iterdir()} == {
        "ai_head.npz",
        "encoder.onnx",
        "folds.csv.bz2",
        "model.json",
        "model.onnx",
        "tokenizer.json",
        "vocabulary.npz",
    }
    assert metadata["version"] == result.version
    assert metadata["config"]["encoder"]["width"] == 64
    assert metadata["base"]["name"] == "pre-trained here"
    assert set(metadata["data"]) == {"postings.parquet", "train.jsonl"}
    assert metadata["parity"]["full"]["role"] == 1.0
    assert metadata["parity"]["small"]["role"] == result.agreement >= 0.99
    assert set(metadata["metrics_on_folds"]) == {"student", "teacher", "n-grams alone", "encoder alone"}
    assert metadata["metrics_on_folds"]["student"]["category_accuracy"] == result.metrics["category_accuracy"]
    assert metadata["encoder"]["roles"] == metadata["labels"]["role"]
    folds = read_folds(root / "model")
    assert len(folds) == metadata["labels_used"]
    right = np.mean([judged.probability > judged.other_probability for judged in folds.values()])
    assert right == pytest.approx(result.metrics["role_accuracy"], abs=0.03)
    assert metadata["encoder"]["mixture"]["asked_below"] == 0.8
    assert str(root) not in json.dumps(metadata)
    assert_the_size_was_foretold(root / "model", lines)


def assert_the_size_was_foretold(folder, lines):
    """Within a tenth, before a network learnt anything."""
    place = next(place for place, line in enumerate(lines) if "will have about" in line)
    assert place < next(place for place, line in enumerate(lines) if "step" in line or "teacher" in line)
    expected = float(lines[place].split("about ")[1].removesuffix(" MB"))
    size = sum(path.stat().st_size for path in folder.iterdir() if path.name != "model.json") / 1e6
    assert expected == pytest.approx(size, rel=0.1)


def test_the_graph_has_plain_operators_and_8_bit_weights(trained):
    root, _, _ = trained
    graph = onnx.load(root / "model" / "encoder.onnx").graph
    kinds = {node.op_type for node in graph.node}
    assert {"MatMulInteger", "DynamicQuantizeLinear", "LayerNormalization", "Softmax"} <= kinds
    assert not kinds & {"Attention", "QAttention", "SkipLayerNormalization", "MultiHeadAttention"}
    assert all(node.domain in {"", "ai.onnx"} for node in graph.node)
    inputs = {value.name for value in graph.input}
    assert inputs == {"tokens"}
    large = [tensor for tensor in graph.initializer if np.prod(tensor.dims) > 64 * 64]
    of_heads = [tensor for tensor in large if tensor.data_type == onnx.TensorProto.FLOAT]
    assert {min(tensor.dims) for tensor in of_heads} == {len(load_taxonomy().roles), len(load_taxonomy().industries)}
    # The table of tokens, and of two layers both feed-forward matrices.
    assert sum(tensor.data_type == onnx.TensorProto.INT8 for tensor in large) == 1 + 2 * 2


def test_the_pretrained_encoder_is_a_hugging_face_folder(trained):
    root, _, _ = trained
    (folder,) = (root / "work").glob("pretrained-*")
    encoder, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    assert encoder.config.num_hidden_layers == 2
    assert tokenizer.convert_ids_to_tokens([0, 1, 2, 3, 4]) == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    assert tokenizer("负责后台 C++ 2024")["input_ids"]
    story = json.loads((folder / "pretraining.json").read_text(encoding="utf-8"))
    assert story["config"]["words"] == dictionary_hash(load_taxonomy())
    losses = [loss for _, loss in story["held_out"]]
    assert losses[-1] < np.log(500)  # less than knowing nothing of 500 entries
    assert not list((root / "work").glob("*checkpoint*"))


def test_the_labeller_loads_it_and_labels_do_not_depend_on_the_batch(trained, material):
    root, result, _ = trained
    corpus = read_corpus(material[0])
    labeller = Labeller.load(root / "model")
    assert labeller.model_version == result.version
    together = labeller.label(batch_of(corpus, range(40))).to_pylist()
    for row in (0, 17, 39):
        assert labeller.label(batch_of(corpus, [row])).to_pylist()[0] == together[row]
    backwards = labeller.label(batch_of(corpus, range(39, -1, -1))).to_pylist()
    assert backwards[::-1] == together
    found = evaluate(material[1][0] / "train.jsonl", material[0], root / "model")
    assert found.figure("role accuracy", "model").value > 0.9


def test_empty_and_strange_postings_get_an_answer_or_none(trained):
    root, _, _ = trained
    model = load_model(root / "model")
    titles = ["", None, "１２３ !!", "前端" * 5000, "\ud800 \x00\u200b", "Java"]
    read = model.probabilities(titles, ["", None, "…", "负责" * 9000, None, ""], [None] * 6)
    assert read.readable.tolist() == [False, False, False, True, False, True]
    assert np.allclose(read.role.sum(axis=1), 1)
    assert model.logits([], [], [])[0]["role"].shape == (0, len(model.labels.roles))


def test_training_from_nothing_again_gives_the_same_model(trained, material, tmp_path):
    root, result, _ = trained
    again = train(root / "train.toml", *material, tmp_path / "model", tmp_path / "work", quiet)
    assert again.version == result.version
    for name in ("model.onnx", "encoder.onnx"):
        assert (tmp_path / "model" / name).read_bytes() == (root / "model" / name).read_bytes()


def test_a_second_run_takes_finished_stages_from_disk(trained, material):
    root, result, _ = trained
    lines = []
    again = train(root / "train.toml", *material, root / "again", root / "work", lines.append)
    assert again.version == result.version
    assert not any("step" in line for line in lines)


def test_a_killed_run_goes_on_from_its_checkpoint_to_the_same_model(trained, material, tmp_path):
    root, result, _ = trained
    program = (
        "import sys; from pathlib import Path; from classifier.training.train import train\n"
        "paths = [Path(name) for name in sys.argv[1:]]\n"
        "config, data, labels, model, work = paths\n"
        "train(config, data, [labels], model, work, lambda line: print(line, flush=True))\n"
    )
    # A checkpoint after every step does not change what is learnt, only when a kill falls.
    config = tmp_path / "train.toml"
    config.write_text(
        TINY.replace("[student]", "checkpoint_minutes = 0.0\n[student]") + "checkpoint_minutes = 0.0\n",
        encoding="utf-8",
    )
    work = tmp_path / "work"
    arguments = [sys.executable, "-c", program, config, material[0], *material[1], tmp_path / "model", work]
    for stage in ("pretraining-*", "finetuned_0-*"):
        running = subprocess.Popen([str(word) for word in arguments], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        # The second checkpoint moves the first aside: two are there, and a third is under way.
        while not list(work.glob(f"{stage}.checkpoint.safetensors.previous")):
            assert running.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        assert not list(work.glob(f"{stage.removesuffix('-*')}-*.npz"))
    lines = []
    again = train(root / "train.toml", *material, tmp_path / "model", work, lines.append)
    assert any("goes on from" in line and "finetuned_0" in line for line in lines)
    assert (tmp_path / "model" / "encoder.onnx").read_bytes() == (root / "model" / "encoder.onnx").read_bytes()
    assert again.metrics == result.metrics


def test_going_on_from_it_keeps_the_encoder_and_learns_a_new_role(trained, material, tmp_path):
    root, _, _ = trained
    taxonomy = with_picture_annotator(tmp_path)
    labels = tmp_path / "labels"
    labels.mkdir()
    text = (material[1][0] / "train.jsonl").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "data_annotator" in line]
    renamed = "\n".join(lines).replace("data_annotator", "picture_annotator")
    (labels / "train.jsonl").write_text(renamed, encoding="utf-8")
    config = tmp_path / "train.toml"
    config.write_text(GOING_ON, encoding="utf-8")
    output = tmp_path / "model"
    result = train(
        config,
        material[0],
        [labels],
        output,
        tmp_path / "work",
        quiet,
        base=str(root / "model"),
        taxonomy=taxonomy,
    )
    for name in ("encoder.onnx", "tokenizer.json"):
        assert (output / name).read_bytes() == (root / "model" / name).read_bytes()
    # Steps of 4 bits would swallow what was learnt.
    for folder, bits in ((root / "model", onnx.TensorProto.UINT8), (output, onnx.TensorProto.INT8)):
        tables = {tensor.name: tensor for tensor in onnx.load(folder / "model.onnx").graph.initializer}
        assert tables["description.table"].data_type == bits
    assert result.agreement >= 0.99
    metadata = json.loads((output / "model.json").read_text(encoding="utf-8"))
    assert "picture_annotator" not in metadata["encoder"]["roles"]
    assert metadata["new_labels"] == ["picture_annotator"]
    assert result.metrics["F1 of new roles, picture_annotator"] > 0.8
    model = load_model(output)
    corpus = read_corpus(material[0])
    named = [json.loads(line)["id"] for line in lines]
    read = model.probabilities(*corpus.texts([corpus.ids.index(one) for one in named]))
    best = [model.labels.roles[place] for place in read.role.argmax(axis=1)]
    assert np.mean([role == "picture_annotator" for role in best]) > 0.8
    others = [json.loads(line)["id"] for line in text.splitlines() if '"java"' in line]
    read = model.probabilities(*corpus.texts([corpus.ids.index(one) for one in others]))
    assert {model.labels.roles[place] for place in read.role.argmax(axis=1)} == {"java"}


def with_picture_annotator(root):
    """The taxonomy with a role that no model was trained for."""
    data = root / "data"
    shutil.copytree(DATA_FOLDER, data)
    roles = yaml.safe_load((data / "roles.yaml").read_text(encoding="utf-8"))
    new = next(role for role in roles["roles"] if role["id"] == "data_annotator") | {"id": "picture_annotator"}
    roles["roles"].append(new | {key: f"图像{new[key]}" for key in ("zh",)})
    (data / "roles.yaml").write_text(yaml.safe_dump(roles, allow_unicode=True), encoding="utf-8")
    return load_taxonomy(data)


@pytest.fixture
def tiny_bert(tmp_path):
    """A Hugging Face folder of an untrained BERT over single characters, as people have them."""
    entries = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *map(chr, range(0x4E00, 0x5E00))]
    tokenizer = Tokenizer(models.WordPiece({entry: place for place, entry in enumerate(entries)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    fast.save_pretrained(tmp_path / "bert")
    shape = BertConfig(
        vocab_size=len(entries),
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=128,
        max_position_embeddings=48,
    )
    BertModel(shape).save_pretrained(tmp_path / "bert")
    return tmp_path / "bert"


def test_any_encoder_is_a_base_and_an_edited_taxonomy_gets_its_heads(tiny_bert, material, tmp_path):
    taxonomy = with_picture_annotator(tmp_path)
    labels = tmp_path / "labels"
    labels.mkdir()
    text = (material[1][0] / "train.jsonl").read_text(encoding="utf-8")
    (labels / "train.jsonl").write_text(text.replace("data_annotator", "picture_annotator"), encoding="utf-8")
    config = tmp_path / "train.toml"
    config.write_text(TINY.replace("epochs = 4", "epochs = 8"), encoding="utf-8")
    told = []
    result = train(
        config,
        material[0],
        [labels],
        tmp_path / "model",
        tmp_path / "work",
        told.append,
        base=str(tiny_bert),
        taxonomy=taxonomy,
    )
    metadata = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert metadata["base"]["name"] == "bert"
    assert metadata["encoder"]["input"]["length"] == 48
    assert_the_size_was_foretold(tmp_path / "model", told)
    assert not list((tmp_path / "work").glob("pretrained-*"))
    labeller = Labeller(load_model(tmp_path / "model"), taxonomy, tmp_path / "model")
    corpus = read_corpus(material[0])
    lines = (labels / "train.jsonl").read_text(encoding="utf-8").splitlines()
    of_new = [json.loads(line)["id"] for line in lines if "picture_annotator" in line]
    rows = labeller.label(batch_of(corpus, [corpus.ids.index(one) for one in of_new])).to_pylist()
    given = [row["role_candidates"][0]["role"] == "picture_annotator" for row in rows]
    assert np.mean(given) > 0.8
    assert result.agreement >= 0.99
    with pytest.raises(JobAtlasError, match="trained for another taxonomy"):
        Labeller.load(tmp_path / "model")


def test_a_base_that_cannot_be_written_is_refused_before_training(tiny_bert, material, tmp_path):
    FNetModel(FNetConfig(vocab_size=8_000, hidden_size=64, num_hidden_layers=1, intermediate_size=128)).save_pretrained(
        tiny_bert
    )
    config = tmp_path / "train.toml"
    config.write_text(TINY, encoding="utf-8")
    with pytest.raises(JobAtlasError, match=r"FNetModel.*cannot be written as ONNX"):
        train(config, *material, tmp_path / "model", tmp_path / "work", quiet, base=str(tiny_bert))
    assert not list((tmp_path / "work").glob("finetuned*"))


@pytest.mark.parametrize(
    ("full", "small", "message"),
    [(0.999, 1.0, "32-bit graph gives"), (1.0, 0.99, "8-bit model gives")],
)
def test_an_export_that_differs_is_refused(full, small, message):
    same = {"role": 1.0, "ai": 0.99, "industry": 0.98}
    require_parity(Parity(same, same), 2_000)
    require_parity(Parity(same | {"role": 0.9995}, same), 2_000)  # one posting
    with pytest.raises(JobAtlasError, match=message):
        require_parity(Parity(same | {"role": full}, same | {"role": small}), 2_000)


def test_a_model_that_is_too_large_after_all_is_not_written():
    require_size(16.0, 16.0)
    with pytest.raises(JobAtlasError, match=r"has 16\.1 MB, more than largest_megabytes = 16; .*\[export\]"):
        require_size(16.1, 16.0)


@pytest.mark.parametrize(
    ("change", "base", "message"),
    [
        (("width = 64", "width = 65"), None, "no multiple of head"),
        (("width = 24", "width = 25"), None, "must be even"),
        (("batch_tokens = 1024", "batch_tokens = 1000000"), None, "Lower batch_tokens"),
        (('kind = "encoder"', 'kind = "encoders"'), None, "is not a kind of training"),
        (("whole", "whole"), "/nowhere/at/all", "cannot be loaded as an encoder"),
        (("bf16 = false", "bf16 = 1"), None, "must be of type bool"),
    ],
)
def test_what_cannot_be_trained_says_why(material, tmp_path, change, base, message):
    config = tmp_path / "train.toml"
    config.write_text(TINY.replace(*change), encoding="utf-8")
    with pytest.raises(JobAtlasError, match=message):
        train(config, *material, tmp_path / "model", tmp_path / "work", quiet, base=base)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("of_ones_own", [True, False])
def test_what_would_be_too_large_is_refused_before_any_training(of_ones_own, tiny_bert, material, tmp_path):
    config = tmp_path / "train.toml"
    config.write_text(f"{TINY}[export]\nlargest_megabytes = 0.5\n", encoding="utf-8")
    base = None if of_ones_own else str(tiny_bert)
    with pytest.raises(
        JobAtlasError,
        match=r"about 1\.\d MB \(0\.\d of the encoder\), more than largest_megabytes = 0\.5; .* = \d in \[export\]",
    ):
        train(config, *material, tmp_path / "model", tmp_path / "work", quiet, base=base)
    stages = {path.name.split("-")[0] for path in (tmp_path / "work").glob("*")}
    assert stages == ({"tokenizer"} if of_ones_own else set())


def test_a_base_needs_the_kind_encoder(material, tmp_path):
    config = tmp_path / "train.toml"
    config.write_text('name = "v1"\n', encoding="utf-8")
    with pytest.raises(JobAtlasError, match='needs kind = "encoder"'):
        train(config, *material, tmp_path / "model", tmp_path / "work", quiet, base="bert-base-chinese")


def test_pickled_weights_are_refused(tiny_bert, material, tmp_path):
    torch.save({}, tiny_bert / "pytorch_model.bin")
    (tiny_bert / "model.safetensors").unlink()
    config = tmp_path / "train.toml"
    config.write_text(TINY, encoding="utf-8")
    with pytest.raises(JobAtlasError, match="cannot be loaded as an encoder"):
        train(config, *material, tmp_path / "model", tmp_path / "work", quiet, base=str(tiny_bert))


def test_a_base_with_code_of_its_own_is_refused_and_its_code_not_run(tiny_bert, tmp_path):
    ran = tmp_path / "ran"
    (tiny_bert / "own.py").write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf-8")
    about = json.loads((tiny_bert / "config.json").read_text(encoding="utf-8"))
    about |= {"model_type": "own", "auto_map": {"AutoConfig": "own.OwnConfig", "AutoModel": "own.OwnModel"}}
    (tiny_bert / "config.json").write_text(json.dumps(about), encoding="utf-8")
    program = (
        "import sys\nfrom classifier.training.encoder.base import load_base\n"
        "from taxonomy.errors import JobAtlasError\n"
        "try:\n    load_base(sys.argv[1], 32)\nexcept JobAtlasError as error:\n    print(error)\n"
    )
    # To whoever asks whether the code may run, yes is said.
    done = subprocess.run(
        [sys.executable, "-c", program, str(tiny_bert)], input="y\ny\n", capture_output=True, text=True, check=True
    )
    assert "needs code of its own, which is not run" in done.stdout
    assert "[y/N]" not in done.stdout
    assert not ran.exists()


def test_the_example_of_an_encoder_is_readable():
    config = read_config(Path(__file__).parents[2] / "examples" / "train-encoder.toml")
    assert isinstance(config, EncoderTrainingConfig)
    # Without a limit in minutes a run can be repeated.
    assert (config.masked.epochs, config.masked.minutes, config.finetuning.minutes) == (1, 0, 0)
