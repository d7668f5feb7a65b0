# SPDX-License-Identifier: Apache-2.0
"""model.predict: NULL, numbers and bad rows mean the same as in SQL."""

from __future__ import annotations

import decimal

import numpy as np
import pandas as pd
import pytest
from local import features, score
from pyspark.sql import Row
from pyspark.sql import types as t

from scores import plain
from sparkpredict.errors import BindArgumentError, ScoreError

BIG = (1 << 53) + 1  # no double holds it


def total(frame):
    """a + b; fails on NaN, as scikit-learn does."""
    if frame.isna().to_numpy().any():
        raise ValueError("Input X contains NaN")
    return frame["a"] + frame["b"]


def shown(frame):
    return [
        " ".join("None" if v is None else f"{v}" for v in row)
        for row in frame.astype(object).itertuples(index=False, name=None)
    ]


AB = {"a": "double", "b": "double"}
GAPS = pd.DataFrame({"a": [1.0, None, 3.0], "b": [2.0, 2.0, None]}, dtype=object, index=[5, 6, 7])


def picky(**takes):
    return features(**{n: {"type": "double", "takes_null": take} for n, take in takes.items()})


def test_auto_makes_the_score_null_where_the_feature_takes_no_null():
    found = score(GAPS, total, inputs=picky(a=False, b=False))
    assert plain_list(found) == [3.0, None, None]
    assert found.index.tolist() == [5, 6, 7]


def test_auto_gives_null_to_the_features_that_take_it():
    answer = score(GAPS, shown, inputs=picky(a=True, b=False), declared=t.StringType())
    assert plain_list(answer) == ["1.0 2.0", "nan 2.0", None]
    answer = score(GAPS, shown, inputs=picky(a=None, b=None), declared=t.StringType())
    assert plain_list(answer) == ["1.0 2.0", "nan 2.0", "3.0 nan"]


@pytest.mark.parametrize("null", [None, pd.NA, pd.NaT], ids=str)
def test_null_never_reaches_the_model_with_the_policy_null(null):
    data = pd.DataFrame({"a": pd.Series([1.0, null], dtype=object), "b": [2.0, 2.0]})
    assert plain_list(score(data, total, inputs=features(**AB), nulls="null")) == [3.0, None]
    nullable = data.assign(a=pd.array([1.0, None], dtype="Float64"))
    assert plain_list(score(nullable, total, inputs=features(**AB), nulls="null")) == [3.0, None]


def test_nan_is_a_number_and_no_null():
    data = pd.DataFrame({"a": [1.0, np.nan], "b": [2.0, 2.0]})
    for nulls in ("null", "error", "nan"):
        answer = score(data, shown, inputs=features(**AB), declared=t.StringType(), nulls=nulls)
        assert plain_list(answer) == ["1.0 2.0", "nan 2.0"]


def test_error_makes_a_null_a_bad_row():
    told = r"PREDICT_BAD_ROW.*feature a is NULL\. The row: b = 2.0 and 1 more"
    with pytest.raises(ScoreError, match=told):
        score(GAPS, total, inputs=features(**AB), nulls="error")
    null = score(GAPS, total, inputs=features(**AB), nulls="error", on_error="null")
    assert plain_list(null) == [3.0, None, None]
    captured = score(GAPS, total, inputs=features(**AB), nulls="error", on_error="capture")
    assert captured["error"].tolist() == [None, "feature a is NULL", "feature b is NULL"]
    assert captured.index.tolist() == [5, 6, 7]


def test_an_unscored_row_has_no_flaw():
    data = pd.DataFrame({"a": [None, 3_000_000_000], "b": [3_000_000_000, None]}, dtype=object)
    inputs = features(
        a={"type": "integer", "takes_null": False}, b={"type": "integer", "takes_null": False}
    )
    assert plain_list(score(data, total, inputs=inputs)) == [None, None]


