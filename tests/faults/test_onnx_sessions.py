# SPDX-License-Identifier: Apache-2.0
"""When a session is opened and closed: by bindings, by tasks, by who uses it."""

from __future__ import annotations

import json
from functools import partial

import pytest

import onnx_graphs
from sparkpredict import conf

pytestmark = pytest.mark.classic


@pytest.fixture
def counted(bare, spark, tmp_path):
    """Binds the linear graph; gives its model and a query of eight tasks."""
    bare = partial(bare, engine="onnx")
    path = onnx_graphs.linear(tmp_path / "model.onnx")

    def bind():
        model = bare(path, "DOUBLE")
        rows = spark.range(0, 10_000, 1, 8).selectExpr("id * 1D AS a", "id * 0.5D AS b")
        rows.createOrReplaceTempView("rows_to_score")
        return model, spark.sql(
            f"SELECT PREDICT('{model.alias}', a, b) AS score FROM rows_to_score"
        )

    return bind


def test_a_session_is_closed_when_its_binding_ends(counted, sessions):
    model, query = counted()
    assert query.where("score > 1").count() == 9_999
    assert sessions.open() == 1
    model.unregister()
    assert sessions.open() == 0
    assert query.where("score > 1").count() == 9_999  # analysed before: it keeps the model


def test_not_while_somebody_uses_it(counted, sessions, spark):
    model, query = counted()
    pointer = spark.conf.get(conf.BINDING + model.alias.encode().hex())
    artifact = json.loads(pointer)["artifact"]
    engine = spark.sparkContext._jvm.io.sparkpredict.engine.onnx.OnnxScoring
    nowhere = spark.sparkContext._jvm.scala.Option.empty()
    lease = engine.lease(artifact, engine.graph(artifact), nowhere)
    model.unregister()
    assert (sessions.open(), sessions.leased()) == (1, 1)
    assert query.where("score > 1").count() == 9_999
    lease.release()
    sessions.evict(0)
    assert (sessions.open(), sessions.leased()) == (0, 0)


def test_nor_when_the_same_model_is_bound_again(counted, sessions, bind, tmp_path):
    model, query = counted()
    assert query.where("score > 1").count() == 9_999
    path = tmp_path / "model.onnx"
    bind(path, "DOUBLE", model.alias, runtime="onnx", engine="onnx")
    assert sessions.open() == 1
    other = onnx_graphs.linear(tmp_path / "other.onnx", "many")
    bind(other, "DOUBLE", model.alias, runtime="onnx", engine="onnx")
    assert sessions.open() == 0


def test_eight_tasks_load_it_once_and_the_metrics_say_so(counted, sessions):
    _, query = counted()
    assert query.where("score > 1").count() == 9_999
    sessions.evict(0)
    assert len(query.collect()) == 10_000
    node = query._jdf.queryExecution().executedPlan()
    while not node.simpleString(100).startswith("ScoreBlocks"):
        node = node.children().head()
    metrics = {name: node.metrics().apply(name).value() for name in ("loaded", "loadTime")}
    assert metrics["loaded"] == 7
    assert metrics["loadTime"] > 0
    assert (sessions.open(), sessions.leased()) == (1, 0)
