# SPDX-License-Identifier: Apache-2.0
"""Executors of their own, and the old ONNX Runtime of Synapse and Fabric on the class path."""

from __future__ import annotations

import onnx_graphs
from fresh import run, spark_home

SCRIPT = """
    import sys
    from pyspark.sql import SparkSession
    import sparkpredict

    path, old = sys.argv[1:]
    builder = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.jars.packages", "com.microsoft.onnxruntime:onnxruntime_gpu:1.8.1")
    )
    spark = sparkpredict.configure(builder, onnx=old == "ours beside it").getOrCreate()
    model = sparkpredict.bind_model("DOUBLE", "onnx", "m", path, spark=spark).register()
    rows = spark.range(0, 1000, 1, 4).selectExpr("id * 1D AS a", "id * 0.5D AS b")
    rows.createOrReplaceTempView("points")
    found = spark.sql("SELECT a, b, PREDICT('m', a, b) AS score FROM points").collect()
    wrong = [row.a for row in found if row.score != 2 * row.a - row.b + 0.5]
    info = model.info()
    result([info.engine, info.reasons["onnx"], len(found), wrong])
    spark.stop()
"""


def scored(tmp_path, old):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    return run(SCRIPT, path, old, SPARK_HOME=spark_home())


def test_ours_is_loaded_beside_an_old_one(tmp_path):
    engine, reason, rows, wrong = scored(tmp_path, "ours beside it")
    assert (engine, rows, wrong) == ("onnx", 1000, [])
    assert "ONNX Runtime 1.8.1" not in reason


def test_an_old_one_alone_leaves_the_model_to_python(tmp_path):
    engine, reason, rows, wrong = scored(tmp_path, "alone")
    assert (engine, rows, wrong) == ("python", 1000, [])
    assert "ONNX Runtime 1.8.1 is too old" in reason
