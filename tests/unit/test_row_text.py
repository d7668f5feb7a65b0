# SPDX-License-Identifier: Apache-2.0
"""The row in an error text: by name, short, and it says what is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sparkpredict.worker.row_text import flawed_row_text, row_text


def columns(names):
    return {"layout": "columns", "names": list(names)}


def series(*values, dtype=None):
    return pd.Series(list(values), dtype=dtype)


def test_values_are_named_by_their_features():
    row = (series(0.0, 1.5), series("x", "it's", dtype=object), series(1, 2), series(True, False))
    text = row_text(columns("abcd"), row, 1)
    assert text == """a = 1.5, b = "it's", c = 2, d = False"""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (pd.NA, "NULL"),
        (pd.NaT, "NULL"),
        (float("nan"), "NaN"),
        (np.float32(0.5), "0.5"),
        (np.array([1.0, np.nan]), "[1.0, NaN]"),
        (np.arange(7), "[0, 1, 2, 3, 4, ... 7 values]"),
        ("x" * 500, "'" + "x" * 79 + "..."),
    ],
)
def test_a_value_is_written_shortly(value, text):
    column = pd.Series([None], dtype=object)
    column.iloc[0] = value
    assert row_text(columns("a"), (column,), 0) == f"a = {text}"


def test_of_many_values_it_says_how_many_more_there_are():
    names = [f"c{at}" for at in range(300)]
    text = row_text(columns(names), tuple(series(float(at)) for at in range(300)), 0)
    assert text.endswith("c19 = 19.0 and 280 more")
    long = row_text(columns("abcdefghij"), tuple(series("y" * 200) for _ in range(10)), 0)
    assert long.endswith("... and 5 more")
    assert len(long) <= 500


def test_a_frame_names_its_columns_and_a_matrix_counts_them():
    frame = pd.DataFrame({"x": [1.0], "y": ["z"]})
    assert row_text({"layout": "frame", "names": []}, (frame,), 0) == "x = 1.0, y = 'z'"
    matrix = {"layout": "matrix", "names": []}
    assert row_text(matrix, (series(1.0), series(2.0)), 0) == "0 = 1.0, 1 = 2.0"


def test_what_stands_in_for_a_value_is_not_shown_as_one():
    row = (series(0), series(7), series(0), series(1.5))
    text = flawed_row_text(columns("abcd"), row, 0, "feature b: 3000000000 is no INT")
    assert text == "d = 1.5 and 3 more"
    text = flawed_row_text(columns("abcd"), row, 0, "feature d is NULL")
    assert text == "b = 7 and 3 more"
    assert flawed_row_text(columns("a"), (series(0),), 0, "feature a is NULL") == "none"
