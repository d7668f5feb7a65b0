# SPDX-License-Identifier: Apache-2.0
"""Calls leave every clause, with their guards, on each Spark."""

from __future__ import annotations

import pytest

try:
    from pyspark.errors import AnalysisException
except ImportError:  # before Spark 3.4
    from pyspark.sql.utils import AnalysisException


def f(row):
    """The fixture ``regression``."""
    return 2 * row.a - row.b + 0.5


def guarded(row):
    return f(row) if row.a > 0 else None


# {p} stands for PREDICT('{m}', a, b); each query gives (id, value) for the ids that it answers.
ANSWERS = {
    "a guard": ("SELECT id, CASE WHEN a > 0 THEN {p} END FROM points", guarded),
    "a guard and a filter": (
        "SELECT id, IF(a > 0, {p}, NULL) FROM points WHERE b < 100 AND {p} > -100",
        guarded,
    ),
    "a guarded argument": (
        "SELECT id, CASE WHEN a > 0 THEN PREDICT('{m}', a + 0, b) END FROM points",
        guarded,
    ),
    "ORDER BY": ("SELECT id, {p} AS s FROM points ORDER BY s, id", f),
    "ORDER BY a star": ("SELECT a, b, id, {p} AS s FROM points ORDER BY PREDICT('{m}', *)", f),
    "ORDER BY something else": ("SELECT id, {p} FROM points ORDER BY id DESC LIMIT 40", f),
    "HAVING, by name": (
        (
            "SELECT id, max({p}) FROM points GROUP BY id"
            " HAVING max(PREDICT('{m}', b, a)) = max(2 * a - b + 0.5D)"
        ),
        f,
    ),
    "ORDER BY of groups, by name": (
        (
            "SELECT id, s FROM (SELECT id, max({p}) AS s FROM points GROUP BY id"
            " ORDER BY max(PREDICT('{m}', b, points.a)), id LIMIT 40)"
        ),
        f,
    ),
    "ON a star": (
        (
            "SELECT p.id, 2 * p.a - p.b + 0.5D FROM points p JOIN (SELECT id AS i FROM points) q"
            " ON p.id = q.i AND PREDICT('{m}', *) > -100"
        ),
        f,
    ),
    "ON of an outer join": (
        (
            "SELECT p.id, 2 * q.a - q.b + 0.5D FROM points p LEFT JOIN points q"
            " ON p.id = q.id AND PREDICT('{m}', q.a, q.b) > -100"
        ),
        f,
    ),
    "a correlated subquery": (
        (
            "SELECT id, (SELECT max(PREDICT('{m}', q.a, q.b)) FROM points q WHERE q.id = p.id)"
            " FROM points p"
        ),
        f,
    ),
    "EXISTS": (
        (
            "SELECT id, 2 * a - b + 0.5D FROM points p WHERE EXISTS (SELECT 1 FROM points q"
            " WHERE q.id = p.id AND q.a > -100 AND PREDICT('{m}', q.a, q.b) > -100)"
        ),
        f,
    ),
}


@pytest.mark.parametrize("position", list(ANSWERS))
def test_predict_in(spark, points, bind, alias, regression, position):
    bind(regression)
    query, value = ANSWERS[position]
    text = query.replace("{p}", "PREDICT('{m}', a, b)").replace("{m}", alias)
    found = sorted(tuple(row)[-2:] for row in spark.sql(text).collect())
    assert found == [(row.id, value(row)) for row in sorted(points.collect(), key=lambda r: r.id)]


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("SELECT PREDICT(DISTINCT '{m}', a, b) FROM points", "PREDICT_CLAUSE_UNSUPPORTED"),
        ("SELECT PREDICT('{m}', a, b) FILTER (WHERE a > 0) FROM points", "_CLAUSE_UNSUPPORTED"),
        ("SELECT PREDICT('{m}', a, b) OVER (PARTITION BY k) FROM points", "_CLAUSE_UNSUPPORTED"),
        ("SELECT id FROM points ORDER BY PREDICT('{m}', *)", "PREDICT_STAR_NEEDS_NAMES"),
        ("SELECT k FROM points GROUP BY k HAVING PREDICT('{m}', *) > 0", "_STAR_NEEDS_NAMES"),
        (
            "SELECT 1 FROM points p LEFT JOIN points q ON PREDICT('{m}', p.a, q.b) > 0",
            "PREDICT_IN_OUTER_JOIN",
        ),
        (
            (
                "SELECT 1 FROM points p WHERE EXISTS"
                " (SELECT 1 FROM points q WHERE PREDICT('{m}', p.a, q.b) > 0)"
            ),
            "PREDICT_ACROSS_SUBQUERY",
        ),
    ],
)
def test_what_no_row_can_hold_is_refused_with_its_position(
    spark, points, bind, alias, regression, query, condition
):
    bind(regression)
    with pytest.raises(AnalysisException, match=condition) as raised:
        spark.sql(query.replace("{m}", alias))
    assert "line 1" in str(raised.value)
