# SPDX-License-Identifier: Apache-2.0
"""A guard picks the rows for the model, and their scores go back into their places."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sparkpredict.worker import guard

A, B = pd.Series([1.0, 2.0, 3.0]), pd.Series([4.0, 5.0, 6.0])
NEEDED = pd.Series([True, False, True])
COLUMNS = {"layout": "columns", "names": ["a", "b"]}


def test_columns_without_a_guard_are_given_as_they_are():
    columns, needed = guard.split(COLUMNS, (A, B))
    assert columns[0] is A
    assert columns[1] is B
    assert needed is None


def test_the_rows_of_a_guard_are_given_alone_and_counted_from_zero():
    (a, b), needed = guard.split(COLUMNS, (A, B, NEEDED))
    assert a.to_dict() == {0: 1.0, 1: 3.0}
    assert b.to_dict() == {0: 4.0, 1: 6.0}
    assert needed.tolist() == [True, False, True]


def test_a_guard_that_all_rows_pass_is_taken_off():
    columns, needed = guard.split(COLUMNS, (A, B, pd.Series([True] * 3)))
    assert columns[0] is A
    assert len(columns) == 2
    assert needed is None


def test_a_boolean_feature_is_no_guard():
    columns, needed = guard.split({"layout": "columns", "names": ["a", "flag"]}, (A, NEEDED))
    assert len(columns) == 2
    assert needed is None


@pytest.mark.parametrize(
    ("choice", "inputs"),
    [
        ({"layout": "matrix", "names": []}, (A, B)),
        ({"layout": "frame", "names": []}, (pd.DataFrame({"x": A}),)),
    ],
)
def test_a_layout_without_names_knows_its_guard_too(choice, inputs):
    columns, needed = guard.split(choice, (*inputs, NEEDED))
    assert [len(column) for column in columns] == [2] * len(inputs)
    assert needed is not None
    assert guard.split(choice, inputs)[1] is None


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
