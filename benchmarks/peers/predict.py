# SPDX-License-Identifier: Apache-2.0
"""PREDICT itself, in SQL with a star."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import Column, SparkSession
from pyspark.sql.functions import expr

import sparkpredict


def column(spark: SparkSession, uri: str) -> Column:
    return _bound(spark, uri, Path(uri).name, on_error="fail")


def null_for_bad_rows(spark: SparkSession, uri: str) -> Column:
    return _bound(spark, uri, f"{Path(uri).name}_null", on_error="null")


def _bound(spark: SparkSession, uri: str, alias: str, on_error: str) -> Column:
    bound = sparkpredict.bind_model("DOUBLE", "mlflow", alias, uri, spark=spark, on_error=on_error)
    bound.register()
    return expr(f"PREDICT('{alias}', *)")
