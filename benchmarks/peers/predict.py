# SPDX-License-Identifier: Apache-2.0
"""PREDICT itself, in SQL with a star."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import Column, SparkSession
from pyspark.sql.functions import expr

import sparkpredict


def column(spark: SparkSession, uri: str) -> Column:
    alias = Path(uri).name
    sparkpredict.bind_model("DOUBLE", "mlflow", alias, uri, spark=spark).register()
    return expr(f"PREDICT('{alias}', *)")
