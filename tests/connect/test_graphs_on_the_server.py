# SPDX-License-Identifier: Apache-2.0
"""A server with ONNX Runtime on its class path scores a client's graph in its JVM."""

from __future__ import annotations

import pytest
from clients import FULL, client

import connect_server
import onnx_graphs
from onnx_environment import onnx_jar

SCORED = """
sparkpredict.bind_model("DOUBLE", "onnx", "m", sys.argv[1], engine=sys.argv[2]).register()
rows = spark.range(0, 1000, 1, 2).selectExpr("id * 1D AS a", "id * 0.5D AS b")
rows.createOrReplaceTempView("points")
info = sparkpredict.models()["m"]
scored = spark.sql("SELECT a, b, PREDICT('m', a, b) AS score FROM points")
# the workers of these servers have no ONNX Runtime of their own
found = scored.collect() if info.engine == "onnx" else []
plan = spark.sql("EXPLAIN SELECT PREDICT('m', a, b) FROM points").collect()[0][0]
result({
    "engine": info.engine,
    "reason": info.reasons["onnx"],
    "wrong": [row.a for row in found if row.score != 2 * row.a - row.b + 0.5],
    "rows": len(found),
    "operator": "ScoreBlocks" in plan,
})
"""


@pytest.fixture(scope="module")
def with_library(tmp_path_factory):
    """A server that has ONNX Runtime."""
    folder = tmp_path_factory.mktemp("with-onnx-runtime")
    with connect_server.running(folder, jars=(str(onnx_jar()),)) as started:
        yield started


@pytest.mark.parametrize("engine", ["auto", "onnx"])
def test_a_clients_graph_is_scored_in_the_servers_jvm(with_library, tmp_path, engine):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    told = client(with_library, SCORED, path, engine, python=FULL)
    assert told["reason"].startswith("scores, inside the query: ONNX Runtime 1.")
    assert (told["engine"], told["operator"]) == ("onnx", True)
    assert (told["rows"], told["wrong"]) == (1000, [])


def test_a_server_without_it_leaves_the_graph_to_python(server, tmp_path):
    path = onnx_graphs.linear(tmp_path / "model.onnx")
    told = client(server, SCORED, path, "auto", python=FULL)
    assert (told["engine"], told["operator"]) == ("python", False)
    assert "ONNX Runtime is not on the class path" in told["reason"]
