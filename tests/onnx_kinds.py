# SPDX-License-Identifier: Apache-2.0
"""ONNX graphs of kinds that exporters write: any opset, quantised, with tokenizers, sequences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from onnx_graphs import BIAS, WEIGHTS, linear, saved, tensor

SCALE, ZERO = np.float32(1 / 32), np.uint8(128)


def of_opset(path: Path, opset: int) -> Path:
    """``2 a - b + 0.5`` by the operators of a version, of the oldest format that has it."""
    gemm = helper.make_node("Gemm", ["X", "weights", "bias"], ["score"])
    graph = helper.make_graph(
        [gemm],
        "graph",
        [tensor("X", TensorProto.FLOAT, "rows", 2)],
        [tensor("score", TensorProto.FLOAT, "rows", 1)],
        [
            numpy_helper.from_array(WEIGHTS, "weights"),
            numpy_helper.from_array(np.full(1, BIAS), "bias"),
        ],
    )
    opsets = [helper.make_opsetid("", opset)]
    version = helper.find_min_ir_version_for(opsets)
    model = helper.make_model(graph, opset_imports=opsets, ir_version=max(version, 4))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


def quantised(path: Path) -> Path:
    """The linear graph with its input and weights in eight bits, as QDQ writes them."""
    weights = np.round(WEIGHTS / SCALE).astype(np.int8)
    constants = {
        "scale": SCALE,
        "zero": ZERO,
        "no_zero": np.int8(0),
        "weights": weights,
        "bias": np.full(1, BIAS),
    }
    return saved(
        path,
        [
            helper.make_node("QuantizeLinear", ["X", "scale", "zero"], ["bits"]),
            helper.make_node("DequantizeLinear", ["bits", "scale", "zero"], ["rounded"]),
            helper.make_node("DequantizeLinear", ["weights", "scale", "no_zero"], ["w"]),
            helper.make_node("MatMul", ["rounded", "w"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["score"]),
        ],
        [tensor("X", TensorProto.FLOAT, "rows", 2)],
        [tensor("score", TensorProto.FLOAT, "rows", 1)],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )


def quantised_by_batch(path: Path) -> Path:
    """The linear graph as dynamic quantisation writes it: its scale is that of the batch."""
    constants = {
        "weights": np.round(WEIGHTS / SCALE).astype(np.int8),
        "no_zero": np.int8(0),
        "scale": SCALE,
        "bias": np.full(1, BIAS),
    }
    return saved(
        path,
        [
            helper.make_node("DynamicQuantizeLinear", ["X"], ["bits", "own_scale", "own_zero"]),
            helper.make_node(
                "MatMulInteger", ["bits", "weights", "own_zero", "no_zero"], ["whole"]
            ),
            helper.make_node("Cast", ["whole"], ["sum"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["own_scale", "scale"], ["both"]),
            helper.make_node("Mul", ["sum", "both"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["score"]),
        ],
        [tensor("X", TensorProto.FLOAT, "rows", 2)],
        [tensor("score", TensorProto.FLOAT, "rows", 1)],
        [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()],
    )


def of_texts(path: Path) -> Path:
    """How often ``good`` and ``bad`` are among the words of a text, and the one less the other."""
    domain = {"domain": "ai.onnx.ml"}
    return saved(
        path,
        [
            helper.make_node("Tokenizer", ["text"], ["words"], **_tokenizer()),
            helper.make_node(
                "TfIdfVectorizer",
                ["words"],
                ["counts"],
                mode="TF",
                min_gram_length=1,
                max_gram_length=1,
                max_skip_count=0,
                ngram_counts=[0],
                ngram_indexes=[0, 1],
                pool_strings=["good", "bad"],
            ),
            helper.make_node(
                "LinearRegressor", ["counts"], ["score"], coefficients=[1.0, -1.0], **domain
            ),
        ],
        [tensor("text", TensorProto.STRING, "rows")],
        [tensor("score", TensorProto.FLOAT, "rows", 1)],
    )


def _tokenizer() -> dict[str, Any]:
    return {
        "domain": "com.microsoft",
        "mark": 0,
        "mincharnum": 1,
        "pad_value": "#",
        "separators": [" "],
    }


def normalised(path: Path) -> Path:
    """The place of a text among some, whatever its letters' case."""
    return saved(
        path,
        [
            helper.make_node(
                "StringNormalizer", ["text"], ["lower"], case_change_action="LOWER", locale="C"
            ),
            helper.make_node(
                "LabelEncoder",
                ["lower"],
                ["place"],
                domain="ai.onnx.ml",
                keys_strings=["rot", "blau"],
                values_int64s=[0, 1],
                default_int64=9,
            ),
        ],
        [tensor("text", TensorProto.STRING, "rows")],
        [tensor("place", TensorProto.INT64, "rows")],
    )


def split(path: Path) -> Path:
    """How many words a text has, by StringSplit."""
    linear(path)
    graph = helper.make_graph(
        [
            helper.make_node("StringSplit", ["text"], ["words", "count"], delimiter=" "),
        ],
        "graph",
        [tensor("text", TensorProto.STRING, "rows")],
        [tensor("count", TensorProto.INT64, "rows")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def in_sequences(path: Path) -> Path:
    """A number, and a sequence of it and its double."""
    model = onnx.load(str(linear(path)))
    model.graph.node.append(helper.make_node("SequenceConstruct", ["score", "score"], ["both"]))
    model.graph.output.append(
        helper.make_tensor_sequence_value_info("both", TensorProto.FLOAT, ["rows", 1])
    )
    path.write_bytes(model.SerializeToString())
    return path


def brain(path: Path) -> Path:
    """The linear graph inside in bfloat16, with float32 at its ends."""
    return saved(
        path,
        [
            helper.make_node("Cast", ["X"], ["short"], to=TensorProto.BFLOAT16),
            helper.make_node("Cast", ["short"], ["long"], to=TensorProto.FLOAT),
            helper.make_node("MatMul", ["long", "weights"], ["score"]),
        ],
        [tensor("X", TensorProto.FLOAT, "rows", 2)],
        [tensor("score", TensorProto.FLOAT, "rows", 1)],
        [numpy_helper.from_array(WEIGHTS, "weights")],
    )
