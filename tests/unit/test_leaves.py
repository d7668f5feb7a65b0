# SPDX-License-Identifier: Apache-2.0
"""One-dimensional answers become a column without loss, or are refused."""

from __future__ import annotations

import datetime
import decimal
import math
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scores import plain
from sparkpredict.worker.leaves import NotThatLeaf, leaf_values

EXAMPLES = int(os.environ.get("SPARKPREDICT_EXAMPLES", "50"))

DAY = datetime.date(2024, 2, 29)
NOON = datetime.datetime(2024, 2, 29, 12, 0, 0, 1)  # noqa: DTZ001 (pandas without a zone)


def values(array, leaf):
    """What the column holds, NULL as None."""
    return [plain(value) for value in leaf_values(array, leaf).tolist()]


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


@pytest.mark.parametrize(
    ("array", "leaf", "expected"),
    [
        pytest.param(np.array([1, 2], "int8"), "double", [1.0, 2.0], id="small whole numbers"),
        pytest.param(np.array([True, False]), "double", [1.0, 0.0], id="booleans as numbers"),
        pytest.param(np.array([1.5], "float32"), "double", [1.5], id="single precision"),
        pytest.param(objects(1, 2.5, None), "double", [1.0, 2.5, None], id="None is NULL"),
        pytest.param(objects(1.5, pd.NA), "double", [1.5, None], id="NA is NULL"),
        pytest.param(objects(decimal.Decimal("1.5")), "double", [1.5], id="decimals as doubles"),
        pytest.param(np.array([math.inf, -math.inf]), "double", [math.inf, -math.inf], id="inf"),
        pytest.param(np.array([1.9, -1.9]), "whole", [1.9, -1.9], id="fractions, which travel"),
        pytest.param(
            objects(decimal.Decimal("0.99999999999999999999"), -0.9, None, 2**70, -(2**70)),
            "whole",
            [0.0, -0.9, None, math.inf, -math.inf],
            id="a fraction that a double rounds up",
        ),
        pytest.param(np.array([2**62 + 1]), "long", [2**62 + 1], id="long exactly"),
        pytest.param(np.array([2**63 - 1], "uint64"), "long", [2**63 - 1], id="unsigned that fits"),
        pytest.param(objects(2**53 + 1, None), "long", [2**53 + 1, None], id="Python's integers"),
        pytest.param(objects(2, pd.NA), "long", [2, None], id="long with NA"),
        pytest.param(np.array([3.0, 4.0]), "long", [3, 4], id="whole floating point"),
        pytest.param(np.array([3.0, math.nan]), "long", [3, None], id="pandas' missing number"),
        pytest.param(np.array([1, 0]), "boolean", [True, False], id="numbers as booleans"),
        pytest.param(np.array([1.0, math.nan]), "boolean", [True, None], id="boolean with NaN"),
        pytest.param(objects(True, None, pd.NA), "boolean", [True, None, None], id="booleans"),
        pytest.param(np.array(["a", "ü"]), "string", ["a", "ü"], id="text"),
        pytest.param(
            objects("a", None, pd.NA, math.nan), "string", ["a", None, None, None], id="no"
        ),
        pytest.param(objects(b"a", bytearray(b"b")), "binary", [b"a", b"b"], id="bytes"),
        pytest.param(objects(b"", None), "binary", [b"", None], id="no bytes are not NULL"),
        pytest.param(objects(DAY, NOON, None), "date", [DAY, DAY, None], id="dates"),
        pytest.param(np.array(["2024-02-29", "NaT"], "M8[s]"), "date", [DAY, None], id="M8 dates"),
        pytest.param(
            objects(datetime.time(1, 2), None), "time", [datetime.time(1, 2), None], id="t"
        ),
    ],
)
def test_a_leaf_takes(array, leaf, expected):
    column = leaf_values(array, leaf)
    found = [plain(value) for value in column.tolist()]
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_timestamps_keep_their_microseconds_and_nat_is_null():
    for array in (np.array([NOON, "NaT"], "M8[ns]"), objects(NOON, None), objects(NOON, pd.NaT)):
        column = leaf_values(array, "timestamp")
        assert column.tolist()[0] == NOON
        assert column.isna().tolist() == [False, True]


def test_a_timestamp_with_a_zone_keeps_its_instant():
    instant = NOON.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    column = leaf_values(objects(instant, None), "timestamp")
    assert column.tolist()[0] == instant


