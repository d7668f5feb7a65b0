# SPDX-License-Identifier: Apache-2.0
"""ONNX graphs that take their time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from onnx_graphs import saved, tensor


def endless(path: Path) -> Path:
    """What never answers."""
    return saved(
        path,
        [loop("x", "y", helper.make_node("Identity", ["carried"], ["carried_out"]))],
        [tensor("x", TensorProto.FLOAT, "rows", 1)],
        [tensor("y", TensorProto.FLOAT, "rows", 1)],
        [turns(2**62)],
    )


def slow(path: Path, count: int = 4000) -> Path:
    """The number that came, after so many turns of a product that moves 256 copies of it about."""
    moved = np.roll(np.eye(256, dtype=np.float32), 1, axis=1)
    return saved(
        path,
        [
            helper.make_node("MatMul", ["x", "copies"], ["all"]),
            loop(
                "all", "moved_on", helper.make_node("MatMul", ["carried", "moved"], ["carried_out"])
            ),
            helper.make_node("ReduceMean", ["moved_on"], ["y"], axes=[1], keepdims=1),
        ],
        [tensor("x", TensorProto.FLOAT, "rows", 1)],
        [tensor("y", TensorProto.FLOAT, "rows", 1)],
        [
            turns(count),
            numpy_helper.from_array(np.ones((1, 256), dtype=np.float32), "copies"),
            numpy_helper.from_array(moved, "moved"),
        ],
    )


def loop(given: str, made: str, turn: Any) -> Any:
    """A node that makes one of another, by a node from ``carried`` to ``carried_out`` each turn."""
    body = helper.make_graph(
        [helper.make_node("Identity", ["more"], ["more_out"]), turn],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("more", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("more_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried_out", TensorProto.FLOAT, None),
        ],
    )
    return helper.make_node("Loop", ["turns", "", given], [made], body=body)


def turns(count: int) -> Any:
    """How many the graph's loop makes."""
    return numpy_helper.from_array(np.int64(count), "turns")
