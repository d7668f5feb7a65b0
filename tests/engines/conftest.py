# SPDX-License-Identifier: Apache-2.0
"""One model that stays bound, for the tests of how it is called."""

from __future__ import annotations

import pandas as pd
import pytest
from pyspark.sql.functions import pandas_udf

import onnx_graphs
import sparkpredict
from engine import ENGINE


@pytest.fixture(scope="module")
def model(spark, points, regression):
    """2a - b + 0.5, which ``formula.f`` computes too."""
    bound = sparkpredict.bind_model(
        "DOUBLE", "mlflow", "bound", str(regression), engine=ENGINE, spark=spark
    )
    yield bound.register()
    bound.unregister()


@pytest.fixture
def pairs(spark):
    """Rows of which ``onnx_graphs.FORMULA`` has the answers of its linear graph."""
    return spark.createDataFrame(onnx_graphs.POINTS, "a double, b double").coalesce(1)


@pytest.fixture(scope="module")
def plus_one(spark):
    """A pandas function of somebody else, also by the name ``plus_one`` in SQL."""

    def add(values):
        return values + 1

    add.__annotations__ = {"values": pd.Series, "return": pd.Series}
    return spark.udf.register("plus_one", pandas_udf(add, "double"))