@pytest.mark.parametrize(
    ("kind", "sql", "values", "lost"),
    [
        ("integer", "INT", [1, 2**31 - 1, -(2**31), 2**31], ["2147483648"]),
        ("long", "BIGINT", [BIG, 2**63 - 1, -(2**63)], []),
        ("integer", "INT", [1.0, 2.5, np.nan, 1e300], ["2.5", "NaN", "1e+300"]),
        ("long", "BIGINT", [1.0, 2.0**63, -(2.0**63)], ["9.223372036854776e+18"]),
        ("long", "BIGINT", [decimal.Decimal(5), decimal.Decimal("5.5")], ["5.5"]),
        ("long", "BIGINT", np.array([1, 2**64 - 1], dtype=np.uint64), ["18446744073709551615"]),
        ("integer", "INT", [True, False], []),
    ],
)
@pytest.mark.parametrize("dtype", [None, object], ids=["numpy", "objects"])
def test_a_number_that_is_none_of_an_integer_feature_is_a_flaw(kind, sql, values, lost, dtype):
    seen = []

    def model(frame):
        seen.append(frame["a"])
        return [0.0] * len(frame)

    data = pd.DataFrame({"a": pd.Series(values, dtype=dtype)})
    found = score(data, model, inputs=features(a=kind), on_error="capture")
    flaws = [error for error in found["error"] if error is not None]
    assert flaws == [f"feature a: {value} is no {sql}" for value in lost]
    assert seen[0].dtype.kind == "i"
    kept = [v for v, error in zip(values, found["error"]) if error is None]
    assert seen[0].tolist() == [int(v) for v in kept]


def test_whole_numbers_stay_whole_beside_a_null_that_the_model_does_not_get():
    data = pd.DataFrame({"a": [BIG, None, 3]}, dtype=object)

    def whole(frame):
        return [f"{value} {frame['a'].dtype.kind}" for value in frame["a"]]

    for inputs in (
        features(a={"type": "long", "takes_null": False}),
        features(a={"takes_null": False}),
    ):
        for column in (data, data.astype("Int64")):
            found = score(column, whole, inputs=inputs, declared=t.StringType())
            assert plain_list(found) == [f"{BIG} i", None, "3 i"]


def test_a_null_that_the_model_gets_is_nan_among_numbers_as_in_a_query():
    def kinds(frame):
        return [f"{value} {column.dtype.kind}" for column in [frame["a"]] for value in column]

    for values in ([1, None], [1.5, None], [decimal.Decimal(1), None]):
        for dtype in (object, "Float64"):
            data = pd.DataFrame({"a": pd.Series(values, dtype=object).astype(dtype)})
            for kind in (None, "double"):
                found = score(data, kinds, inputs=features(a=kind), declared=t.StringType())
                assert plain_list(found) == [f"{float(values[0])} f", "nan f"]


def test_text_is_no_number():
    with pytest.raises(BindArgumentError, match=r"PREDICT_ARGUMENT_TYPE.*'a'.*INT.*a str"):
        score(pd.DataFrame({"a": ["1"]}), total, inputs=features(a="integer"))


def test_a_feature_that_is_not_given_is_null_whatever_null_else_means():
    inputs = features(a="double", b={"type": "double", "optional": True})
    data = pd.DataFrame({"a": [1.0]})
    for nulls in ("auto", "null", "error", "nan"):
        found = score(data, shown, inputs=inputs, declared=t.StringType(), nulls=nulls)
        assert plain_list(found) == ["1.0 nan"]


def poisoned(frame):
    if (frame["a"] == 13).any():
        raise ValueError("thirteen")
    return frame["a"] * 1e10


