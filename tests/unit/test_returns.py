# SPDX-License-Identifier: Apache-2.0
"""The carrier of a declared type: doubles for narrow numbers, exact where a double is not."""

from __future__ import annotations

import pytest
from pyspark.sql import types as t

from sparkpredict import declared_type, returns
from sparkpredict.errors import ReturnTypeError

EXACT = "struct<__long:bigint,__double:double,__text:string>"


@pytest.mark.parametrize(
    ("declared", "carried", "leaf"),
    [
        (t.ByteType(), "double", "whole"),
        (t.ShortType(), "double", "whole"),
        (t.IntegerType(), "double", "whole"),
        (t.FloatType(), "double", "double"),
        (t.DoubleType(), "double", "double"),
        (t.BooleanType(), "boolean", "boolean"),
        (t.BinaryType(), "binary", "binary"),
        (t.DateType(), "date", "date"),
        (t.TimestampType(), "timestamp", "timestamp"),
        (t.DayTimeIntervalType(), "interval day to second", "interval"),
    ],
)
def test_a_type_travels_as(declared, carried, leaf):
    carrier = returns.carrier(declared, None)
    assert carrier.type.simpleString() == carried
    assert carrier.shape == {"kind": "scalar", "leaf": leaf}


@pytest.mark.parametrize(
    ("declared", "leaf"),
    [(t.LongType(), "whole"), (t.DecimalType(10, 2), "decimal"), (t.StringType(), "string")],
)
@pytest.mark.parametrize(
    ("output", "carried"),
    [
        pytest.param(None, EXACT, id="unknown"),
        pytest.param(t.BooleanType(), EXACT, id="something else"),
        pytest.param(t.IntegerType(), "bigint", id="whole"),
        pytest.param(t.LongType(), "bigint", id="long"),
    ],
)
def test_what_a_double_cannot_hold_travels_exactly_unless_the_signature_settles_it(
    declared, leaf, output, carried
):
    carrier = returns.carrier(declared, output)
    assert carrier.type.simpleString() == carried
    expected = {"kind": "exact", "shape": {"kind": "scalar", "leaf": leaf}}
    assert (carrier.shape == expected) == (carried == EXACT)


@pytest.mark.parametrize(
    ("declared", "carried", "leaf"),
    [(t.LongType(), "double", "whole"), (t.StringType(), "double", "double")],
)
def test_doubles_that_the_signature_promises_travel_as_such(declared, carried, leaf):
    carrier = returns.carrier(declared, t.DoubleType())
    assert carrier.type.simpleString() == carried
    assert carrier.shape == {"kind": "scalar", "leaf": leaf}


def test_a_decimal_of_doubles_travels_exactly_in_the_digits_that_python_writes():
    carrier = returns.carrier(t.DecimalType(10, 2), t.DoubleType())
    assert carrier.type.simpleString() == EXACT


def test_text_that_the_signature_promises_travels_as_text_only_to_a_string():
    assert returns.carrier(t.StringType(), t.StringType()).type == t.StringType()
    number = returns.carrier(t.LongType(), t.StringType())
    assert number.type.simpleString() == EXACT


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_an_array_travels_as_deep_as_it_is(depth):
    declared, carried = t.FloatType(), t.DoubleType()
    for _ in range(depth):
        declared, carried = t.ArrayType(declared), t.ArrayType(carried)
    carrier = returns.carrier(declared, None)
    assert carrier.type == carried
    assert carrier.shape == {"kind": "array", "leaf": "double", "depth": depth}


def test_an_exact_array_has_three_arrays():
    carrier = returns.carrier(t.ArrayType(t.LongType()), None)
    assert [field.name for field in carrier.type] == ["__long", "__double", "__text"]
    assert carrier.type["__text"].dataType == t.ArrayType(t.StringType())
    shape = {"kind": "array", "leaf": "whole", "depth": 1}
    assert carrier.shape == {"kind": "exact", "shape": shape}


def test_an_exact_map_has_three_maps():
    carrier = returns.carrier(t.MapType(t.StringType(), t.LongType()), None)
    assert [field.name for field in carrier.type] == ["__long", "__double", "__text"]
    assert carrier.type["__text"].dataType == t.MapType(t.StringType(), t.StringType())
    assert carrier.shape == {"kind": "exact", "shape": {"kind": "map", "leaf": "whole"}}


def test_the_fields_of_a_struct_travel_each_as_its_own_type_does():
    declared = (
        t.StructType()
        .add("score", t.IntegerType())
        .add("label", t.StringType())
        .add("p", t.ArrayType(t.FloatType()))
    )
    carrier = returns.carrier(declared, t.StructType().add("label", t.StringType()))
    assert carrier.type.simpleString() == "struct<score:double,label:string,p:array<double>>"
    assert carrier.shape["kind"] == "struct"
    assert [name for name, _ in carrier.shape["fields"]] == ["score", "label", "p"]


