# SPDX-License-Identifier: Apache-2.0
"""SynapseML's ONNXModel, as its own documentation says: an array column in, an array column out.

Source: https://microsoft.github.io/SynapseML/docs/Explore%20Algorithms/Deep%20Learning/ONNX
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import array, col

from benchmarks import timing

PACKAGE = "com.microsoft.azure:synapseml-deep-learning_2.12:1.1.0"
# What Spark has already, and in other versions than these.
EXCLUDED = (
    "org.scala-lang:scala-reflect",
    "org.apache.spark:spark-tags_2.12",
    "org.scalactic:scalactic_2.12",
    "org.scalatest:scalatest_2.12",
    "com.fasterxml.jackson.core:jackson-databind",
)
BATCHES = (10, 100, 1000, 4000)  # the first is its default
# The newest that its ONNX Runtime, 1.8.1, loads.
OPSETS = {"": 13, "ai.onnx.ml": 1}


def with_package(builder: SparkSession.Builder) -> SparkSession.Builder:
    """A session that can use it."""
    return builder.config("spark.jars.packages", PACKAGE).config(
        "spark.jars.excludes", ",".join(EXCLUDED)
    )


def by_batch(
    rows: DataFrame, graph: bytes, input_name: str, output_name: str
) -> dict[str, DataFrame]:
    """The rows' scores with each batch size; its default comes first. See ``scored``."""
    return {
        f"synapseml_{batch}": scored(rows, graph, input_name, output_name, batch)
        for batch in BATCHES
    }


def check(frames: Mapping[str, DataFrame], tolerance: float) -> None:
    """Who is quick and wrong does not count: float32 against what ``predict`` says."""
    found = {
        who: frame.limit(1000).toPandas()["score"].map(np.mean).to_numpy()
        for who, frame in frames.items()
        if who != "scan"
    }
    for who, scores in found.items():
        assert np.allclose(scores, found["predict"], rtol=tolerance, atol=tolerance), who


def against(result: dict[str, Any], peers: Iterable[str]) -> None:
    """Adds to a contest how many times its default and its best batch take what PREDICT takes."""
    seconds, peers = result["seconds"], [*peers]
    best = timing.fastest(seconds, peers)
    result["best_batch"] = best
    result["against_best_batch"] = timing.paired(seconds[best], seconds["predict"])
    result["against_default_batch"] = timing.paired(seconds[peers[0]], seconds["predict"])


def scored(
    rows: DataFrame, graph: bytes, input_name: str, output_name: str, batch: int
) -> DataFrame:
    """The rows' scores.

    Args:
        rows: the features alone, in order; or one column of arrays.
        graph: the model in ONNX, with one input of all features.
        input_name: of the graph.
        output_name: of the graph.
        batch: how many rows go to the library at once.
    """
    from synapse.ml.onnx import ONNXModel  # comes inside the package's jar

    if len(rows.columns) == 1:
        features = rows.select(col(rows.columns[0]).alias("x"))
    else:
        each = (col(name).cast("float") for name in rows.columns)
        features = rows.select(array(*each).alias("x"))
    model = (
        ONNXModel()
        .setModelPayload(bytearray(graph))
        .setFeedDict({input_name: "x"})
        .setFetchDict({"score": output_name})
        .setMiniBatchSize(batch)
    )
    return model.transform(features).select("score")
