# SPDX-License-Identifier: Apache-2.0
"""Executors in processes of their own: queries that move data, and workers that die in them."""

from __future__ import annotations

import pytest

import saved
from fresh import ROOT, run, spark_home

WORKER = ROOT / ".venv" / "envs" / "worker" / "bin" / "python"

START = """
import os, signal, sys, threading, time
from pathlib import Path
from pyspark.sql import SparkSession
import sparkpredict
folder, marks = sys.argv[1], Path(sys.argv[2])
os.chdir(marks.parent)
builder = (
    sparkpredict.configure(SparkSession.builder.master(sys.argv[3]))
    .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4")
    .config("spark.executor.memory", "1g")
)
for setting in sys.argv[6:]:
    builder = builder.config(*setting.split("="))
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")
engine = os.environ.get("SPARKPREDICT_ENGINE", "auto")
sparkpredict.bind_model("DOUBLE", "mlflow", "m", folder, engine=engine).register()
rows = spark.range(0, 400, 1, int(sys.argv[4])).selectExpr(
    "id", "CAST(id AS DOUBLE) AS a", "CAST(id % 5 AS DOUBLE) AS b", "id % 3 AS k"
)
rows.createOrReplaceTempView("v")

def asked(query):
    return sorted(list(row) for row in spark.sql(query).collect())
"""

KILLED = """
ALL = "SELECT id, PREDICT('m', a, b) AS p FROM v"

def marked():
    return [mark for mark in marks.iterdir() if mark.name.startswith("mark")]

def begun():
    "The process of a call that has just begun; None between calls."
    done = {mark.name.partition("-")[2] for mark in marks.iterdir() if mark.name.startswith("done")}
    open_ = [mark for mark in marked() if mark.name.partition("-")[2] not in done]
    young = [mark for mark in open_ if time.time() - mark.stat().st_mtime < 0.2]
    return int(young[0].name.split("-")[1]) if young else None

def in_the_middle(kill):
    for mark in marks.iterdir():
        mark.unlink()
    found = []
    query = threading.Thread(target=lambda: found.append(asked(ALL)))
    query.start()
    deadline = time.monotonic() + 60
    while (len(marked()) < 3 or begun() is None) and time.monotonic() < deadline:
        time.sleep(0.02)
    during = query.is_alive()
    kill(begun())
    query.join(120)
    return {"rows": found[0] if found else None, "during": during, "calls": len(marked())}

def kill_a_worker(pid):
    os.kill(pid, signal.SIGKILL)

undisturbed = in_the_middle(lambda pid: None)
result({
    "undisturbed": undisturbed,
    "killed": in_the_middle(kill_a_worker),
})
"""

MOVED = """
QUERIES = {
    "join": "SELECT x.id, PREDICT('m', x.a, y.b) FROM v x JOIN v y ON x.id = y.id + 1",
    "aggregate": "SELECT k, sum(PREDICT('m', a, b)), count(*) FROM v GROUP BY k",
    "window": "SELECT id, sum(PREDICT('m', a, b)) OVER (PARTITION BY k ORDER BY id) FROM v",
    "distinct": "SELECT count(DISTINCT PREDICT('m', a, b)) FROM v",
    "order and limit": "SELECT id FROM v ORDER BY PREDICT('m', a, b) DESC, id LIMIT 5",
    "repartition": "SELECT /*+ REPARTITION(7) */ id, PREDICT('m', a, b) FROM v",
    "scalar subquery": "SELECT id FROM v WHERE PREDICT('m', a, b) = "
                       "(SELECT max(PREDICT('m', a, b)) FROM v)",
    "union": "SELECT PREDICT('m', a, b) FROM v WHERE k = 0 UNION SELECT a FROM v WHERE k = 1",
    "empty partitions": "SELECT id, PREDICT('m', a, b) FROM v WHERE id < 2",
    "no row": "SELECT id, PREDICT('m', a, b) FROM v WHERE id < 0",
}
names = sys.argv[5].split(",") if sys.argv[5] else [*QUERIES, "table", "cached"]
if "table" in names:
    spark.sql("CREATE TABLE kept USING parquet AS SELECT id, PREDICT('m', a, b) AS p FROM v")
    QUERIES["table"] = "SELECT id, p FROM kept"
    spark.sql("CACHE TABLE cached AS SELECT id, PREDICT('m', a, b) AS p FROM v")
    QUERIES["cached"] = "SELECT id, p FROM cached"
result({name: asked(QUERIES[name]) for name in names})
"""


