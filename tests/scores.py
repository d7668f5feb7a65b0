# SPDX-License-Identifier: Apache-2.0
"""The one verb of parity: every way to call a model gives the library's own answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.functions import lit

import sparkpredict

# Who wants to know of each comparison that held.
listeners: list[Callable[[sparkpredict.BoundModel, DataFrame], None]] = []


def assert_same_scores(
    model: sparkpredict.BoundModel,
    data: DataFrame,
    expected: Sequence[Any],
    *,
    within: float = 0.0,
) -> None:
    """PREDICT in SQL, model.udf, the Transformer and model.predict all give the expected scores.

    Args:
        model: registered in the session of the data.
        data: the columns that the model takes, all of them; its order of rows is the expected one.
        expected: what the library's own predict answers, as the declared type holds it.
        within: how far a number may be from it, relative to it: dot products have no order of
            their own, and the compiled engine promises 1e-12.
    """
    wanted = [near(plain(value), within) for value in expected]
    for way, scores in answers(model, data).items():
        assert [plain(value) for value in scores] == wanted, way
    for listener in listeners:
        listener(model, data)


def near(value: Any, within: float) -> Any:
    """What equals the value, and where its numbers are as near."""
    if within == 0.0:
        return value
    if isinstance(value, tuple):
        return tuple(near(item, within) for item in value)
    if isinstance(value, list):
        return [near(item, within) for item in value]
    if isinstance(value, dict):
        return {key: near(item, within) for key, item in value.items()}
    return pytest.approx(value, rel=within, abs=0.0) if isinstance(value, float) else value


def answers(model: sparkpredict.BoundModel, data: DataFrame) -> dict[str, list[Any]]:
    """The scores of each row by each way to call a model."""
    ways = {
        "SQL": sql(model, data),
        "udf": data.select(model.udf(lit(model.alias), *data.columns)),
        "Transformer": transformed(model, data),
    }
    return {
        **{way: [row[0] for row in frame.collect()] for way, frame in ways.items()},
        "predict": driver(model, data),
    }


def by_sql(model: sparkpredict.BoundModel, data: DataFrame) -> list[Any]:
    """The scores by SQL alone, where the way to call is not the matter."""
    return [plain(row[0]) for row in sql(model, data).collect()]


def sql(model: sparkpredict.BoundModel, data: DataFrame) -> DataFrame:
    """One column: PREDICT of all columns of the data."""
    data.createOrReplaceTempView("scored")
    return session(data).sql(f"SELECT PREDICT({quoted(model.alias)}, *) FROM scored")


def transformed(model: sparkpredict.BoundModel, data: DataFrame) -> DataFrame:
    """One column: the Transformer's output."""
    transformer = model.create_transformer().setInputCols(data.columns).setOutputCol("the score")
    return transformer.transform(data).select("the score")


def driver(model: sparkpredict.BoundModel, data: DataFrame) -> list[Any]:
    """The answers of model.predict; one tuple for each row where the type is a struct."""
    rows = [list(row) for row in data.collect()]
    # As objects, in which None is not NaN.
    scores = model.predict(pd.DataFrame(rows, columns=data.columns, dtype=object))
    if isinstance(scores, pd.DataFrame):
        return list(scores.itertuples(index=False, name=None))
    return list(scores)


def session(data: DataFrame) -> SparkSession:
    """The session of a frame."""
    return data.sparkSession


def quoted(text: str) -> str:
    """A SQL string literal, in which Spark does not look for variables."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024")
    return f"'{escaped}'"


def plain(value: Any) -> Any:
    """A value as Python's own types, and such that NaN equals NaN; structs become tuples."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (Row, tuple)):
        return tuple(plain(item) for item in value)
    if isinstance(value, (list, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is pd.NA or value is pd.NaT:
        return None
    return "NaN" if isinstance(value, float) and math.isnan(value) else value
