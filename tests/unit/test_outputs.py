# SPDX-License-Identifier: Apache-2.0
"""Whatever a predict returns becomes the declared column, or is refused by what it is."""

from __future__ import annotations

import decimal
import math
import os
from collections import OrderedDict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from scores import plain
from sparkpredict.worker.conditions import WorkerError
from sparkpredict.worker.outputs import Outputs

EXAMPLES = int(os.environ.get("SPARKPREDICT_EXAMPLES", "50"))

DOUBLE = {"kind": "scalar", "leaf": "double"}
TEXT = {"kind": "scalar", "leaf": "string"}
LIST = {"kind": "array", "leaf": "double", "depth": 1}
LISTS = {"kind": "array", "leaf": "double", "depth": 2}
MAP = {"kind": "map", "leaf": "double"}
WHOLE = {"kind": "exact", "shape": {"kind": "scalar", "leaf": "whole"}}
DECIMAL = {"kind": "exact", "shape": {"kind": "scalar", "leaf": "decimal"}}
EXACT = {"kind": "exact", "shape": TEXT}
WHOLE_MAP = {"kind": "exact", "shape": {"kind": "map", "leaf": "whole"}}
PAIR = {"kind": "struct", "fields": [["label", TEXT], ["p", DOUBLE]]}
NUMBERS = {"kind": "struct", "fields": [["x", DOUBLE], ["y", DOUBLE]]}


def outputs(shape):
    return Outputs({"alias": "m", "digest": "0123456789abcdef", "carrier": shape})


def column(shape, result, rows=2):
    return outputs(shape).column(result, rows)


def values(shape, result, rows=2):
    return [plain(value) for value in column(shape, result, rows).tolist()]


def refused(shape, result, rows=2):
    with pytest.raises(WorkerError) as raised:
        column(shape, result, rows)
    return raised.value


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(np.array([1.0, 2.0]), id="an array"),
        pytest.param(np.array([[1.0], [2.0]]), id="a matrix of one column"),
        pytest.param(np.array([[1.0, 8.0], [2.0, 9.0]]), id="the first column of a matrix"),
        pytest.param(np.array([[[1.0, 7.0]], [[2.0, 7.0]]]), id="the first of a 3-d array"),
        pytest.param(pd.Series([1.0, 2.0], index=[7, 3]), id="a Series with an index of its own"),
        pytest.param(pd.Series([1, 2], dtype="Int64"), id="a Series of nullable integers"),
        pytest.param(pd.DataFrame({"p": [1.0, 2.0], "q": ["x", "y"]}), id="a frame's first column"),
        pytest.param([1, 2.0], id="a list"),
        pytest.param((1.0, 2.0), id="a tuple"),
        pytest.param([[1.0], [2.0]], id="a list of lists"),
        pytest.param({"p": [1.0, 2.0], "q": ["x", "y"]}, id="a dict of columns"),
        pytest.param(OrderedDict(p=np.array([[1.0], [2.0]])), id="a dict of a matrix"),
        pytest.param([{"p": 1.0, "q": 3}, {"p": 2.0, "q": 4}], id="a list of dicts"),
        pytest.param(sparse.csr_matrix([[1.0, 0.0], [2.0, 5.0]]), id="a sparse matrix"),
        pytest.param(np.matrix([[1.0], [2.0]]), id="numpy's matrix"),
    ],
)
def test_one_number_for_each_row_is_taken_from(result):
    assert values(DOUBLE, result) == [1.0, 2.0]


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(np.array([[1.0, 2.0], [3.0, 4.0]]), id="a matrix"),
        pytest.param(np.array([[1, 2], [3, 4]], "int32"), id="a matrix of integers"),
        pytest.param([[1.0, 2.0], [3.0, 4.0]], id="lists"),
        pytest.param(pd.Series([[1.0, 2.0], [3.0, 4.0]]), id="a Series of lists"),
        pytest.param(
            pd.Series([np.array([1.0, 2.0]), np.array([3.0, 4.0])]), id="a Series of arrays"
        ),
        pytest.param(pd.DataFrame({"a": [1.0, 3.0], "b": [2.0, 4.0]}), id="a frame"),
        pytest.param(pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], columns=["a", "a"]), id="equal names"),
        pytest.param({"a": [1.0, 3.0], "b": [2.0, 4.0]}, id="a dict of columns"),
        pytest.param({"p": np.array([[1.0, 2.0], [3.0, 4.0]])}, id="a dict of a matrix"),
        pytest.param(sparse.csr_matrix([[1.0, 2.0], [3.0, 4.0]]), id="a sparse matrix"),
    ],
)
def test_a_list_for_each_row_is_taken_from(result):
    assert values(LIST, result) == [[1.0, 2.0], [3.0, 4.0]]


