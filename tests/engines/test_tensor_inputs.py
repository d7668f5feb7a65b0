# SPDX-License-Identifier: Apache-2.0
"""Models with tensor signatures: what goes in as which shape, in SQL and on the driver alike."""

from __future__ import annotations

import numpy as np
import pytest
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec
from pyspark.errors import AnalysisException

import saved
from scores import assert_same_scores, by_sql
from sparkpredict.errors import PredictError


def told(array):
    return f"{array.dtype.kind}{list(array.shape[1:])}{array.tolist()}"


def seen(data):
    """For each row what the model was given, as text."""
    if not isinstance(data, dict):
        return [told(data[at : at + 1]) for at in range(len(data))]
    rows = len(next(iter(data.values())))
    return [
        " ".join(f"{name}={told(values[at : at + 1])}" for name, values in data.items())
        for at in range(rows)
    ]


def tensor(dtype, *shape, name=None):
    return TensorSpec(np.dtype(dtype), (-1, *shape), name=name)


@pytest.fixture
def witness(bind, tmp_path):
    """Binds a model with tensors for inputs."""

    def bound(*inputs, function=seen, declared="STRING", **choices):
        signature = ModelSignature(Schema(list(inputs)), Schema([ColSpec(DataType.string)]))
        return bind(saved.pyfunc(tmp_path, function, signature=signature), declared, **choices)

    return bound


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param("array(1D, 2D, 3D, 4D) AS x", id="flat"),
        pytest.param("array(array(1D, 2D), array(3D, 4D)) AS x", id="nested"),
        pytest.param("array(array(1, 2), array(3, 4)) AS x", id="whole numbers"),
        pytest.param("array(array(1.0, 2.0), array(3.0, 4.0)) AS x", id="decimals"),
    ],
)
def test_a_nested_tensor_comes_nested_or_flat(spark, witness, columns):
    model = witness(tensor("float32", 2, 2))
    assert_same_scores(model, spark.sql(f"SELECT {columns}"), ["f[2, 2][[[1.0, 2.0], [3.0, 4.0]]]"])


def test_several_tensors_go_by_name_in_any_order_and_other_columns_are_dropped(spark, witness):
    model = witness(tensor("int64", name="ids"), tensor("float32", 3, name="x"))
    data = spark.sql("SELECT 'other' AS o, array(1, 2, 3) AS x, 7 AS ids")
    assert_same_scores(model, data, ["ids=i[][7] x=f[3][[1.0, 2.0, 3.0]]"])


@pytest.mark.parametrize("name", [None, "x"], ids=["unnamed", "named"])
@pytest.mark.parametrize(
    "columns", ["1 AS a, 2D AS b, 3.0 AS c", "array(1, 2, 3) AS x", "array(1D, 2D, 3D) AS x"]
)
def test_a_row_of_k_numbers_is_one_array_or_k_columns(spark, witness, columns, name):
    model = witness(tensor("float64", 3, name=name))
    given = "f[3][[1.0, 2.0, 3.0]]"
    assert_same_scores(model, spark.sql(f"SELECT {columns}"), [f"x={given}" if name else given])


def test_a_spark_ml_vector_is_a_row_of_numbers(spark, witness):
    from pyspark.ml.linalg import Vectors

    model = witness(tensor("float32", 2, name="x"), tensor("float32", name="y"))
    data = spark.createDataFrame(
        [(Vectors.dense(1.0, 2.0), 3.0), (Vectors.sparse(2, [1], [5.0]), 4.0)], ["x", "y"]
    )
    assert by_sql(model, data) == [
        "x=f[2][[1.0, 2.0]] y=f[][3.0]",
        "x=f[2][[0.0, 5.0]] y=f[][4.0]",
    ]


def test_texts_and_booleans_are_tensors_too(spark, witness):
    model = witness(tensor("str", 2, name="t"), tensor("bool", 2, name="b"))
    data = spark.sql("SELECT array('x', 'yy') AS t, array(true, false) AS b")
    assert_same_scores(model, data, ["t=U[2][['x', 'yy']] b=b[2][[True, False]]"])


def test_rows_of_different_lengths_are_scored_where_the_signature_leaves_it_open(spark, witness):
    def sums(data):
        return data.sum(axis=1)

    model = witness(tensor("float64", -1), function=sums, declared="DOUBLE")
    data = spark.sql(
        "SELECT transform(sequence(1, 1 + id % 3), e -> DOUBLE(e + id)) AS x "
        "FROM range(0, 50, 1, 1)"
    )
    expected = [float(sum(row.x)) for row in data.collect()]
    assert_same_scores(model, data, expected)


