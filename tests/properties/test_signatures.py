# SPDX-License-Identifier: Apache-2.0
"""Property: whatever the signature and the table, the model gets each row's own values.

The model answers with a text of what it was given. Signature, Spark types, order of the columns,
extra columns, NULL, NaN, infinities and extremes are drawn; what is expected is computed from the
drawn values alone, and compared with SQL and with ``model.predict``.
"""

from __future__ import annotations

import math
import shutil
import struct

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema

import saved
import scores
from examples import EXAMPLES, SEED

TABLES = 5

# The Spark types that fit a feature of MLflow's type, with whole numbers by their bits.
FITTING = {
    "boolean": ["boolean"],
    "integer": ["boolean", "tinyint", "smallint", "int", "bigint"],
    "long": ["boolean", "tinyint", "smallint", "int", "bigint"],
    "float": ["boolean", "tinyint", "int", "bigint", "float", "double"],
    "double": ["boolean", "smallint", "int", "bigint", "float", "double"],
    "string": ["string"],
}
BITS = {"tinyint": 8, "smallint": 16, "int": 32, "bigint": 64}
NAMES = st.sampled_from(["a", "b", "c d", "e.f", "0", "1", "ü", "g`h", "LONG", "x"])
DOUBLES = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True)


def singles():
    """Doubles that a FLOAT holds."""
    return st.floats(width=32, allow_nan=True, allow_infinity=True)


def values(kind):
    """Values of a Spark type; now and then NULL."""
    if kind in BITS:
        drawn = st.integers(-(1 << BITS[kind] - 1), (1 << BITS[kind] - 1) - 1)
    else:
        drawn = {
            "boolean": st.booleans(),
            "float": singles(),
            "double": DOUBLES,
            "string": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5),
        }[kind]
    return st.one_of(drawn, drawn, drawn, st.none())


@st.composite
def cases(draw):
    """A signature, and tables of columns that fit it."""
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=str.lower))
    features = [(name, draw(st.sampled_from(list(FITTING)))) for name in names]
    return features, [draw(tables(features)) for _ in range(TABLES)]


@st.composite
def tables(draw, features):
    """Columns in any order, some of them no features, and up to eight rows."""
    kinds = {name: draw(st.sampled_from(FITTING[kind])) for name, kind in features}
    kinds.update(dict.fromkeys(draw(st.sets(st.sampled_from(["extra 1", "extra2"]))), "string"))
    columns = draw(st.permutations(list(kinds.items())))
    rows = draw(st.lists(st.tuples(*[values(kind) for _, kind in columns]), max_size=8))
    return columns, rows


def told(frame):
    """Each row as a text: names in the model's order, and values to the last bit."""

    def text(value):
        if isinstance(value, (bool, np.bool_)):
            return str(bool(value))
        if isinstance(value, (float, np.floating)):
            return "NaN" if math.isnan(value) else struct.pack(">d", float(value)).hex()
        return repr(value.item() if isinstance(value, np.generic) else value)

    # column by column: a row of several would be of one type
    columns = [[f"{name}={text(v)}" for v in frame[name].array] for name in frame.columns]
    return [" ".join(row) for row in zip(*columns)]


def expected(features, columns, row):
    """What the model is to tell of a row, or None where it is not to see it."""
    given_ = dict(zip([name for name, _ in columns], row))
    if any(given_[name] is None for name, _ in features):
        return None
    fitted = [fit(given_[name], kind) for name, kind in features]
    if any(value is None for value in fitted):
        return None
    return told(pd.DataFrame([dict(zip([n for n, _ in features], fitted))]).astype(object))[0]


def fit(value, kind):
    """A value as a feature's type holds it; None where it does not."""
    if kind == "integer":
        return int(value) if -(1 << 31) <= value < 1 << 31 else None
    if kind == "long":
        return int(value)
    if kind == "double":
        return float(value)
    if kind == "float":
        with np.errstate(over="ignore"):
            return float(np.float32(value))
    return value


def frame_of(spark, columns, rows):
    schema = ", ".join(f"`{name.replace('`', '``')}` {kind}" for name, kind in columns)
    return spark.createDataFrame(rows, schema).coalesce(1)


def test_the_model_gets_each_row_s_own_values_whatever_the_table(spark, bind, tmp_path):
    @seed(SEED)
    @settings(
        max_examples=-(-EXAMPLES // TABLES),
        deadline=None,
        database=None,
        print_blob=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def same(case):
        features, drawn = case
        signature = ModelSignature(
            Schema([ColSpec(DataType[kind], name) for name, kind in features]),
            Schema([ColSpec(DataType.string)]),
        )
        shutil.rmtree(tmp_path / "model", ignore_errors=True)
        folder = saved.pyfunc(tmp_path, told, signature=signature)
        model = bind(folder, "STRING", nulls="null", on_error="null")
        for columns, rows in drawn:
            wanted = [expected(features, columns, row) for row in rows]
            found = scores.by_sql(model, frame_of(spark, columns, rows))
            assert found == wanted, f"{features}\n{columns}\n{rows}\nSPARKPREDICT_SEED={SEED}"

    same()


def test_a_model_that_gets_its_columns_swapped_turns_the_property_red():
    features = [("a", "long"), ("b", "long")]
    right = expected(features, [("a", "int"), ("b", "int")], (1, 2))
    assert right == "a=1 b=2"
    assert expected(features, [("b", "int"), ("a", "int")], (1, 2)) == "a=2 b=1"
    assert expected([("a", "integer")], [("a", "bigint")], (1 << 31,)) is None
    assert math.isnan(fit(float("nan"), "double"))
