# SPDX-License-Identifier: Apache-2.0
"""Plans of a few steps, right as they are and easily spoilt."""

from __future__ import annotations

import math

import numpy as np

from sparkpredict.compile.plan import Input, ModelPlan, Output


def f8(*values):
    return np.asarray(values, dtype=np.float64)


def forest(**changed):
    """Two trees over two columns: one of two nodes, one of a single leaf."""
    fields = {
        "tree_nodes": np.asarray([0, 2, 2], np.uint32),
        "tree_leaves": np.asarray([0, 3, 4], np.uint32),
        "feature": np.asarray([0, 1], np.int32),
        "threshold": f8(0.5, math.inf),
        "left": np.asarray([-1, -2], np.int32),
        "right": np.asarray([1, -3], np.int32),
        "flags": np.asarray([1, 2], np.uint8),
        "leaf": f8(1.0, 2.0, 3.0, 10.0),
        "target": np.asarray([0, 0], np.int32),
        "sum": "f8",
        "base": f8(0.25),
        "base_at": "first",
    }
    return {name: value for name, value in {**fields, **changed}.items() if value is not None}


def small(*steps, columns=(2,), **output):
    return ModelPlan(
        inputs=(Input("a", "number"), Input("b", "number"), Input("c", "text")),
        steps=steps,
        outputs={"predict": Output(columns, **output)},
        default="predict",
        widens=True,
    )
