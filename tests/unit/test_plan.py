# SPDX-License-Identifier: Apache-2.0
"""The format of model plans: the same plan, the same bytes; and no plan that breaks its rules."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import struct
from pathlib import Path

import numpy as np
import pytest

import plan_links
import plan_numpy
from sparkpredict.compile import container, operations, plan
from sparkpredict.compile.plan import Input, ModelPlan, Output, Step

PAGE = Path(__file__).parents[2] / "docs" / "model-plan.md"


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


def whole():
    return ModelPlan(
        inputs=(Input("a", "number"), Input("b", "number"), Input("ç", "text")),
        steps=(
            Step("impute", (0, 1), 2, {"missing": f8(math.nan), "values": f8(-0.0, 5e-324)}),
            Step(
                "onehot",
                (2,),
                2,
                {
                    "texts": ("é", None),
                    "places": np.asarray([1, -1], np.int32),
                    "unknown": 0,
                },
            ),
            Step("forest", (3, 4), 1, forest()),
            Step("threshold", (7,), 1, {"above": f8(1.0)}),
        ),
        outputs={
            "predict": Output((8,), label_kind="number", labels=(math.nan, 2.5)),
            "decision_function": Output((7, 5), array=True, tolerance="relative"),
        },
        default="predict",
        widens=False,
    )


def test_a_plan_read_is_the_plan_written_and_its_bytes_are_the_same_each_time():
    data = whole().to_bytes()
    again = plan.read(data)
    assert again.to_bytes() == data
    assert plan.digest(data) == plan.digest(whole().to_bytes())
    assert again.inputs == whole().inputs
    assert [s.op for s in again.steps] == ["impute", "onehot", "forest", "threshold"]
    assert again.steps[1].fields["texts"] == ("é", None)
    assert again.steps[0].fields["values"].tobytes() == f8(-0.0, 5e-324).tobytes()
    assert again.outputs["decision_function"] == whole().outputs["decision_function"]
    assert not again.widens


def test_the_layout_of_the_bytes_is_the_documented_one():
    data = whole().to_bytes()
    magic, version, length = struct.unpack_from("<6sHI", data)
    assert (magic, version) == (b"SPPLAN", 1)
    head = json.loads(data[12 : 12 + length].decode("utf-8"))
    sections = -(-(12 + length) // 8) * 8
    assert data[12 + length : sections] == b"\0" * (sections - 12 - length)
    assert head["steps"][0] == {
        "op": "impute",
        "in": [0, 1],
        "out": 2,
        "missing": "0.missing",
        "values": "0.values",
    }
    entry = head["arrays"]["0.values"]
    assert entry["offset"] % 8 == 0
    assert struct.unpack_from("<2d", data, sections + entry["offset"]) == (-0.0, 5e-324)
    ends = [e["offset"] + e["length"] * int(e["dtype"][1]) for e in head["arrays"].values()]
    assert sections + max(ends) == len(data)
    assert not any(isinstance(v, float) for v in _leaves(head))


def _leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for v in value for leaf in _leaves(v)] if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(b"", "0 bytes", id="empty"),
        pytest.param(b"PK\3\4" + b"\0" * 99, "starts with", id="another-kind"),
        pytest.param(struct.pack("<6sHI", b"SPPLAN", 2, 2) + b"{}", "version 2", id="version"),
        pytest.param(struct.pack("<6sHI", b"SPPLAN", 1, 9) + b"{}", "cut off", id="cut-head"),
        pytest.param(struct.pack("<6sHI", b"SPPLAN", 1, 2) + b"{]", "not JSON", id="no-json"),
        pytest.param(struct.pack("<6sHI", b"SPPLAN", 1, 2) + b"{}", "arrays", id="no-arrays"),
        pytest.param(whole().to_bytes()[:-8], "inside the sections", id="cut-sections"),
    ],
)
def test_bytes_that_are_no_plan_are_refused(data, told):
    with pytest.raises(container.Broken, match=told):
        plan.read(data)


def test_a_head_without_its_keys_is_refused():
    data = container.write(container.PLAN, {"version": 1, "inputs": []}, {})
    with pytest.raises(container.Broken, match="steps"):
        plan.read(data)


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
            Step("codes", (0,), 1, {"values": f8(0)}), "texts or numbers", id="no-categories"
        ),
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


def test_the_rules_of_a_forest_as_the_page_tells_them():
    made = small(Step("forest", (0, 1), 1, forest()), columns=(3,))
    rows = [f8(0.5, 0.6, math.nan, 0.6, 0.6), f8(0.0, 1.0, 1.0, math.nan, 1e-36)]
    scored = plan_numpy.score(made, [*rows, [None] * 5])
    # 0.5 goes left; the second node's NaN and near zero are missing, and go right.
    assert scored.answers["predict"].tolist() == [11.25, 12.25, 11.25, 13.25, 13.25]


def test_every_operation_and_link_is_on_the_page_and_in_the_interpreter():
    page = PAGE.read_text(encoding="utf-8")
    for name in (*operations.OPERATIONS, *operations.LINKS):
        assert f"| `{name}` |" in page or f"`{name}`" in page, name
    assert set(operations.OPERATIONS) == set(plan_numpy.OPERATIONS)
    assert set(operations.LINKS) == set(plan_links.LINKS)
    for operation in operations.OPERATIONS.values():
        for field in operation.fields:
            assert f"`{field}`" in page, field
