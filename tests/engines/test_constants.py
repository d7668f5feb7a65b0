# SPDX-License-Identifier: Apache-2.0
"""A call of which all arguments are literals is scored when it is planned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeRegressor

import saved

pytestmark = pytest.mark.classic  # looks at plans

RANDOM = np.random.default_rng(31)
FRAME = pd.DataFrame({"a": RANDOM.normal(size=300), "k": RANDOM.choice(["x", "y"], 300)})
NUMBERS = pd.DataFrame(RANDOM.normal(size=(300, 2)), columns=["a", "b"])


def answers(spark, call, rows=3):
    """Those of all rows, and whether something scores them while the query runs."""
    frame = spark.range(rows).selectExpr("id", f"{call} AS s")
    plan = frame._jdf.queryExecution().executedPlan().toString()
    return [row.s for row in frame.collect()], "ScoreBlocks" in plan or "score[" in plan


@pytest.mark.parametrize(
    "estimator",
    [
        pytest.param(LinearRegression(), id="arithmetic"),
        pytest.param(HistGradientBoostingRegressor(max_iter=3), id="blocks"),
    ],
)
def test_literals_are_scored_once_for_the_plan(spark, bind, alias, tmp_path, estimator):
    estimator.fit(NUMBERS, NUMBERS["a"])
    bind(saved.sklearn(tmp_path, estimator, ("a", "b"), NUMBERS), engine="compiled")
    expected = estimator.predict(pd.DataFrame({"a": [0.25], "b": [-2.0]}))[0]
    found, scores = answers(spark, f"PREDICT('{alias}', 0.25D, -2D)")
    assert not scores
    np.testing.assert_allclose(found, [expected] * 3, rtol=1e-12)
    call = f"CASE WHEN id > 0 THEN PREDICT('{alias}', 0.25D, -2D) END"
    found, scores = answers(spark, call)
    assert not scores
    assert found == [None, found[1], found[1]]
    np.testing.assert_allclose(found[1], expected, rtol=1e-12)


def test_texts_are_literals_too(spark, bind, alias, tmp_path):
    encoder = ColumnTransformer([("k", OneHotEncoder(), ["k"])], remainder="passthrough")
    estimator = make_pipeline(encoder, DecisionTreeRegressor(max_depth=3))
    estimator.fit(FRAME, FRAME["a"] + (FRAME["k"] == "x") * 9)
    bind(saved.sklearn(tmp_path, estimator, ("a", "k"), FRAME), engine="compiled")
    expected = estimator.predict(pd.DataFrame({"a": [0.5], "k": ["x"]}))[0]
    assert answers(spark, f"PREDICT('{alias}', 0.5D, 'x')") == ([expected] * 3, False)
    with pytest.raises(Exception, match="none of the categories the model knows"):
        answers(spark, f"PREDICT('{alias}', 0.5D, 'z')")


def test_a_literal_that_is_refused_is_an_error_where_there_are_rows(spark, bind, alias, tmp_path):
    estimator = GradientBoostingRegressor(n_estimators=2).fit(NUMBERS, NUMBERS["a"])
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), NUMBERS)
    bind(folder, engine="compiled")
    call = f"PREDICT('{alias}', double('NaN'), 1D)"
    assert answers(spark, call, rows=0) == ([], True)
    with pytest.raises(Exception, match="PREDICT_BAD_ROW"):
        answers(spark, call)
    bind(folder, engine="compiled", on_error="capture")
    good, scores = answers(spark, f"PREDICT('{alias}', 1D, 1D)")
    assert not scores
    assert {(row.value is None, row.error) for row in good} == {(False, None)}
