# SPDX-License-Identifier: Apache-2.0
"""PREDICT wherever SQL takes an expression of a row: each query gives what Python computes."""

from __future__ import annotations

import pytest
from formula import by_k, f, scores
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.sql import functions

from fresh import spark_version


def each(value):
    """One column, computed row by row."""
    return lambda rows: [(value(row),) for row in rows]


def positive(rows):
    """The ids of the rows with a score above zero."""
    return [(row.id,) for row in rows if f(row.a, row.b) > 0]


# In the queries {p} stands for PREDICT('{m}', a, b) and {m} for the alias.
FORMS = {
    "explicit columns": ("SELECT {p} FROM points", each(lambda r: f(r.a, r.b))),
    "columns in another order": (
        "SELECT PREDICT('{m}', b, a) FROM points",
        each(lambda r: f(r.a, r.b)),
    ),
    "a star": ("SELECT PREDICT('{m}', *) FROM points", each(lambda r: f(r.a, r.b))),
    "a qualified star": ("SELECT predict('{m}', p.*) FROM points p", each(lambda r: f(r.a, r.b))),
    "next to a star": (
        "SELECT *, Predict('{m}', *) FROM points",
        lambda rows: [(*row, f(row.a, row.b)) for row in rows],
    ),
    "columns in any case": (
        "SELECT PREDICT('{m}', B, A) FROM points",
        each(lambda r: f(r.a, r.b)),
    ),
    "renamed columns": (
        "SELECT PREDICT('{m}', a, b) FROM (SELECT b AS a, a AS b FROM points)",
        each(lambda r: f(r.b, r.a)),
    ),
    "computed arguments": (
        "SELECT PREDICT('{m}', a + 1, b * 2) FROM points",
        each(lambda r: f(r.a + 1, r.b * 2)),
    ),
    "a WHERE": (
        "SELECT id FROM points WHERE {p} > 0",
        positive,
    ),
    "a star in WHERE": (
        "SELECT id FROM points WHERE k = 'k1' AND NOT PREDICT('{m}', *) > 0",
        lambda rows: [(r.id,) for r in rows if r.k == "k1" and not f(r.a, r.b) > 0],
    ),
    "a qualified star in WHERE": (
        "SELECT p.id FROM points p WHERE PREDICT('{m}', p.*) > 0",
        positive,
    ),
    "CASE": (
        "SELECT CASE WHEN a > 0 THEN {p} ELSE -1D END FROM points",
        each(lambda r: f(r.a, r.b) if r.a > 0 else -1.0),
    ),
    "inside other functions": (
        "SELECT round(abs({p}) + PREDICT('{m}', *)) FROM points",
        each(lambda r: float(int(abs(f(r.a, r.b)) + f(r.a, r.b) + 0.5))),
    ),
    "a call in a call": (
        "SELECT PREDICT('{m}', {p}, b) FROM points",
        each(lambda r: f(f(r.a, r.b), r.b)),
    ),
    "literals": ("SELECT PREDICT('{m}', 1, 2)", lambda rows: [(f(1, 2),)]),
    "literals for each row": (
        "SELECT PREDICT('{m}', 1, 2.5) FROM points",
        each(lambda r: f(1, 2.5)),
    ),
    "a missing value as a literal": (
        "SELECT PREDICT('{m}', 1, coalesce(NULL, 2))",
        lambda rows: [(f(1, 2),)],
    ),
    "VALUES": (
        "SELECT PREDICT('{m}', *) FROM VALUES (1, 2), (3, 4.5) AS t(a, b)",
        lambda rows: [(f(1, 2),), (f(3, 4.5),)],
    ),
    "a random argument": (
        "SELECT PREDICT('{m}', a + 0 * rand(), b) FROM points",
        each(lambda r: f(r.a, r.b)),
    ),
    "another pandas function as an argument": (
        "SELECT PREDICT('{m}', plus_one(a), b) FROM points",
        each(lambda r: f(r.a + 1, r.b)),
    ),
    "a Python function of the score": (
        "SELECT plus_one({p}) FROM points WHERE plus_one({p}) > 1",
        lambda rows: [(score + 1,) for score in scores(rows) if score + 1 > 1],
    ),
    "a scalar subquery as an argument": (
        "SELECT PREDICT('{m}', (SELECT max(a) FROM points), b) FROM points",
        lambda rows: [(f(max(r.a for r in rows), row.b),) for row in rows],
    ),
    "a correlated subquery as an argument": (
        "SELECT PREDICT('{m}', (SELECT max(q.a) FROM points q WHERE q.k = p.k), b) FROM points p",
        lambda rows: [(f(max(r.a for r in by_k(rows)[row.k]), row.b),) for row in rows],
    ),
    "a filter on the alias of a subquery": (
        "SELECT id FROM (SELECT id, {p} AS s FROM points) WHERE s > 0",
        positive,
    ),
    "WITH and UNION ALL": (
        "WITH t AS (SELECT {p} AS s FROM points) SELECT s FROM t UNION ALL SELECT s + 1 FROM t",
        lambda rows: [(s,) for s in scores(rows)] + [(s + 1,) for s in scores(rows)],
    ),
    "a scalar subquery": (
        "SELECT id FROM points WHERE {p} = (SELECT max({p}) FROM points)",
        lambda rows: [(r.id,) for r in rows if f(r.a, r.b) == max(scores(rows))],
    ),
    "IN a subquery": (
        "SELECT id FROM points WHERE a IN (SELECT {p} FROM points)",
        lambda rows: [(r.id,) for r in rows if r.a in scores(rows)],
    ),
    "EXISTS with an outer reference": (
        (
            "SELECT id FROM points p WHERE EXISTS "
            "(SELECT 1 FROM points q WHERE q.id = p.id AND PREDICT('{m}', q.a, q.b) > 0)"
        ),
        positive,
    ),
    "LATERAL": (
        "SELECT id, s FROM points p, LATERAL (SELECT PREDICT('{m}', p.a, p.b) AS s)",
        lambda rows: [(r.id, f(r.a, r.b)) for r in rows],
    ),
    "explode": (
        "SELECT id, explode(array({p}, a)) FROM points WHERE id < 2",
        lambda rows: [(r.id, v) for r in rows[:2] for v in (f(r.a, r.b), r.a)],
    ),
    "a lambda that does not use its variable in the call": (
        "SELECT transform(array(1, 2), x -> x + {p}) FROM points",
        each(lambda r: [1 + f(r.a, r.b), 2 + f(r.a, r.b)]),
    ),
    "an inner join on a score of both sides": (
        (
            "SELECT x.id, y.id FROM points x JOIN points y "
            "ON PREDICT('{m}', x.a, y.b) > 5 AND x.id < y.id"
        ),
        lambda rows: [(x.id, y.id) for x in rows for y in rows if x.id < y.id and f(x.a, y.b) > 5],
    ),
    "an inner join on equal scores": (
        (
            "SELECT x.id, y.id FROM points x JOIN points y "
            "ON PREDICT('{m}', x.a, x.b) = PREDICT('{m}', y.a, y.b) AND x.id < y.id"
        ),
        lambda rows: [
            (x.id, y.id) for x in rows for y in rows if x.id < y.id and f(x.a, x.b) == f(y.a, y.b)
        ],
    ),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_predict_in(spark, points, model, plus_one, form):
    query, expected = FORMS[form]
    text = query.replace("{p}", "PREDICT('{m}', a, b)").replace("{m}", model.alias)
    found = [tuple(row) for row in spark.sql(text).collect()]
    assert sorted(found, key=str) == sorted(expected(points.collect()), key=str)


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("by", ["PREDICT('{m}', a, b)", "s", "2"])
def test_rows_are_ordered_by_their_scores(spark, points, model, by, direction):
    text = f"SELECT id, PREDICT('{{m}}', *) AS s FROM points ORDER BY {by} {direction}, id"
    found = [row.id for row in spark.sql(text.replace("{m}", model.alias)).collect()]
    sign = 1 if direction == "ASC" else -1
    rows = sorted(points.collect(), key=lambda r: (sign * f(r.a, r.b), r.id))
    assert found == [row.id for row in rows]


@pytest.mark.skipif(spark_version() < (3, 5), reason="Spark 3.5 brought named arguments")
def test_arguments_may_be_named(spark, points, model):
    frame = spark.sql(f"SELECT PREDICT('{model.alias}', b => a, a => b * 2) FROM points")
    assert [row[0] for row in frame.collect()] == [f(r.b * 2, r.a) for r in points.collect()]


@pytest.mark.classic  # calls the JVM
def test_a_scala_function_may_be_an_argument(points, model):
    pair = vector_to_array(array_to_vector(functions.array("b", "a")))
    frame = points.select(model.udf(model.alias, pair[1], pair[0]).alias("s"))
    assert "UDF(UDF(array(b" in frame._jdf.queryExecution().analyzed().toString()
    assert [row.s for row in frame.collect()] == scores(points.collect())


@pytest.mark.skipif(spark_version() < (3, 5), reason="Spark 3.5 brought call_function")
def test_a_call_may_be_an_expression_of_the_dataframe_api(points, model):
    call = functions.call_function("predict", functions.lit(model.alias), "a", "b")
    frame = points.where(call > 0).groupBy("k").agg(functions.max(call + 1).alias("s"))
    wanted = {k: max(scores(rows)) + 1 for k, rows in by_k(points.collect()).items()}
    assert {row.k: row.s for row in frame.collect()} == wanted
