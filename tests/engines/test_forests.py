# SPDX-License-Identifier: Apache-2.0
"""Forests of every shape: the kernels give the bits of the slow interpreter, however rows come."""

from __future__ import annotations

import math

import numpy as np
import pytest

import plan_numpy
from program_jvm import Program, has_wide_registers
from small_plans import f8
from sparkpredict.compile.plan import Input, ModelPlan, Output, Step

SPECIAL = [math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -1e-36, 1e300, -1e300, 1e19]
FEATURES, ROWS = 5, 1100

# what stands at each test: few thresholds, many, close together, far apart
THRESHOLDS = {
    "few": lambda random: random.choice([-1.0, 0.0, 1.0]),
    "many": lambda random: random.normal(),
    "crowded": lambda random: 1.0 + random.integers(0, 50) * 2.0**-52,
    "spread": lambda random: random.choice([-1, 1]) * 10.0 ** random.uniform(-300, 300),
    "infinite": lambda random: random.choice([math.inf, -math.inf, -0.0, 0.5]),
}
LEAVES = [
    pytest.param([1], id="a leaf alone"),
    pytest.param([2, 1, 3], id="a test or two"),
    pytest.param([8] * 17, id="three groups"),
    pytest.param([15, 16, 17] * 4, id="about half a byte"),
    pytest.param([31] * 9, id="as by default"),
    pytest.param([100, 170, 171, 255, 256], id="as many as a byte numbers"),
    pytest.param([257, 4], id="more than that"),
]


@pytest.mark.parametrize("leaves", LEAVES)
@pytest.mark.parametrize("thresholds", THRESHOLDS)
@pytest.mark.parametrize("kind", ["f8", "f4", "wide", "targets"])
def test_a_forest_has_the_bits_of_its_plan(spark, leaves, thresholds, kind):
    random = np.random.default_rng([len(leaves), leaves[0], *thresholds.encode(), *kind.encode()])
    compare(spark, forest_plan(random, leaves, THRESHOLDS[thresholds], kind), random)


def test_a_feature_may_have_more_thresholds_than_a_code_has_values(spark):
    random = np.random.default_rng(70)
    plan = forest_plan(random, [1001] * 70, THRESHOLDS["many"], "f8")
    fields = plan.steps[0].fields
    fields["feature"][:] = 2
    fields["flags"] &= 1  # both sides, of the same thresholds
    assert len(np.unique(fields["threshold"])) > 2**16
    compare(spark, plan, random)


def compare(spark, plan, random):
    columns = rows(random, plan)
    scored = plan_numpy.score(plan, columns)
    expected = np.column_stack([scored.answers[name] for name in plan.outputs])
    program = Program(spark, plan, [*range(FEATURES, FEATURES + len(plan.outputs))])
    for size in (None, 1024, 511):
        found, _ = program.answers(columns, size)
        assert found.astype("<f8").tobytes() == expected.astype("<f8").tobytes(), size
    present = [np.where(np.isnan(column), 0.25, column) for column in columns]
    found, _ = program.answers(present)
    scored = plan_numpy.score(plan, present)
    expected = np.column_stack([scored.answers[name] for name in plan.outputs])
    assert found.astype("<f8").tobytes() == expected.astype("<f8").tobytes()


def forest_plan(random, leaves, threshold, kind):
    trees = [grow(random, count) for count in leaves]
    outputs = 1 if kind in {"f8", "f4"} else 3
    width = 3 if kind == "wide" else 1
    number = np.float32 if kind == "f4" else np.float64
    tests = sum(len(left) for left, _ in trees)
    fields = {
        "tree_nodes": np.cumsum([0, *(len(left) for left, _ in trees)]).astype(np.uint32),
        "tree_leaves": np.cumsum([0, *leaves]).astype(np.uint32),
        "feature": random.integers(0, FEATURES, tests).astype(np.int32),
        "threshold": f8(*(threshold(random) for _ in range(tests))),
        "left": np.concatenate([left for left, _ in trees]).astype(np.int32),
        "right": np.concatenate([right for _, right in trees]).astype(np.int32),
        "flags": random.integers(0, 4, tests).astype(np.uint8),
        "leaf": random.normal(size=sum(leaves) * width).astype(number),
        "sum": kind if kind == "f4" else "f8",
        "base": random.normal(size=outputs).astype(np.float32).astype(np.float64),
        "base_at": str(random.choice(["first", "last"])),
    }
    if kind != "wide":
        fields["target"] = random.integers(0, outputs, len(leaves)).astype(np.int32)
    step = Step("forest", tuple(range(FEATURES)), outputs, fields)
    return ModelPlan(
        inputs=tuple(Input(f"x{at}", "number") for at in range(FEATURES)),
        steps=(step,),
        outputs={str(at): Output((FEATURES + at,)) for at in range(outputs)},
        default="0",
        widens=True,
    )


def grow(random, leaves):
    """A tree's children, drawn at random: nodes in preorder, leaves from left to right."""
    left, right = [], []
    numbers = iter(range(leaves))

    def node(count):
        if count == 1:
            return ~next(numbers)
        at = len(left)
        left.append(0)
        right.append(0)
        of_left = int(random.integers(1, count))
        left[at] = node(of_left)
        right[at] = node(count - of_left)
        return at

    node(leaves)
    return np.asarray(left, np.int32), np.asarray(right, np.int32)


def rows(random, plan):
    """At the thresholds, next to them, missing, and what is far away."""
    cuts = plan.steps[0].fields["threshold"]
    near = [*cuts, *np.nextafter(cuts, np.inf), *np.nextafter(cuts, -np.inf), *SPECIAL]
    known = np.asarray([*near, *random.normal(size=len(near))])
    return [random.choice(known, ROWS) for _ in range(FEATURES)]


def test_spark_4_scores_by_registers_where_the_processor_has_wide_ones(spark):
    """Spark 4 starts its JVM with the Vector API; what it gives is compared above, as all else."""
    loops = spark._jvm.io.sparkpredict.kernel.WordLoops.ofThisJvm()
    wide = has_wide_registers() and not spark.version.startswith("3.")
    expected = "vectors of" if wide else "words"
    assert loops.startswith(expected)
