# SPDX-License-Identifier: Apache-2.0
"""The driver's narrowing: toward zero; what does not fit is an error under ANSI, else NULL.

tests/engines/test_numbers.py shows that SQL gives the same.
"""

from __future__ import annotations

import decimal
import math
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import types as t

from scores import plain
from sparkpredict import returns
from sparkpredict.errors import ScoreError
from sparkpredict.narrow import Narrow
from sparkpredict.worker.outputs import Outputs

EXAMPLES = int(os.environ.get("SPARKPREDICT_EXAMPLES", "50"))

WHOLE = [(t.ByteType(), 8), (t.ShortType(), 16), (t.IntegerType(), 32), (t.LongType(), 64)]


def narrowed(declared, result, *, ansi=False):
    """What a model's answer is as the declared type."""
    carrier = returns.carrier(declared, None)
    choice = {"alias": "m", "digest": "0" * 64, "carrier": carrier.shape}
    rows = len(result)
    column = Outputs(choice).column(result, rows)
    return Narrow("m", ansi=ansi).column(column, carrier.shape, declared)


def values(declared, result, *, ansi=False):
    return [plain(value) for value in narrowed(declared, result, ansi=ansi)]


@pytest.mark.parametrize("declared", [kind for kind, _ in WHOLE])
@pytest.mark.parametrize("ansi", [True, False], ids=["ansi", "not ansi"])
def test_fractions_go_toward_zero(declared, ansi):
    scores = np.array([1.9, -1.9, 0.5, -0.5, -0.0, 127.0, -127.99])
    assert values(declared, scores, ansi=ansi) == [1, -1, 0, 0, 0, 127, -127]


@pytest.mark.parametrize(("declared", "bits"), WHOLE)
def test_the_limits_of_a_whole_type(declared, bits):
    smallest, largest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    scores = np.empty(4, dtype=object)
    scores[:] = [smallest, largest, smallest - 1, largest + 1]
    assert values(declared, scores[:2], ansi=True) == [smallest, largest]
    assert values(declared, scores) == [smallest, largest, None, None]
    with pytest.raises(ScoreError, match="PREDICT_VALUE_OUT_OF_RANGE") as raised:
        narrowed(declared, scores, ansi=True)
    assert declared.simpleString() in str(raised.value)


@pytest.mark.parametrize("declared", [kind for kind, _ in WHOLE])
@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_whole_number_is_null_or_an_error(declared, score):
    for others in ([], [1.0]):
        scores = np.array([score, *others])
        assert values(declared, scores) == [None, *others]
        with pytest.raises(ScoreError, match="PREDICT_VALUE_OUT_OF_RANGE"):
            narrowed(declared, scores, ansi=True)


@pytest.mark.parametrize("declared", [kind for kind, _ in WHOLE])
def test_a_missing_score_is_null_also_under_ansi(declared):
    assert values(declared, [None, 3.0], ansi=True) == [None, 3]
    assert values(declared, [None, None], ansi=True) == [None, None]


def test_whole_numbers_that_a_double_cannot_hold_stay_exact():
    assert values(t.LongType(), np.array([2**53 + 1])) == [2**53 + 1]
    assert values(t.DecimalType(20, 0), np.array([2**53 + 1])) == [decimal.Decimal(2**53 + 1)]
    assert values(t.StringType(), np.array([2**53 + 1])) == [str(2**53 + 1)]


def test_decimals_are_rounded_half_up_to_their_scale():
    scores = np.array([0.125, -0.125, 0.135, 99.994])
    expected = [decimal.Decimal(text) for text in ("0.13", "-0.13", "0.14", "99.99")]
    assert values(t.DecimalType(4, 2), scores) == expected
    text = [decimal.Decimal("0.125")]
    assert values(t.DecimalType(4, 2), text) == [decimal.Decimal("0.13")]


