# SPDX-License-Identifier: Apache-2.0
"""The JVM's kernels read a plan as the slow interpreter does, in blocks of any size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from xgboost import XGBClassifier, XGBRegressor

import plan_numpy
from compiled import SPECIAL, compiled, edges
from program_jvm import Program
from sparkpredict.compile.plan import ModelPlan, Output

RANDOM = np.random.default_rng(5)
FRAME = pd.DataFrame(RANDOM.normal(size=(600, 4)), columns=list("abcd"))
HOLES = FRAME.mask(RANDOM.random(FRAME.shape) < 0.2)
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"]) + RANDOM.normal(size=600)).to_numpy()
TWO = TARGET > 0
THREE = np.select([TARGET < -0.5, TARGET > 0.7], ["low", "high"], "middle")
TEXTS = pd.DataFrame({"a": FRAME["a"], "k": RANDOM.choice(["x", "y", "é"], 600)})
CODES = pd.DataFrame({"a": FRAME["a"], "n": RANDOM.integers(0, 40, 600).astype(float)})
ONE_HOT = ColumnTransformer(
    [
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["a"]),
        ("texts", OneHotEncoder(handle_unknown="ignore"), ["k"]),
    ]
)
ORDINAL = ColumnTransformer(
    [("numbers", MinMaxScaler(), ["a"]), ("texts", OrdinalEncoder(), ["k"])]
)

MODELS = [
    pytest.param(RandomForestRegressor(9, random_state=0), FRAME, TARGET, "sklearn", id="forest"),
    pytest.param(
        RandomForestClassifier(9, max_depth=4, random_state=0), FRAME, THREE, "sklearn", id="votes"
    ),
    pytest.param(GradientBoostingRegressor(random_state=0), FRAME, TARGET, "sklearn", id="boosted"),
    pytest.param(
        GradientBoostingClassifier(n_estimators=9, random_state=0),
        *(FRAME, THREE, "sklearn"),
        id="boosted classes",
    ),
    pytest.param(
        HistGradientBoostingRegressor(max_iter=20), HOLES, TARGET, "sklearn", id="histogram"
    ),
    pytest.param(
        HistGradientBoostingClassifier(max_iter=20, categorical_features=[1]),
        *(CODES, THREE, "sklearn"),
        id="categories",
    ),
    pytest.param(LGBMRegressor(verbose=-1), HOLES, TARGET, "lightgbm", id="lightgbm"),
    pytest.param(
        LGBMRegressor(n_estimators=9, zero_as_missing=True, verbose=-1),
        *(HOLES, TARGET, "lightgbm"),
        id="lightgbm zeros",
    ),
    pytest.param(
        LGBMClassifier(n_estimators=20, num_leaves=100, min_child_samples=2, verbose=-1),
        *(FRAME, TWO.astype(int), "lightgbm"),
        id="lightgbm classes",
    ),
    pytest.param(
        XGBRegressor(n_estimators=30, base_score=0.3), HOLES, TARGET, "xgboost", id="xgboost"
    ),
    pytest.param(
        XGBClassifier(n_estimators=12), HOLES, TWO.astype(int), "xgboost", id="xgboost classes"
    ),
    pytest.param(LinearRegression(), FRAME, TARGET, "sklearn", id="linear"),
    pytest.param(LogisticRegression(), FRAME, THREE, "sklearn", id="logistic"),
    pytest.param(make_pipeline(ONE_HOT, LogisticRegression()), TEXTS, TWO, "sklearn", id="one-hot"),
    pytest.param(make_pipeline(ORDINAL, LinearRegression()), TEXTS, TARGET, "sklearn", id="codes"),
]


@pytest.mark.parametrize(("library", "frame", "target", "flavor"), MODELS)
def test_a_program_gives_what_its_plan_says(spark, library, frame, target, flavor):
    made = compiled(library.fit(frame, target), frame, flavor)
    assert isinstance(made.plan, ModelPlan), made.plan
    columns = inputs(made, frame)
    expected, bad = by_numpy(made.plan, columns)
    program = Program(spark, made.plan, answered(made.plan))
    found, refused = program.answers(columns)
    assert refused.tolist() == bad.tolist()
    assert_near(made.plan, found[~bad], expected[~bad])
    for rows in (24, 200):
        again, refused = program.answers(columns, rows)
        assert refused.tolist() == bad.tolist()
        assert bits(again[~bad]) == bits(found[~bad]), f"{rows} rows in a block"


def inputs(made, frame):
    """Rows of the training, rows around the thresholds, and values that no model has seen."""
    if "k" in frame.columns:
        unknown = pd.DataFrame({"a": [np.nan, 1.0, 2.0], "k": ["z", None, "x"]})
        frame = pd.concat([frame, unknown])
    elif "n" in frame.columns:
        odd = pd.DataFrame({"a": 0.5, "n": [*SPECIAL, -1.0, 39.0, 40.0, 3.7, 255.0, 1e6]})
        frame = pd.concat([frame, odd])
    else:
        frame = pd.concat([frame, edges(made, frame, most=20)])
    return [values(frame[name]) for name in frame.columns]


def values(column):
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float)
    return np.where(column.isna(), None, column.to_numpy(dtype=object))


def answered(plan):
    """The columns of all outputs, and all that forests add up."""
    at, columns = len(plan.inputs), []
    for step in plan.steps:
        if step.op in {"forest", "linear"}:
            columns += range(at, at + step.out)
        at += step.out
    for output in plan.outputs.values():
        columns += output.columns
    return list(dict.fromkeys(columns))


def by_numpy(plan, columns):
    each = {str(at): Output((at,)) for at in answered(plan)}
    scored = plan_numpy.score(replace(plan, outputs=each), columns)
    return np.column_stack(list(scored.answers.values())), scored.bad


def assert_near(plan, found, expected):
    """Sums of trees have the same bits; exp and dot products are as near as the format says."""
    exact = sums(plan)
    for at, column in enumerate(answered(plan)):
        one, other = found[:, at], expected[:, at]
        if column in exact:
            assert bits(one) == bits(other), column
        else:
            near = np.isclose(one, other, rtol=5e-7 if "32" in str(plan.steps) else 1e-12, atol=0)
            assert (near | (np.isnan(one) & np.isnan(other))).all(), column


def sums(plan):
    at, columns = len(plan.inputs), set()
    for step in plan.steps:
        if step.op == "forest":
            columns |= set(range(at, at + step.out))
        at += step.out
    return columns


def bits(numbers):
    """Equal for equal bits, whatever NaN it is."""
    return np.where(np.isnan(numbers), np.nan, numbers).tobytes()
