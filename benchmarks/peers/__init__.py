# SPDX-License-Identifier: Apache-2.0
"""What PREDICT is measured beside: each a function from a session and a model to a column."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from pyspark.sql import Column, SparkSession

Peer = Callable[[SparkSession, str], Column]

# The name in the results, and where the function is; `--peer NAME=MODULE:FUNCTION` adds another.
PEERS = {
    "predict": "benchmarks.peers.predict:column",
    "mlflow_spark_udf": "benchmarks.peers.mlflow_udf:column",
    "pandas_udf": "benchmarks.peers.pandas_udf:column",
}


def load(place: str) -> Peer:
    """The function that `module:function` names."""
    module, _, name = place.partition(":")
    peer: Peer = getattr(import_module(module), name or "column")
    return peer
