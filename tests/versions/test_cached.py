# SPDX-License-Identifier: Apache-2.0
"""What Spark caches of a query that scores is found again by the same query, and by no other."""

from __future__ import annotations

import contextlib
import re

import pytest

pytestmark = pytest.mark.usefixtures("quick")

CACHED = "InMemoryRelation"
SCORING = re.compile(r"ArrowEvalPython \[|PredictNode predict\(")

# {p} stands for PREDICT('{m}', a, b).
QUERIES = {
    "SELECT": "SELECT id, {p} AS s FROM points",
    "a star": "SELECT *, PREDICT('{m}', *) AS s FROM points",
    "SELECT and WHERE": "SELECT id, {p} AS s FROM points WHERE {p} > 0",
    "a guard": "SELECT id, CASE WHEN a > 0 THEN {p} END AS s FROM points",
    "computed arguments": "SELECT id, PREDICT('{m}', a + 1, b * 2) AS s FROM points",
    "computed columns": "SELECT {p} AS s FROM (SELECT id, a * 2 AS a, b + id AS b FROM points)",
    "a filter above": "SELECT id, s FROM (SELECT id, {p} AS s FROM points) WHERE s > 0",
    "aggregates": "SELECT k, max({p}) AS s, PREDICT('{m}', max(a), min(b)) FROM points GROUP BY k",
    "HAVING": "SELECT k, count(*) FROM points GROUP BY k HAVING sum({p}) > 1",
    "ORDER BY": "SELECT id FROM points ORDER BY {p}, id",
    "ON": (
        "SELECT p.id FROM points p JOIN points q"
        " ON p.id = q.id AND PREDICT('{m}', p.a, q.b) > 0 AND PREDICT('{m}', q.a, q.b) < 9"
    ),
    "a window": "SELECT id, sum({p}) OVER (PARTITION BY k ORDER BY id) AS s FROM points",
    "a call in a call": "SELECT id, PREDICT('{m}', {p}, b) AS s FROM points",
    "a scalar subquery": "SELECT id FROM points WHERE {p} = (SELECT max({p}) FROM points)",
    "a correlated subquery": (
        "SELECT id, (SELECT max(PREDICT('{m}', q.a, q.b)) FROM points q WHERE q.k = p.k) AS s"
        " FROM points p"
    ),
    "EXISTS": (
        "SELECT id FROM points p WHERE EXISTS (SELECT 1 FROM points q"
        " WHERE q.id = p.id AND PREDICT('{m}', q.a, q.b) > 0)"
    ),
    "LATERAL": "SELECT id, s FROM points p, LATERAL (SELECT PREDICT('{m}', p.a, p.b) AS s)",
    "UNION": "SELECT {p} AS s FROM points UNION ALL SELECT PREDICT('{m}', b, a) FROM points",
}


@pytest.mark.parametrize("form", list(QUERIES))
def test_the_same_query_is_found_until_it_is_dropped(spark, points, bind, alias, regression, form):
    bind(regression)
    text = QUERIES[form].replace("{p}", "PREDICT('{m}', a, b)").replace("{m}", alias)
    wanted = sorted(spark.sql(text).collect(), key=str)

    with cached_table(spark, f"LAZY TABLE cached_scores AS {text}"):
        assert leaves(spark.sql(text)) == {CACHED}
    assert CACHED not in leaves(spark.sql(text))

    spark.sql(text).cache()
    try:
        frame = spark.sql(text)
        assert leaves(frame) == {CACHED}
        assert sorted(frame.collect(), key=str) == wanted
    finally:
        spark.sql(text).unpersist(blocking=True)
    assert CACHED not in leaves(spark.sql(text))


def test_a_query_above_reads_the_cached_scores(spark, points, bind, alias, regression):
    bind(regression)
    text = f"SELECT id, a, b, PREDICT('{alias}', a, b) AS s FROM points"
    with cached_table(spark, f"TABLE cached_scores AS {text}"):
        for query in (
            "SELECT id, s FROM cached_scores WHERE s > 0",
            f"SELECT max(s), count(*) FROM ({text}) WHERE s > 0",
            f"SELECT s, PREDICT('{alias}', a, b) FROM ({text}) WHERE a > 0",
        ):
            frame = spark.sql(query)
            above, _, _ = optimized_plan(frame).toString().partition(CACHED)
            assert not SCORING.search(above), query
            assert leaves(frame) == {CACHED}, query


def test_another_model_or_another_call_is_not_found(
    spark, points, bind, alias, regression, reordered
):
    bind(regression)
    rows = points.collect()
    text = f"SELECT id, PREDICT('{alias}', a, b) AS s FROM points"
    with cached_table(spark, f"TABLE cached_scores AS {text}"):
        other = spark.sql(f"SELECT id, PREDICT('{alias}', a, a + b) AS s FROM points")
        assert CACHED not in leaves(other)
        bind(reordered)
        frame = spark.sql(text)
        assert CACHED not in leaves(frame)
        assert [row.s for row in frame.collect()] == reordered.scores(rows)
        bind(regression)
        assert CACHED in leaves(spark.sql(text)), "the same model is bound again"


def test_what_is_cached_goes_by_an_equal_frame_and_keeps_what_was_cached_above(
    spark, points, bind, alias, regression
):
    bind(regression)
    text = f"SELECT id, PREDICT('{alias}', a, b) AS s FROM points"
    with cached_table(spark, f"TABLE cached_scores AS {text}"):
        above = spark.table("cached_scores").filter("s > 0").cache()
        count = above.count()
        spark.sql(text).unpersist(blocking=True)
        assert CACHED not in leaves(spark.sql(text))
        assert leaves(above) == {CACHED}
        assert above.count() == count
        above.unpersist(blocking=True)


@contextlib.contextmanager
def cached_table(spark, what):
    spark.sql(f"CACHE {what}")
    try:
        yield
    finally:
        spark.sql("DROP VIEW cached_scores")


def leaves(frame):
    """What the query reads, by the names of Spark's operators."""
    found = optimized_plan(frame).collectLeaves()
    return {found.apply(at).nodeName() for at in range(found.size())}


def optimized_plan(frame):
    return frame._jdf.queryExecution().optimizedPlan()