def test_lists_may_differ_in_length_be_empty_or_missing():
    assert values(LIST, [[1.0], [2.0, 3.0]]) == [[1.0], [2.0, 3.0]]
    assert values(LIST, [[], [2.0]]) == [[], [2.0]]
    assert values(LIST, [None, [2.0]]) == [None, [2.0]]
    assert values(LIST, [[None, 1.0], [2.0, math.nan]]) == [[None, 1.0], [2.0, "NaN"]]


def test_nan_in_a_list_has_the_form_that_arrow_does_not_take_for_null():
    """A Python float or a numpy float64 that is NaN is NULL to Arrow inside a list."""
    matrix = np.array([[math.nan, 1.0], [2.0, 3.0]])
    for result in (matrix, [[math.nan, 1.0], [2.0, 3.0]]):
        first, second = column(LIST, result)
        assert type(first[0]) is np.float32
        assert np.isnan(first[0])
        assert first[1] == 1.0
        assert list(second) == [2.0, 3.0]
    assert type(column(LIST, matrix)[1]) is np.ndarray
    (found, _) = column(MAP, [{"a": math.nan, "b": None}, {}])
    assert type(found["a"]) is np.float32
    assert found["b"] is None


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param(pd.Series([0.5, None], dtype="Float64"), [0.5, None], id="numbers"),
        pytest.param(pd.Series([1, None], dtype="Int64"), [1.0, None], id="integers"),
        pytest.param(pd.DataFrame({"a": pd.Series([1, None], dtype="Int64")}), [1, None], id="f"),
        pytest.param([{"a": 0.5}, {"a": None}], [0.5, None], id="dicts"),
        pytest.param([{"a": 0.5}, {}], [0.5, None], id="a missing key"),
    ],
)
def test_a_null_of_pandas_or_in_a_dict_does_not_become_nan(result, expected):
    assert values(DOUBLE, result) == expected


def test_what_is_no_dict_after_a_dict_is_refused():
    assert "a float after a dict" in str(refused(DOUBLE, [{"a": 0.5}, 0.5]))


def test_three_dimensions_are_lists_of_lists():
    cube = np.arange(8.0).reshape(2, 2, 2)
    assert values(LISTS, cube) == cube.tolist()
    assert values(LISTS, cube.tolist()) == cube.tolist()
    assert values(LISTS, [[[0.0], []], [[1.0, 2.0]]]) == [[[0.0], []], [[1.0, 2.0]]]
    assert values(LISTS, [[], [[1.0], None]]) == [[], [[1.0], None]]


@pytest.mark.parametrize(
    ("result", "part", "expected"),
    [
        pytest.param(np.array([2**53 + 1, 1]), "__long", [2**53 + 1, 1], id="whole numbers"),
        pytest.param(np.array([True, False]), "__long", [1, 0], id="booleans"),
        pytest.param([2**53 + 1, None], "__long", [2**53 + 1, None], id="integers and None"),
        pytest.param(np.array([0.5, 1.0]), "__double", [0.5, 1.0], id="floating point"),
        pytest.param([0.5, None], "__double", [0.5, None], id="floating point and None"),
        pytest.param(np.array(["a", "b"]), "__text", ["a", "b"], id="text"),
        pytest.param(
            [decimal.Decimal("0.10"), None], "__text", ["0.10", None], id="decimals as text"
        ),
        pytest.param([2**63, 0.5], "__text", [str(2**63), "0.5"], id="too large for a long"),
        pytest.param(np.array([2**63, 1], "uint64"), "__text", [str(2**63), "1"], id="uint64"),
        pytest.param([2**53, 0.5], "__double", [2.0**53, 0.5], id="integers that are doubles"),
        pytest.param([2**53 + 1, 0.5], "__text", [str(2**53 + 1), "0.5"], id="one that is none"),
        pytest.param([None, None], "__text", [None, None], id="nothing"),
    ],
)
def test_an_exact_carrier_fills_one_of_three(result, part, expected):
    assert_filled(column(EXACT, result), part, expected)


def assert_filled(frame, part, expected):
    assert list(frame.columns) == ["__long", "__double", "__text"]
    for name in frame.columns:
        found = [plain(value) for value in frame[name].tolist()]
        assert found == (expected if name == part else [None] * len(expected)), name


