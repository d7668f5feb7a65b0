# SPDX-License-Identifier: Apache-2.0
"""A bad row costs no neighbour, whatever the carrier: as Spark reads it, by way of Arrow."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from poisoned import ROWS, Model, batch, scorer
from pyspark.sql import types as t
from pyspark.sql.pandas.types import to_arrow_type

from scores import plain
from sparkpredict import returns


def lists(x):
    return [[value, math.nan] for value in x]


def dates(x):
    return [(pd.Timestamp(0) + pd.Timedelta(days=float(v))).date() for v in x]


STRUCT = t.StructType().add("n", t.LongType()).add("label", t.StringType()).add("p", t.FloatType())
CARRIERS = [
    pytest.param(t.DoubleType(), lambda x: x, lambda x: x, id="double"),
    pytest.param(
        t.DoubleType(),
        lambda x: np.where(x == 4, np.nan, x),
        lambda x: "NaN" if x == 4 else float(x),
        id="double with NaN",
    ),
    pytest.param(
        t.DoubleType(),
        lambda x: [None if v == 5 else v for v in x],
        lambda x: None if x == 5 else x,
        id="double with NULL",
    ),
    pytest.param(t.IntegerType(), lambda x: x, lambda x: x, id="int"),
    pytest.param(t.BooleanType(), lambda x: x > 4, lambda x: x > 4, id="boolean"),
    pytest.param(
        t.LongType(), lambda x: x.astype(int) + 2**60 + 1, lambda x: x + 2**60 + 1, id="exact"
    ),
    pytest.param(t.StringType(), lambda x: [f"k{v:.0f}" for v in x], lambda x: f"k{x}", id="text"),
    pytest.param(t.ArrayType(t.DoubleType()), lists, lambda x: [x, "NaN"], id="array"),
    pytest.param(
        t.ArrayType(t.LongType()), lambda x: np.stack([x, x], 1), lambda x: [x, x], id="exact array"
    ),
    pytest.param(
        t.MapType(t.StringType(), t.DoubleType()),
        lambda x: [{"k": v} for v in x],
        lambda x: {"k": x},
        id="map",
    ),
    pytest.param(
        t.MapType(t.StringType(), t.LongType()),
        lambda x: [{"k": int(v)} for v in x],
        lambda x: {"k": x},
        id="exact map",
    ),
    pytest.param(
        STRUCT,
        lambda x: pd.DataFrame({"n": x.astype(int), "label": [f"k{v:.0f}" for v in x], "p": x}),
        lambda x: (x, f"k{x}", x),
        id="struct",
    ),
    pytest.param(t.DateType(), dates, lambda x: dates([x])[0], id="date"),
    pytest.param(
        t.TimestampType(),
        lambda x: pd.Series(pd.to_datetime(x, unit="D")),
        lambda x: pd.Timestamp(0) + pd.Timedelta(days=x),
        id="timestamp",
    ),
]


@pytest.mark.parametrize("bad", [{3, 8}, {0}, {9}, {4, 5}, set(range(10))], ids=str)
@pytest.mark.parametrize("on_error", ["null", "capture"])
@pytest.mark.parametrize(("declared", "answer", "expected"), CARRIERS)
def test_a_bad_row_costs_no_neighbour_by_any_carrier(declared, answer, expected, on_error, bad):
    made = scorer(Model(answer, bad=bad), on_error, declared)
    found = made.column(batch())
    carrier = returns.carrier(declared, None, capture=on_error == "capture")
    rows = as_spark_reads(found, carrier)
    wanted = [None if x in bad else expected(x) for x in range(ROWS)]
    if on_error == "capture":
        errors = [row.pop("__error") for row in rows]
        assert [error is not None for error in errors] == [x in bad for x in range(ROWS)]
        rows = [row.get("__value", row) for row in rows]
    assert [read(row, declared) for row in rows] == wanted


def as_spark_reads(found, carrier):
    """The carrier's values after the way through Arrow, as in a worker."""

    def array(series, kind):
        if isinstance(kind, t.MapType):
            series = [None if row is None else list(row.items()) for row in series]
            return pa.array(series, type=to_arrow_type(kind), from_pandas=True)
        wanted = to_arrow_type(kind)
        if isinstance(kind, t.TimestampType):
            wanted = pa.timestamp("us")
        return pa.Array.from_pandas(series, type=wanted)

    if not isinstance(carrier.type, t.StructType):
        return array(found, carrier.type).to_pylist()
    columns = {
        field.name: array(found[field.name], field.dataType).to_pylist() for field in carrier.type
    }
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def read(row, declared):
    """A carrier's value as the declared one: the filled part of three."""
    if isinstance(declared, t.StructType):
        if all(value is None for value in row.values()):
            return None
        return tuple(
            plain(row[f.name]) if f.name in row else filled(row, f":{f.name}") for f in declared
        )
    if isinstance(row, dict) and "__long" in row:
        row = filled(row, "")
    if isinstance(declared, t.MapType) and row is not None:
        row = dict(row)
    return plain(row)


def filled(row, suffix):
    parts = [row[f"{part}{suffix}"] for part in ("__long", "__double", "__text")]
    return next((plain(part) for part in parts if part is not None), None)