def test_bad_rows_by_policy():
    data = pd.DataFrame({"a": np.arange(20.0)})
    told = r"ValueError: thirteen\. The row: a = 13\.0"
    with pytest.raises(ScoreError, match=told) as raised:
        score(data, poisoned, inputs=features(a="double"))
    assert isinstance(raised.value.__cause__, ValueError)
    null = score(data, poisoned, inputs=features(a="double"), on_error="null")
    assert null.isna().tolist() == [at == 13 for at in range(20)]
    captured = score(data, poisoned, inputs=features(a="double"), on_error="capture")
    assert captured["error"].dropna().to_dict() == {13: "ValueError: thirteen"}
    assert captured["value"].isna().tolist() == null.isna().tolist()


@pytest.mark.parametrize("on_error", ["null", "capture"])
def test_a_score_that_does_not_fit_is_null_also_under_ansi(on_error):
    data = pd.DataFrame({"a": [0.0, 1.0, 13.0]})
    options = {"declared": t.IntegerType(), "ansi": True, "on_error": on_error}
    found = score(data, poisoned, inputs=features(a="double"), **options)
    if on_error == "capture":
        assert found["error"].tolist() == [
            None,
            "score 1.0E10 does not fit INT",
            "ValueError: thirteen",
        ]
        found = found["value"]
    assert plain_list(found) == [0, None, None]
    with pytest.raises(ScoreError, match="PREDICT_VALUE_OUT_OF_RANGE"):
        score(data[:2], poisoned, inputs=features(a="double"), **{**options, "on_error": "fail"})


def test_a_captured_struct_is_a_row_or_null():
    declared = t.StructType().add("n", t.LongType()).add("x", t.FloatType())

    def both(frame):
        return pd.DataFrame({"n": poisoned(frame).astype(int), "x": frame["a"]})

    data = pd.DataFrame({"a": [1.0, 13.0]})
    found = score(data, both, inputs=features(a="double"), declared=declared, on_error="capture")
    assert found["value"].tolist() == [Row(n=10**10, x=1.0), None]
    assert found["error"].tolist() == [None, "ValueError: thirteen"]


def test_no_rows_give_no_scores():
    data = pd.DataFrame({"a": pd.Series([], dtype=float)})
    assert len(score(data, poisoned, inputs=features(a="double"))) == 0
    empty = score(data, poisoned, inputs=features(a="double"), on_error="capture")
    assert list(empty.columns) == ["value", "error"]


def test_parameters_of_the_binding_reach_the_model():
    def model(frame, params=None):
        return [params["top"]] * len(frame)

    assert score(
        pd.DataFrame({"a": [1.0]}), model, inputs=features(a="double"), params={"top": 3}
    ).tolist() == [3.0]


def test_a_matrix_is_doubles_or_one_column_of_arrays():
    def rows(matrix):
        assert matrix.dtype == np.float64
        return matrix.sum(axis=1)

    options = {"layout": "matrix", "count": 2, "on_error": "capture"}
    columns = pd.DataFrame({"x": [1, 2], "y": [True, False]})
    assert score(columns, rows, **options)["value"].tolist() == [2.0, 2.0]
    arrays = pd.DataFrame({"x": pd.Series([[1.0, 2.0], np.array([3.0, 4.0]), None, [1.0]])})
    found = score(arrays, rows, **options)
    assert plain_list(found["value"]) == [3.0, 7.0, None, None]
    assert found["error"].tolist() == [None, None, None, "feature 0: 1 values, not 2"]
    strict = score(arrays, rows, nulls="error", **options)
    assert strict["error"].tolist()[2] == "feature 0 is NULL"


def test_a_frame_has_the_querys_names():
    def names(frame):
        return [" ".join(frame.columns)] * len(frame)

    data = pd.DataFrame({"x": [1.0], 7: [2.0]})
    options = {"layout": "frame", "declared": t.StringType()}
    assert score(data, names, **options).tolist() == ["x 7"]
    assert score(data, names, binding="position", **options).tolist() == ["0 1"]
    nulls = pd.DataFrame({"x": [1.0, None]}, dtype=object)
    assert plain_list(score(nulls, names, takes_null=False, **options)) == ["x", None]


def plain_list(column):
    return [plain(value) for value in column]
