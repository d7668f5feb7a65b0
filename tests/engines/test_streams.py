# SPDX-License-Identifier: Apache-2.0
"""A stream scores with the model that it was analysed with, and goes on from its checkpoint."""

from __future__ import annotations

import pytest
from formula import f


@pytest.fixture
def folders(tmp_path):
    return {name: str(tmp_path / name) for name in ("in", "out", "checkpoint")}


def add(spark, folders, rows):
    """One more file for the stream to read."""
    frame = spark.createDataFrame(rows, "id BIGINT, a DOUBLE, b DOUBLE").coalesce(1)
    frame.write.mode("append").parquet(folders["in"])


def run(spark, folders, select):
    """Scores what is new, and ends."""
    spark.readStream.schema("id BIGINT, a DOUBLE, b DOUBLE").parquet(
        folders["in"]
    ).createOrReplaceTempView("stream")
    query = (
        spark.sql(select)
        .writeStream.format("parquet")
        .option("checkpointLocation", folders["checkpoint"])
        .trigger(availableNow=True)
        .start(folders["out"])
    )
    query.awaitTermination()
    rows = spark.read.schema("id BIGINT, s DOUBLE").parquet(folders["out"]).collect()
    return sorted((row.id, row.s) for row in rows)


def test_a_stream_restarts_from_its_checkpoint_with_the_model_bound_again(
    spark, bind, alias, folders, regression, reordered
):
    select = (
        f"SELECT id, CASE WHEN a IS NOT NULL THEN PREDICT('{alias}', a, b) END AS s FROM stream"
        f" WHERE a IS NULL OR PREDICT('{alias}', *) > -100"
    )
    bind(regression)
    add(spark, folders, [(0, 1.0, 2.0), (1, None, 0.0)])
    assert run(spark, folders, select) == [(0, f(1.0, 2.0)), (1, None)]
    bind(reordered)
    add(spark, folders, [(2, 1.0, 2.0)])
    assert run(spark, folders, select) == [(0, f(1.0, 2.0)), (1, None), (2, 10 - 6 - 4.0)]


def test_a_stream_aggregates_scores(spark, model, folders):
    add(spark, folders, [(at % 2, float(at), 0.0) for at in range(6)])
    stream = spark.readStream.schema("id BIGINT, a DOUBLE, b DOUBLE").parquet(folders["in"])
    query = (
        stream.selectExpr("id", "PREDICT('bound', a, b) AS s")
        .groupBy("id")
        .sum("s")
        .writeStream.format("memory")
        .queryName("sums")
        .outputMode("complete")
        .option("checkpointLocation", folders["checkpoint"])
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    assert sorted(tuple(row) for row in spark.table("sums").collect()) == [
        (0, sum(f(a, 0.0) for a in (0.0, 2.0, 4.0))),
        (1, sum(f(a, 0.0) for a in (1.0, 3.0, 5.0))),
    ]
