# SPDX-License-Identifier: Apache-2.0
"""Every type of pyspark is either scored, the same by every way, or refused when it is bound."""

from __future__ import annotations

import datetime
import decimal
import inspect

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import types as t

import saved
import sparkpredict
from scores import assert_same_scores
from sparkpredict.errors import ReturnTypeError

DAY = datetime.date(2024, 2, 29)
NOON = datetime.datetime(2024, 2, 29, 12, 30, 0, 5)  # noqa: DTZ001 (as Spark returns it)
LONG = datetime.timedelta(days=1, hours=2, microseconds=3)
CLOCK = datetime.time(1, 2, 3)


def type_(name, *arguments):
    """A type that only some versions have; None where this Spark has it not."""
    found = getattr(t, name, None)
    return found(*arguments) if found else None


# For each class of pyspark.sql.types: a type of it, what a model answers, and the scores.
SCORED = {
    "ByteType": (t.ByteType(), np.array([1.9, -1.9]), [1, -1]),
    "ShortType": (t.ShortType(), np.array([300.5, -3.0]), [300, -3]),
    "IntegerType": (t.IntegerType(), np.array([1e6 + 0.9, -0.9]), [1000000, 0]),
    "LongType": (t.LongType(), np.array([2**53 + 1, -(2**62)]), [2**53 + 1, -(2**62)]),
    "FloatType": (t.FloatType(), np.array([0.1, 2.5]), [float(np.float32(0.1)), 2.5]),
    "DoubleType": (t.DoubleType(), np.array([0.1, -0.0]), [0.1, -0.0]),
    "DecimalType": (
        t.DecimalType(10, 2),
        np.array([1.005, -2.5]),
        [decimal.Decimal("1.01"), decimal.Decimal("-2.50")],
    ),
    "BooleanType": (t.BooleanType(), np.array([True, False]), [True, False]),
    "StringType": (t.StringType(), np.array(["low", "ü"]), ["low", "ü"]),
    "BinaryType": (t.BinaryType(), [b"\x00\xff", b""], [b"\x00\xff", b""]),
    "DateType": (t.DateType(), [DAY, DAY], [DAY, DAY]),
    "TimestampType": (t.TimestampType(), [NOON, NOON], [NOON, NOON]),
    "TimestampNTZType": (type_("TimestampNTZType"), [NOON, NOON], [NOON, NOON]),
    "DayTimeIntervalType": (t.DayTimeIntervalType(), [LONG, -LONG], [LONG, -LONG]),
    "TimeType": (type_("TimeType"), [CLOCK, CLOCK], [CLOCK, CLOCK]),
    "ArrayType": (
        t.ArrayType(t.FloatType()),
        np.array([[1.0, 2.0], [3.0, 0.1]]),
        [[1.0, 2.0], [3.0, float(np.float32(0.1))]],
    ),
    "MapType": (
        t.MapType(t.StringType(), t.DoubleType()),
        [{"a": 1.5}, {}],
        [{"a": 1.5}, {}],
    ),
    "StructType": (
        t.StructType().add("label", t.StringType()).add("p", t.DoubleType()),
        pd.DataFrame({"p": [0.5, 1.0], "label": ["x", "y"]}),
        [("x", 0.5), ("y", 1.0)],
    ),
}

REFUSED = {
    "NullType": t.NullType(),
    "VariantType": type_("VariantType"),
    "YearMonthIntervalType": t.YearMonthIntervalType(),
    "CalendarIntervalType": type_("CalendarIntervalType"),
    "CharType": type_("CharType", 5),
    "VarcharType": type_("VarcharType", 5),
    "GeometryType": type_("GeometryType", 4326),
    "GeographyType": type_("GeographyType", 4326),
    "UserDefinedType": None,  # see test_a_user_defined_type_is_refused
}

# Bases that no column can have, and the field of a struct, which is no type of a value.
ABSTRACT = {
    "AnsiIntervalType",
    "AnyTimeType",
    "AtomicType",
    "DataType",
    "DatetimeType",
    "FractionalType",
    "IntegralType",
    "NumericType",
    "SpatialType",
    "StructField",
}


