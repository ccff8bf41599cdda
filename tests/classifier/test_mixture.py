import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models

from classifier.calibration import confidence_loss, fit_temperature, softmax
from classifier.corpus import Labels
from classifier.encoder_input import EncoderInput
from classifier.labels import HEADS, LabelSpace
from classifier.mixture import Mixture
from classifier.text_encoder import TextEncoder
from classifier.training.encoder.mixing import choose_mixture
from classifier.training.encoder_config import MixtureConfig

CLASSES = {"role": 5, "ai": 4, "industry": 3}


def scores_of(n):
    return st.fixed_dictionaries(
        {head: arrays(np.float32, (n, width), elements=st.floats(-20, 20, width=32)) for head, width in CLASSES.items()}
    )


@given(scores_of(4), scores_of(4), st.floats(0, 1.01), st.floats(0, 2))
def test_each_posting_is_mixed_on_its_own_and_the_sure_ones_are_left_to_the_ngrams(ngrams, encoder, below, weight):
    mixture = Mixture(dict.fromkeys(HEADS, weight), dict.fromkeys(HEADS, 1.5), below)
    asked = mixture.asked(ngrams)
    mixed = mixture.mixed(ngrams, {head: values[asked] for head, values in encoder.items()}, asked)
    surest = softmax(ngrams["role"].astype(np.float64)).max(axis=1)
    for row in range(4):
        assert asked[row] == (surest[row] < below)
        alone = {head: values[[row]] for head, values in ngrams.items()}
        of_encoder = {head: values[[row]][asked[[row]]] for head, values in encoder.items()}
        again = mixture.mixed(alone, of_encoder, mixture.asked(alone))
        for head in HEADS:
            assert np.array_equal(again[head][0], mixed[head][row])
            wanted = ngrams[head][row] * np.float32(1.5)
            if asked[row]:
                wanted = ngrams[head][row] + np.float32(weight) * encoder[head][row]
            assert mixed[head][row] == pytest.approx(wanted, abs=1e-4)


def test_nothing_to_mix_gives_nothing():
    nothing = {head: np.zeros((0, width), dtype=np.float32) for head, width in CLASSES.items()}
    mixture = Mixture(dict.fromkeys(HEADS, 1.0), dict.fromkeys(HEADS, 1.0), 0.9)
    assert mixture.mixed(nothing, nothing, mixture.asked(nothing))["role"].shape == (0, 5)


def test_the_weight_of_a_head_is_what_its_encoder_is_worth():
    random = np.random.default_rng(3)
    truth = {head: random.integers(0, width, 4_000) for head, width in CLASSES.items()}

    def reader(sharpness):
        return {
            head: (random.normal(size=(4_000, width)) + sharpness[head] * np.eye(width)[truth[head]]).astype(np.float32)
            for head, width in CLASSES.items()
        }

    ngrams = reader(dict.fromkeys(HEADS, 2.0))
    encoder = reader({"role": 2.0, "ai": 0.0, "industry": 1.0})
    empty = np.zeros(4_000, dtype=np.int64)
    first_round = np.zeros(4_000, dtype=bool)
    none: list[set[str]] = [set() for _ in range(4_000)]
    labels = Labels(
        empty, truth["role"], empty - 1, truth["industry"], truth["ai"], empty + 3, skills=none, first_round=first_round
    )
    chosen = choose_mixture(ngrams, encoder, labels, MixtureConfig(asked_below=0.8))
    # Independent normal errors: over all postings the best weight is the ratio of the distances between right and wrong,
    # 1 for the role. It is chosen where the n-grams are unsure of the role, and there they are worth less.
    assert chosen.weights == {"role": 1.25, "ai": 0.0, "industry": 0.5}
    assert chosen.asked_below == 0.8
    # One temperature for both kinds of posting: those left to the n-grams are no surer than they are right.
    asked = chosen.asked(ngrams)
    assert 300 < asked.sum() < 3_700
    mixed = chosen.mixed(ngrams, {head: values[asked] for head, values in encoder.items()}, asked)["role"]
    mixed = mixed.astype(np.float64)
    probabilities = softmax(mixed, fit_temperature(mixed, truth["role"], confidence_loss))
    right = probabilities.argmax(axis=1) == truth["role"]
    for part in (asked, ~asked):
        assert probabilities.max(axis=1)[part].mean() == pytest.approx(right[part].mean(), abs=0.015)
    few = labels.only(np.arange(4_000) < 500)
    of_few = [{head: values[:500] for head, values in scores.items()} for scores in (ngrams, encoder)]
    chosen = choose_mixture(*of_few, few, MixtureConfig(asked_below=0.999))
    assert chosen.alone == {head: 1 + weight for head, weight in chosen.weights.items()}


def constant_graph(values):
    """An ONNX graph that gives the same scores for any tokens."""
    nodes = [
        helper.make_node("Constant", [], [head], value=numpy_helper.from_array(np.array([row], dtype=np.float32)))
        for head, row in values.items()
    ]
    outputs = [helper.make_tensor_value_info(head, TensorProto.FLOAT, [1, len(row)]) for head, row in values.items()]
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "tokens"])
    graph = helper.make_graph(nodes, "constant", [tokens], outputs)
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, opset_imports=[opset], ir_version=8).SerializeToString()


def test_what_an_encoder_does_not_know_it_does_not_speak_against():
    encoder = TextEncoder(
        constant_graph({"role": [1.0, 7.0, 2.0], "ai": [0.0] * 4, "industry": [3.0, 5.0]}),
        Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]")),
        EncoderInput(0, 0, 8),
        ("java", "qa", "sales"),
        ("games", "banking"),
    )
    space = LabelSpace(("sales", "new", "java"), ("sales", "development", "development"), ("games", "banking"))
    scores = encoder.logits_for(space, ["测试", None], ["负责", ""], [None, "甲"])
    assert scores["role"].tolist() == [[2.0, 7.0, 1.0]] * 2
    assert scores["industry"].tolist() == [[3.0, 5.0]] * 2
    nothing = encoder.logits_for(space, [], [], [])
    assert nothing["role"].shape == (0, 3)
