# SPDX-License-Identifier: Apache-2.0
"""The format of model plans: the same plan, the same bytes; and no plan that breaks its rules."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest

import plan_links
import plan_numpy
from small_plans import f8, forest, small
from sparkpredict.compile import container, operations, plan
from sparkpredict.compile.plan import Input, ModelPlan, Output, Step

PAGE = Path(__file__).parents[2] / "docs" / "model-plan.md"


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