def f(a, b):
    return 2 * a - b + 0.5


ROWS = [(at, float(at), float(at % 5), at % 3) for at in range(400)]
SCORED = [[at, f(a, b)] for at, a, b, _ in ROWS]


def slow(marks):
    """2a - b + 0.5, marks with the process' number around each call, and time to be killed in."""

    def predict(frame):
        import os
        import time
        import uuid
        from pathlib import Path

        call = f"{os.getpid()}-{uuid.uuid4().hex}"
        Path(marks, f"mark-{call}").touch()
        time.sleep(0.4)
        Path(marks, f"done-{call}").touch()
        return 2 * frame["a"] - frame["b"] + 0.5

    return predict


def cluster(script, model, marks, master, partitions, queries="", *settings):
    """Runs a script against executors; `queries` are the names of those wanted, all if empty."""
    marks.mkdir()
    return run(
        START + script,
        *(model, marks, master, partitions, queries, *settings),
        SPARK_HOME=spark_home(),
        PYSPARK_PYTHON=WORKER,
        PYSPARK_DRIVER_PYTHON=None,
    )


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")
    model = saved.pyfunc(folder, slow(str(folder / "marks")))
    return cluster(KILLED, model, folder / "marks", "local-cluster[2,1,1024]", 16)


def test_each_row_is_there_once_when_a_worker_is_killed_in_the_middle(killed):
    assert killed["undisturbed"]["rows"] == SCORED
    assert killed["undisturbed"]["calls"] == 16
    assert killed["killed"]["during"], "the query was over before anything was killed"
    assert killed["killed"]["calls"] > 16, "nothing had to be scored again"
    assert killed["killed"]["rows"] == SCORED


def expected():
    by_k = {k: [row for row in ROWS if row[3] == k] for k in range(3)}
    scores = [score for _, score in SCORED]
    best = sorted(SCORED, key=lambda row: (-row[1], row[0]))
    return {
        "join": [[at, f(float(at), float((at - 1) % 5))] for at in range(1, 400)],
        "aggregate": [[k, sum(f(r[1], r[2]) for r in g), len(g)] for k, g in by_k.items()],
        "window": [
            [at, sum(f(r[1], r[2]) for r in by_k[at % 3] if r[0] <= at)] for at in range(400)
        ],
        "distinct": [[len(set(scores))]],
        "order and limit": sorted([at] for at, _ in best[:5]),
        "repartition": SCORED,
        "scalar subquery": [[at] for at, score in SCORED if score == max(scores)],
        "union": sorted(
            [value] for value in {f(r[1], r[2]) for r in by_k[0]} | {r[1] for r in by_k[1]}
        ),
        "empty partitions": SCORED[:2],
        "no row": [],
        "table": SCORED,
        "cached": SCORED,
    }


def test_queries_that_move_data_between_executors(tmp_path):
    model = saved.regression(tmp_path, signed=True)
    told = cluster(MOVED, model, tmp_path / "marks", "local-cluster[2,1,1024]", 4)
    assert told == expected()


def test_a_new_worker_for_each_task_and_two_cores_for_each(tmp_path):
    model = saved.regression(tmp_path, signed=True)
    settings = ("spark.python.worker.reuse=false", "spark.task.cpus=2")
    names = "join,empty partitions,no row"
    told = cluster(MOVED, model, tmp_path / "marks", "local-cluster[1,2,1024]", 2, names, *settings)
    assert told == {name: expected()[name] for name in names.split(",")}
