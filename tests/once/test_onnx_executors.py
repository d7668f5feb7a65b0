# SPDX-License-Identifier: Apache-2.0
"""Executors that have no ONNX Runtime, or one that does not load, where the driver has it."""

from __future__ import annotations

import socket
import zipfile

import pytest

import onnx_graphs
from fresh import run, spark_home
from onnx_environment import onnx_jar

SCRIPT = """
    import sys
    from pyspark.sql import SparkSession
    import sparkpredict

    path, jar, *settings = sys.argv[1:]
    builder = (
        SparkSession.builder.master("local-cluster[1,1,1024]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.extraClassPath", jar)
        .config("spark.task.maxFailures", "1")
    )
    for setting in settings:
        builder = builder.config(*setting.split("=", 1))
    spark = sparkpredict.configure(builder).getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    model = sparkpredict.bind_model("DOUBLE", "onnx", "m", path, spark=spark).register()
    try:
        found = spark.sql("SELECT PREDICT('m', id * 1D, 2D * id) FROM range(3)").collect()
    except Exception as error:
        found = str(error)
    result([model.info().engine, found])
"""


@pytest.fixture
def hollow(tmp_path):
    """A jar of the library's name without the library: Spark sends one file of a name."""
    path = tmp_path / "sent" / onnx_jar().name
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("hollow.txt", "")
    return path


@pytest.mark.parametrize(
    ("what", "cause"),
    [
        ("missing", "ONNX Runtime is not on the class path: configure(builder, onnx=True)"),
        ("unloadable", "ONNX Runtime's native library does not load: "),
    ],
)
def test_an_executor_says_what_it_lacks_and_where(tmp_path, hollow, what, cause):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    no_folder = tmp_path / "no-folder"
    no_folder.touch()
    settings = {
        "missing": f"spark.jars={hollow}",
        "unloadable": f"spark.executor.extraJavaOptions=-Djava.io.tmpdir={no_folder}",
    }
    engine, told = run(SCRIPT, path, onnx_jar(), settings[what], SPARK_HOME=spark_home())
    assert engine == "onnx"
    host = f"{socket.gethostname()} (executor 0)"
    assert (
        f"[PREDICT_ENGINE_LOAD_FAILED] model 'm': engine 'onnx', which the driver has, does not "
        f"load it on {host}: {cause}" in told
    )
    assert (
        "Give every executor what the driver has, or bind the model with engine='python'." in told
    )
