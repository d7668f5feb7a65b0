# SPDX-License-Identifier: Apache-2.0
"""Small ONNX graphs, made by hand, of which the answers are known."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSETS = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)]
POINTS = [(1.0, 2.0), (0.5, -3.0), (-1.25, 0.0)]
FORMULA = [2 * a - b + 0.5 for a, b in POINTS]
WEIGHTS = np.asarray([[2.0], [-1.0]], dtype=np.float32)
BIAS = np.float32(0.5)


def tensor(name: str, kind: int, *shape: Any) -> Any:
    """An input or output; the first size is that of the batch."""
    return helper.make_tensor_value_info(name, kind, list(shape))


def saved(
    path: Path, nodes: list[Any], inputs: list[Any], outputs: list[Any], constants: Any = ()
) -> Path:
    """Writes a graph."""
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(constants))
    used = {node.domain for node in nodes} - {"", "ai.onnx.ml"}
    opsets = [*OPSETS, *(helper.make_opsetid(domain, 1) for domain in sorted(used))]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
    return path


def linear(path: Path, batch: Any = "rows", bias: float = BIAS) -> Path:
    """``2 a - b + 0.5``, or with another bias, of one input X of two floats a row."""
    return saved(
        path,
        [
            helper.make_node("MatMul", ["X", "weights"], ["product"]),
            helper.make_node("Add", ["product", "bias"], ["score"]),
        ],
        [tensor("X", TensorProto.FLOAT, batch, 2)],
        [tensor("score", TensorProto.FLOAT, batch, 1)],
        [
            numpy_helper.from_array(WEIGHTS, "weights"),
            numpy_helper.from_array(np.float32(bias), "bias"),
        ],
    )


def with_weights_outside(path: Path, place: str) -> Path:
    """The same with its weights in another file, as large models have them."""
    linear(path)
    model = onnx.load(str(path))
    weights = next(one for one in model.graph.initializer if one.name == "weights")
    (path.parent / place).parent.mkdir(parents=True, exist_ok=True)
    (path.parent / place).write_bytes(weights.raw_data)
    onnx.external_data_helper.set_external_data(weights, location=place)
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    path.write_bytes(model.SerializeToString())
    return path


def echo(path: Path, kind: int, *sizes: Any) -> Path:
    """What comes in goes out; the sizes are those of a row."""
    shape = ("rows", *sizes)
    return saved(
        path,
        [helper.make_node("Identity", ["x"], ["y"])],
        [tensor("x", kind, *shape)],
        [tensor("y", kind, *shape)],
    )


def mixed(path: Path) -> Path:
    """``total`` of a float, an int64 and a flag, and the ``text`` that came, by name."""
    cast = [
        helper.make_node("Cast", [name], [f"{name}_float"], to=TensorProto.FLOAT)
        for name in ("count", "flag")
    ]
    return saved(
        path,
        [
            *cast,
            helper.make_node("Add", ["size", "count_float"], ["part"]),
            helper.make_node("Add", ["part", "flag_float"], ["total"]),
            helper.make_node("Identity", ["name"], ["text"]),
        ],
        [
            tensor("size", TensorProto.FLOAT, "rows", 1),
            tensor("count", TensorProto.INT64, "rows", 1),
            tensor("flag", TensorProto.BOOL, "rows", 1),
            tensor("name", TensorProto.STRING, "rows"),
        ],
        [
            tensor("total", TensorProto.FLOAT, "rows", 1),
            tensor("text", TensorProto.STRING, "rows"),
        ],
    )


def classifier(path: Path, *, zipmap: bool = False, texts: bool = True) -> Path:
    """A logistic regression of a and b by skl2onnx."""
    from skl2onnx import to_onnx
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(7)
    values = random.normal(size=(200, 2)).astype(np.float32)
    at = np.digitize(values[:, 0] - values[:, 1], [-1.0, 1.0])
    fitted = LogisticRegression().fit(
        values, np.asarray(["low", "middle", "high"])[at] if texts else at
    )
    model = to_onnx(
        fitted, values[:1], target_opset={"": 15, "ai.onnx.ml": 3}, options={"zipmap": zipmap}
    )
    path.write_bytes(model.SerializeToString())
    return path


def with_categories(path: Path) -> Path:
    """A logistic regression of two scaled numbers a and b and two categories c and d."""
    import pandas as pd
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    random = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "a": random.normal(size=200),
            "b": random.normal(size=200),
            "c": random.choice(["rot", "grün", "blau"], 200),
            "d": random.choice(["k0", "k1", "k2"], 200),
        }
    )
    encoder = OneHotEncoder(handle_unknown="ignore")
    columns = ColumnTransformer(
        [("numbers", StandardScaler(), ["a", "b"]), ("texts", encoder, ["c", "d"])]
    )
    at = (frame.a + (frame.c == "rot") - (frame.d == "k1") > 0).astype(int)
    fitted = make_pipeline(columns, LogisticRegression()).fit(frame, at)
    inputs = [
        (name, (FloatTensorType if name in "ab" else StringTensorType)([None, 1])) for name in frame
    ]
    model = to_onnx(fitted, initial_types=inputs, options={"zipmap": False}, target_opset=15)
    path.write_bytes(model.SerializeToString())
    return path


def by_row(path: Path) -> Path:
    """The mean of a row of any length."""
    return saved(
        path,
        [helper.make_node("ReduceMean", ["x"], ["y"], axes=[1], keepdims=0)],
        [tensor("x", TensorProto.FLOAT, "rows", "length")],
        [tensor("y", TensorProto.FLOAT, "rows")],
    )


def encoded(path: Path, *keys: str, labels: Sequence[str] = (), width: int = 1) -> Path:
    """The place of a text among some, 9 for others; or a label for each of these."""
    values = {"values_strings": labels} if labels else {"values_int64s": range(len(keys))}
    other = {"default_string": "none"} if labels else {"default_int64": 9}
    return saved(
        path,
        [
            helper.make_node(
                "LabelEncoder",
                ["name"],
                ["place"],
                domain="ai.onnx.ml",
                keys_strings=keys,
                **values,
                **other,
            )
        ],
        [tensor("name", TensorProto.STRING, "rows", width)],
        [tensor("place", TensorProto.STRING if labels else TensorProto.INT64, "rows", width)],
    )


def by_batch(path: Path) -> Path:
    """How far a number is from the mean of its batch."""
    return saved(
        path,
        [
            helper.make_node("ReduceMean", ["x"], ["mean"], axes=[0], keepdims=1),
            helper.make_node("Sub", ["x", "mean"], ["y"]),
        ],
        [tensor("x", TensorProto.FLOAT, "rows", 1)],
        [tensor("y", TensorProto.FLOAT, "rows", 1)],
    )


def drawn(path: Path) -> Path:
    """The number that came and another one each time."""
    return saved(
        path,
        [
            helper.make_node("RandomNormalLike", ["x"], ["noise"]),
            helper.make_node("Add", ["x", "noise"], ["y"]),
        ],
        [tensor("x", TensorProto.FLOAT, "rows", 1)],
        [tensor("y", TensorProto.FLOAT, "rows", 1)],
    )


def without_package(monkeypatch: Any) -> None:
    """Lets nobody import the package onnx, as where it is not installed."""
    imports = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "onnx":
            raise ModuleNotFoundError("No module named 'onnx'", name="onnx")
        return imports(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
