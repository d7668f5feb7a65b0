# SPDX-License-Identifier: Apache-2.0
"""The graphs that the engine onnx is measured by: in opsets that SynapseML's ONNX Runtime loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from onnx import TensorProto, helper, numpy_helper

from benchmarks import data, zoo
from benchmarks.zoo.converted import OPSETS


@dataclass(frozen=True)
class Net(zoo.InOneTable):
    """One graph: input ``X``, output ``y``, one number for each row.

    Attributes:
        shape: of a row.
        graph: makes it.
        is_image: whether a row comes as one array, not as columns.
    """

    shape: tuple[int, ...]
    graph: Callable[[], Any]
    is_image: bool = False

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        if not self.is_image:
            return data.numbers(rows, seed, self.shape[0])
        values = np.random.default_rng(seed).normal(size=(rows, *self.shape))
        return pd.DataFrame({"X": [*values.astype(np.float32)]})

    def trained(self, folder: Path) -> zoo.Trained:
        import mlflow
        import onnxruntime

        graph = self.graph()
        payload = graph.SerializeToString()  # MLflow's saving takes the weights out of the graph
        mlflow.onnx.save_model(
            graph, str(folder), signature=self._signature(), pip_requirements=["onnxruntime"]
        )
        session = onnxruntime.InferenceSession(payload, providers=["CPUExecutionProvider"])

        def predict(rows: pd.DataFrame) -> Any:
            return session.run(["y"], {"X": self.matrix(rows)})[0].ravel()

        columns = ("X",) if self.is_image else tuple(f"x{at}" for at in range(self.shape[0]))
        return zoo.Trained(str(folder), columns, predict, lambda: payload)

    def matrix(self, rows: pd.DataFrame) -> Any:
        """The rows as the graph takes them."""
        values = np.stack(rows["X"].to_numpy()) if self.is_image else rows.to_numpy()
        return values.astype(np.float32)

    def _signature(self) -> Any:
        from mlflow.models import ModelSignature
        from mlflow.types import ColSpec, Schema, TensorSpec

        if self.is_image:
            tensor = TensorSpec(np.dtype("float32"), (-1, *self.shape), "X")
            return ModelSignature(Schema([tensor]))
        columns = [ColSpec("double", f"x{at}") for at in range(self.shape[0])]
        return ModelSignature(Schema(columns), Schema([ColSpec("float")]))


class _Draft:
    """Nodes one after the other, with seeded weights."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.last = "X"
        self._random = np.random.default_rng(0)

    def weight(self, *shape: int) -> str:
        name = f"w{len(self.weights)}"
        values = self._random.normal(size=shape) / np.sqrt(np.prod(shape[:-1]))
        self.weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def add(self, kind: str, *weights: str, to: str = "", **attributes: Any) -> None:
        made = to or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [self.last, *weights], [made], **attributes))
        self.last = made

    def model(self, shape: tuple[int, ...]) -> Any:
        given = helper.make_tensor_value_info("X", TensorProto.FLOAT, ["n", *shape])
        answer = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 1])
        graph = helper.make_graph(self.nodes, "net", [given], [answer], self.weights)
        opsets = [helper.make_opsetid(*domain) for domain in OPSETS.items()]
        return helper.make_model(graph, opset_imports=opsets, ir_version=7)


def dense(*sizes: int) -> Any:
    """Dense layers with ReLU between."""
    draft = _Draft()
    for at, (wide, narrow) in enumerate(zip(sizes, sizes[1:])):
        is_last = at == len(sizes) - 2
        weights = draft.weight(wide, narrow), draft.weight(narrow)
        draft.add("Gemm", *weights, to="y" if is_last else "")
        if not is_last:
            draft.add("Relu")
    return draft.model((sizes[0],))


def convolutions() -> Any:
    """Two convolutions with pooling over an image of 28 x 28, given flat, and a dense layer."""
    draft = _Draft()
    draft.weights.append(numpy_helper.from_array(np.array([-1, 1, 28, 28]), "image"))
    draft.add("Reshape", "image")
    for before, after in ((1, 8), (8, 16)):
        draft.add("Conv", draft.weight(after, before, 3, 3), pads=[1, 1, 1, 1])
        draft.add("Relu")
        draft.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
    draft.add("Flatten")
    draft.add("Gemm", draft.weight(16 * 7 * 7, 1), draft.weight(1), to="y")
    return draft.model((28 * 28,))


NETS: dict[str, zoo.Model] = {
    "onnx_linear": Net((9,), partial(dense, 9, 1)),
    "onnx_mlp": Net((64,), partial(dense, 64, 128, 64, 1)),
    "onnx_cnn": Net((28 * 28,), convolutions, is_image=True),
}
