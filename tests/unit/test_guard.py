# SPDX-License-Identifier: Apache-2.0
"""Rows are picked for the model, and their scores go back into their places."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sparkpredict.worker import guard


def test_the_rows_for_the_model_are_counted_from_zero():
    columns = (pd.Series([1.0, 2.0, 3.0]), pd.Series([4.0, 5.0, 6.0]))
    a, b = guard.picked(columns, np.asarray([True, False, True]))
    assert a.to_dict() == {0: 1.0, 1: 3.0}
    assert b.to_dict() == {0: 4.0, 1: 6.0}
    (frame,) = guard.picked((pd.DataFrame({"x": [7, 8, 9]}),), np.asarray([False, False, True]))
    assert frame["x"].to_dict() == {0: 9}


@pytest.mark.parametrize(
    ("scores", "dtype"),
    [
        (pd.Series([1.5, 2.5]), "float64"),
        (pd.Series(pd.arrays.FloatingArray(np.asarray([1.5, 2.5]), np.zeros(2, bool))), "Float64"),
        (pd.Series([2**62 + 1, 2]), "object"),
        (pd.Series([True, False]), "object"),
        (pd.Series(["low", "high"], dtype=object), "object"),
        (pd.Series(pd.array([2**62 + 1, 2], dtype="Int64")), "Int64"),
        (pd.Series([[1.0, 2.0], [3.0]], dtype=object), "object"),
        (pd.Series(pd.to_datetime(["2024-02-29", "2024-03-01"])), "datetime64"),
    ],
)
def test_scores_are_spread_with_missing_values_between(scores, dtype):
    spread = guard.spread(scores, np.asarray([False, True, False, True]))
    assert spread.isna().tolist() == [True, False, True, False]
    assert [spread[1], spread[3]] == scores.tolist()
    assert str(spread.dtype).startswith(dtype)


def test_nan_between_scores_stays_nan():
    numbers = pd.arrays.FloatingArray(np.asarray([np.nan, 1.0]), np.zeros(2, bool))
    spread = guard.spread(pd.Series(numbers), np.asarray([False, True, True]))
    assert spread.array._mask.tolist() == [True, False, False]
    assert np.isnan(spread.array._data[1])


def test_a_struct_is_spread_column_by_column():
    scores = pd.DataFrame({"label": ["low"], "probability": [0.5]})
    spread = guard.spread(scores, np.asarray([False, True]))
    assert spread.iloc[1].tolist() == ["low", 0.5]
    assert spread.isna().iloc[0].all()


def test_nothing_is_spread_where_no_row_was_scored():
    spread = guard.spread(pd.Series([], dtype=object), np.asarray([False, False]))
    assert spread.tolist() == [None, None]


def masked(values, missing):
    return pd.Series(pd.arrays.FloatingArray(np.asarray(values, dtype=float), np.asarray(missing)))


def test_doubles_are_joined_with_null_and_nan_as_they_were():
    parts = [
        pd.Series([1.5]),
        masked([np.nan, 0.0], [False, True]),
        pd.Series([None], dtype=object),  # the part of an exact carrier that has no value
    ]
    joined = guard.joined(parts)
    assert joined.dtype == "Float64"
    assert joined.array._mask.tolist() == [False, False, True, True]
    assert joined.array._data[0] == 1.5
    assert np.isnan(joined.array._data[1])


@pytest.mark.parametrize(
    ("parts", "dtype"),
    [
        ([pd.Series([1.0]), pd.Series([2.0])], "float64"),
        ([masked([1.0], [False]), masked([2.0], [False])], "Float64"),
        ([pd.Series([2**62 + 1]), pd.Series(pd.array([3], dtype="Int64"))], "Int64"),
        ([pd.Series([2**62 + 1]), pd.Series([None], dtype=object)], "object"),
        ([pd.Series([True]), pd.Series([False])], "bool"),
        ([pd.Series(["a"], dtype=object), pd.Series([None], dtype=object)], "object"),
        ([pd.Series([[1.0, 2.0]]), pd.Series([[3.0]])], "object"),
        ([pd.Series(pd.to_datetime(["2024-02-29"])), pd.Series([pd.NaT])], "datetime64"),
    ],
)
def test_parts_are_joined_in_their_order(parts, dtype):
    joined = guard.joined(parts)
    wanted = [value for part in parts for value in part.tolist()]
    assert [None if v is pd.NaT else v for v in joined] == [
        None if v is pd.NaT else v for v in wanted
    ]
    assert str(joined.dtype).startswith(dtype)


def test_structs_are_joined_column_by_column():
    parts = [pd.DataFrame({"x": [1.0], "y": ["a"]}), pd.DataFrame({"x": [2.0], "y": [None]})]
    joined = guard.joined(parts)
    assert joined["x"].tolist() == [1.0, 2.0]
    assert joined["y"].tolist() == ["a", None]
    assert guard.joined(parts[:1]) is parts[0]