@pytest.mark.parametrize(
    ("result", "part", "expected"),
    [
        pytest.param(np.array([1.9, -1.9]), "__double", [1.9, -1.9], id="doubles"),
        pytest.param(
            np.array([2.0**63, 0.0]), "__double", [np.nextafter(2.0**63, math.inf), 0.0], id="2^63"
        ),
        pytest.param(
            [decimal.Decimal("12.9"), decimal.Decimal("-0.9")], "__text", ["12", "0"], id="cut"
        ),
        pytest.param([2**53 + 1, -1.9], "__text", [str(2**53 + 1), "-1"], id="cut in a mixture"),
        pytest.param([decimal.Decimal(1), math.nan], "__text", ["1", "nan"], id="NaN among them"),
        pytest.param([2**63, None], "__text", [str(2**63), None], id="beyond"),
    ],
)
def test_an_exact_whole_number_is_cut_only_where_it_is_text(result, part, expected):
    assert_filled(column(WHOLE, result), part, expected)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param(np.array([0.1, math.nan]), ["0.1", "nan"], id="doubles"),
        pytest.param(np.array([0.1, 1], "float32"), ["0.10000000149011612", "1.0"], id="single"),
        pytest.param([decimal.Decimal("0.10"), 0.5], ["0.10", "0.5"], id="a mixture"),
        pytest.param([2**64, None], [str(2**64), None], id="large integers"),
    ],
)
def test_an_exact_decimal_travels_in_its_digits(result, expected):
    assert_filled(column(DECIMAL, result), "__text", expected)


def test_an_exact_map_fills_one_of_three():
    large = 2**53 + 1
    assert_filled(
        column(WHOLE_MAP, [{"a": large}, {"b": None}]), "__long", [{"a": large}, {"b": None}]
    )
    assert_filled(column(WHOLE_MAP, [{"a": 0.5}, None]), "__double", [{"a": 0.5}, None])
    assert_filled(
        column(WHOLE_MAP, [{"a": large, "b": 0.5}], 1), "__text", [{"a": str(large), "b": "0"}]
    )


@pytest.mark.parametrize("shape", [DOUBLE, WHOLE, DECIMAL])
@pytest.mark.parametrize("text", ["12", "12.9", b"12", "a"])
def test_text_is_no_number(shape, text):
    for result in ([text, text], [text, 1], np.array([text, text])):
        assert refused(shape, result).condition == "PREDICT_OUTPUT_MISMATCH"


def test_an_exact_list_fills_one_of_three():
    shape = {"kind": "exact", "shape": {"kind": "array", "leaf": "whole", "depth": 1}}
    mixed = column(shape, pd.DataFrame({"a": [2**53 + 1, 1], "b": [0.5, 2.0]}))
    assert [plain(value) for value in mixed["__text"]] == [[str(2**53 + 1), "0"], ["1", "2"]]
    frame = column(shape, [[2**53 + 1], [1, None]])
    assert [plain(value) for value in frame["__long"]] == [[2**53 + 1], [1, None]]
    assert frame["__double"].isna().all()


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(
            pd.DataFrame({"p": [0.5, 1.0], "label": ["x", "y"], "z": [1, 2]}), id="a frame"
        ),
        pytest.param({"p": np.array([0.5, 1.0]), "label": ["x", "y"]}, id="a dict"),
        pytest.param([{"label": "x", "p": 0.5}, {"label": "y", "p": 1.0}], id="a list of dicts"),
        pytest.param(pd.DataFrame({"P": [0.5, 1.0], "Label": ["x", "y"]}), id="another case"),
    ],
)
def test_the_fields_of_a_struct_are_found_by_name(result):
    frame = column(PAIR, result)
    assert list(frame.columns) == ["label", "p"]
    assert frame["label"].tolist() == ["x", "y"]
    assert frame["p"].tolist() == [0.5, 1.0]


