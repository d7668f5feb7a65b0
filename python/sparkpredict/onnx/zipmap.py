# SPDX-License-Identifier: Apache-2.0
"""Takes ZipMap off a graph: the maps that converters let a classifier end in.

A map for each row costs an order of magnitude more than the row of numbers that it is made of, in
which the labels are the same and in the same order.
Source: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md, ai.onnx.ml.ZipMap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sparkpredict.onnx import edits

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = ("classlabels_strings", "classlabels_int64s")


def widths(graph: Any) -> dict[str, int]:
    """The outputs that are maps of a ZipMap, and how many labels each has."""
    return {node.output[0]: _count(node) for node in _last(graph)}


def without(model: Any) -> bytes | None:
    """The model with rows of numbers in the place of maps; None where it has no maps.

    An output keeps its name. Weights in other files stay there.

    Args:
        model: a ``ModelProto``; it is changed.
    """
    from onnx import TensorProto, helper

    found = list(_last(model.graph))
    if not found:
        return None
    edits.with_opset(model)
    outputs = {one.name: one for one in model.graph.output}
    for node in found:
        output = outputs[node.output[0]]
        shape = (None, _count(node))
        output.CopyFrom(helper.make_tensor_value_info(output.name, TensorProto.FLOAT, shape))
        node.CopyFrom(helper.make_node("Identity", node.input, node.output, name=node.name))
    return bytes(model.SerializeToString(deterministic=True))


def _last(graph: Any) -> Iterator[Any]:
    """The operators whose maps the graph gives."""
    given = {one.name for one in graph.output}
    for node in graph.node:
        if node.op_type == "ZipMap" and node.domain == "ai.onnx.ml" and node.output[0] in given:
            yield node


def _count(node: Any) -> int:
    listed = [one for one in node.attribute if one.name in LABELS]
    return max((len(one.strings) + len(one.ints) for one in listed), default=0)
