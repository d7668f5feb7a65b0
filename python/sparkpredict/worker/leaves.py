# SPDX-License-Identifier: Apache-2.0
"""One-dimensional values as the pandas Series that Arrow takes for a leaf type."""

from __future__ import annotations

import datetime
from typing import Any, Callable

import numpy as np
import pandas as pd

from .number_leaves import double, is_missing, listed_item, long, number_text, whole, whole_text


class NotThatLeaf(ValueError):
    """The values do not fit the leaf; says what they are."""


def leaf_values(values: Any, leaf: str) -> pd.Series[Any]:
    """Converts without loss, or refuses.

    Args:
        values: numpy array of one dimension, any dtype.
        leaf: ``double``, ``long``, ``boolean``, ``string``, ``binary``, ``date``, ``timestamp``,
            ``wall clock`` (a timestamp without a zone), ``time`` or ``interval``; ``whole`` for a
            double that becomes a whole number, and ``whole text`` and ``number text`` for the
            digits of numbers that no double holds.

    Returns:
        A Series of the same length in which NULL is None and NaN is NaN.

    Raises:
        NotThatLeaf: a value is of another kind, or would lose something.
    """
    if values.ndim != 1:
        raise NotThatLeaf(f"values of shape {values.shape}")
    if len(values) == 0:
        return pd.Series([], dtype=object)
    try:
        return _LEAVES[leaf](values)
    except (TypeError, ValueError, OverflowError) as error:
        raise NotThatLeaf(f"{_sample(values)} ({values.dtype})") from error


def listed(values: Any, leaf: str) -> list[Any]:
    """The same values as they stand inside a list or a dict.

    Raises:
        NotThatLeaf: as ``leaf_values``.
    """
    return [listed_item(item) for item in leaf_values(values, leaf).tolist()]


def _boolean(values: Any) -> pd.Series[Any]:
    if values.dtype.kind == "b":
        return pd.Series(values)
    if values.dtype.kind in "iuf" and np.isin(values, (0, 1)).all():
        return pd.Series(values.astype(bool))
    return pd.Series(
        [None if is_missing(value) else _truth(value) for value in values], dtype=object
    )


def _truth(value: Any) -> bool:
    if isinstance(value, (str, bytes)) or value not in (0, 1):
        raise ValueError(value)
    return bool(value)


def _string(values: Any) -> pd.Series[Any]:
    return pd.Series([None if is_missing(v) else _as_text(v) for v in values], dtype=object)


def _as_text(value: Any) -> str:
    """Labels come as bytes from TensorFlow and ONNX: UTF-8, or refused."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _binary(values: Any) -> pd.Series[Any]:
    return _each(values, lambda value: bytes(value) if _is(value, (bytes, bytearray)) else None)


def _date(values: Any) -> pd.Series[Any]:
    if values.dtype.kind == "M":
        values = pd.Series(values).dt.date.to_numpy()
    return _each(values, _as_date)


def _as_date(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else None


def _timestamp(values: Any) -> pd.Series[Any]:
    if values.dtype.kind not in "MO" or (values.dtype.kind == "O" and _texts(values)):
        raise ValueError("not a timestamp")
    return pd.Series(pd.to_datetime(pd.Series(values)))


def _interval(values: Any) -> pd.Series[Any]:
    if values.dtype.kind not in "mO" or (values.dtype.kind == "O" and _texts(values)):
        raise ValueError("not a duration")
    return pd.Series(pd.to_timedelta(pd.Series(values)))


def _time(values: Any) -> pd.Series[Any]:
    return _each(values, lambda value: value if _is(value, datetime.time) else None)


def _each(values: Any, convert: Callable[[Any], Any]) -> pd.Series[Any]:
    converted = [None if is_missing(value) else convert(value) for value in values]
    if any(new is None and not is_missing(old) for old, new in zip(values, converted)):
        raise ValueError("another type")
    return pd.Series(converted, dtype=object)


def _is(value: Any, kind: Any) -> bool:
    return isinstance(value, kind)


def _texts(values: Any) -> bool:
    return any(
        isinstance(value, (str, bytes, int, float)) and not is_missing(value) for value in values
    )


def _sample(values: Any) -> str:
    return "an empty result" if not len(values) else f"values such as {str(values[0])[:40]!r}"


_LEAVES: dict[str, Callable[[Any], pd.Series[Any]]] = {
    "double": double,
    "whole": whole,
    "long": long,
    "whole text": whole_text,
    "number text": number_text,
    "boolean": _boolean,
    "string": _string,
    "binary": _binary,
    "date": _date,
    "timestamp": _timestamp,
    "wall clock": _timestamp,
    "time": _time,
    "interval": _interval,
}
