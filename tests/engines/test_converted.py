# SPDX-License-Identifier: Apache-2.0
"""Models that were converted to ONNX graphs score in the JVM as Python scores them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR

import saved
from scores import assert_same_scores, by_sql
from sparkpredict import conf as keys

pytestmark = pytest.mark.classic

RANDOM = np.random.default_rng(5)
FRAME = pd.DataFrame(RANDOM.normal(size=(150, 2)), columns=["a", "b"])
TARGET = (FRAME["a"] * 2 - FRAME["b"] ** 2).to_numpy()
KINDS = np.where(TARGET > 0, "rot", np.where(TARGET > -2, "grün", "blau"))
NEIGHBOURS = KNeighborsRegressor(3).fit(FRAME, TARGET)
PAIRS = "id % 7 - 3.0D AS a, id % 5 * 0.5D - 1 AS b FROM range(60)"


@pytest.fixture(autouse=True)
def _converts(conf):
    conf(keys.ONNX_CONVERT, "true")


@pytest.fixture
def pairs(spark):
    return spark.sql(f"SELECT {PAIRS}").coalesce(1)


def test_auto_takes_the_graph_of_a_model_that_nothing_compiled(bind, pairs, tmp_path):
    model = bind(saved.sklearn(tmp_path, NEIGHBOURS, ("a", "b"), FRAME), engine="auto")
    info = model.info()
    assert info.engine == "onnx", info.reasons
    assert "KNeighborsRegressor" in info.reasons["compiled"]
    assert "converted for the engine onnx by skl2onnx" in str(info)
    expected = NEIGHBOURS.predict(pairs.toPandas())
    assert_same_scores(model, pairs, expected.tolist(), within=1e-9)


def test_a_classifier_has_label_and_probabilities(bind, pairs, tmp_path):
    estimator = KNeighborsClassifier(7).fit(FRAME, KINDS)
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), FRAME)
    returns = "label STRING, probability DOUBLE, probabilities MAP<STRING, DOUBLE>"
    ours, python = (bind(folder, returns, f"k{e}", engine=e) for e in ("onnx", "python"))
    found = by_sql(ours, pairs)
    assert found == by_sql(python, pairs)
    assert [row[0] for row in found] == estimator.predict(pairs.toPandas()).tolist()
    proba = bind(folder, "ARRAY<DOUBLE>", "p", engine="onnx", output="predict_proba")
    wanted = estimator.predict_proba(pairs.toPandas()).tolist()
    assert_same_scores(proba, pairs, wanted, within=1e-9)


def test_what_the_model_refuses_is_a_bad_row_in_both(spark, bind, tmp_path):
    folder = saved.sklearn(tmp_path, SVR().fit(FRAME, TARGET), ("a", "b"), FRAME)
    data = spark.sql(
        "SELECT CAST(x AS DOUBLE) AS a, 1D AS b FROM "
        "(SELECT explode(array('1', 'NaN', NULL, 'Infinity', '-2')) AS x)"
    ).coalesce(1)
    for engine in ("onnx", "python"):
        model = bind(folder, "DOUBLE", f"s{engine}", engine=engine, on_error="capture")
        found = by_sql(model, data)
        assert [value is None for value, _ in found] == [False, True, True, True, False]
        assert [error is None for _, error in found] == [True, False, True, False, True]
    told = [error for _, error in by_sql(bind(folder, engine="onnx", on_error="capture"), data)]
    assert "X takes no NaN" in told[1]
    assert "X takes no infinity" in told[3]


def test_columns_of_texts_and_numbers_are_inputs_of_their_own(spark, bind, tmp_path):
    frame = FRAME.assign(kind=KINDS, count=RANDOM.integers(0, 9, len(FRAME)))
    columns = ColumnTransformer(
        [
            ("n", StandardScaler(), ["a", "b", "count"]),
            ("k", OneHotEncoder(handle_unknown="ignore"), ["kind"]),
        ]
    )
    estimator = make_pipeline(columns, SVC()).fit(frame, TARGET > 0.5)
    folder = saved.sklearn(tmp_path, estimator, tuple(frame.columns), frame)
    data = spark.sql(
        "SELECT id % 7 - 3.0D AS a, id % 5 * 0.5D AS b, id % 9 AS count, "
        "CASE id % 3 WHEN 0 THEN 'rot' WHEN 1 THEN 'grün' ELSE 'lila' END AS kind FROM range(40)"
    ).coalesce(1)
    ours, python = (bind(folder, "INT", f"c{e}", engine=e) for e in ("onnx", "python"))
    assert by_sql(ours, data) == by_sql(python, data)


def test_trees_are_converted_where_the_engine_is_named(bind, pairs, tmp_path):
    estimator = RandomForestRegressor(5, max_depth=4, random_state=0).fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), FRAME)
    compiled = bind(folder, engine="auto").info()
    assert (compiled.engine, compiled.reasons["onnx"]) == (
        "compiled",
        "not taken: a faster engine gives the same answers; engine='onnx' converts it",
    )
    with pytest.raises(Exception, match=r"PREDICT_ENGINE_REFUSES.*and the Python model's"):
        bind(folder, engine="onnx").info()


def test_where_converting_is_switched_off_auto_is_python(bind, conf, tmp_path):
    conf(keys.ONNX_CONVERT, "false")
    folder = saved.sklearn(tmp_path, NEIGHBOURS, ("a", "b"), FRAME)
    info = bind(folder, engine="auto").info()
    assert info.engine == "python"
    assert "onnx.convert.enabled was false" in info.reasons["onnx"]