def test_a_decimal_keeps_all_its_digits_and_zero_has_no_sign():
    digits = "12345678901234567890123456789012345678"
    assert values(t.DecimalType(38, 0), [decimal.Decimal(digits)]) == [decimal.Decimal(digits)]
    shifted = decimal.Decimal(f"{digits[:20]}.{digits[20:]}")
    assert values(t.DecimalType(38, 18), [shifted]) == [shifted]
    assert str(values(t.DecimalType(4, 2), np.array([-0.0]))[0]) == "0.00"


@pytest.mark.parametrize("score", [100.0, 99.995, math.nan, math.inf])
def test_what_a_decimal_cannot_hold_is_null_or_an_error(score):
    declared = t.DecimalType(4, 2)
    assert values(declared, np.array([score])) == [None]
    with pytest.raises(ScoreError, match=r"decimal\(4,2\)"):
        narrowed(declared, np.array([score]), ansi=True)


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (1.5e300, "1.5E300"),
        (1.25e-10, "1.25E-10"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
    ],
)
def test_a_number_as_text_is_written_as_java_does(score, text):
    assert values(t.StringType(), np.array([score, 1.0])) == [text, "1.0"]
    assert values(t.StringType(), np.array([score])) == [text]


def test_floating_point_keeps_what_it_can_hold_and_goes_to_infinity():
    column = narrowed(t.FloatType(), np.array([0.1, 1e300, -1e300, math.nan]))
    assert column.dtype == np.float32
    assert column.tolist()[:3] == [float(np.float32(0.1)), math.inf, -math.inf]
    assert math.isnan(column[3])


@pytest.mark.parametrize(
    ("declared", "kind"), [(t.FloatType(), "Float32"), (t.DoubleType(), "Float64")]
)
def test_null_is_told_apart_from_nan(declared, kind):
    column = narrowed(declared, [math.nan, None, 0.5])
    assert column.dtype == kind
    assert [plain(value) for value in column] == ["NaN", None, 0.5]
    assert column.isna().tolist() == [False, True, False]
    nested = values(t.ArrayType(declared), [[math.nan, None, 0.5], None])
    assert nested == [["NaN", None, 0.5], None]


def test_arrays_are_narrowed_element_by_element():
    declared = t.ArrayType(t.ByteType())
    assert values(declared, [[1.9, 300.0], [math.nan], [None], None]) == [
        [1, None],
        [None],
        [None],
        None,
    ]
    with pytest.raises(ScoreError, match="PREDICT_VALUE_OUT_OF_RANGE"):
        narrowed(declared, [[300.0]], ansi=True)
    deep = t.ArrayType(t.ArrayType(t.LongType()))
    assert values(deep, [[[2**53 + 1], []]]) == [[[2**53 + 1], []]]


def test_maps_are_narrowed_value_by_value():
    declared = t.MapType(t.StringType(), t.ShortType())
    assert values(declared, [{"a": -1.9, "b": 1e9}, {}]) == [{"a": -1, "b": None}, {}]


def test_structs_are_narrowed_field_by_field():
    declared = t.StructType().add("n", t.LongType()).add("x", t.IntegerType())
    frame = pd.DataFrame({"n": [2**53 + 1, 1], "x": [1.9, -1.9]})
    narrow = narrowed(declared, frame)
    assert narrow["n"].tolist() == [2**53 + 1, 1]
    assert narrow["x"].tolist() == [1, -1]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(WHOLE), st.floats())
def test_any_double_is_its_integer_part_or_does_not_fit(kind, score):
    declared, bits = kind
    whole = int(score) if math.isfinite(score) else None
    fits = whole is not None and -(2 ** (bits - 1)) <= whole < 2 ** (bits - 1)
    assert values(declared, np.array([score])) == [whole if fits else None]
    if not fits:
        with pytest.raises(ScoreError):
            narrowed(declared, np.array([score]), ansi=True)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_any_double_reads_as_that_double(score):
    (text,) = values(t.StringType(), np.array([score]))
    assert float(text) == score
    mantissa = text.partition("E")[0]
    assert "." in mantissa
    assert mantissa[-1].isdigit()
