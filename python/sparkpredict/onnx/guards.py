# SPDX-License-Identifier: Apache-2.0
"""Makes a graph refuse the rows that the Python model refuses: NaN, infinity, or both.

A library raises on a number that it does not take, and its graph would answer with another. So an
operator is put behind the input that fails where such a number is: it looks for the second of one
value. ONNX Runtime's error names the operator, and so says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.onnx import edits

if TYPE_CHECKING:
    from collections.abc import Sequence

_INT64 = 7
NAME = "{} takes no {}"


@dataclass(frozen=True)
class Refusals:
    """What the Python model refuses in the values of one input.

    Attributes:
        nan: for each value of a row whether NaN is refused.
        infinite: likewise.
    """

    nan: Sequence[bool]
    infinite: Sequence[bool]


def add(graph: Any, at: int, refusals: Refusals) -> None:
    """Lets an input refuse numbers.

    Args:
        graph: of opset 9 or newer.
        at: place of the input, which is of floating-point numbers.
        refusals: what the Python model does.
    """
    from onnx import helper, numpy_helper

    name = graph.input[at].name
    dtype = helper.tensor_dtype_to_np_dtype(graph.input[at].type.tensor_type.elem_type)
    constants: dict[str, Any] = {}
    nodes: list[Any] = []
    kept = name
    for number, flags in (("NaN", refusals.nan), ("infinity", refusals.infinite)):
        if not any(flags):
            continue
        stem = f"{name}/{number}"
        constants[f"{stem}/where"] = np.asarray(flags)
        constants[f"{stem}/table"] = np.zeros(1, dtype=dtype)
        nodes += _found(name, stem, number)
        if number != "NaN":
            constants[f"{stem}/largest"] = np.asarray(np.finfo(dtype).max)
        nodes += [
            helper.make_node("And", [f"{stem}/found", f"{stem}/where"], [f"{stem}/refused"]),
            helper.make_node("Cast", [f"{stem}/refused"], [f"{stem}/second"], to=_INT64),
            helper.make_node(
                "Gather",
                [f"{stem}/table", f"{stem}/second"],
                [f"{stem}/nothing"],
                name=NAME.format(name, number),
            ),
            helper.make_node("Sub", [kept, f"{stem}/nothing"], [f"{stem}/taken"]),
        ]
        kept = f"{stem}/taken"
    if not nodes:
        return
    graph.initializer.extend(numpy_helper.from_array(v, n) for n, v in constants.items())
    for node in graph.node:
        edits.rename_read(node, {name: kept})
    inner = list(graph.node)
    del graph.node[:]
    graph.node.extend([*nodes, *inner])


def _found(name: str, stem: str, number: str) -> list[Any]:
    """Operators that say where the number is: of any version since 9."""
    from onnx import helper

    if number == "NaN":
        return [helper.make_node("IsNaN", [name], [f"{stem}/found"])]
    return [
        helper.make_node("Abs", [name], [f"{stem}/size"]),
        helper.make_node("Greater", [f"{stem}/size", f"{stem}/largest"], [f"{stem}/found"]),
    ]
