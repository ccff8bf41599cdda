"""From a trained classifier to an ONNX graph for one posting: plain operators, 8-bit matrices and tables."""

import copy
import logging
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, compose, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from classifier.encoder_model import TOKENS_INPUT
from classifier.labels import HEADS
from classifier.training.encoder.module import PostingClassifier
from classifier.training.export import OPSET, build_graph, quantise_rows

_DEEP, _WIDE = "deep_", "wide_"

_TABLE_ROWS = 400
"""From so many rows on, what a Gather reads is an embedding table worth storing in 8 bits."""

_EXAMPLE_TOKENS = 16


class _Deep(nn.Module):
    """The encoder's logits of one posting, without padding and so without a mask."""

    def __init__(self, classifier: PostingClassifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.classifier.deep(tokens, None)


def full_graph(classifier: PostingClassifier) -> bytes:
    """The classifier in 32 bits.

    Inputs: `tokens` int64 [1, tokens], and with an n-gram network what `export.build_graph` names.
    Outputs: role, ai, industry, float [1, classes], uncalibrated.
    """
    return _with_wide(_deep_graph(classifier), classifier)


def small_graph(classifier: PostingClassifier, seven_bits: bool) -> bytes:
    """The classifier with 8-bit matrices and tables; what a posting's vector goes through stays in 32 bits.

    Args:
        classifier: the trained classifier.
        seven_bits: whether matrices use 7 of the 8 bits, so that no processor's sums of products saturate.
    """
    deep = _deep_graph(classifier)
    # The quantiser turns the Gemm of a head into a MatMul of this name, and would quantise it.
    heads = [f"{node.name}_MatMul" for node in deep.graph.node if node.op_type == "Gemm"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.onnx"
        previous = logging.root.manager.disable
        logging.disable(logging.WARNING)  # it advises a pre-processing that is for convolutions
        try:
            quantize_dynamic(
                deep,
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
    return _with_wide(graph, classifier)


def _deep_graph(classifier: PostingClassifier) -> onnx.ModelProto:
    deep = _Deep(copy.deepcopy(classifier).to("cpu").eval())
    # Eager attention is MatMul, Softmax, MatMul: on CPU no slower than a fused operator, and it can be quantised.
    deep.classifier.encoder.set_attn_implementation("eager")  # type: ignore[operator]  # of Hugging Face models
    example = torch.ones(1, _EXAMPLE_TOKENS, dtype=torch.int64)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deep.onnx"
        with warnings.catch_warnings(), torch.no_grad():
            # The newer exporter needs onnxscript and leaves fewer plain operators; torch is pinned, so this one stays.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                deep,
                (example,),
                path,
                input_names=[TOKENS_INPUT],
                output_names=[_DEEP + head for head in HEADS],
                dynamic_axes={TOKENS_INPUT: {1: "tokens"}},
                opset_version=OPSET,
                dynamo=False,
            )
        return onnx.load(path)


def _quantise_tables(graph: onnx.GraphProto) -> None:
    """Store what large Gathers read as 8-bit rows with a scale each."""
    weights = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        table = weights.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.dims[0] < _TABLE_ROWS or table.data_type != TensorProto.FLOAT:
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


def _with_wide(deep: onnx.ModelProto, classifier: PostingClassifier) -> bytes:
    """The graph whose logits are the sums of the encoder's and, if there is one, the n-gram network's."""
    joined = deep
    if classifier.wide is not None:
        wide = onnx.load_from_string(build_graph(copy.deepcopy(classifier.wide).to("cpu")))
        wide = compose.add_prefix(wide, _WIDE, rename_inputs=False)
        deep.ir_version = wide.ir_version
        joined = compose.merge_models(deep, wide, io_map=[])
    heads = list(joined.graph.output)
    del joined.graph.output[:]
    for place, head in enumerate(HEADS):
        parts = [_DEEP + head] + ([_WIDE + head] if classifier.wide is not None else [])
        joined.graph.node.append(helper.make_node("Sum", parts, [head]))
        classes = heads[place].type.tensor_type.shape.dim[-1].dim_value
        joined.graph.output.append(helper.make_tensor_value_info(head, TensorProto.FLOAT, [1, classes]))
    onnx.checker.check_model(joined)
    content: bytes = joined.SerializeToString()
    return content
