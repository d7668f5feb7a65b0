# SPDX-License-Identifier: Apache-2.0
"""A row on which the model fails: it ends the query, or costs its own score and no other's."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import saved
from connect_server import CONNECT
from scores import by_sql
from sparkpredict.errors import ScoreError

ROWS = 1_000_000
AT = 765_432
TOLD = f"ValueError: {float(AT)} is poison"


def poisoned(at):
    """2x; fails on a batch with poison in it."""

    def predict(frame):
        x = frame["x"].to_numpy()
        if (x == at).any():
            raise ValueError(f"{float(at)} is poison")
        return x * 2.0

    return predict


def assert_counted(model, bad_rows):
    """What info() tells of them; Spark Connect has no sums that Python workers add to."""
    told = model.info()
    assert told.bad_rows == (None if CONNECT and told.engine == "python" else bad_rows)
    if told.bad_rows is not None:
        assert re.search(rf"^bad rows +{bad_rows}$", str(told), re.MULTILINE)


@pytest.fixture
def million(spark):
    """A million rows in two partitions: id, and x, which is the id as a double."""
    frame = spark.range(0, ROWS, 1, 2).selectExpr("id", "CAST(id AS DOUBLE) AS x")
    frame.createOrReplaceTempView("million")
    return frame


@pytest.fixture(scope="module")
def poison(tmp_path_factory):
    return saved.pyfunc(tmp_path_factory.mktemp("poison"), poisoned(AT))


def test_one_bad_row_in_a_million_ends_the_query_with_its_values(spark, bind, million, poison):
    model = bind(poison)
    with pytest.raises(Exception, match="PREDICT_BAD_ROW") as raised:
        spark.sql(f"SELECT sum(PREDICT('{model.alias}', x)) FROM million").collect()
    text = str(raised.value)
    assert (
        f"[PREDICT_BAD_ROW] model '{model.alias}' (digest {model.digest[:12]}) cannot score a row: "
        f"{TOLD}. The row: x = {float(AT)}."
    ) in text
    assert model.info().bad_rows is None
    assert "bad rows" not in str(model.info())


def test_one_bad_row_in_a_million_is_null_and_counted(spark, bind, million, poison):
    model = bind(poison, on_error="null")
    assert_counted(model, 0)
    row = spark.sql(
        "SELECT count(*), count(s), max(IF(s IS NULL, x, NULL)), sum(IF(s = 2 * x, 1, 0)) "
        f"FROM (SELECT x, PREDICT('{model.alias}', x) AS s FROM million)"
    ).collect()[0]
    assert tuple(row) == (ROWS, ROWS - 1, float(AT), ROWS - 1)
    assert_counted(model, 1)
    spark.sql(f"SELECT count(PREDICT('{model.alias}', x)) FROM million").collect()
    assert_counted(model, 2)


def test_one_bad_row_in_a_million_is_captured_with_its_message(spark, bind, million, poison):
    model = bind(poison, on_error="capture")
    assert model.info().return_type == "STRUCT<value: DOUBLE, error: STRING>"
    row = spark.sql(
        "SELECT count(s.value), count(s.error), max(s.error), max(IF(s.value IS NULL, x, NULL)), "
        "sum(IF(s.value = 2 * x, 1, 0)) "
        f"FROM (SELECT x, PREDICT('{model.alias}', x) AS s FROM million)"
    ).collect()[0]
    assert tuple(row) == (ROWS - 1, 1, TOLD, float(AT), ROWS - 1)
    assert_counted(model, 1)


def test_the_driver_means_the_same(bind, poison):
    data = pd.DataFrame({"x": np.arange(AT - 5_000.0, AT + 5_000.0)})
    with pytest.raises(ScoreError, match=rf"{TOLD}\. The row: x = {float(AT)}\."):
        bind(poison).predict(data)
    scores = bind(poison, on_error="null").predict(data)
    assert data["x"][scores.isna()].tolist() == [float(AT)]
    assert (scores.dropna() == 2 * data["x"].drop(5_000)).all()


def test_a_bad_row_of_a_real_library(spark, bind, regression):
    data = spark.sql("SELECT * FROM VALUES (1D, 2D), (double('NaN'), 2D), (3D, 0D) AS t(a, b)")
    strict = bind(regression)
    told = r"ValueError: Input X contains NaN.*\. The row: a = NaN, b = 2\.0\."
    with pytest.raises(Exception, match=re.compile(told, re.DOTALL)):
        by_sql(strict, data.coalesce(1))
    lenient = bind(regression, on_error="null")
    assert by_sql(lenient, data.coalesce(1)) == [0.5, None, 6.5]
    assert_counted(lenient, 1)


@pytest.mark.parametrize("on_error", ["fail", "null"])
def test_rows_that_no_branch_needs_are_no_bad_rows(spark, bind, million, poison, on_error):
    model = bind(poison, on_error=on_error)
    row = spark.sql(
        f"SELECT count(IF(id <> {AT}, PREDICT('{model.alias}', x), NULL)) FROM million"
    ).collect()[0]
    assert row[0] == ROWS - 1
    assert_counted(model, None if on_error == "fail" else 0)


def test_memory_that_runs_out_ends_the_query(bind, points, tmp_path):
    def predict(frame):
        raise MemoryError("no room")

    model = bind(saved.pyfunc(tmp_path, predict), on_error="null")
    with pytest.raises(Exception, match=r"PREDICT_MODEL_BATCH_FAILED.*MemoryError: no room"):
        by_sql(model, points)


def test_each_binding_counts_for_itself(spark, bind, points, tmp_path):
    model = bind(saved.pyfunc(tmp_path, lambda frame: 1 / 0), on_error="null")
    assert set(by_sql(model, points)) == {None}
    assert_counted(model, 40)
    model.register()
    assert_counted(model, 0)
