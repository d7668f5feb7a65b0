# SPDX-License-Identifier: Apache-2.0
"""Array columns as Arrow gives them to a worker, made into tensors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sparkpredict.worker.tensors import groups, tensor, tensors, typed

CUBE = np.arange(24.0).reshape(2, 3, 4)


def column(rows):
    """A column of Python objects."""
    made = pd.Series([None] * len(rows), dtype=object)
    for at, row in enumerate(rows):
        made[at] = row
    return made


def nested(row):
    """Arrays of arrays, as Arrow's nested lists come."""
    rows = np.empty(len(row), dtype=object)
    rows[:] = list(row)
    return rows


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row.ravel() for row in CUBE], id="flat"),
        pytest.param([nested(row) for row in CUBE], id="arrays of arrays"),
        pytest.param([row.tolist() for row in CUBE], id="lists"),
        pytest.param([row.astype("int64") for row in CUBE], id="whole numbers"),
    ],
)
@pytest.mark.parametrize("shape", [(3, 4), (-1, 4), (3, -1)])
def test_rows_take_the_shape_of_the_signature(rows, shape):
    made = tensor(column(rows), shape, "float32")
    assert made.dtype == np.float32
    np.testing.assert_array_equal(made, CUBE)


def test_a_tensor_of_one_value_for_each_row_is_a_plain_column():
    made = tensor(pd.Series([1, 2, 3]), (), "float64")
    assert (made.shape, made.dtype) == ((3,), np.float64)


def test_texts_are_numpys_own_as_the_signature_says():
    rows = [np.array(["a", "b"], dtype=object), np.array(["c", "d"], dtype=object)]
    made = tensor(column(rows), (2,), "str")
    assert made.dtype.kind == "U"
    assert made.tolist() == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("rows", "shape", "dtype", "message"),
    [
        ([np.arange(5.0)], (3, 4), "float32", r"shape \(5,\)"),
        ([np.array([])], (2,), "float32", "shape"),
        ([None], (2,), "float32", "NULL"),
        ([np.array([1, 300])], (2,), "int8", "int8"),
        ([np.array([1.5, 2.0])], (2,), "int64", "int64"),
        ([np.array([1, None], dtype=object)], (2,), "int64", "NULL"),
    ],
)
def test_what_does_not_fit_is_refused(rows, shape, dtype, message):
    with pytest.raises(ValueError, match=message):
        tensor(column(rows), shape, dtype)


def test_a_null_inside_a_tensor_of_floats_is_nan():
    made = tensor(column([np.array([1.0, None], dtype=object)]), (2,), "float32")
    assert made[0, 0] == 1.0
    assert np.isnan(made[0, 1])


def test_named_tensors_are_a_dict_and_a_lone_unnamed_one_is_not():
    choice = {"names": ["x", "y"], "shapes": [[2], []], "dtypes": ["float32", "int64"]}
    columns = [column([np.array([1.0, 2.0])]), pd.Series([7])]
    made = tensors({**choice, "named": True}, columns)
    assert list(made) == ["x", "y"]
    assert made["y"].tolist() == [7]
    alone = {"names": ["0"], "shapes": [[2]], "dtypes": ["float32"], "named": False}
    assert tensors(alone, columns[:1]).tolist() == [[1.0, 2.0]]


def test_a_lone_tensor_may_come_as_a_column_for_each_number():
    choice = {"names": ["x"], "shapes": [[2]], "dtypes": ["float32"], "named": True}
    made = tensors(choice, [pd.Series([1.0, 3.0]), pd.Series([2.0, 4.0])])
    assert made["x"].dtype == np.float32
    assert made["x"].tolist() == [[1.0, 2.0], [3.0, 4.0]]


OPEN = {"layout": "tensors", "shapes": [[-1], []]}


def test_rows_of_an_open_shape_go_by_the_shape_that_they_have():
    rows = column([np.arange(2.0), np.arange(3.0), np.arange(2.0), None])
    found = groups(OPEN, [rows, pd.Series([1, 2, 3, 4])])
    assert [group.tolist() for group in found] == [[0, 2], [1], [3]]


@pytest.mark.parametrize(
    ("choice", "rows"),
    [
        pytest.param(OPEN, [np.arange(2.0)] * 3, id="all alike"),
        pytest.param(OPEN, [], id="no rows"),
        pytest.param({**OPEN, "shapes": [[2], []]}, [np.arange(2.0), np.arange(3.0)], id="stated"),
        pytest.param({"layout": "columns"}, [1.0], id="no tensors"),
    ],
)
def test_other_batches_stay_whole(choice, rows):
    assert groups(choice, [column(rows)]) is None


@pytest.mark.parametrize("value", [0.5, np.nan, 2.0**31, -np.inf])
def test_a_matrix_of_whole_numbers_takes_no_others(value):
    assert typed(np.array([[1.0, 2.0]]), "int32").tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="int32"):
        typed(np.array([[1.0, value]]), "int32")
