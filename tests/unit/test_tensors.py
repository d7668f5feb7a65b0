# SPDX-License-Identifier: Apache-2.0
"""Array columns as Arrow gives them to a worker, made into tensors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sparkpredict.worker.tensors import tensor, tensors

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


def test_texts_stay_texts():
    made = tensor(column([np.array(["a", "b"]), np.array(["c", "d"])]), (2,), "str")
    assert made.tolist() == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("rows", "shape", "dtype", "message"),
    [
        ([np.arange(5.0)], (3, 4), "float32", r"shape \(5,\)"),
        ([np.array([])], (2,), "float32", "shape"),
        ([np.arange(4.0), np.arange(8.0)], (-1, 4), "float32", "different shapes"),
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
