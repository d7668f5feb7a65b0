# SPDX-License-Identifier: Apache-2.0
"""LightGBM's models by onnxmltools: it compares in float64, and the graph in float32.

onnxmltools rounds a threshold to the nearest float32, which may be above it: a float between goes
another way then. The largest float32 that is not above it divides all floats as it does.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.onnx.converters import Made, boosters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sparkpredict.onnx.converters.given import Given


def converted(library: Any, given: Sequence[Given], element: str) -> Made:  # noqa: ARG001
    """See ``converters.Converter``."""
    from onnxmltools import convert_lightgbm

    made = boosters.converted(convert_lightgbm, library, given, zipmap=False)
    below = _below(getattr(library, "booster_", library))
    for node in made.model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "nodes_values":
                exact = [below.get(np.float32(value), value) for value in attribute.floats]
                attribute.floats[:] = exact
    return made


def _below(booster: Any) -> dict[np.float32, np.float32]:
    """For the nearest float32 of each threshold the largest that is not above it."""
    found: dict[np.float32, set[np.float32]] = defaultdict(set)
    for tree in booster.dump_model()["tree_info"]:
        for threshold in _thresholds(tree["tree_structure"]):
            nearest = np.float32(threshold)
            above = float(nearest) > threshold
            found[nearest].add(np.nextafter(nearest, np.float32(-np.inf)) if above else nearest)
    return {nearest: below.pop() for nearest, below in found.items() if len(below) == 1}


def _thresholds(tree: dict[str, Any]) -> Iterator[float]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if "threshold" in node:
            waiting += [node["left_child"], node["right_child"]]
            if node["decision_type"] == "<=":
                yield float(node["threshold"])
