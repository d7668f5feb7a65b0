# SPDX-License-Identifier: Apache-2.0
"""From the carrier's values to the declared type on the driver: what the JVM's cast does in SQL.

Toward zero; out of range, NaN and infinity are an error under ANSI and NULL otherwise.
Source of the rule: Spark's ANSI ``CAST`` and ``TRY_CAST``,
https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html
"""

from __future__ import annotations

import decimal
import math
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import types as t

from sparkpredict.errors import ScoreError
from sparkpredict.worker.carrier import CAPTURED, ERROR, EXACT, VALUE
from sparkpredict.worker.number_leaves import is_absent

_WHOLE: dict[type[t.DataType], int] = {
    t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64,
}  # fmt: skip


class Narrow:
    """Narrows carrier columns.

    Args:
        alias: the model's alias, for error texts.
        ansi: whether a value that does not fit is an error.
    """

    def __init__(self, alias: str, *, ansi: bool) -> None:
        self.alias = alias
        self.ansi = ansi

    def column(self, column: Any, shape: dict[str, Any], declared: t.DataType) -> Any:
        """A carrier column as the declared type: a Series, or a DataFrame for a struct.

        A captured one as a DataFrame of ``value`` and ``error``.
        """
        if shape["kind"] == CAPTURED:
            return self._captured(column, shape["shape"], declared)
        if isinstance(declared, t.StructType):
            shapes = dict(shape["fields"])
            return pd.DataFrame(
                {f.name: self._field(column, f.name, shapes[f.name], f.dataType) for f in declared}
            )
        return self._series(_raw(column, shape), declared)

    def _captured(self, column: Any, shape: dict[str, Any], declared: t.DataType) -> pd.DataFrame:
        """The value of a good row, and for a bad row or a score that does not fit what is wrong."""
        errors = [None if is_absent(error) else error for error in column[ERROR]]
        inner = column.drop(columns=[ERROR])
        scores = inner if shape["kind"] in {"struct", "exact"} else inner[VALUE]
        if isinstance(declared, t.StructType):
            return pd.DataFrame(
                {
                    "value": _rows(self.column(scores, shape, declared)),
                    "error": pd.Series(errors, dtype=object),
                }
            )
        raw = _as_arrow_reads(_raw(scores, shape))
        value = self._series(raw, declared)
        if isinstance(declared, t.NumericType):
            for at in np.flatnonzero([is_absent(narrow) for narrow in value]):
                if not is_absent(raw.iloc[at]):
                    name = declared.simpleString().upper()
                    errors[at] = f"score {_text(raw.iloc[at])} does not fit {name}"
        return pd.DataFrame({"value": value, "error": pd.Series(errors, dtype=object)})

    def _field(self, frame: Any, name: str, shape: dict[str, Any], declared: t.DataType) -> Any:
        if shape["kind"] == "exact":
            return self._series(
                _filled([frame[f"{part}:{name}"] for part in EXACT.values()]), declared
            )
        return self._series(frame[name], declared)

    def _series(self, column: Any, declared: t.DataType) -> pd.Series[Any]:
        column = _as_arrow_reads(column)
        whole = _WHOLE.get(type(declared))
        if whole is not None:
            return self._whole(column, whole, declared)
        if isinstance(declared, t.DoubleType):
            return _floating(column, np.float64)
        if isinstance(declared, t.FloatType):
            return _floating(column, np.float32)
        values = [None if is_absent(value) else self._value(value, declared) for value in column]
        return pd.Series(values, dtype=object)

    def _whole(self, column: Any, bits: int, declared: t.DataType) -> pd.Series[Any]:
        values = [self._integer(value, bits, declared) for value in column]
        exact: Any = pd.array(values, dtype=f"Int{bits}")
        return pd.Series(exact if exact.isna().any() else exact.to_numpy(dtype=f"int{bits}"))

    def _integer(self, value: Any, bits: int, declared: t.DataType) -> Any:
        if value is None or value is pd.NA:
            return None
        try:
            whole = int(value)
        except (ValueError, OverflowError):  # NaN, infinity, and the text of either
            return self._outside(value, declared)
        if -(1 << bits - 1) <= whole < 1 << bits - 1:
            return whole
        return self._outside(value, declared)

    def _value(self, value: Any, declared: t.DataType) -> Any:
        if isinstance(declared, t.ArrayType):
            inner = self._series(pd.Series(list(value), dtype=object), declared.elementType)
            return [None if item is pd.NA else item for item in inner.tolist()]
        if isinstance(declared, t.MapType):
            inner = self._series(pd.Series(list(value.values()), dtype=object), declared.valueType)
            return dict(zip(value, (None if item is pd.NA else item for item in inner.tolist())))
        if isinstance(declared, t.DecimalType):
            return self._decimal(value, declared)
        if isinstance(declared, t.StringType):
            return value if isinstance(value, str) else _text(value)
        return value

    def _decimal(self, value: Any, declared: t.DecimalType) -> Any:
        number = decimal.Decimal(str(value))
        if not number.is_finite() or number.adjusted() > declared.precision:
            return self._outside(value, declared)
        rounded = _DECIMALS.quantize(number, decimal.Decimal(1).scaleb(-declared.scale))
        rounded = rounded or abs(rounded)  # Spark's zero has no sign
        digits = len(rounded.as_tuple().digits)
        return rounded if digits <= declared.precision else self._outside(value, declared)

    def _outside(self, value: Any, declared: t.DataType) -> Any:
        if self.ansi:
            raise ScoreError(
                "PREDICT_VALUE_OUT_OF_RANGE",
                value=value,
                alias=self.alias,
                type=declared.simpleString(),
            )
        return None