def test_a_row_of_another_shape_is_a_bad_row(spark, witness):
    model = witness(tensor("float32", 2, 2), on_error="null")
    data = spark.sql(
        "SELECT IF(id = 3, array(1D, 2D, 3D), array(1D, 2D, 3D, 4D)) AS x FROM range(0, 5, 1, 1)"
    )
    good = "f[2, 2][[[1.0, 2.0], [3.0, 4.0]]]"
    assert_same_scores(model, data, [good, good, good, None, good])


def test_a_row_of_another_shape_is_named(spark, witness):
    model = witness(tensor("float32", 2, 2))
    with pytest.raises(Exception, match="PREDICT_BAD_ROW") as found:
        by_sql(model, spark.sql("SELECT array(1D, 2D, 3D) AS x"))
    assert "shape (3,)" in str(found.value)
    assert "0 = [1.0, 2.0, 3.0]" in str(found.value)


def test_a_value_that_the_element_type_has_not_is_a_bad_row(spark, witness):
    model = witness(tensor("int8", 2, name="x"), tensor("int8", name="y"), on_error="capture")
    data = spark.sql(
        "SELECT * FROM VALUES (array(1, 2), 3), (array(1, 300), 3), (array(1, 2), 300) AS t(x, y)"
    )
    answers = by_sql(model, data)
    assert answers[0] == ("x=i[2][[1, 2]] y=i[][3]", None)
    assert [value for value, _ in answers[1:]] == [None, None]
    assert all("int8" in error for _, error in answers[1:])


@pytest.mark.parametrize(
    ("nulls", "expected"),
    [
        ("auto", ["f[2][[1.0, 2.0]]", None, "f[2][[1.0, nan]]", "f[2][[nan, nan]]"]),
        ("nan", ["f[2][[1.0, 2.0]]", None, "f[2][[1.0, nan]]", "f[2][[nan, nan]]"]),
        ("null", ["f[2][[1.0, 2.0]]", None, None, "f[2][[nan, nan]]"]),
        ("error", ["f[2][[1.0, 2.0]]", None, None, "f[2][[nan, nan]]"]),
    ],
)
@pytest.mark.parametrize("name", [None, "x"], ids=["unnamed", "named"])
def test_a_null_inside_follows_the_policy_and_a_whole_one_is_never_given(
    spark, witness, nulls, expected, name
):
    model = witness(tensor("float64", 2, name=name), nulls=nulls, on_error="null")
    nan = "double('NaN')"
    rows = f"(array(1D, 2D)), (NULL), (array(1D, NULL)), (array({nan}, {nan}))"
    data = spark.sql(f"SELECT * FROM VALUES {rows} AS t(x)")
    wanted = [f"x={score}" if name and score else score for score in expected]
    assert_same_scores(model, data, wanted)


@pytest.mark.parametrize(
    ("columns", "condition"),
    [
        ("'text' AS x", "PREDICT_ARGUMENT_TYPE"),
        ("array('a', 'b') AS x", "PREDICT_ARGUMENT_TYPE"),
        ("array(array(array(1D))) AS x", "PREDICT_ARGUMENT_TYPE"),
        ("array(1D) AS y", "PREDICT_ARGUMENT_NAMES"),
        ("array(1D) AS x, array(1D) AS X", "PREDICT_ARGUMENT_DUPLICATED"),
    ],
)
def test_what_is_no_such_tensor_is_refused_before_a_row_is_read(spark, witness, columns, condition):
    model = witness(tensor("float32", 2, 2, name="x"))
    with pytest.raises(AnalysisException, match=condition):
        by_sql(model, spark.sql(f"SELECT {columns}"))


def test_several_named_tensors_come_out(spark, bind, tmp_path):
    def both(data):
        return {"total": data["x"].sum(axis=1), "twice": data["x"] * 2}

    signature = ModelSignature(
        Schema([tensor("float64", 2, name="x")]),
        Schema([tensor("float64", name="total"), tensor("float64", 2, name="twice")]),
    )
    model = bind(saved.pyfunc(tmp_path, both, signature=signature), None)
    assert model.info().return_type == "STRUCT<total: DOUBLE, twice: ARRAY<DOUBLE>>"
    assert_same_scores(model, spark.sql("SELECT array(1D, 2D) AS x"), [(3.0, [2.0, 4.0])])


def test_a_scalar_matrix_of_whole_numbers_refuses_what_is_none(spark, witness):
    model = witness(tensor("int64", 2))
    big = 2**53 + 1
    assert_same_scores(model, spark.sql(f"SELECT {big}L AS a, 2 AS b"), [f"i[2][[{big}, 2]]"])
    with pytest.raises((AnalysisException, PredictError), match="PREDICT_ARGUMENT_TYPE"):
        by_sql(model, spark.sql("SELECT 1.5D AS a, 2 AS b"))
