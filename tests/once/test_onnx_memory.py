# SPDX-License-Identifier: Apache-2.0
"""Many queries by ONNX Runtime in the JVM leave nothing behind."""

from __future__ import annotations

import checks
import onnx_graphs
from examples import EXAMPLES
from fresh import run
from onnx_environment import onnx_jar

MEGABYTE = 1 << 20

# What the JVM accounts for is taken off, and what its C library holds back is given up before: both
# grow for thousands of queries, of any kind, mostly by compiled code.
SCRIPT = """
    import re, subprocess, sys
    from pyspark.sql import SparkSession
    import sparkpredict

    path, jar, jcmd, queries = *sys.argv[1:4], int(sys.argv[4])
    builder = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.jars", jar).config("spark.driver.memory", "600m")
        .config(
            "spark.driver.extraJavaOptions",
            "-Xms600m -XX:+AlwaysPreTouch -XX:NativeMemoryTracking=summary",
        )
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

    def told(command, *options):
        asked = [jcmd, str(process), command, *options]
        return subprocess.run(asked, check=True, capture_output=True, text=True).stdout

    def foreign():
        told("System.trim_native_heap")
        with open(f"/proc/{process}/status") as status:
            resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        own = re.search("Total: reserved=.*committed=([0-9]+)KB", told("VM.native_memory"))
        return (resident - int(own[1])) * 1024

    def measured():
        jvm.java.lang.System.gc()
        return {
            "open": sessions.open(), "leased": sessions.leased(), "direct": direct.getMemoryUsed(),
            "arrow": arrow.getAllocatedMemory(), "foreign": foreign(),
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
    jcmd = f"{checks.jdk_home()}/bin/jcmd"
    before, after = run(SCRIPT, path, onnx_jar(), jcmd, EXAMPLES, seconds=600)
    assert (after["open"], after["leased"]) == (1, 0)
    for kind in ("direct", "arrow"):
        assert after[kind] - before[kind] < MEGABYTE, (kind, before, after)
    assert after["foreign"] - before["foreign"] < 16 * MEGABYTE, (before, after)
