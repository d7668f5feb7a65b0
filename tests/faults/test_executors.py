# SPDX-License-Identifier: Apache-2.0
"""Executors that come late, are killed, are too slow or leave: each row is there once, and right.

One application for all of it: dynamic allocation lets it grow and shrink, a task takes both cores
of an executor, and slow tasks are run again beside themselves.
"""

from __future__ import annotations

import pytest
import standalone

import onnx_graphs
import saved
from fresh import ROOT, run, spark_home
from onnx_environment import onnx_jar

WORKER = ROOT / ".venv" / "envs" / "worker" / "bin" / "python"

SETTINGS = {
    "spark.jars": str(onnx_jar()),
    "spark.ui.enabled": "false",
    "spark.executor.memory": "512m",
    "spark.executor.cores": "2",
    "spark.task.cpus": "2",
    "spark.sql.shuffle.partitions": "2",
    "spark.dynamicAllocation.enabled": "true",
    "spark.dynamicAllocation.shuffleTracking.enabled": "true",
    "spark.dynamicAllocation.shuffleTracking.timeout": "2s",
    "spark.dynamicAllocation.minExecutors": "1",
    "spark.dynamicAllocation.maxExecutors": "2",
    "spark.dynamicAllocation.executorIdleTimeout": "2s",
    "spark.speculation": "true",
    "spark.speculation.interval": "100ms",
    "spark.speculation.quantile": "0.5",
    "spark.speculation.minTaskRuntime": "2s",
}

SCRIPT = """
import os, signal, subprocess, sys, threading, time
from pathlib import Path
from pyspark.sql import SparkSession, functions
import sparkpredict
linear, graph, marks = sys.argv[1], sys.argv[2], Path(sys.argv[3])
builder = SparkSession.builder.master(sys.argv[4])
for setting in sys.argv[5:]:
    builder = builder.config(*setting.split("=", 1))
spark = sparkpredict.configure(builder).getOrCreate()
spark.sparkContext.setLogLevel("OFF")
ENGINES = {"python": ("mlflow", linear), "compiled": ("mlflow", linear), "onnx": ("onnx", graph)}
for engine, (runtime, folder) in ENGINES.items():
    sparkpredict.bind_model("DOUBLE", runtime, engine, folder, engine=engine).register()

folder = str(marks)

@functions.udf("bigint")
def paused(at, slow):
    "Marks the first row of a partition by its executor and attempt, and takes some time over it."
    import os, time
    from pathlib import Path
    from pyspark import TaskContext
    if at % 20 == 0:
        task = TaskContext.get()
        name = f"{os.getppid()}-{task.partitionId()}-{task.attemptNumber()}"
        Path(folder, "begun-" + name).touch()
        time.sleep(30 if slow == at and task.attemptNumber() == 0 else 0.3)
        Path(folder, "done-" + name).touch()
    return at

def marked(kind):
    "Executor (by the Python daemon that each has), partition and attempt of each mark of a kind."
    return {tuple(map(int, m.name.split("-")[1:])) for m in marks.iterdir() if kind in m.name}

def executors():
    "The processes of this application's executors."
    asked = ["ps", "-eo", "pid,args"]
    lines = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    application = spark.sparkContext.applicationId
    return [
        int(line.split()[0]) for line in lines
        if "CoarseGrainedExecutorBackend" in line and application in line and "java" in line
    ]

def wait(until):
    deadline = time.monotonic() + 60
    while not until() and time.monotonic() < deadline:
        time.sleep(0.05)

def without_marks():
    for mark in marks.iterdir():
        mark.unlink()

def scored(*engines, slow=-1):
    without_marks()
    rows = spark.range(0, 160, 1, 8).select(paused("id", functions.lit(slow)).alias("id"))
    rows = rows.selectExpr("id", "CAST(id AS DOUBLE) AS a", "id % 5 * 0.5D AS b")
    rows.createOrReplaceTempView("v")
    calls = ", ".join(f"PREDICT('{engine}', a, b) AS {engine}" for engine in engines)
    return sorted(list(row) for row in spark.sql(f"SELECT id, {calls} FROM v").collect())

def killing(engine):
    "The rows of a query during which an executor was killed."
    found = []
    query = threading.Thread(target=lambda: found.append(scored(engine)))
    without_marks()
    query.start()
    wait(lambda: len(marked("done")) >= 3 and marked("begun") - marked("done"))
    daemon, partition, _ = min(marked("begun") - marked("done"))
    asked = ["ps", "-o", "ppid=", "-p", str(daemon)]
    executor = int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    os.kill(executor, signal.SIGKILL)
    query.join(120)
    again = {attempt for _, where, attempt in marked("done") if where == partition}
    return {"rows": found[0], "attempts": sorted(again)}

told = {"at first": len(executors())}
told["late"] = scored(*ENGINES)
told["executors"] = len({daemon for daemon, _, _ in marked("done")})
told["killed"] = {engine: killing(engine) for engine in ENGINES}
told["slow"] = scored(*ENGINES, slow=60)
told["attempts"] = sorted(attempt for _, where, attempt in marked("done") if where == 3)
groups = "SELECT id % 3, count(*), " + ", ".join(f"sum(PREDICT('{e}', a, b))" for e in ENGINES)
told["groups"] = sorted(list(row) for row in spark.sql(groups + " FROM v GROUP BY 1").collect())
wait(lambda: len(executors()) == 1)
told["at rest"] = len(executors())
told["again"] = scored(*ENGINES)
result(told)
"""

ENGINES = ("python", "compiled", "onnx")


def score(at):
    return 2.0 * at - at % 5 * 0.5 + 0.5


ALL = [[at, *[score(at)] * 3] for at in range(160)]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("executors")
    marks = folder / "marks"
    marks.mkdir()
    with standalone.cluster(folder) as master:
        return run(
            SCRIPT,
            saved.regression(folder, signed=True),
            onnx_graphs.linear(folder / "graph" / "model.onnx"),
            marks,
            master,
            *(f"{key}={value}" for key, value in SETTINGS.items()),
            cwd=folder,
            SPARK_HOME=spark_home(),
            PYSPARK_PYTHON=WORKER,
            PYSPARK_DRIVER_PYTHON=None,
        )


def test_an_executor_that_joins_in_the_middle_takes_its_part(told):
    assert told["at first"] <= 1
    assert told["executors"] == 2
    assert told["late"] == ALL


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_killed_executor_had_begun_is_scored_again(told, engine):
    assert told["killed"][engine]["attempts"][-1] > 0, "nothing had to be scored again"
    assert told["killed"][engine]["rows"] == [[at, score(at)] for at in range(160)]


def test_a_slow_task_is_overtaken_by_its_second_attempt(told):
    assert told["attempts"] == [1]
    assert told["slow"] == ALL


def test_executors_that_were_idle_leave_and_new_ones_find_the_models(told):
    sums = [
        [k, len(range(k, 160, 3)), *[sum(score(at) for at in range(k, 160, 3))] * 3]
        for k in range(3)
    ]
    assert told["groups"] == sums
    assert told["at rest"] == 1
    assert told["again"] == ALL
