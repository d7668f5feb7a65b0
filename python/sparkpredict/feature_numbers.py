# SPDX-License-Identifier: Apache-2.0
"""A pandas column as the worker would see the same column of a query: numbers by their feature."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sparkpredict.errors import BindArgumentError
from sparkpredict.worker.number_leaves import is_absent

_WHOLE = {"byte": np.int8, "short": np.int16, "integer": np.int32, "long": np.int64}
_REAL = {"float": np.float32, "double": np.float64}
# What Spark calls the whole types in SQL.
SQL = {"byte": "TINYINT", "short": "SMALLINT", "integer": "INT", "long": "BIGINT"}


def is_number(kind: Any) -> bool:
    """Whether a feature's type is a number."""
    return isinstance(kind, str) and (kind in _WHOLE or kind in _REAL)


def missing(column: Any) -> Any:
    """Which values are NULL, as an array of booleans."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        return np.zeros(len(column), dtype=bool)
    if column.dtype == object:
        return np.asarray([is_absent(value) for value in column], dtype=bool)
    return column.isna().to_numpy(dtype=bool)


def taken(
    column: Any, null: Any, kind: Any, *, keep_null: bool, alias: str, name: str
) -> tuple[Any, Any]:
    """The column for the model, and which values do not fit the feature; None if all do.

    Args:
        column: as the user gave it.
        null: which values are NULL.
        kind: the feature's Spark type as Spark's JSON; None where the model does not say.
        keep_null: whether the model gets the NULLs; else something stands in for them where numpy
            has none, as in a query.
        alias: for error texts.
        name: the feature's, for error texts.
    """
    if not is_number(kind):
        return _as_it_is(column, null, keep_null=keep_null), None
    values = _numbers(column, null, kind, alias, name)
    if kind in _REAL:
        with np.errstate(over="ignore"):  # infinity, as in Spark
            return pd.Series(values.astype(np.float64).astype(_REAL[kind])), None
    lost = ~null & _is_lost(values, np.iinfo(_WHOLE[kind]))
    if null.any() and keep_null:
        return pd.Series(np.where(null | lost, np.nan, values.astype(np.float64))), _some(lost)
    return pd.Series(np.where(null | lost, 0, values).astype(_WHOLE[kind])), _some(lost)


def _numbers(column: Any, null: Any, kind: str, alias: str, name: str) -> Any:
    """The numbers in numpy, of whatever dtype; NaN, or 0 where there is none, in place of NULL."""
    if column.dtype != object and column.dtype.kind in "iufb":
        if isinstance(column.dtype, np.dtype):
            return column.to_numpy()
        zero = np.nan if column.dtype.kind == "f" or kind in _REAL else 0
        dtype = np.float64 if isinstance(zero, float) else column.dtype.numpy_dtype
        return column.to_numpy(dtype=dtype, na_value=zero)
    values = np.full(len(column), np.nan if kind in _REAL else 0, dtype=object)
    for at in np.flatnonzero(~null):
        value = column.iloc[at]
        if not _is_real(value):
            raise BindArgumentError(
                "PREDICT_ARGUMENT_TYPE",
                alias=alias,
                feature=name,
                expected=SQL.get(kind, kind.upper()),
                found=f"a {type(value).__name__}",
            )
        values[at] = value
    return values


def _is_real(value: Any) -> bool:
    return not isinstance(value, (str, bytes, complex)) and hasattr(value, "__float__")


def _is_lost(values: Any, limits: Any) -> Any:
    if values.dtype.kind == "b":
        return np.zeros(len(values), dtype=bool)
    if values.dtype.kind in "iu":
        return (values < limits.min) | (values > limits.max)
    if values.dtype.kind == "f":
        inside = (values >= float(limits.min)) & (values < float(limits.max) + 1.0)
        if limits.bits == 64:  # the nearest double of its largest is one too many
            inside = (values >= -(2.0**63)) & (values < 2.0**63)
        return ~(inside & (np.trunc(values) == values))
    return np.asarray([_is_no_whole(value, limits) for value in values], dtype=bool)


def _is_no_whole(value: Any, limits: Any) -> bool:
    try:
        return int(value) != value or not limits.min <= int(value) <= limits.max
    except (ValueError, OverflowError):  # NaN and infinity
        return True


def _some(rows: Any) -> Any:
    return rows if rows.any() else None


def _as_it_is(column: Any, null: Any, *, keep_null: bool) -> Any:
    """Without pandas' own types and without objects, where a query's column has neither."""
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return column
    kind = column.dtype.kind if column.dtype != object else _kind_of_objects(column, null)
    if kind == "f" or (kind in "iu" and null.any() and keep_null):
        return pd.Series([np.nan if none else float(v) for none, v in zip(null, column)])
    if kind in "iub" and not (null.any() and keep_null):
        values = [0 if none else v for none, v in zip(null, column)]
        return pd.Series(np.asarray(values, dtype=bool if kind == "b" else np.int64))
    if column.dtype == object or kind != "b":
        return column
    return pd.Series([None if none else bool(v) for none, v in zip(null, column)], dtype=object)


def _kind_of_objects(column: Any, null: Any) -> str:
    inferred = pd.api.types.infer_dtype(column[~null], skipna=False)
    if inferred == "integer":
        limits = np.iinfo(np.int64)
        fits = all(limits.min <= int(value) <= limits.max for value in column[~null])
        return "i" if fits else "O"
    return {"floating": "f", "mixed-integer-float": "f", "decimal": "f", "boolean": "b"}.get(
        inferred, "O"
    )