def _as_arrow_reads(column: Any) -> Any:
    """With a mask where numpy's NaN stands for NULL; the workers mask a column that has NaN."""
    missing = column.isna().to_numpy() if column.dtype == np.float64 else np.zeros(0, dtype=bool)
    if not missing.any():
        return column
    return pd.Series(pd.arrays.FloatingArray(column.to_numpy(), missing))


def _raw(column: Any, shape: dict[str, Any]) -> Any:
    if shape["kind"] == "exact":
        return _filled([column[part] for part in EXACT.values()])
    return column


def _filled(parts: list[Any]) -> Any:
    """Of the three parts of an exact carrier the one that has values; in each row, if several."""
    filled = [part for part in parts if part.notna().any()]
    if len(filled) < 2:
        return filled[0] if filled else parts[0]
    rows = zip(*filled)
    return pd.Series(
        [next((value for value in row if not is_absent(value)), None) for row in rows], dtype=object
    )


def _rows(frame: pd.DataFrame) -> pd.Series[Any]:
    """Structs as Spark's rows; one without any value is NULL: its row was not scored."""
    make = t.Row(*frame.columns)
    rows = [
        None if all(is_absent(value) for value in row) else make(*row)
        for row in frame.itertuples(index=False, name=None)
    ]
    return pd.Series(rows, dtype=object)


# Wide enough for every DECIMAL and one digit that is rounded up to, which Python's default is not.
_DECIMALS = decimal.Context(prec=2 * 38 + 1, rounding=decimal.ROUND_HALF_UP)


def _floating(column: Any, kind: Any) -> pd.Series[Any]:
    """Plain numbers; pandas' own type where some are missing, which keep NULL apart from NaN."""
    missing = np.asarray([is_absent(value) for value in column], dtype=bool)
    numbers = [np.nan if none else float(value) for none, value in zip(missing, column)]
    with np.errstate(over="ignore"):  # infinity, as in Spark
        exact = np.asarray(numbers, dtype=np.float64).astype(kind)
    return pd.Series(pd.arrays.FloatingArray(exact, missing) if missing.any() else exact)


def _text(value: Any) -> str:
    """Java's text of a number, which is what CAST AS STRING gives."""
    if not isinstance(value, (float, np.floating)):
        return str(value)
    value = float(value)
    if math.isnan(value) or math.isinf(value):
        return {True: "NaN", False: "Infinity" if value > 0 else "-Infinity"}[math.isnan(value)]
    size = abs(value)
    if size == 0 or 1e-3 <= size < 1e7:
        return np.format_float_positional(value, unique=True, trim="0")
    digits = np.format_float_scientific(value, unique=True, trim="0", exp_digits=1)
    return digits.replace("e+", "E").replace("e", "E")
