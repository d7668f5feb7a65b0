# SPDX-License-Identifier: Apache-2.0
"""In what a graph computes, and whether the last bits decide which way it takes.

Source: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md, the types of outputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.onnx.walk import graphs

if TYPE_CHECKING:
    from collections.abc import Iterator

# They compute and answer in float32, whatever they are given.
_SINGLE = frozenset(
    {
        *("LinearClassifier", "LinearRegressor", "Normalizer", "Scaler"),
        *("SVMClassifier", "SVMRegressor", "TreeEnsembleClassifier", "TreeEnsembleRegressor"),
    }
)
_ML = "ai.onnx.ml"
# What a little more or less of a number makes another answer of. What makes a label
# of scores, ArgMax and Sign, is not among them: its ties are listed.
_STEPS = frozenset(
    {
        *("TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble", "Binarizer"),
        *("Less", "LessOrEqual", "Greater", "GreaterOrEqual", "TopK"),
        *("Floor", "Ceil", "Round", "Mod"),
    }
)
# ONNX Runtime has none of these for float64.
_SINGLE_ONLY = frozenset({"SVMRegressor", "Imputer", "TreeEnsembleRegressor"})
_FLOAT, _DOUBLE = 1, 11


def lacking(graph: Any) -> str | None:
    """An operator that a graph of float64 has and ONNX Runtime has not."""
    if all(one.type.tensor_type.elem_type != _DOUBLE for one in graph.input):
        return None
    return next((node.op_type for node in _nodes(graph) if node.op_type in _SINGLE_ONLY), None)


def narrowed(model: Any) -> bool:
    """Whether a part of the graph computes in float32."""
    if any(one.type.tensor_type.elem_type == _FLOAT for one in model.graph.input):
        return True
    return any(_is_single(node) for node in _nodes(model.graph))


def steps(graph: Any) -> set[str]:
    """The operators by which a last bit may decide."""
    return {node.op_type for node in _nodes(graph) if node.op_type in _STEPS}


def _is_single(node: Any) -> bool:
    if node.domain == _ML:
        return node.op_type in _SINGLE
    return node.op_type == "Cast" and any(a.name == "to" and a.i == _FLOAT for a in node.attribute)


def _nodes(graph: Any) -> Iterator[Any]:
    for one in graphs(graph):
        yield from one.node