def test_the_fields_of_a_struct_are_taken_by_place_only_from_a_matrix_of_that_width():
    frame = column(NUMBERS, np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert frame["y"].tolist() == [2.0, 4.0]
    assert "0" in str(refused(NUMBERS, np.array([[1.0, 2.0, 3.0]] * 2)))
    frame = pd.DataFrame({"x": [1.0, 2.0], "z": [3.0, 4.0]})
    assert "the outputs x, z" in str(refused(NUMBERS, frame))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param([{"a": 1.0}, {"b": 2}], [{"a": 1.0}, {"b": 2.0}], id="dicts"),
        pytest.param([{}, None], [{}, None], id="an empty one, and none"),
        pytest.param([{"a": None}, {"a": 1.5}], [{"a": None}, {"a": 1.5}], id="a missing value"),
        pytest.param(pd.Series([{"a": 1}, {"a": 2}]), [{"a": 1.0}, {"a": 2.0}], id="a Series"),
        pytest.param(pd.DataFrame({"a": [1, 2]}), [{"a": 1.0}, {"a": 2.0}], id="a frame's rows"),
    ],
)
def test_a_map_is_taken_from(result, expected):
    found = column(MAP, result).tolist()
    assert [None if value is None else dict(value) for value in found] == expected


@pytest.mark.parametrize("shape", [DOUBLE, TEXT, LIST, LISTS, MAP, EXACT, WHOLE_MAP, PAIR, NUMBERS])
def test_no_rows_are_an_empty_column_of_every_shape(shape):
    assert len(outputs(shape).empty()) == 0


@pytest.mark.parametrize(
    "leaf",
    ["double", "long", "boolean", "string", "binary", "date", "timestamp", "time", "interval"],
)
def test_no_rows_are_an_empty_column_of_every_leaf(leaf):
    assert len(outputs({"kind": "scalar", "leaf": leaf}).empty()) == 0


@pytest.mark.parametrize("shape", [DOUBLE, LIST, MAP, EXACT, NUMBERS])
@pytest.mark.parametrize("found", [0, 1, 3])
def test_more_or_fewer_rows_are_refused_with_both_counts(shape, found):
    result = [{"x": 1.0, "y": 2.0}] * found if shape is MAP else np.ones((found, 2))
    error = refused(shape, result)
    assert error.condition == "PREDICT_ROW_COUNT"
    assert f"model 'm' (digest 0123456789ab) returned {found} rows for 2." in str(error)


@pytest.mark.parametrize(
    ("shape", "result", "said"),
    [
        pytest.param(DOUBLE, np.array(["a", "b"]), "values such as 'a'", id="text"),
        pytest.param(DOUBLE, [{"a": "x"}, {"a": "y"}], "values such as 'x'", id="text in dicts"),
        pytest.param(LIST, np.array([1.0, 2.0]), "one value for each row", id="no lists"),
        pytest.param(LIST, [["a"], ["b"]], "values such as 'a'", id="lists of text"),
        pytest.param(MAP, [1.0, 2.0], "a float for a row", id="numbers for maps"),
        pytest.param(MAP, [{"a": "x"}, {}], "values such as 'x'", id="text in maps"),
        pytest.param(DOUBLE, pd.DataFrame(index=[0, 1]), "", id="a frame without columns"),
        pytest.param(DOUBLE, np.empty((2, 0)), "", id="a matrix without columns"),
        pytest.param(DOUBLE, {}, "", id="an empty dict"),
        pytest.param(LIST, {}, "", id="an empty dict for lists"),
        pytest.param(LISTS, np.ones((2, 3)), "", id="too few dimensions"),
        pytest.param(LIST, np.ones((2, 3, 4)), "", id="too many dimensions"),
    ],
)
def test_what_does_not_fit_is_refused_by_what_it_is(shape, result, said):
    error = refused(shape, result)
    assert error.condition == "PREDICT_OUTPUT_MISMATCH"
    assert "model 'm' returned" in str(error)
    assert said in str(error)


def test_no_answer_at_all_is_refused_for_one_row_as_for_many():
    for rows in (1, 2):
        assert refused(DOUBLE, None, rows)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(st.lists(st.floats(allow_nan=False), min_size=1, max_size=3), min_size=1, max_size=5)
)
def test_lists_of_any_lengths_come_through_as_they_are(lists):
    assert values(LIST, lists, len(lists)) == lists


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.sampled_from([EXACT, WHOLE, DECIMAL]),
    st.lists(
        st.one_of(st.integers(), st.floats(), st.decimals(), st.text(), st.none()), min_size=1
    ),
)
def test_an_exact_carrier_takes_any_mixture_or_refuses_it_as_an_error_of_ours(shape, mixed):
    try:
        frame = column(shape, mixed, len(mixed))
    except WorkerError as error:
        assert error.condition == "PREDICT_OUTPUT_MISMATCH"  # noqa: PT017 (either is right)
    else:
        filled = [name for name in frame.columns if frame[name].notna().any()]
        assert len(filled) <= 1
