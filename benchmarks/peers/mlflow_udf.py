# SPDX-License-Identifier: Apache-2.0
"""MLflow's own UDF, in the workers' Python."""

from __future__ import annotations

import mlflow
from pyspark.sql import Column, SparkSession

from benchmarks import data


def column(spark: SparkSession, uri: str) -> Column:
    score = mlflow.pyfunc.spark_udf(spark, uri, "double", env_manager="local")
    return score(*data.COLUMNS)
