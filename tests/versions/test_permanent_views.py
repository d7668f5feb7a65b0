# SPDX-License-Identifier: Apache-2.0
"""A permanent view is text: it scores with what its alias is bound to when it is read."""

from __future__ import annotations

import pytest


@pytest.fixture
def table(spark, points):
    """A permanent table; a permanent view over a temporary one is refused by Spark."""
    points.coalesce(1).write.mode("overwrite").saveAsTable("stored_points")
    yield "stored_points"
    spark.sql("DROP TABLE stored_points")


@pytest.mark.parametrize("arguments", ["a, b", "*", "p.*"])
def test_a_permanent_view_is_created_and_read_also_after_another_bind(
    spark,
    bind,
    alias,
    table,
    regression,
    reordered,
    arguments,
):
    rows = spark.table(table).orderBy("id").collect()
    bind(regression)
    spark.sql(
        f"CREATE OR REPLACE VIEW scored_points AS "
        f"SELECT id, PREDICT('{alias}', {arguments}) AS score FROM {table} AS p"
    )
    try:
        assert read(spark) == regression.scores(rows)
        bind(reordered)
        assert read(spark) == reordered.scores(rows)
    finally:
        spark.sql("DROP VIEW scored_points")


def read(spark):
    return [row.score for row in spark.sql("SELECT * FROM scored_points ORDER BY id").collect()]
