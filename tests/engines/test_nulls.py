# SPDX-License-Identifier: Apache-2.0
"""What becomes of NULL, by policy and by feature; NaN is another thing."""

from __future__ import annotations

import pandas as pd
import pytest
from formula import f
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema
from sklearn.ensemble import HistGradientBoostingRegressor

import saved
from scores import assert_same_scores, by_sql

BIG = (1 << 53) + 1  # no double holds it


@pytest.fixture
def gaps(spark):
    """Rows with NULL and NaN in a and b."""
    return spark.sql(
        "SELECT a, b FROM VALUES (1D, 2D), (NULL, 2D), (1D, NULL), (3D, 0.5D) AS t(a, b)"
    ).coalesce(1)


def shown(frame):
    """Each row as the model got it."""
    return [
        " ".join("None" if v is None else f"{v!r}" for v in row)
        for row in frame.astype(object).itertuples(index=False, name=None)
    ]


def whole(frame):
    """The numbers of a, and whether they are whole ones."""
    return [f"{value} {frame['a'].dtype.kind}" for value in frame["a"]]


def test_a_score_is_null_where_the_model_takes_no_null(bind, gaps, regression):
    model = bind(regression)
    assert_same_scores(model, gaps, [f(1, 2), None, None, f(3, 0.5)])


def test_a_null_is_nan_for_a_model_that_takes_it(bind, gaps, tmp_path):
    data = saved.sample(("a", "b"))
    trees = HistGradientBoostingRegressor(max_iter=5).fit(data, data["a"] - data["b"])
    model = bind(saved.sklearn(tmp_path, trees, ("a", "b"), data))
    rows = pd.DataFrame(
        [[1.0, 2.0], [None, 2.0], [1.0, None], [3.0, 0.5]], columns=["a", "b"], dtype="float64"
    )
    assert_same_scores(model, gaps, trees.predict(rows).tolist())
    strict = bind(saved.sklearn(tmp_path / "2", trees, ("a", "b"), data), nulls="null")
    expected = trees.predict(rows).tolist()
    assert_same_scores(strict, gaps, [expected[0], None, None, expected[3]])


def test_the_features_that_take_null_and_those_that_do_not_are_told_apart(spark, bind, tmp_path):
    def picky(frame):
        if frame["b"].isna().any():
            raise ValueError("b is missing")
        return frame["a"].fillna(100.0) + frame["b"]

    model = bind(saved.pyfunc(tmp_path, picky, signature=doubles("a", "b")))
    taken = {feature["name"]: feature["takes_null"] for feature in told(model)["features"]}
    assert taken == {"a": True, "b": False}
    assert "takes NULL" in str(model.info())
    data = spark.sql("SELECT a, b FROM VALUES (1D, 2D), (NULL, 2D), (1D, NULL) AS t(a, b)")
    assert_same_scores(model, data.coalesce(1), [3.0, 102.0, None])


def told(model):
    return model.info().details["model"]


def doubles(*names):
    return ModelSignature(Schema([ColSpec(DataType.double, name) for name in names]))


def test_null_never_reaches_the_model_with_the_policy_null(spark, bind, gaps, tmp_path):
    model = bind(saved.pyfunc(tmp_path, shown, signature=doubles("a", "b")), "STRING", nulls="null")
    assert by_sql(model, gaps) == ["1.0 2.0", None, None, "3.0 0.5"]
    nan = spark.sql("SELECT a, 1D AS b FROM VALUES (double('NaN')), (NULL), (2D) AS t(a)")
    assert by_sql(model, nan.coalesce(1)) == ["nan 1.0", None, "2.0 1.0"]


def test_an_error_names_the_column_and_the_row(spark, bind, gaps, regression):
    model = bind(regression, nulls="error")
    with pytest.raises(Exception, match=r"PREDICT_BAD_ROW.*feature a is NULL"):
        by_sql(model, gaps)
    assert by_sql(model, gaps.where("a IS NOT NULL AND b IS NOT NULL")) == [f(1, 2), f(3, 0.5)]
    counted = bind(regression, nulls="error", on_error="null")
    assert_same_scores(counted, gaps, [f(1, 2), None, None, f(3, 0.5)])


def test_a_null_in_a_column_of_whole_numbers_leaves_its_neighbours_whole(spark, bind, tmp_path):
    signature = ModelSignature(Schema([ColSpec(DataType.long, "a")]))
    model = bind(saved.pyfunc(tmp_path, whole, signature=signature), "STRING")
    data = spark.sql(f"SELECT a FROM VALUES ({BIG}L), (NULL), (3L) AS t(a)").coalesce(1)
    assert by_sql(model, data) == [f"{BIG} i", None, "3 i"]
    guarded = f"CASE WHEN a > 3 THEN PREDICT('{model.alias}', a) END"
    data.createOrReplaceTempView("whole")
    found = [row[0] for row in spark.sql(f"SELECT {guarded} FROM whole").collect()]
    assert found == [f"{BIG} i", None, None]


def test_a_struct_is_null_where_its_row_is_not_scored(spark, bind, gaps, pair):
    model = bind(pair, "first DOUBLE, second DOUBLE", nulls="null")
    gaps.createOrReplaceTempView("gaps")
    rows = spark.sql(f"SELECT PREDICT('{model.alias}', *) AS s FROM gaps").collect()
    assert [row.s is None for row in rows] == [False, True, True, False]


def test_the_one_policy_of_a_model_is_not_that_of_another(spark, bind, gaps, regression, tmp_path):
    bind(regression, as_alias="strict", nulls="null")
    folder = saved.pyfunc(tmp_path, shown, signature=doubles("a", "b"))
    bind(folder, "STRING", as_alias="loose", nulls="nan")
    gaps.createOrReplaceTempView("gaps")
    query = "SELECT PREDICT('strict', *), PREDICT('loose', *) FROM gaps"
    assert [tuple(row) for row in spark.sql(query).collect()] == [
        (f(1, 2), "1.0 2.0"),
        (None, "nan 2.0"),
        (None, "1.0 nan"),
        (f(3, 0.5), "3.0 0.5"),
    ]
