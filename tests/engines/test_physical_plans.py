# SPDX-License-Identifier: Apache-2.0
"""What the operator that scores leaves to the rest of a plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

import saved

pytestmark = pytest.mark.classic  # looks at plans

RANDOM = np.random.default_rng(23)
FRAME = pd.DataFrame(RANDOM.normal(size=(300, 2)), columns=["a", "b"])
TARGET = FRAME["a"] - 2 * FRAME["b"]
MODELS = [
    pytest.param(LinearRegression(), id="arithmetic"),
    pytest.param(DecisionTreeRegressor(max_depth=4, random_state=0), id="blocks"),
]


@pytest.fixture
def keyed(spark, conf, tmp_path):
    """Rows of a table in Parquet, with a key."""
    conf("spark.sql.adaptive.enabled", "false")
    conf("spark.sql.autoBroadcastJoinThreshold", "-1")
    rows = [(at % 7, float(a), float(b)) for at, (a, b) in enumerate(FRAME.to_numpy())]
    frame = spark.createDataFrame(rows, "k INT, a DOUBLE, b DOUBLE")
    frame.write.parquet(str(tmp_path / "keyed"))
    return spark.read.parquet(str(tmp_path / "keyed"))


def physical(frame):
    return frame._jdf.queryExecution().executedPlan().toString()


def exchanges(plan):
    return plan.count("- Exchange ") + plan.count("- ReusedExchange ")


@pytest.mark.parametrize("estimator", MODELS)
def test_rows_stay_in_the_partitions_and_in_the_order_of_the_child(
    bind, alias, keyed, tmp_path, estimator
):
    folder = saved.sklearn(tmp_path / "m", estimator.fit(FRAME, TARGET), ("a", "b"), FRAME)
    bind(folder, engine="compiled")
    dealt = keyed.repartition(4, "k").sortWithinPartitions("k")
    scored = dealt.selectExpr("k", f"PREDICT('{alias}', a, b) AS s")
    grouped = scored.groupBy("k").sum("s")
    assert exchanges(physical(grouped)) == 1
    joined = scored.hint("merge").join(keyed.repartition(4, "k").hint("merge"), "k")
    assert exchanges(physical(joined)) == 2
    assert physical(joined).count("Sort [") == 2
    expected = pd.Series(estimator.predict(FRAME)).groupby(np.arange(300) % 7).sum()
    found = grouped.toPandas().set_index("k")["sum(s)"].sort_index()
    np.testing.assert_allclose(found, expected, rtol=1e-9)