def test_an_exact_field_of_a_struct_has_three_columns_of_its_own():
    carrier = returns.carrier(t.StructType().add("n", t.LongType()).add("x", t.DoubleType()), None)
    assert carrier.type.fieldNames() == ["__long:n", "__double:n", "__text:n", "x"]


@pytest.mark.parametrize(
    ("values", "leaf"),
    [
        (t.IntegerType(), "whole"),
        (t.DoubleType(), "double"),
        (t.StringType(), "string"),
        (t.BooleanType(), "boolean"),
    ],
)
def test_a_map_from_text_travels_as_a_map(values, leaf):
    carrier = returns.carrier(t.MapType(t.StringType(), values), None)
    assert carrier.shape == {"kind": "map", "leaf": leaf}
    assert isinstance(carrier.type, t.MapType)


@pytest.mark.parametrize(
    ("declared", "cause"),
    [
        (t.NullType(), "no form in which Python returns it"),
        (t.YearMonthIntervalType(), "no form in which Python returns it"),
        (t.ArrayType(t.NullType()), "no form in which Python returns it"),
        (t.ArrayType(t.MapType(t.StringType(), t.DoubleType())), "no form in which Python"),
        (
            t.ArrayType(t.StructType().add("a", t.IntegerType())),
            "no form in which Python returns it",
        ),
        (t.StructType(), "it has no fields"),
        (t.StructType().add("a", t.StructType().add("b", t.IntegerType())), "field a is nested"),
        (t.StructType().add("a", t.MapType(t.LongType(), t.DoubleType())), "keys other than"),
        (
            t.StructType().add("a", t.ArrayType(t.StructType().add("b", t.IntegerType()))),
            "field a is nested",
        ),
        (t.MapType(t.LongType(), t.DoubleType()), "keys other than STRING"),
        (t.MapType(t.StringType(), t.BinaryType()), "map values of type binary"),
        (t.MapType(t.StringType(), t.ArrayType(t.LongType())), "map values of type array<bigint>"),
        (t.MapType(t.StringType(), t.DecimalType(9, 2)), "map values of type decimal(9,2)"),
    ],
)
def test_a_type_that_python_cannot_return_is_refused_with_its_cause(declared, cause):
    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_UNSUPPORTED") as raised:
        returns.carrier(declared, None)
    assert cause in str(raised.value)
    assert declared.simpleString() in str(raised.value)


def test_a_map_in_a_struct_travels_as_it_does_alone():
    exact = t.MapType(t.StringType(), t.LongType())
    declared = t.StructType().add("p", t.MapType(t.StringType(), t.FloatType())).add("n", exact)
    carrier = returns.carrier(declared, None)
    assert carrier.type.fieldNames() == ["p", "__long:n", "__double:n", "__text:n"]
    assert carrier.shape["fields"][0] == ("p", {"kind": "map", "leaf": "double"})
    assert carrier.type["__text:n"].dataType == t.MapType(t.StringType(), t.StringType())


def test_a_data_type_is_taken_as_it_is():
    declared = t.ArrayType(t.FloatType())
    assert declared_type.parse(declared, None) is declared


@pytest.mark.parametrize(
    ("declared", "carried"),
    [
        (t.IntegerType(), "struct<__value:double,__error:string>"),
        (t.ArrayType(t.FloatType()), "struct<__value:array<double>,__error:string>"),
        (
            t.MapType(t.StringType(), t.FloatType()),
            "struct<__value:map<string,double>,__error:string>",
        ),
        (t.LongType(), EXACT[:-1] + ",__error:string>"),
        (
            t.StructType().add("n", t.LongType()).add("x", t.DoubleType()),
            "struct<__long:n:bigint,__double:n:double,__text:n:string,x:double,__error:string>",
        ),
    ],
    ids=str,
)
def test_with_capture_the_error_travels_beside_the_value(declared, carried):
    carrier = returns.carrier(declared, None, capture=True)
    assert carrier.type.simpleString() == carried
    assert carrier.shape == {"kind": "captured", "shape": returns.carrier(declared, None).shape}


def test_with_capture_a_field_cannot_be_called_as_the_error_is():
    declared = t.StructType().add("__error", t.IntegerType())
    assert returns.carrier(declared, None).shape["kind"] == "struct"
    with pytest.raises(ReturnTypeError, match="no field can be called __error"):
        returns.carrier(declared, None, capture=True)


@pytest.mark.parametrize("value", [7, int, ["INT"], t.IntegerType])
def test_what_is_neither_a_text_nor_a_type_is_invalid(value):
    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_INVALID") as raised:
        declared_type.parse(value, None)
    assert "not a text or a DataType" in str(raised.value)


def test_what_this_spark_cannot_declare_becomes_our_error():
    def build():
        raise NotImplementedError("Invalid return type\nand much more")

    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_UNSUPPORTED") as raised:
        returns.checked(build, t.BinaryType())
    assert "(Invalid return type)" in str(raised.value)
    assert returns.checked(lambda: 7, t.BinaryType()) == 7
