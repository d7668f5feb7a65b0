# SPDX-License-Identifier: Apache-2.0
"""PREDICT with groups and windows: below an aggregate, above it, and as what is grouped by."""

from __future__ import annotations

import pytest
from formula import by_k, f, scores


def grouped(value):
    """For each k the value of its rows."""
    return lambda rows: [(k, value(group)) for k, group in by_k(rows).items()]


# In the queries {p} stands for PREDICT('{m}', a, b) and {m} for the alias.
FORMS = {
    "an aggregate of scores": (
        "SELECT k, sum({p}) FROM points GROUP BY k",
        grouped(lambda group: sum(scores(group))),
    ),
    "an aggregate without groups": (
        "SELECT max({p}) FROM points",
        lambda rows: [(max(scores(rows)),)],
    ),
    "a distinct aggregate": (
        "SELECT k, count(DISTINCT {p}), count(DISTINCT a) FROM points GROUP BY k",
        lambda rows: [
            (k, len(set(scores(g))), len({r.a for r in g})) for k, g in by_k(rows).items()
        ],
    ),
    "an aggregate with a filter": (
        "SELECT k, count(*) FILTER (WHERE {p} > 0) FROM points GROUP BY k",
        grouped(lambda group: len([score for score in scores(group) if score > 0])),
    ),
    "a score of aggregates": (
        "SELECT k, PREDICT('{m}', max(a), min(b)) FROM points GROUP BY k",
        grouped(lambda group: f(max(r.a for r in group), min(r.b for r in group))),
    ),
    "a score of a grouping column": (
        "SELECT PREDICT('{m}', a, sum(b)) FROM points GROUP BY a",
        lambda rows: [(f(a, sum(r.b for r in g)),) for a, g in by_k(rows, lambda r: r.a).items()],
    ),
    "GROUP BY the score": (
        "SELECT {p}, count(*) FROM points GROUP BY {p}",
        lambda rows: [(s, scores(rows).count(s)) for s in set(scores(rows))],
    ),
    "GROUP BY an ordinal": (
        "SELECT {p} > 0, count(*) FROM points GROUP BY 1",
        lambda rows: [(sign, [s > 0 for s in scores(rows)].count(sign)) for sign in (True, False)],
    ),
    "HAVING": (
        "SELECT k FROM points GROUP BY k HAVING sum({p}) > -2.5",
        lambda rows: [(k,) for k, g in by_k(rows).items() if sum(scores(g)) > -2.5],
    ),
    "HAVING a score of aggregates": (
        "SELECT a FROM points GROUP BY a HAVING PREDICT('{m}', a, min(b)) > 0",
        lambda rows: [
            (a,) for a, g in by_k(rows, lambda r: r.a).items() if f(a, min(r.b for r in g)) > 0
        ],
    ),
    "ROLLUP": (
        "SELECT k, sum({p}) FROM points GROUP BY ROLLUP(k)",
        lambda rows: [*grouped(lambda g: sum(scores(g)))(rows), (None, sum(scores(rows)))],
    ),
    "a window": (
        "SELECT id, sum({p}) OVER (PARTITION BY k) FROM points",
        lambda rows: [(r.id, sum(scores(by_k(rows)[r.k]))) for r in rows],
    ),
    "a window over scores": (
        "SELECT id, count(*) OVER (PARTITION BY {p} > 0) FROM points",
        lambda rows: [(r.id, [s > 0 for s in scores(rows)].count(f(r.a, r.b) > 0)) for r in rows],
    ),
    "DISTINCT": ("SELECT DISTINCT {p} FROM points", lambda rows: [(s,) for s in set(scores(rows))]),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_predict_in(spark, points, model, form):
    query, expected = FORMS[form]
    text = query.replace("{p}", "PREDICT('{m}', a, b)").replace("{m}", model.alias)
    found = [tuple(row) for row in spark.sql(text).collect()]
    assert sorted(found, key=str) == sorted(expected(points.collect()), key=str)
