# SPDX-License-Identifier: Apache-2.0
"""The leaves that are numbers: as pandas Series, as digits, and inside lists.

Each takes a numpy array of one dimension and any dtype; TypeError, ValueError or OverflowError
where it holds something else.
"""

from __future__ import annotations

import decimal
import math
from typing import Any

import numpy as np
import pandas as pd


def double(values: Any) -> pd.Series[Any]:
    """Any real numbers as doubles."""
    return _floating(*_numbers(values))


def whole(values: Any) -> pd.Series[Any]:
    """Doubles again; but what a double would round up to the next whole number is cut before."""
    if values.dtype == object:
        cut = np.empty(len(values), dtype=object)
        cut[:] = [_cut(value) for value in values]
        values = cut
    numbers, missing = _numbers(values)
    return _floating(_beyond_long(numbers), missing)


def _numbers(values: Any) -> tuple[Any, Any]:
    """Doubles, and where they are missing; None when that is nowhere."""
    if values.dtype.kind in "iubf":
        return values.astype(np.float64, copy=False), None
    if any(isinstance(value, (str, bytes, complex, np.complexfloating)) for value in values):
        raise ValueError("not real numbers")
    missing = np.asarray([is_null(value) for value in values], dtype=bool)
    numbers = [np.nan if none else float(value) for none, value in zip(missing, values)]
    return np.asarray(numbers, dtype=np.float64), missing


def _floating(numbers: Any, missing: Any) -> pd.Series[Any]:
    """A plain Series would turn NaN into NULL; a masked one keeps them apart."""
    if missing is None:
        if not np.isnan(numbers).any():
            return pd.Series(numbers)
        missing = np.zeros(len(numbers), dtype=bool)
    return pd.Series(pd.arrays.FloatingArray(numbers, missing))


_LONG_END = 2.0**63


def _beyond_long(numbers: Any) -> Any:
    """Spark's cast takes 2^63 for 2^63 - 1, under ANSI too; the next double it does refuse."""
    at = numbers == _LONG_END
    return np.where(at, np.nextafter(_LONG_END, np.inf), numbers) if at.any() else numbers


def _cut(value: Any) -> Any:
    """An exact number without its fraction; infinity for one beyond every whole type."""
    if not isinstance(value, (int, decimal.Decimal)) or not math.isfinite(value):
        return value
    fits = -_LONG_END < value < _LONG_END
    return int(value) if fits else math.copysign(math.inf, value)


def long(values: Any) -> pd.Series[Any]:
    """Whole numbers; pandas' NaN is a missing one."""
    if values.dtype.kind in "ib":
        return pd.Series(values.astype(np.int64, copy=False))
    if values.dtype.kind == "u":
        if values.size and values.max() > np.iinfo(np.int64).max:
            raise OverflowError
        return pd.Series(values.astype(np.int64))
    whole = [None if is_missing(value) else _integer(value) for value in values]
    return pd.Series(pd.array(whole, dtype="Int64"))


def _integer(value: Any) -> int:
    if isinstance(value, (str, bytes)) or int(value) != value:
        raise ValueError(value)
    return int(value)


def whole_text(values: Any) -> pd.Series[Any]:
    """The digits of any numbers before the point."""
    return pd.Series([None if is_null(v) else _digits(_shortened(v)) for v in values], dtype=object)


def number_text(values: Any) -> pd.Series[Any]:
    """All digits of any numbers."""
    if values.dtype.kind == "f":
        return pd.Series([repr(number) for number in values.tolist()], dtype=object)
    return pd.Series([None if is_null(v) else _digits(v) for v in values], dtype=object)


def _shortened(value: Any) -> Any:
    """A number without its fraction, unless that has more digits than any whole type."""
    floating = isinstance(value, (float, np.floating, decimal.Decimal))
    return int(value) if floating and math.isfinite(value) and abs(value) < _LARGE else value


_LARGE = 10**38


def _digits(value: Any) -> str:
    """A number in the form that Spark's casts from text read; text is not one."""
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, (int, np.integer, np.bool_)):
        return str(int(value))
    raise ValueError(value)


def listed_rows(matrix: Any, leaf: str) -> list[Any]:
    """The rows of a matrix of numbers, for ``double`` and ``whole``.

    They stay arrays, which Spark reads without a Python object for each number; but a row that
    holds NaN becomes a list, in which NaN has another form.
    """
    numbers = matrix.astype(np.float64, copy=False)
    if leaf == "whole":
        numbers = _beyond_long(numbers)
    rows, nan = list(numbers), np.isnan(numbers)
    if nan.any():
        for at in np.flatnonzero(nan.any(axis=1)):
            rows[at] = [listed_item(item) for item in rows[at].tolist()]
    return rows


# Inside lists and dicts Arrow takes a NaN that is a Python float, as numpy's float64 is, for a
# missing value; numpy's float32 it reads as the number that it is.
_NAN = np.float32("nan")


def listed_item(item: Any) -> Any:
    """A value of a Series as it stands inside a list or a dict."""
    if item is pd.NA:
        return None
    return _NAN if isinstance(item, float) and math.isnan(item) else item


def is_null(value: Any) -> bool:
    """Whether a model says that there is no value."""
    return value is None or value is pd.NA


def is_absent(value: Any) -> bool:
    """The same, with NaT for a time that is not there; NaN is a number."""
    return is_null(value) or value is pd.NaT


def is_missing(value: Any) -> bool:
    """The same where pandas has NaN and NaT for no value."""
    if is_absent(value):
        return True
    return isinstance(value, float) and value != value  # noqa: PLR0124 (NaN)
