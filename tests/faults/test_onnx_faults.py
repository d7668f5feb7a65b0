# SPDX-License-Identifier: Apache-2.0
"""What ends a query early by ONNX Runtime in the JVM: nothing stays leased, the next one scores."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

import onnx_graphs
import onnx_loops
from examples import EXAMPLES

pytestmark = pytest.mark.classic

# Of a block that was just begun with 1,024 rows of the slow graph, some seconds are left.
KILL_SECONDS = 0.5
LONGEST_BLOCK = 100e6  # nanoseconds


@pytest.fixture
def bare(bare):
    """Binds to this engine."""
    return partial(bare, engine="onnx")


@pytest.fixture
def sessions(spark):
    """The open sessions of this JVM; somebody tries to close them all the time."""
    found = spark.sparkContext._jvm.io.sparkpredict.engine.onnx.Sessions
    over = threading.Event()

    def evict():
        while not over.wait(0.002):
            found.evict(0)

    evictor = threading.Thread(target=evict)
    evictor.start()
    yield found
    over.set()
    evictor.join()
    assert found.leased() == 0
    found.evict(0)
    assert found.open() == 0


@pytest.fixture
def quick(bare, spark, tmp_path):
    """A query of 20,000 rows, and a check that it still has the right answers."""
    model = bare(onnx_graphs.linear(tmp_path / "quick.onnx"), "DOUBLE")
    spark.range(0, 20_000, 1, 4).selectExpr(
        "id", "id * 1D AS a", "id * 0.5D AS b"
    ).createOrReplaceTempView("quick")
    query = f"SELECT id, a, b, PREDICT('{model.alias}', a, b) AS score FROM quick"

    def check():
        wrong = f"SELECT count(*), count_if(score <> 2 * a - b + 0.5) FROM ({query})"
        assert list(spark.sql(wrong).collect()[0]) == [20_000, 0]

    return query, check


@pytest.fixture
def killing(bare, spark, tmp_path):
    """Runs a query of the slow graph, kills it in the middle, and says how long that took."""
    model = bare(onnx_loops.slow(tmp_path / "slow.onnx"), "DOUBLE")
    context, jvm = spark.sparkContext, spark.sparkContext._jvm
    sessions = jvm.io.sparkpredict.engine.onnx.Sessions

    def run(rows, kill, tasks=2):
        found = []

        def query():
            context.setJobGroup("slow", "killed in the middle", interruptOnCancel=True)
            frame = spark.range(0, rows, 1, tasks).selectExpr("id * 1D AS x")
            frame.createOrReplaceTempView("slow_rows")
            try:
                scores = spark.sql(f"SELECT x, PREDICT('{model.alias}', x) AS y FROM slow_rows")
                found.append(scores.collect())
            except Exception as error:  # noqa: BLE001 - of another class on each Spark
                found.append(str(error))

        thread = threading.Thread(target=query)
        thread.start()
        until(lambda: sessions.leased() == tasks)
        time.sleep(0.1)  # a run is under way then
        begun = time.monotonic()
        kill()
        return begun, thread, found

    return run


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_cancelled_query_ends_within_a_block(spark, sessions, killing, quick):
    cancel = partial(spark.sparkContext.cancelJobGroup, "slow")
    begun, thread, found = killing(100_000, cancel)
    until(lambda: sessions.leased() == 0)
    took = time.monotonic() - begun
    thread.join(30)
    assert "cancelled" in found[0]
    assert took < KILL_SECONDS
    quick[1]()


def test_a_killed_attempt_is_made_again(spark, sessions, killing, quick):
    """What becomes of the slower of two attempts when Spark speculates."""
    jvm = spark.sparkContext._jvm
    tracker = spark.sparkContext.statusTracker()
    store = spark.sparkContext._jsc.sc().statusStore()

    def kill():
        stage = tracker.getActiveStageIds()[-1]
        tasks = store.taskList(stage, 0, 10)
        running = [tasks.apply(at) for at in range(tasks.size())]
        assert [one.status() for one in running] == ["RUNNING"] * 2
        scheduler = spark.sparkContext._jsc.sc()
        assert scheduler.killTaskAttempt(running[0].taskId(), True, "the other one is faster")

    _, thread, found = killing(400, kill)
    thread.join(60)
    assert [(row.x, row.y) for row in found[0]] == [(at, at) for at in range(400)]
    assert jvm.io.sparkpredict.engine.onnx.Sessions.leased() == 0
    quick[1]()


def test_a_query_that_wants_no_more_rows_or_fails_later(spark, sessions, quick):
    query, check = quick
    late = "assert_true(s.score <> 2 * 7777 - 7777 * 0.5 + 0.5, 'seven is enough')"
    failing = spark.sql(f"SELECT score, {late} FROM ({query}) s")
    for _ in range(5):
        assert len(spark.sql(f"{query} LIMIT 3").collect()) == 3
        with pytest.raises(Exception, match="seven is enough"):
            failing.collect()
        until(lambda: sessions.leased() == 0)
        check()


def test_a_block_of_a_slow_graph_is_short(spark, sessions, bare, tmp_path):
    """What a kill waits for."""
    model = bare(onnx_loops.slow(tmp_path / "slow.onnx", 2000), "DOUBLE")
    spark.range(0, 64, 1, 2).selectExpr("id * 1D AS x").createOrReplaceTempView("slow_rows")
    query = spark.sql(f"SELECT x, PREDICT('{model.alias}', x) AS y FROM slow_rows")
    assert [(row.x, row.y) for row in query.collect()] == [(at, at) for at in range(64)]
    node = query._jdf.queryExecution().executedPlan()
    while not node.simpleString(100).startswith("ScoreBlocks"):
        node = node.children().head()
    blocks, nanos = (node.metrics().apply(name).value() for name in ("blocks", "kernelTime"))
    assert blocks > 2
    assert nanos / blocks < LONGEST_BLOCK


def test_an_alias_that_is_bound_again_all_the_time_gives_one_models_scores(
    spark, sessions, bind, alias, tmp_path
):
    biases = (0.5, 1.5)
    models = [
        bind(
            onnx_graphs.linear(tmp_path / f"{bias}.onnx", bias=bias),
            runtime="onnx",
            engine="onnx",
        )
        for bias in biases
    ]
    rows = spark.range(0, 5_000, 1, 4).selectExpr("id * 1D AS a", "id * 0.5D AS b")
    rows.createOrReplaceTempView("rows_of_both")
    score = f"PREDICT('{alias}', a, b) - 2 * a + b AS bias"
    query = f"SELECT count(*), min(bias), max(bias) FROM (SELECT {score} FROM rows_of_both)"
    over, found = threading.Event(), set()

    def ask():
        while not over.is_set():
            found.add(tuple(spark.sql(query).collect()[0]))

    with ThreadPoolExecutor(2) as pool:
        askers = [pool.submit(ask) for _ in range(2)]
        try:
            for at in range(max(10, EXAMPLES // 2)):
                models[at % 2].register()
            for model, bias in zip(models, biases):  # however slow queries are, each has one
                model.register()
                wanted = (5_000, bias, bias)
                until(lambda wanted=wanted: wanted in found or any(a.done() for a in askers))
        finally:
            over.set()
        for asker in askers:
            asker.result(60)
    assert found == {(5_000, bias, bias) for bias in biases}
