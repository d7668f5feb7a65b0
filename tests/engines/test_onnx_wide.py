# SPDX-License-Identifier: Apache-2.0
"""Wide rows take no more memory by ONNX Runtime in the JVM than a block of them may have."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

import onnx_graphs

pytestmark = pytest.mark.classic

COLUMNS, BLOCK, TASKS = 300, 4096, 2
MEGABYTE = 1 << 20


@pytest.fixture
def bare(bare):
    return partial(bare, returns="DOUBLE", engine="onnx")


@pytest.fixture
def direct(spark):
    """How many bytes buffers outside of the heap take."""
    management = spark.sparkContext._jvm.java.lang.management
    kind = spark.sparkContext._jvm.java.lang.Class.forName("java.lang.management.BufferPoolMXBean")
    pools = management.ManagementFactory.getPlatformMXBeans(kind)
    return next(pool for pool in pools if pool.getName() == "direct").getMemoryUsed


def test_many_columns_take_two_blocks_for_two_tasks(bare, spark, direct, tmp_path):
    path = onnx_graphs.saved(
        tmp_path / "model.onnx",
        [helper.make_node("MatMul", ["X", "ones"], ["y"])],
        [onnx_graphs.tensor("X", TensorProto.FLOAT, "rows", COLUMNS)],
        [onnx_graphs.tensor("y", TensorProto.FLOAT, "rows", 1)],
        [numpy_helper.from_array(np.ones((COLUMNS, 1), np.float32), "ones")],
    )
    model = bare(path)
    names = ", ".join(f"x{at}" for at in range(COLUMNS))
    numbers = ", ".join(f"IF(id % 300 = {at}, 1F, 0F) AS x{at}" for at in range(COLUMNS))
    spark.range(0, 10 * BLOCK, 1, TASKS).createOrReplaceTempView("ids")
    query = spark.sql(
        f"SELECT sum(PREDICT('{model.alias}', {names})) FROM (SELECT {numbers} FROM ids)"
    )
    before, most, over = direct(), [0], threading.Event()

    def watch():
        while not over.wait(0.001):
            most[0] = max(most[0], direct())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert query.collect()[0][0] == 10 * BLOCK
    finally:
        over.set()
        watcher.join()
    block = BLOCK * (COLUMNS + 1) * 4
    assert 0 < most[0] - before < TASKS * block + MEGABYTE


def test_rows_with_large_texts_wait_in_small_numbers(bare, spark, tmp_path):
    model = bare(onnx_graphs.linear(tmp_path / "model.onnx"))
    rows = spark.range(0, 80, 1, 1).selectExpr(
        "id * 1D AS a", "id * 0.5D AS b", f"repeat('x', {MEGABYTE}) AS text"
    )
    rows.createOrReplaceTempView("large")
    query = spark.sql(f"SELECT text, PREDICT('{model.alias}', a, b) AS score FROM large")
    sized = query.selectExpr("length(text) AS size", "score")
    assert [tuple(row) for row in sized.collect()] == [
        (MEGABYTE, 1.5 * at + 0.5) for at in range(80)
    ]
    node = sized._jdf.queryExecution().executedPlan()
    while not node.simpleString(100).startswith("ScoreBlocks"):
        node = node.children().head()
    assert node.metrics().apply("blocks").value() == 3
