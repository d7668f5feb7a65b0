# SPDX-License-Identifier: Apache-2.0
"""Many queries by ONNX Runtime in the JVM leave nothing behind."""

from __future__ import annotations

import onnx_graphs
from examples import EXAMPLES
from fresh import run
from onnx_environment import onnx_jar

MEGABYTE = 1 << 20

# The heap is whole from the start: what the process grows by is outside of it.
SCRIPT = """
    import sys
    from pyspark.sql import SparkSession
    import sparkpredict

    path, jar, queries = sys.argv[1], sys.argv[2], int(sys.argv[3])
    builder = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.jars", jar).config("spark.driver.memory", "600m")
        .config("spark.driver.extraJavaOptions", "-Xms600m -XX:+AlwaysPreTouch")
        .config("spark.sql.ui.retainedExecutions", "1").config("spark.ui.retainedJobs", "1")
        .config("spark.ui.retainedStages", "1").config("spark.ui.retainedTasks", "1")
    )
    spark = sparkpredict.configure(builder).getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    jvm = spark._jvm
    sessions = jvm.io.sparkpredict.engine.onnx.Sessions
    pools = jvm.java.lang.management.ManagementFactory.getPlatformMXBeans(
        jvm.java.lang.Class.forName("java.lang.management.BufferPoolMXBean")
    )
    direct = next(pool for pool in pools if pool.getName() == "direct")
    arrow = jvm.org.apache.spark.sql.util.ArrowUtils.rootAllocator()
    process = jvm.java.lang.ProcessHandle.current().pid()

    def resident():
        with open(f"/proc/{process}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) * 1024

    def measured():
        jvm.java.lang.System.gc()
        return {
            "open": sessions.open(), "leased": sessions.leased(), "direct": direct.getMemoryUsed(),
            "arrow": arrow.getAllocatedMemory(), "resident": resident(),
        }

    model = sparkpredict.bind_model("DOUBLE", "onnx", "m", path, spark=spark, engine="onnx")
    model.register()
    rows = spark.range(0, 9000, 1, 2).selectExpr("id", "id * 1D AS a", "2D AS b")
    rows.createOrReplaceTempView("v")
    call = "SELECT id, PREDICT('m', a, b) AS score FROM v"

    def ask(at):
        kind = at % 4
        if kind == 0:
            assert spark.sql(f"SELECT sum(score) FROM ({call})").collect()[0][0] == 80977500.0
        elif kind == 1:
            assert len(spark.sql(f"{call} LIMIT 3").collect()) == 3
        elif kind == 2:
            failing = "assert_true(id < 8000, 'far enough')"
            try:
                spark.sql(f"SELECT score, {failing} FROM ({call})").collect()
                raise SystemExit("it did not fail")
            except Exception as error:
                assert "far enough" in str(error)
        else:
            sessions.evict(0)
            assert spark.sql(call).where("score > 8000").count() == 4999

    for at in range(100):
        ask(at)
    before = measured()
    for at in range(queries):
        ask(at)
    result([before, measured()])
"""


def test_sessions_leases_and_memory_do_not_grow(tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    before, after = run(SCRIPT, path, onnx_jar(), EXAMPLES, seconds=600)
    assert (after["open"], after["leased"]) == (1, 0)
    for kind in ("direct", "arrow"):
        assert after[kind] - before[kind] < MEGABYTE, (kind, before, after)
    assert after["resident"] - before["resident"] < 64 * MEGABYTE, (before, after)
