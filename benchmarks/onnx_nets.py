# SPDX-License-Identifier: Apache-2.0
"""The graphs that the engine onnx is measured by: in opsets that SynapseML's ONNX Runtime loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from benchmarks.peers import synapseml


@dataclass(frozen=True)
class Net:
    """One graph: input ``X``, output ``y``, one number for each row.

    Attributes:
        shape: of a row.
        graph: makes it.
        rows: how many of the run's rows are scored, as a part.
        is_image: whether a row comes as one array, not as columns.
    """

    shape: tuple[int, ...]
    graph: Callable[[], Any]
    rows: float = 1.0
    is_image: bool = False


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
        opsets = [helper.make_opsetid(*domain) for domain in synapseml.OPSETS.items()]
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


NETS = {
    "onnx_linear": Net((9,), partial(dense, 9, 1)),
    "onnx_mlp": Net((64,), partial(dense, 64, 128, 64, 1)),
    "onnx_cnn": Net((28 * 28,), convolutions, 0.02, is_image=True),
}
