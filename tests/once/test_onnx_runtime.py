# SPDX-License-Identifier: Apache-2.0
"""`configure(builder, onnx=True)` brings ONNX Runtime into the JVM, beside packages of the user."""

from __future__ import annotations

import pytest

from fresh import run

# Small, and needs no other.
THEIRS = "org.slf4j:slf4j-nop:2.0.7"

SCRIPT = """
import sys
from pyspark.sql import SparkSession
import sparkpredict
place, package = sys.argv[1:]
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
if place == "before":
    builder = builder.config("spark.jars.packages", package)
builder = sparkpredict.configure(builder, onnx=True)
if place == "after":
    builder = builder.config("spark.jars.packages", package)
spark = builder.getOrCreate()
loader = spark._jvm.java.lang.Thread.currentThread().getContextClassLoader()
environment = loader.loadClass("ai.onnxruntime.OrtEnvironment")
runtime = environment.getMethod("getEnvironment", None).invoke(None, None)
result({
    "runtime": str(runtime.getVersion()),
    "packages": spark.sparkContext.getConf().get("spark.jars.packages").split(","),
    "models": list(sparkpredict.models(spark)),
    "sent": spark.sparkContext._jsc.sc().listJars().mkString(","),
})
"""


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_library_loads_and_packages_of_the_user_stay(place):
    told = run(SCRIPT, place, THEIRS)
    theirs, ours = told["packages"]
    assert theirs == THEIRS
    assert ours == f"com.microsoft.onnxruntime:onnxruntime:{told['runtime']}"
    assert told["models"] == []
    for jar in ("_slf4j-nop-", "_onnxruntime-", "spark-predict_"):
        assert told["sent"].count(jar) == 1, f"executors get {told['sent']}"
