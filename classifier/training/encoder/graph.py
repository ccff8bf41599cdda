"""From a trained classifier to an ONNX graph for one posting: plain operators, 8-bit matrices and tables."""

import copy
import logging
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from classifier.labels import HEADS
from classifier.text_encoder import TOKENS_INPUT
from classifier.training.encoder.module import PostingClassifier
from classifier.training.ngram_graph import OPSET
from classifier.training.quantise import quantise_rows

TABLE_ROWS = 400
"""From so many rows on, what a Gather reads is an embedding table worth storing in 8 bits."""

_EXAMPLE_TOKENS = 16


class _OfOne(nn.Module):
    """The classifier for one posting, without padding and so without a mask."""

    def __init__(self, classifier: PostingClassifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs: tuple[torch.Tensor, ...] = self.classifier(tokens, None)
        return outputs


def full_graph(classifier: PostingClassifier) -> bytes:
    """The classifier in 32 bits.

    Input: `tokens` int64 [1, tokens].
    Outputs: role, ai, industry, float [1, classes], uncalibrated.
    """
    return _serialised(_exported(classifier))


def small_graph(classifier: PostingClassifier, seven_bits: bool) -> bytes:
    """The classifier with 8-bit matrices and tables; what a posting's vector goes through stays in 32 bits.

    Args:
        classifier: the trained classifier.
        seven_bits: whether matrices use 7 of the 8 bits, so that no processor's sums of products saturate.
    """
    full = _exported(classifier)
    # The quantiser turns the Gemm of a head into a MatMul of this name, and would quantise it.
    heads = [f"{node.name}_MatMul" for node in full.graph.node if node.op_type == "Gemm"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.onnx"
        previous = logging.root.manager.disable
        logging.disable(logging.WARNING)  # it advises a pre-processing that is for convolutions
        try:
            quantize_dynamic(
                full,
                path,
                nodes_to_exclude=heads,
                op_types_to_quantize=["MatMul"],
                per_channel=True,
                reduce_range=seven_bits,
                weight_type=QuantType.QInt8,
                extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
            )
        finally:
            logging.disable(previous)
        graph = onnx.load(path)
    _quantise_tables(graph.graph)
    return _serialised(graph)


def _exported(classifier: PostingClassifier) -> onnx.ModelProto:
    of_one = _OfOne(copy.deepcopy(classifier).to("cpu").eval())
    # Eager attention is MatMul, Softmax, MatMul: on CPU no slower than a fused operator, and it can be quantised.
    of_one.classifier.encoder.set_attn_implementation("eager")  # type: ignore[operator]  # of Hugging Face models
    example = torch.ones(1, _EXAMPLE_TOKENS, dtype=torch.int64)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "full.onnx"
        with warnings.catch_warnings(), torch.no_grad():
            # The newer exporter needs onnxscript and leaves fewer plain operators; torch is pinned, so this one stays.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                of_one,
                (example,),
                path,
                input_names=[TOKENS_INPUT],
                output_names=list(HEADS),
                dynamic_axes={TOKENS_INPUT: {1: "tokens"}},
                opset_version=OPSET,
                dynamo=False,
            )
        exported = onnx.load(path)
    _read_weights_directly(exported.graph)
    return exported


def _read_weights_directly(graph: onnx.GraphProto) -> None:
    """Take out the Identity that the exporter puts before a weight that further layers share, as ALBERT's do.

    Behind it the quantiser sees no constant, and would leave those layers in 32 bits.
    """
    weights = {tensor.name for tensor in graph.initializer}
    direct: dict[str, str] = {}
    nodes = []
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in weights:
            direct[node.output[0]] = node.input[0]
        else:
            node.input[:] = [direct.get(name, name) for name in node.input]
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _quantise_tables(graph: onnx.GraphProto) -> None:
    """Store what large Gathers read as 8-bit rows with a scale each."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        table = weights.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.dims[0] < TABLE_ROWS or table.data_type != TensorProto.FLOAT:
            nodes.append(node)
            continue
        name = table.name
        integers, scales = quantise_rows(np.array(numpy_helper.to_array(table)))
        graph.initializer.remove(table)
        graph.initializer.extend(
            [
                numpy_helper.from_array(integers, f"{name}.rows"),
                numpy_helper.from_array(scales[:, None], f"{name}.scales"),
            ]
        )
        nodes += [
            helper.make_node("Gather", [f"{name}.rows", node.input[1]], [f"{name}.gathered"]),
            helper.make_node("Cast", [f"{name}.gathered"], [f"{name}.vectors"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{name}.scales", node.input[1]], [f"{name}.scale"]),
            helper.make_node("Mul", [f"{name}.vectors", f"{name}.scale"], [node.output[0]]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)


def _serialised(graph: onnx.ModelProto) -> bytes:
    onnx.checker.check_model(graph)
    content: bytes = graph.SerializeToString()
    return content
