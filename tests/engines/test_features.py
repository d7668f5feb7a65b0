# SPDX-License-Identifier: Apache-2.0
"""Which argument goes into which feature, and as what type: in SQL and on the driver alike."""

from __future__ import annotations

import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema
from pyspark.errors import AnalysisException

import saved
from scores import assert_same_scores, by_sql
from sparkpredict.errors import BindArgumentError, PredictError


def signature(*columns):
    return ModelSignature(Schema(list(columns)), Schema([ColSpec(DataType.string)]))


def seen(frame):
    """What the model was given, as text: names, types and values in their order."""
    cells = [f"{name}={frame[name].dtype.kind}" for name in frame.columns]
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return [" ".join(cells) + f" {row}" for row in rows]


@pytest.fixture
def witness(bind, tmp_path):
    """Binds a model with a signature that answers with what it was given."""

    def bound(*columns):
        return bind(saved.pyfunc(tmp_path, seen, signature=signature(*columns)), "STRING")

    return bound


def test_columns_are_matched_by_name_in_any_order_and_others_are_dropped(spark, witness):
    model = witness(ColSpec(DataType.double, "a"), ColSpec(DataType.string, "b"))
    data = spark.sql("SELECT 'x' AS other, 'text' AS b, 1.5D AS a")
    assert_same_scores(model, data, ["a=f b=O [1.5, 'text']"])


def test_an_optional_feature_may_be_missing(spark, witness):
    model = witness(ColSpec(DataType.double, "a", required=False), ColSpec(DataType.double, "b"))
    assert_same_scores(model, spark.sql("SELECT 2D AS b"), ["a=f b=f [None, 2.0]"])
    assert_same_scores(model, spark.sql("SELECT 2D AS b, 1D AS a"), ["a=f b=f [1.0, 2.0]"])


@pytest.mark.parametrize(
    ("feature", "value", "expected"),
    [
        (DataType.double, "7", "a=f [7.0]"),
        (DataType.double, "CAST(1.5 AS FLOAT)", "a=f [1.5]"),
        (DataType.double, "1.25BD", "a=f [1.25]"),
        (DataType.double, "TRUE", "a=f [1.0]"),
        (DataType.double, "NULL", "a=f [None]"),
        (DataType.float, "1.5D", "a=f [1.5]"),
        (DataType.long, "7", "a=i [7]"),
        (DataType.integer, "7L", "a=i [7]"),
        (DataType.string, "'x'", "a=O ['x']"),
        (DataType.boolean, "TRUE", "a=b [True]"),
    ],
)
def test_an_argument_is_widened_to_its_feature_s_type(spark, witness, feature, value, expected):
    model = witness(ColSpec(feature, "a"))
    assert by_sql(model, spark.sql(f"SELECT {value} AS a")) == [expected]


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        (DataType.double, "'1'"),
        (DataType.long, "1.5D"),
        (DataType.integer, "1.5BD"),
        (DataType.string, "7"),
        (DataType.boolean, "1"),
        (DataType.datetime, "'2024-01-01'"),
        (DataType.binary, "'x'"),
    ],
)
def test_an_argument_that_would_lose_something_is_refused(spark, witness, feature, value):
    model = witness(ColSpec(feature, "a"))
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_TYPE"):
        by_sql(model, spark.sql(f"SELECT {value} AS a"))


def test_a_whole_number_that_does_not_fit_its_feature_is_an_error_and_never_another_number(
    spark, witness, ansi
):
    model = witness(ColSpec(DataType.integer, "a"))
    with pytest.raises(Exception, match=r"PREDICT_BAD_ROW.*feature a: 3000000000 is no INT"):
        by_sql(model, spark.sql("SELECT id + 3000000000 AS a FROM range(1)"))


def test_the_driver_matches_columns_as_sql_does(bind, points, regression):
    model = bind(regression)
    frame = pd.DataFrame({"B": [1.0], "other": ["x"], "A": [2.0]})
    assert model.predict(frame).tolist() == [3.5]
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENT_COUNT"):
        model.predict(frame[["A"]])
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENT_NAMES"):
        model.predict(frame[["A", "other"]])
    twice = pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "a", "b"])
    with pytest.raises(BindArgumentError, match="PREDICT_ARGUMENT_DUPLICATED"):
        model.predict(twice)
    with pytest.raises(PredictError, match="PREDICT_"):
        model.predict(pd.DataFrame({"a": ["x"], "b": [1.0]}))


def test_the_driver_keeps_the_index_and_leaves_the_frame_alone(bind, regression):
    model = bind(regression)
    frame = pd.DataFrame({"a": [1, 2], "b": [0, 0]}, index=[7, 3])
    before = frame.copy()
    scores = model.predict(frame)
    assert scores.index.tolist() == [7, 3]
    assert scores.tolist() == [2.5, 4.5]
    pd.testing.assert_frame_equal(frame, before)


def test_a_model_that_says_nothing_gets_the_query_s_own_names(spark, bind, tmp_path):
    model = bind(saved.pyfunc(tmp_path, seen), "STRING")
    data = spark.sql("SELECT 1.5D AS x, 'text' AS `a b`, 7 AS `c.d`")
    assert_same_scores(model, data, ["x=f a b=O c.d=i [1.5, 'text', 7]"])
    unnamed = spark.sql(f"SELECT PREDICT('{model.alias}', 1 + 1, 'x')").collect()
    assert unnamed[0][0] == "0=i 1=O [2, 'x']"
