"""The size of an encoder before it is trained: from shapes alone, as its export has it."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnxruntime import InferenceSession
from transformers import AlbertConfig, AlbertModel, BertConfig, BertModel

from classifier.encoder_input import EncoderInput
from classifier.labels import LabelSpace
from classifier.training.config import EncoderTrainingConfig, read_config
from classifier.training.encoder.base import Base
from classifier.training.encoder.graph import small_graph
from classifier.training.encoder.module import PostingClassifier
from classifier.training.encoder.pretraining import new_encoder
from classifier.training.encoder.size import MEGABYTE, encoder_bytes
from taxonomy.catalogue import load_taxonomy

EXAMPLES = Path(__file__).parents[2] / "examples"
SHIPPED = Path(__file__).parents[2] / "classifier" / "model"

SPACE = LabelSpace.of_taxonomy(load_taxonomy())


def test_a_published_encoder_of_12_layers_fits_the_example_and_not_the_default():
    config = read_config(EXAMPLES / "train-base.toml")
    of_our_own = read_config(EXAMPLES / "train-encoder.toml")
    assert isinstance(config, EncoderTrainingConfig)
    with torch.device("meta"):
        published = BertModel(BertConfig(vocab_size=21_128))
    megabytes = encoder_bytes(published, SPACE) / MEGABYTE
    assert megabytes == pytest.approx(104, abs=1)
    beside_it = sum((SHIPPED / name).stat().st_size for name in ("model.onnx", "vocabulary.npz", "ai_head.npz"))
    assert of_our_own.export.largest_megabytes < megabytes
    assert megabytes + beside_it / MEGABYTE + 1 < config.export.largest_megabytes
    assert 2e-5 <= config.finetuning.rate <= 5e-5
    # The n-grams are those of the encoder of our own.
    for section in ("vocabulary", "network", "pretraining", "teacher", "student", "mixture"):
        assert getattr(config, section) == getattr(of_our_own, section)


def test_the_shipped_encoder_has_the_size_its_shape_tells():
    config = read_config(EXAMPLES / "train-encoder.toml")
    assert isinstance(config, EncoderTrainingConfig)
    encoder = new_encoder(config.encoder, config.tokenizer.vocabulary, config.seed).base_model
    assert encoder_bytes(encoder, SPACE) == pytest.approx((SHIPPED / "encoder.onnx").stat().st_size, rel=0.01)


def test_layers_that_share_their_weights_are_all_quantised_and_stored_once():
    torch.manual_seed(0)
    shape = AlbertConfig(
        vocab_size=3_000,
        embedding_size=64,
        hidden_size=256,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=1_024,
    )
    base = Base("albert", AlbertModel(shape).eval(), b"", EncoderInput(2, 3, 64), 0, "")
    classifier = PostingClassifier(base, SPACE, 0.0).eval()
    content = small_graph(classifier, seven_bits=True)
    kinds = [node.op_type for node in onnx.load_model_from_string(content).graph.node]
    # Six matrices in each of three layers, and the one that widens the embeddings.
    assert kinds.count("MatMulInteger") == 3 * 6 + 1
    assert len(content) == pytest.approx(encoder_bytes(base.encoder, SPACE), rel=0.1)
    tokens = np.arange(30)[None]
    with torch.no_grad():
        wanted = classifier(torch.from_numpy(tokens), None)[0].numpy()
    given = InferenceSession(content).run(["role"], {"tokens": tokens})[0]
    assert np.corrcoef(wanted[0], given[0])[0, 1] > 0.99
