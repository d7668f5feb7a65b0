# SPDX-License-Identifier: Apache-2.0
"""Rows beside the thresholds of a graph's trees, where float32 and float64 part.

Source: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md, TreeEnsembleRegressor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_TREES = frozenset({"TreeEnsembleClassifier", "TreeEnsembleRegressor"})
_TESTS = "BRANCH"
_SIDES = (-np.inf, None, np.inf)


def rows(graph: Any, width: int, count: int, random: Any) -> Any:
    """Rows with one number at a threshold or a step of a float32 beside it; none without trees.

    Args:
        graph: of which the trees test the columns of its one input.
        width: how many numbers a row has.
        count: how many rows at most.
        random: numpy's generator.
    """
    tests = [test for node in graph.node if node.op_type in _TREES for test in _of(node)]
    tests = [(feature, value) for feature, value in dict.fromkeys(tests) if feature < width]
    if not tests:
        return np.empty((0, width))
    chosen = [tests[at] for at in random.permutation(len(tests))[: count // len(_SIDES)]]
    made = random.normal(size=(len(chosen) * len(_SIDES), width)).astype(np.float32)
    for at, (feature, value) in enumerate(chosen):
        for side, towards in enumerate(_SIDES):
            near = value if towards is None else np.nextafter(value, np.float32(towards))
            made[at * len(_SIDES) + side, feature] = near
    return made.astype(np.float64)


def _of(node: Any) -> list[tuple[int, np.float32]]:
    known = {one.name: one for one in node.attribute}
    listed = zip(
        known["nodes_modes"].strings,
        known["nodes_featureids"].ints,
        known["nodes_values"].floats,
    )
    return [(int(f), np.float32(value)) for mode, f, value in listed if _TESTS in mode.decode()]
