# SPDX-License-Identifier: Apache-2.0
"""Sessions that nobody uses are closed though nobody asks for another."""

from __future__ import annotations

import onnx_graphs
from fresh import run
from onnx_environment import onnx_jar
from sparkpredict import conf

# How the JVM is told to write what this package logs into a file.
LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %p %m%n
logger.ours.name = io.sparkpredict
logger.ours.level = info
"""

SCRIPT = """
    import sys, time
    from pyspark.sql import SparkSession
    import sparkpredict

    path, jar, key, value = sys.argv[1:]
    builder = (
        SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.jars", jar).config(key, value)
    )
    spark = sparkpredict.configure(builder).getOrCreate()

    def scored():
        return spark.sql("SELECT sum(PREDICT('m', 1D, id * 0.5D)) FROM range(5)").collect()[0][0]

    try:
        sparkpredict.bind_model("DOUBLE", "onnx", "m", path, spark=spark, engine="onnx").register()
        sessions = spark._jvm.io.sparkpredict.engine.onnx.Sessions
        before, opened = scored(), sessions.open()
        deadline = time.monotonic() + 20
        while sessions.open() and time.monotonic() < deadline:
            time.sleep(0.1)
        result([before, opened, sessions.open(), scored(), sessions.open()])
    except Exception as error:
        result(str(error))
"""


def ran(tmp_path, value):
    """What the script told, and what the JVM logged of it."""
    log = tmp_path / "log"
    (tmp_path / "log4j2.properties").write_text(LOGGING.format(log=log))
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    told = run(SCRIPT, path, onnx_jar(), conf.ONNX_IDLE, value, SPARK_CONF_DIR=tmp_path)
    return told, log.read_text()


def test_an_idle_session_is_closed_by_itself_and_logged(tmp_path):
    told, log = ran(tmp_path, "2")
    assert told == [7.5, 1, 0, 7.5, 1]
    lines = [line for line in log.splitlines() if "ONNX session" in line]
    assert [line.split(" the ONNX session of ")[0] for line in lines] == [
        "INFO opened",
        "INFO closed",
        "INFO opened",
    ]
    assert "model.onnx (1/1 threads, ALL_OPT" in lines[1]
    assert lines[1].endswith(": unused for 2 s")


def test_a_time_that_is_none_is_told_of(tmp_path):
    told, _ = ran(tmp_path, "soon")
    assert f"[PREDICT_INVALID_CONF] {conf.ONNX_IDLE} is 'soon'; expected a number of" in told
