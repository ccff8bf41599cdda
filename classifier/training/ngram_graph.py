"""The n-gram network as an ONNX graph for one posting, its tables in 8 or 4 bits a number."""

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from classifier.features import FIELDS
from classifier.labels import HEADS
from classifier.training.network import NORM_EPSILON, Classifier, state_arrays
from classifier.training.quantise import HALF_ZERO, quantise_halves, quantise_rows
from classifier.vocabulary import PADDING_ROW

OPSET = 17
"""The first with LayerNormalization."""

FloatArray = npt.NDArray[np.float32]


def build_graph(classifier: Classifier, halved: Collection[str] = ()) -> bytes:
    """The network as an ONNX graph for one posting.

    Inputs, by field (title, description, company): FIELD_rows int32 [features] and FIELD_values float [features].
    Outputs: role, ai, industry, float [1, classes], uncalibrated. Embedding tables are stored as integers with scales;
    everything else is float32.

    Args:
        classifier: the trained network.
        halved: fields whose table is stored in 4 bits a number; the others take 8.
    """
    arrays = state_arrays(classifier)
    weights: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []

    def constant(name: str, array: npt.NDArray[Any]) -> str:
        weights.append(numpy_helper.from_array(array, name))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> str:  # noqa: ANN401 (ONNX attributes)
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def norm(name: str, value: str, output: str) -> str:
        scale = constant(f"{name}.weight", arrays[f"encoder.{name}.weight"])
        bias = constant(f"{name}.bias", arrays[f"encoder.{name}.bias"])
        return node("LayerNormalization", [value, scale, bias], output, axis=-1, epsilon=NORM_EPSILON)

    def linear(name: str, value: str, output: str) -> str:
        kernel = constant(f"{name}.weight", arrays[f"{name}.weight"])
        return node("Gemm", [value, kernel, constant(f"{name}.bias", arrays[f"{name}.bias"])], output, transB=1)

    first_axis = constant("first_axis", np.array([0], dtype=np.int64))

    def pooled(name: str, scales: FloatArray, field: str, vectors: str) -> str:
        """The sum of a posting's vectors, each times its value and its scale."""
        scale = node("Gather", [constant(f"{name}.scales", scales), f"{field}_rows"], f"{name}.scale")
        scaled = node("Mul", [f"{field}_values", scale], f"{name}.scaled")
        row = node("Unsqueeze", [scaled, first_axis], f"{name}.row")
        return node("MatMul", [row, vectors], f"{name}.pooled")

    def gathered(field: str, table: npt.NDArray[Any]) -> str:
        rows = node("Gather", [constant(f"{field}.table", table), f"{field}_rows"], f"{field}.gathered")
        return node("Cast", [rows], f"{field}.vectors", to=TensorProto.FLOAT)

    for field in FIELDS:
        full = arrays[f"encoder.{field}.weight"]
        full[PADDING_ROW] = 0
        if field not in halved:
            table, scales = quantise_rows(full)
            pooled(field, scales, field, gathered(field, table))
            continue
        halves, of_halves = quantise_halves(full)
        both = gathered(field, halves)
        # Operators that split bytes are newer than OPSET; 8-bit integers are exact in floating point.
        sixteen = constant(f"{field}.16", np.array(16, dtype=np.float32))
        zero = constant(f"{field}.zero", np.array(HALF_ZERO, dtype=np.float32))
        upper = node("Floor", [node("Div", [both, sixteen], f"{field}.16ths")], f"{field}.upper_bits")
        lower = node("Sub", [both, node("Mul", [upper, sixteen], f"{field}.16s")], f"{field}.lower_bits")
        parts = [
            pooled(f"{field}.{half}", of_halves[:, place], field, node("Sub", [bits, zero], f"{field}.{half}_numbers"))
            for place, (half, bits) in enumerate((("upper", upper), ("lower", lower)))
        ]
        node("Concat", parts, f"{field}.pooled", axis=1)
    text = norm("norm", node("Add", ["title.pooled", "description.pooled"], "text.sum"), "text.in")
    hidden = node("Relu", [linear("encoder.widen", text, "text.wide")], "text.hidden")
    text = norm("norm_out", node("Add", [text, linear("encoder.narrow", hidden, "text.narrow")], "text.add"), "text")
    firm = norm("norm_company", "company.pooled", "company")
    linear("role", text, "role")
    linear("ai", text, "ai")
    linear("industry", node("Concat", [text, firm], "text.company", axis=1), "industry")

    inputs = []
    for field in FIELDS:
        inputs.append(helper.make_tensor_value_info(f"{field}_rows", TensorProto.INT32, [f"{field}_features"]))
        inputs.append(helper.make_tensor_value_info(f"{field}_values", TensorProto.FLOAT, [f"{field}_features"]))
    outputs = [
        helper.make_tensor_value_info(head, TensorProto.FLOAT, [1, len(arrays[f"{head}.bias"])]) for head in HEADS
    ]
    graph = helper.make_graph(nodes, "postings", inputs, outputs, weights)
    # IR version 8 is the one of opset 17: every onnxruntime that has the operators reads it.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content
