# SPDX-License-Identifier: Apache-2.0
"""Narrowing: toward zero; what does not fit is an error under ANSI and NULL otherwise, always."""

from __future__ import annotations

import decimal
import math
import os

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import saved
from fresh import spark_version
from scores import answers, assert_same_scores, driver, plain, sql, transformed

TELLS_NAN_APART = spark_version() >= (3, 5)
EXAMPLES = int(os.environ.get("SPARKPREDICT_EXAMPLES", "5"))


def first(frame):
    return frame["x"]


def whole(frame):
    return frame["x"].astype("int64")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Models that answer with what they are given: as they get it, and as whole numbers."""
    return {
        function.__name__: saved.pyfunc(tmp_path_factory.mktemp(function.__name__), function)
        for function in (first, whole)
    }


@pytest.fixture
def numbers(spark):
    """Makes a frame of one column."""

    def frame(values, kind="double"):
        return spark.createDataFrame([(value,) for value in values], f"x {kind}").coalesce(1)

    return frame


def refused(model, data):
    """Each way to call fails, with an error that names the value or the overflow."""
    ways = {
        "SQL": lambda: sql(model, data).collect(),
        "udf": lambda: data.select(model.udf(model.alias, "x")).collect(),
        "Transformer": lambda: transformed(model, data).collect(),
        "predict": lambda: driver(model, data),
    }
    for way, call in ways.items():
        with pytest.raises(Exception, match=r"OVERFLOW|OUT_OF_RANGE|overflow|represented|CAST_IN"):
            print(way, call())  # noqa: T201 (shown when it does not fail)


@pytest.mark.parametrize("returns", ["TINYINT", "SMALLINT", "INT", "BIGINT"])
def test_a_fraction_goes_toward_zero(bind, ansi, folders, numbers, returns):
    model = bind(folders["first"], returns)
    data = numbers([1.9, -1.9, 0.99, -0.99, 127.0, -0.0])
    assert_same_scores(model, data, [1, -1, 0, 0, 127, 0])


LIMITS = {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}


@pytest.mark.parametrize("returns", list(LIMITS))
@pytest.mark.parametrize("sign", [1, -1])
def test_out_of_range_is_an_error_under_ansi_and_null_otherwise(
    bind, ansi, folders, numbers, returns, sign
):
    model = bind(folders["first"], returns)
    beyond = numbers([sign * 2.0 ** (LIMITS[returns] - 1) * 1.1])
    if ansi:
        refused(model, beyond)
    else:
        assert_same_scores(model, beyond, [None])


@pytest.mark.parametrize("returns", ["INT", "BIGINT"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_an_error_under_ansi_and_null_otherwise(
    bind, ansi, folders, numbers, returns, value
):
    model = bind(folders["first"], returns)
    data = numbers([value])
    if not ansi:
        assert_same_scores(model, data, [None])
    elif TELLS_NAN_APART or math.isinf(value):
        refused(model, data)


@pytest.mark.parametrize("returns", ["INT", "array<int>", "n INT, x DOUBLE"])
def test_one_number_that_does_not_fit_costs_only_its_own_place(
    bind, conf, folders, numbers, returns, tmp_path
):
    conf("spark.sql.ansi.enabled", "false")
    data = numbers([1.5, 1e20, math.nan])
    if returns == "INT":
        assert_same_scores(bind(folders["first"], returns), data, [1, None, None])
    elif returns == "array<int>":
        model = bind(saved.pyfunc(tmp_path, lambda f: [[x, 7.9] for x in f["x"]]), returns)
        assert_same_scores(model, data, [[1, 7], [None, 7], [None, 7]])
    else:
        model = bind(
            saved.pyfunc(tmp_path, lambda f: f.rename(columns={"x": "n"}).assign(x=0.5)), returns
        )
        assert_same_scores(model, data, [(1, 0.5), (None, 0.5), (None, 0.5)])


def test_nan_and_infinity_stay_what_they_are_in_a_double(bind, folders, numbers):
    model = bind(folders["first"], "DOUBLE")
    found = answers(model, numbers([math.nan, math.inf, -math.inf]))
    nan = "NaN" if TELLS_NAN_APART else None
    for way in ("SQL", "udf", "Transformer"):
        assert [plain(value) for value in found[way]] == [nan, math.inf, -math.inf], way
    assert [plain(value) for value in found["predict"]] == ["NaN", math.inf, -math.inf]


@pytest.mark.skipif(not TELLS_NAN_APART, reason="before Spark 3.5 NaN arrives as NULL")
def test_nan_and_null_are_told_apart(spark, bind, numbers, tmp_path):
    model = bind(saved.pyfunc(tmp_path, lambda frame: [None, float("nan"), 1.0]))
    data = numbers([1.0, 2.0, 3.0])
    assert [plain(row[0]) for row in sql(model, data).collect()] == [None, "NaN", 1.0]
    text = bind(saved.pyfunc(tmp_path / "text", lambda f: [None, float("nan"), 1.0]), "STRING")
    assert_same_scores(text, data, [None, "NaN", "1.0"])


@pytest.mark.parametrize(
    ("returns", "as_declared"),
    [("BIGINT", int), ("DECIMAL(20,0)", decimal.Decimal), ("STRING", str)],
)
def test_a_whole_number_that_no_double_holds_is_exact(bind, folders, numbers, returns, as_declared):
    values = [2**53 + 1, -(2**63), 2**63 - 1]
    model = bind(folders["whole"], returns)
    assert_same_scores(model, numbers(values, "bigint"), [as_declared(v) for v in values])


def test_exact_numbers_in_structs_lists_and_maps(bind, numbers, tmp_path):
    large = 2**53 + 1
    struct = bind(
        saved.pyfunc(tmp_path / "s", lambda f: pd.DataFrame({"n": [2**53 + 1], "d": [0.5]})),
        "n BIGINT, d DECIMAL(9,2)",
    )
    assert_same_scores(struct, numbers([1.0]), [(large, decimal.Decimal("0.50"))])
    lists = bind(saved.pyfunc(tmp_path / "l", lambda f: [[2**53 + 1, 1]]), "array<bigint>")
    assert_same_scores(lists, numbers([1.0]), [[large, 1]])
    maps = bind(saved.pyfunc(tmp_path / "m", lambda f: [{"a": 2**53 + 1}]), "map<string,bigint>")
    assert_same_scores(maps, numbers([1.0]), [{"a": large}])


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1.0"), (1e7, "1.0E7"), (0.0001, "1.0E-4"), (123456.789, "123456.789"), (-0.0, "-0.0")],
)
def test_a_number_as_text_is_written_as_spark_writes_it(bind, folders, numbers, value, text):
    data = numbers([value])
    assert data.selectExpr("CAST(x AS STRING)").collect()[0][0] == text
    assert_same_scores(bind(folders["first"], "STRING"), data, [text])


@pytest.mark.parametrize(
    ("answer", "returns", "expected"),
    [
        pytest.param(["1.9"], "DECIMAL(3,1)", [decimal.Decimal("1.9")], id="text as a decimal"),
        pytest.param(["12"], "BIGINT", [12], id="text as a whole number"),
        pytest.param([decimal.Decimal("1.25")], "DOUBLE", [1.25], id="a decimal as a double"),
        pytest.param(["twelve"], "BIGINT", [None], id="a word is no whole number"),
        pytest.param([True], "BIGINT", [1], id="a boolean as a number"),
        pytest.param([True], "INT", [1], id="a boolean as a small number"),
    ],
)
def test_other_answers_become_numbers_the_same_by_every_way(
    bind, conf, numbers, tmp_path, answer, returns, expected
):
    conf("spark.sql.ansi.enabled", "false")
    model = bind(saved.pyfunc(tmp_path, lambda frame: answer), returns)
    assert_same_scores(model, numbers([1.0]), expected)


VALUES = st.lists(st.floats(width=64), min_size=1, max_size=40)


@pytest.mark.parametrize("returns", ["SMALLINT", "BIGINT", "DECIMAL(12,3)", "FLOAT", "STRING"])
def test_any_numbers_are_narrowed_the_same_by_every_way(bind, conf, folders, numbers, returns):
    conf("spark.sql.ansi.enabled", "false")
    model = bind(folders["first"], returns)

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(VALUES)
    def same(values):
        found = answers(model, numbers(values))
        by_sql = [plain(value) for value in found["SQL"]]
        by_driver = [plain(value) for value in found["predict"]]
        if returns == "FLOAT":  # the driver's pandas has NaN for both
            by_sql = ["NaN" if value is None else value for value in by_sql]
        if returns == "STRING":  # JDK 17 sometimes writes one digit more
            by_sql, by_driver = ([v and float(v) for v in each] for each in (by_sql, by_driver))
            by_sql, by_driver = ([plain(v) for v in each] for each in (by_sql, by_driver))
        assert by_sql == by_driver

    same()
