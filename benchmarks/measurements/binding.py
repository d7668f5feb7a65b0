# SPDX-License-Identifier: Apache-2.0
"""How long bind_model(...).register() takes for a small local model, imports done."""

from __future__ import annotations

import time
from typing import Any

import mlflow.pyfunc
import mlflow.sklearn

import sparkpredict
from benchmarks import timing, zoo
from benchmarks.session import Setting


def measure(setting: Setting) -> dict[str, Any]:
    """Seconds: the first query of the JVM, which any query pays; the first bind; later ones."""
    uri = zoo.find("linear").trained(setting.folder / "model").uri
    mlflow.sklearn.load_model(uri)  # imports what loading imports
    spark = setting.spark.newSession()
    started = time.perf_counter()
    spark.sql("SELECT 1").collect()
    first_query = time.perf_counter() - started
    seconds = [_bind(spark, uri, alias=f"bound{at}") for at in range(setting.repeats + 1)]
    return {"first_query": first_query, "first": seconds[0], "later": timing.spread(seconds[1:])}


def _bind(spark: Any, uri: str, alias: str) -> float:
    started = time.perf_counter()
    sparkpredict.bind_model("DOUBLE", "mlflow", alias, uri, spark=spark).register()
    return time.perf_counter() - started
