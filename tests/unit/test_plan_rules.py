# SPDX-License-Identifier: Apache-2.0
"""No plan is written that breaks a rule of the format, and the error says which."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

from small_plans import f8, forest, small
from sparkpredict.compile import container
from sparkpredict.compile.plan import Step


@pytest.mark.parametrize(
    ("step", "told"),
    [
        pytest.param(Step("fft", (0,), 1), "operation is unknown", id="operation"),
        pytest.param(Step("cast32", (3,), 1), "reads column 3", id="later-column"),
        pytest.param(Step("cast32", (2,), 1), "which is a text", id="text-as-number"),
        pytest.param(
            Step("missing_text", (0,), 1, {"missing": None}), "as a text", id="number-as-text"
        ),
        pytest.param(Step("cast32", (0,), 2), "appends 2 columns, not 1", id="count"),
        pytest.param(Step("cast32", (0,), 1, {"x": 1}), "field x is unknown", id="field"),
        pytest.param(
            Step("impute", (0,), 1, {"missing": f8(0)}), "has no values", id="absent-field"
        ),
        pytest.param(
            Step("impute", (0,), 1, {"missing": f8(0), "values": f8(1, 2)}),
            "has 2 values, not 1",
            id="length",
        ),
        pytest.param(
            Step("impute", (0,), 1, {"missing": f8(0), "values": np.zeros(1, np.float32)}),
            "values is no f8",
            id="dtype",
        ),
        pytest.param(
            Step("link", (0,), 1, {"function": "cosine"}), "'cosine' is unknown", id="function"
        ),
        pytest.param(
            Step("link", (0,), 1, {"function": "binary"}), "does not append 1", id="binary"
        ),
        pytest.param(
            Step("link", (0,), 1, {"function": "divide"}), "divide has a divisor", id="divide"
        ),
        pytest.param(
            Step("link", (0,), 1, {"function": "exp", "least": f8(0)}), "no least size", id="least"
        ),
        pytest.param(Step("product", (0, 1, 0), 1), "a factor is alone", id="product"),
        pytest.param(
            Step("bins", (0,), 1, {"edges": f8(2, 1), "starts": np.asarray([0, 2], np.uint32)}),
            "edges are not sorted",
            id="edges",
        ),
        pytest.param(
            Step("bins", (0,), 1, {"edges": f8(2, 3), "starts": np.asarray([0, 1], np.uint32)}),
            "does not end with the edges",
            id="starts",
        ),
        pytest.param(
            Step("interpolate", (0,), 1, {"at": f8(1, 2), "values": f8(1)}),
            "2 points, and 1 values",
            id="values",
        ),
        pytest.param(
            Step("interpolate", (0,), 1, {"at": f8(2, 1), "values": f8(1, 1)}),
            "points are not sorted",
            id="points",
        ),
        pytest.param(Step("codes", (0,), 1, {"values": f8(0)}), "or numbers", id="no-categories"),
        pytest.param(
            Step("codes", (0,), 1, {"numbers": f8(0.0, -0.0), "values": f8(0, 1)}),
            "there twice",
            id="category-twice",
        ),
        pytest.param(
            Step("onehot", (2,), 1, {"texts": ("a",), "places": np.asarray([1], np.int32)}),
            "not among its 1",
            id="place",
        ),
    ],
)
def test_a_step_that_breaks_a_rule_is_refused(step, told):
    with pytest.raises(container.Broken, match=re.escape(told)):
        small(step, columns=(0,)).to_bytes()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"left": np.asarray([-1, -4], np.int32)}, "none of its", id="leaf-outside"),
        pytest.param({"right": np.asarray([2, -3], np.int32)}, "none of its", id="node-outside"),
        pytest.param({"right": np.asarray([0, -3], np.int32)}, "before its parent", id="loop"),
        pytest.param({"left": np.asarray([-3, -2], np.int32)}, "two parents", id="shared-leaf"),
        pytest.param({"feature": np.asarray([0, 2], np.int32)}, "none of the 2", id="feature"),
        pytest.param({"threshold": f8(0, math.nan)}, "NaN", id="threshold"),
        pytest.param({"flags": np.asarray([4, 0], np.uint8)}, "flag is unknown", id="flag"),
        pytest.param({"leaf": f8(1, 2, 3)}, "3 values for 4", id="leaves"),
        pytest.param({"leaf": np.zeros(4, np.int32)}, "leaf is no f", id="leaf-dtype"),
        pytest.param({"target": np.asarray([0, 1], np.int32)}, "none of the 1", id="target"),
        pytest.param({"set": np.asarray([0, -1], np.int32)}, "come together", id="sets"),
        pytest.param(
            {
                "set": np.asarray([1, -1], np.int32),
                "set_starts": np.asarray([0, 1], np.uint32),
                "set_words": np.asarray([1], np.uint32),
            },
            "none of the 1",
            id="set-outside",
        ),
        pytest.param({"sum": "f2"}, "'f2'", id="sum"),
        pytest.param({"tree_nodes": np.asarray([0, 3, 2], np.uint32)}, "goes down", id="starts"),
    ],
)
def test_a_forest_that_breaks_a_rule_is_refused(changed, told):
    with pytest.raises(container.Broken, match=re.escape(told)):
        small(Step("forest", (0, 1), 1, forest(**changed)), columns=(3,)).to_bytes()


@pytest.mark.parametrize(
    ("output", "told"),
    [
        pytest.param({"columns": (9,)}, "reads column 9", id="column"),
        pytest.param({"columns": (2,)}, "is text", id="text"),
        pytest.param({"columns": (0, 1)}, "of 2 columns", id="scalar-of-two"),
        pytest.param({"columns": (0,), "tolerance": "loose"}, "'loose'", id="tolerance"),
        pytest.param(
            {"columns": (0,), "label_kind": "whole", "labels": (True,)}, "no whole", id="label"
        ),
    ],
)
def test_an_output_that_breaks_a_rule_is_refused(output, told):
    with pytest.raises(container.Broken, match=re.escape(told)):
        small(**output).to_bytes()


def test_a_default_that_is_no_output_is_refused():
    with pytest.raises(container.Broken, match="default"):
        dataclasses.replace(small(columns=(0,)), default="leaf").to_bytes()
