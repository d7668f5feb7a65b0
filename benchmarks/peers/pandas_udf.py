# SPDX-License-Identifier: Apache-2.0
"""The pandas UDF that a careful user writes: an iterator, the model loaded once per worker."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Iterator, Tuple  # noqa: UP035 (Spark reads the hints at run time)

import pandas as pd
from pyspark.sql import Column, SparkSession
from pyspark.sql.functions import pandas_udf

from benchmarks import data


@cache
def load(uri: str) -> Any:
    """Workers import this module, so each process keeps what it has loaded."""
    import mlflow

    return mlflow.sklearn.load_model(uri)


def udf(uri: str) -> Callable[..., Any]:
    """Scores by the names that the model was trained with, or by place."""
    names = getattr(load(uri), "feature_names_in_", None)

    def score(batches):  # noqa: ANN001, ANN202
        from benchmarks.peers.pandas_udf import load

        model = load(uri)
        for columns in batches:
            if names is None:
                features = pd.concat(columns, axis=1).to_numpy()
            else:
                features = pd.DataFrame(dict(zip(names, columns)))
            yield pd.Series(model.predict(features))

    score.__annotations__ = {
        "batches": Iterator[Tuple[pd.Series, ...]],  # noqa: UP006
        "return": Iterator[pd.Series],
    }
    return pandas_udf(score, returnType="double")


def column(_: SparkSession, uri: str) -> Column:
    return udf(uri)(*data.COLUMNS)