def test_durations_are_intervals():
    wanted = datetime.timedelta(days=1, microseconds=1)
    for array in (np.array([wanted, "NaT"], "m8[us]"), objects(wanted, None)):
        column = leaf_values(array, "interval")
        assert column.tolist()[0] == wanted
        assert column.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("array", "leaf"),
    [
        pytest.param(np.array(["1"]), "double", id="text is no number"),
        pytest.param(objects(b"1"), "double", id="bytes are no number"),
        pytest.param(np.array([1j]), "double", id="complex numbers are no doubles"),
        pytest.param(np.array([1j], "complex64"), "double", id="nor of single precision"),
        pytest.param(objects("7"), "whole", id="text is no whole number"),
        pytest.param(objects("7"), "whole text", id="text is no digits of a whole number"),
        pytest.param(objects("7"), "number text", id="text is no digits of a number"),
        pytest.param(objects([1]), "number text", id="lists have no digits"),
        pytest.param(objects([1.0]), "double", id="lists are no numbers"),
        pytest.param(objects({"a": 1}), "double", id="dicts are no numbers"),
        pytest.param(np.array([[1.0]]), "double", id="a matrix is no column"),
        pytest.param(np.array(["2024-01-01"], "M8[D]"), "double", id="dates are no numbers"),
        pytest.param(np.array([2.5]), "long", id="a fraction is no whole number"),
        pytest.param(np.array([math.inf]), "long", id="infinity is no whole number"),
        pytest.param(np.array([2**63], "uint64"), "long", id="too large for a long"),
        pytest.param(objects(2**63), "long", id="too large an integer for a long"),
        pytest.param(objects("7"), "long", id="text is no long"),
        pytest.param(np.array([2]), "boolean", id="two is no boolean"),
        pytest.param(np.array(["true"]), "boolean", id="text is no boolean"),
        pytest.param(np.array(["a"]), "binary", id="text is not binary"),
        pytest.param(np.array([1]), "binary", id="numbers are not binary"),
        pytest.param(np.array(["2024-02-29"]), "date", id="text is no date"),
        pytest.param(np.array([1]), "date", id="numbers are no dates"),
        pytest.param(np.array(["2024-02-29"]), "timestamp", id="text is no timestamp"),
        pytest.param(np.array([1.0]), "timestamp", id="numbers are no timestamps"),
        pytest.param(objects(1), "timestamp", id="integers are no timestamps"),
        pytest.param(np.array([1]), "interval", id="numbers are no intervals"),
        pytest.param(np.array([1]), "time", id="numbers are no times"),
    ],
)
def test_a_leaf_refuses(array, leaf):
    with pytest.raises(NotThatLeaf) as raised:
        leaf_values(array, leaf)
    assert str(raised.value)


@pytest.mark.parametrize(
    "array", [objects("ü".encode(), None), np.array(["ü".encode(), b""])], ids=["objects", "S"]
)
def test_bytes_are_text_in_utf8_or_refused_but_never_their_python_form(array):
    """TensorFlow and ONNX answer with labels as bytes."""
    try:
        found = values(array, "string")
    except NotThatLeaf:
        return
    assert found[0] == "ü"


@pytest.mark.parametrize(
    "leaf",
    ["double", "long", "boolean", "string", "binary", "date", "timestamp", "time", "interval"],
)
@pytest.mark.parametrize("dtype", ["f8", "O", "i8", "U1"])
def test_no_rows_fit_every_leaf(leaf, dtype):
    assert len(leaf_values(np.empty(0, dtype), leaf)) == 0


def test_nan_is_told_apart_from_null():
    column = leaf_values(objects(math.nan, None, 1.0), "double")
    mask = column.array._mask.tolist()
    assert mask == [False, True, False]
    assert math.isnan(column.array._data[0])
    assert not leaf_values(np.array([math.nan]), "double").array._mask[0]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(width=64))))
def test_doubles_come_through_bit_by_bit(numbers):
    column = leaf_values(objects(*numbers), "double")
    again = [None if value is pd.NA else value for value in column.astype(object).tolist()]
    assert [value is None for value in again] == [value is None for value in numbers]
    kept = np.array([value for value in again if value is not None], "f8")
    assert kept.tobytes() == np.array([n for n in numbers if n is not None], "f8").tobytes()


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers())))
def test_integers_come_through_exactly_or_are_refused(numbers):
    fits = all(number is None or -(2**63) <= number < 2**63 for number in numbers)
    if fits:
        assert values(objects(*numbers), "long") == numbers
    else:
        with pytest.raises(NotThatLeaf):
            leaf_values(objects(*numbers), "long")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text())))
def test_text_comes_through_as_it_is(texts):
    assert values(objects(*texts), "string") == texts
