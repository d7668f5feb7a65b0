# SPDX-License-Identifier: Apache-2.0
"""What reaches the model: partitions and batches of any size, and what a model does with them."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import saved
from fresh import spark_version
from scores import assert_same_scores, by_sql
from sparkpredict.errors import ScoreError

BATCH = "spark.sql.execution.arrow.maxRecordsPerBatch"


def noting(path):
    """Notes the process each time it is called."""

    def note():
        with Path(path).open("a", encoding="utf-8") as log:
            log.write(f"{os.getpid()}\n")

    return note


def doubled(frame):
    return frame.iloc[:, 0] * 2


def noted(path):
    return Counter(path.read_text().split())


def test_a_model_is_loaded_once_in_each_worker_process(spark, bind, alias, tmp_path):
    loads, scored = tmp_path / "loads", tmp_path / "scored"
    note = noting(str(scored))

    def predict(frame):
        note()
        return frame.iloc[:, 0]

    bind(saved.pyfunc(tmp_path, predict, load=noting(str(loads))))
    for tasks in (100, 50, 50):
        rows = f"SELECT CAST(id AS DOUBLE) AS x FROM range(0, 1000, 1, {tasks})"
        query = f"SELECT sum(PREDICT('{alias}', x)) FROM ({rows})"
        assert spark.sql(query).collect()[0][0] == sum(range(1000))
    workers, loaded = noted(scored), noted(loads)
    del loaded[str(os.getpid())]  # at bind
    assert sum(workers.values()) == 200, "a batch for each task"
    assert set(loaded) == set(workers)
    assert set(loaded.values()) == {1}
    assert len(loaded) <= 4, "the workers of two cores, and some that Spark replaced"


@pytest.mark.parametrize(("rows", "partitions"), [(0, 1), (1, 1), (1, 3), (7, 12)], ids=str)
def test_empty_partitions_one_row_and_none(spark, bind, unsigned, rows, partitions):
    model = bind(unsigned)
    text = "CAST(id AS DOUBLE) AS a", "CAST(id % 3 AS DOUBLE) AS b"
    data = spark.range(0, rows, 1, partitions).selectExpr(*text)
    expected = unsigned.scores(data.collect()) if rows else []
    assert_same_scores(model, data, expected)


@pytest.mark.parametrize(
    "returns",
    ["INT", "BIGINT", "STRING", "array<double>", "x DOUBLE, y BIGINT", "map<string,double>"],
)
def test_no_rows_give_no_scores_of_any_type(spark, bind, pair, returns):
    model = bind(pair, returns)
    data = spark.createDataFrame([], "a DOUBLE, b DOUBLE")
    assert_same_scores(model, data, [])


def test_small_batches_give_the_same_scores(bind, conf, points, regression):
    conf(BATCH, "3")
    assert_same_scores(bind(regression), points, regression.scores(points.collect()))


def test_three_hundred_columns(spark, bind, tmp_path):
    names = tuple(f"c{at}" for at in range(300))
    wide = saved.regression(tmp_path, signed=True, features=names, weights=[1.0] * 300)
    columns = [f"CAST(id + {at} AS DOUBLE) AS c{at}" for at in range(300)]
    data = spark.range(0, 5, 1, 2).selectExpr(*reversed(columns))
    expected = [300.0 * row + sum(range(300)) + 0.5 for row in range(5)]
    assert_same_scores(bind(wide), data, expected)


def test_two_models_in_one_query(spark, bind, points, regression, reordered):
    bind(regression, as_alias="first")
    bind(reordered, "INT", as_alias="second")
    text = (
        "SELECT PREDICT('first', *), PREDICT('second', *), PREDICT('second', a, b) "
        "- PREDICT('first', a, b) FROM points WHERE PREDICT('second', *) > -100"
    )
    rows = points.collect()
    pairs = zip(regression.scores(rows), (int(s) for s in reordered.scores(rows)))
    assert [tuple(row) for row in spark.sql(text).collect()] == [(x, y, y - x) for x, y in pairs]


def failed(call):
    """The text of a query's failure, which Spark carries from the worker."""
    with pytest.raises(Exception, match="PREDICT_") as raised:
        call()
    assert type(raised.value).__name__ in {"PythonException", "SparkException"}
    return str(raised.value)


def test_a_model_that_fails_on_a_batch_but_on_no_row_is_named(bind, points, tmp_path):
    def fail(frame):
        if len(frame) > 1:
            raise ValueError("I take one row at a time")
        return frame["a"]

    model = bind(saved.pyfunc(tmp_path, fail))
    told = (
        f"[PREDICT_MODEL_BATCH_FAILED] model '{model.alias}' (digest {model.digest[:12]}) failed "
        "on a batch of 40 rows: ValueError: I take one row at a time SQLSTATE: 39000"
    )
    assert told in failed(lambda: by_sql(model, points))
    with pytest.raises(ScoreError) as raised:
        model.predict(pd.DataFrame({"a": [1.0] * 40}))
    assert told in str(raised.value)
    assert isinstance(raised.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param(lambda frame: frame["a"].iloc[1:], 39, id="fewer rows"),
        pytest.param(lambda frame: list(frame["a"]) * 2, 80, id="more rows"),
        pytest.param(lambda frame: frame["a"].sum(), 1, id="one number"),
        pytest.param(lambda frame: [], 0, id="nothing"),
    ],
)
def test_more_or_fewer_rows_than_given_are_an_error(bind, points, tmp_path, answer, found):
    model = bind(saved.pyfunc(tmp_path, answer))
    told = (
        f"[PREDICT_ROW_COUNT] model '{model.alias}' (digest {model.digest[:12]}) returned {found} "
        "rows for 40. A model must return one result for each row."
    )
    assert told in failed(lambda: by_sql(model, points))
    with pytest.raises(ScoreError) as raised:
        model.predict(pd.DataFrame({"a": [1.0] * 40}))
    assert told in str(raised.value)


def test_an_answer_that_is_not_of_the_declared_type_is_an_error(bind, points, labels):
    model = bind(labels, "DOUBLE")
    text = failed(lambda: by_sql(model, points))
    assert f"[PREDICT_OUTPUT_MISMATCH] model '{model.alias}' returned values such as" in text
    assert "which does not fit the declared type double." in text


def test_a_missing_number_is_what_the_library_makes_of_it(spark, bind, regression, tmp_path):
    data = spark.sql("SELECT * FROM VALUES (1D, 2D), (NULL, 2D) AS t(a, b)").coalesce(1)
    strict = bind(regression, as_alias="strict", nulls="nan")
    # of which class it is depends on the engine and on Spark
    with pytest.raises(Exception, match=r"PREDICT_BAD_ROW.*Input X contains NaN"):
        by_sql(strict, data)
    with pytest.raises(ScoreError, match="Input X contains NaN"):
        strict.predict(pd.DataFrame({"a": [np.nan], "b": [1.0]}))
    lenient = bind(saved.pyfunc(tmp_path, lambda frame: frame["a"].fillna(-1.0)))
    assert_same_scores(lenient, data, [1.0, -1.0])


def test_a_score_may_be_missing(spark, bind, points, tmp_path):
    def some(frame):
        return [None if value < 0 else value for value in frame["a"]]

    expected = [None if row.a < 0 else row.a for row in points.collect()]
    model = bind(saved.pyfunc(tmp_path, some))
    found = by_sql(model, points)
    assert found == expected if spark_version() >= (3, 5) else len(found) == len(expected)
    frame = spark.sql(f"SELECT count(*) FROM points WHERE PREDICT('{model.alias}', *) IS NULL")
    assert frame.collect()[0][0] == expected.count(None)
