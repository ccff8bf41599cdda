import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifier.training.config import NetworkConfig
from classifier.training.network import Classifier, Encoder, TableSizes
from classifier.training.ngram_graph import build_graph
from classifier.training.quantise import quantise_halves, quantise_rows, restored, restored_halves

TABLES = arrays(np.float32, (5, 6), elements=st.floats(-100, 100, width=32))


@given(TABLES)
def test_8_bits_are_within_half_a_step(table):
    integers, scales = quantise_rows(table)
    assert integers.dtype == np.int8
    assert np.all(np.abs(restored(integers, scales) - table) <= scales[:, None] * 0.501 + 1e-6)


@given(TABLES)
def test_4_bits_err_no_more_than_rounding_the_whole_range_would(table):
    packed, scales = quantise_halves(table)
    assert packed.dtype == np.uint8
    assert packed.shape == (5, 3)
    back = restored_halves(packed, [scales[:, 0], scales[:, 1]])
    for half in (slice(0, 3), slice(3, 6)):
        part = table[:, half].astype(np.float64)
        step = np.maximum(np.abs(part).max(axis=1, keepdims=True), 1e-12) / 7
        plain = np.rint(part / step) * step
        errors = ((back[:, half] - part) ** 2).sum(axis=1)
        assert np.all(errors <= ((plain - part) ** 2).sum(axis=1) + 1e-3)


def test_integers_of_4_bits_come_back_as_they_were():
    table = np.array([[-8, 7, 0, 3], [7, 7, -7, 1]], dtype=np.float32) * np.float32(0.5)
    packed, scales = quantise_halves(table)
    assert restored_halves(packed, [scales[:, 0], scales[:, 1]])[1].tolist() == table[1].tolist()
    assert packed[1].tolist() == [15 * 16 + 1, 15 * 16 + 9]


@pytest.fixture
def classifier():
    torch.manual_seed(4)
    network = Classifier(Encoder(TableSizes(title=40, description=900, company=20), NetworkConfig(24, 8)), 7, 4, 5)
    return network.eval()


def run(graph, random):
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    feed = {}
    for field, size in (("title", 40), ("description", 900), ("company", 20)):
        feed[f"{field}_rows"] = random.integers(1, size, 12).astype(np.int32)
        feed[f"{field}_values"] = random.random(12).astype(np.float32)
    return session.run(["role", "ai", "industry"], feed)


def test_a_graph_with_4_bits_is_the_network_with_the_restored_table(classifier):
    graph = build_graph(classifier, halved=("description",))
    with torch.no_grad():
        weight = classifier.encoder.description.weight
        full = weight.numpy().copy()
        full[0] = 0
        packed, scales = quantise_halves(full)
        weight.copy_(torch.from_numpy(restored_halves(packed, [scales[:, 0], scales[:, 1]])))
    # In 8 bits, numbers of 4 bits lose nothing that matters here.
    expected = run(build_graph(classifier), np.random.default_rng(1))
    for found, wanted in zip(run(graph, np.random.default_rng(1)), expected, strict=True):
        assert found == pytest.approx(wanted, abs=0.02)
    assert len(graph) < len(build_graph(classifier))
