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
    AdaBoostRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)
from xgboost import XGBClassifier, XGBRegressor

import plan_numpy
from compiled import SPECIAL, compiled, edges
from program_jvm import Program
from sparkpredict.compile.operations import LINKS
from sparkpredict.compile.plan import Input, ModelPlan, Output, Step

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
    pytest.param(
        make_pipeline(PolynomialFeatures(3), KBinsDiscretizer(5), LinearRegression()),
        *(FRAME, TARGET, "sklearn"),
        id="products and bins",
    ),
    pytest.param(
        make_pipeline(PowerTransformer(), QuantileTransformer(n_quantiles=20), LinearRegression()),
        *(FRAME, TARGET, "sklearn"),
        id="powers and points",
    ),
    pytest.param(
        make_pipeline(SplineTransformer(4, extrapolation="linear"), LinearRegression()),
        *(FRAME, TARGET, "sklearn"),
        id="splines",
    ),
    pytest.param(
        make_pipeline(SplineTransformer(4, extrapolation="periodic"), LinearRegression()),
        *(FRAME, TARGET, "sklearn"),
        id="periodic splines",
    ),
    pytest.param(
        make_pipeline(SplineTransformer(4, degree=2, extrapolation="error"), LinearRegression()),
        *(FRAME, TARGET, "sklearn"),
        id="splines of a range",
    ),
    pytest.param(
        XGBRegressor(n_estimators=5, booster="gblinear"),
        *(HOLES, TARGET, "xgboost"),
        id="linear in float32",
    ),
    pytest.param(AdaBoostRegressor(n_estimators=9), FRAME, TARGET, "sklearn", id="weighted median"),
    pytest.param(IsolationForest(n_estimators=9), FRAME, TARGET, "sklearn", id="depths"),
    pytest.param(
        make_pipeline(Normalizer("l1"), GaussianNB()), FRAME, THREE, "sklearn", id="likelihoods"
    ),
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


@pytest.mark.parametrize("function", sorted(LINKS))
def test_a_link_gives_what_its_plan_says(spark, function):
    n = 1 if function.startswith("binary") else 3
    fields = {"divisor": np.asarray([3.0])} if function == "divide" else {}
    fields = {"least": np.asarray([1e-12])} if function.startswith("unit_") else fields
    step = Step("link", tuple(range(n)), LINKS[function](n), {"function": function, **fields})
    columns = tuple(range(n, n + step.out))
    inputs = tuple(Input(name, "number") for name in "abc"[:n])
    output = Output(columns, array=True, tolerance="relative")
    plan = ModelPlan(inputs, (step,), {"predict": output}, "predict", widens=True)
    values = [np.asarray([*RANDOM.normal(size=40), *SPECIAL]) for _ in range(n)]
    if "32" in function:  # what these are given has been rounded
        with np.errstate(over="ignore"):
            values = [column.astype(np.float32).astype(np.float64) for column in values]
    found, _ = Program(spark, plan, columns).answers(values)
    expected = plan_numpy.score(plan, values).answers["predict"]
    near = np.isclose(found, expected, rtol=3e-7 if "32" in function else 1e-14, atol=1e-15)
    same = near | (found == expected) | (np.isnan(found) & np.isnan(expected))
    assert same.all(), (function, [v[~same.all(axis=1)] for v in values])


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
        if step.op in {"forest", "linear", "linear32"}:
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
        if step.op in {"forest", "linear32"}:
            columns |= set(range(at, at + step.out))
        at += step.out
    return columns


def bits(numbers):
    """Equal for equal bits, whatever NaN it is."""
    return np.where(np.isnan(numbers), np.nan, numbers).tobytes()