def classes():
    """All classes of types in pyspark, by name."""
    found = inspect.getmembers(t, inspect.isclass)
    return {
        name for name, kind in found if issubclass(kind, t.DataType) and not name.startswith("_")
    }


def test_the_table_knows_every_type_of_this_pyspark():
    assert classes() - ABSTRACT == (SCORED.keys() | REFUSED.keys()) & classes()
    assert not SCORED.keys() & REFUSED.keys()


def answering(answer):
    """A model that gives the same answer for its two rows, whatever they hold."""

    def predict(frame):
        return answer

    return predict


@pytest.fixture
def two_rows(spark):
    return spark.range(0, 2, 1, 1).selectExpr("CAST(id AS DOUBLE) AS x")


@pytest.mark.parametrize("name", sorted(SCORED.keys() & classes()))
def test_is_scored_the_same_by_every_way(bind, two_rows, tmp_path, name):
    declared, answer, expected = SCORED[name]
    model = bind(saved.pyfunc(tmp_path, answering(answer)), declared)
    score = two_rows.select(model.udf(model.alias, "x").alias("score")).schema["score"]
    assert score.dataType == declared
    assert_same_scores(model, two_rows, expected)


# A struct has missing fields, not missing rows.
@pytest.mark.parametrize("name", sorted((SCORED.keys() - {"StructType"}) & classes()))
def test_a_missing_score_is_null_by_every_way(bind, two_rows, tmp_path, name):
    declared, answer, expected = SCORED[name]
    first = answer.tolist()[0] if isinstance(answer, np.ndarray) else answer[0]
    model = bind(saved.pyfunc(tmp_path, answering([first, None])), declared)
    assert_same_scores(model, two_rows, [expected[0], None])


@pytest.mark.parametrize("name", sorted(name for name, kind in REFUSED.items() if kind))
def test_is_refused_when_it_is_bound(spark, alias, unsigned, name):
    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_UNSUPPORTED") as raised:
        sparkpredict.bind_model(REFUSED[name], "mlflow", alias, str(unsigned), spark=spark)
    assert "cannot be scored" in str(raised.value)
    assert alias not in sparkpredict.models(spark)


def test_a_user_defined_type_is_refused(spark, alias, unsigned):
    from pyspark.ml.linalg import VectorUDT

    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_UNSUPPORTED"):
        sparkpredict.bind_model(VectorUDT(), "mlflow", alias, str(unsigned), spark=spark)


@pytest.mark.parametrize(
    "declared",
    [
        t.ArrayType(t.NullType()),
        t.ArrayType(t.MapType(t.StringType(), t.DoubleType())),
        t.ArrayType(t.StructType().add("a", t.DoubleType())),
        t.MapType(t.LongType(), t.DoubleType()),
        t.MapType(t.StringType(), t.BinaryType()),
        t.StructType(),
        t.StructType().add("a", t.StructType().add("b", t.DoubleType())),
    ],
    ids=str,
)
def test_a_nested_type_that_python_cannot_return_is_refused(spark, alias, unsigned, declared):
    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_UNSUPPORTED"):
        sparkpredict.bind_model(declared, "mlflow", alias, str(unsigned), spark=spark)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INT", "int"),
        ("Float", "float"),
        ("  bigint ", "bigint"),
        ("array<float>", "array<float>"),
        ("ARRAY<ARRAY<DOUBLE>>", "array<array<double>>"),
        ("decimal(12,3)", "decimal(12,3)"),
        ("map<string,double>", "map<string,double>"),
        (
            "label STRING, probability ARRAY<DOUBLE>",
            "struct<label:string,probability:array<double>>",
        ),
        ("struct<a:int,b:string>", "struct<a:int,b:string>"),
        ("timestamp", "timestamp"),
    ],
)
def test_a_type_may_be_a_ddl_text_in_any_case(spark, alias, unsigned, text, expected):
    model = sparkpredict.bind_model(text, "mlflow", alias, str(unsigned), spark=spark)
    assert model.return_type.simpleString() == expected
