# SPDX-License-Identifier: Apache-2.0
"""What Hypothesis draws: small tables, and queries with places for scores.

In a query ``{t}`` stands for the table and ``{p}`` for the score of a row's a and b. NULL is no
feature value of the models: rows that lack one are scored under a guard, or filtered before.
"""

from __future__ import annotations

from hypothesis import strategies as st

# Quarters: whatever is added up in whatever order, no bit is lost.
NUMBERS = st.integers(-8, 8).map(lambda count: count / 4)
SAFE = "a IS NOT NULL AND b IS NOT NULL"

VALUES = st.sampled_from(
    [
        f"CASE WHEN {SAFE} THEN {{p}} END",
        "CASE WHEN a IS NULL THEN NULL WHEN b IS NULL THEN -1D ELSE {p} END",
        "IF(a IS NULL OR b IS NULL, 0D, {p})",
        "COALESCE(IF(a IS NULL OR b IS NULL, 0.5D, NULL), {p})",
        f"CASE WHEN {SAFE} AND {{p}} > 0 THEN {{p}} + 1 ELSE 0D END",
        "NVL2(a + b, {p}, id)",
        f"CASE WHEN {{p}} > 0 AND {SAFE} THEN {{p}} ELSE 1D END",
        f"CAST(({{p}} > 0 AND b > -1 AND {SAFE}) IS NULL AS DOUBLE)",
        f"CASE WHEN {SAFE} THEN CASE WHEN k = 'x' THEN {{p}} ELSE -{{p}} END END",
    ]
)
# The guard stands in front of the call, behind it, or on both sides.
CONDITIONS = st.sampled_from(
    [
        f"({SAFE} AND {{p}} > 0)",
        "(a IS NULL OR b IS NULL OR {p} <= 1)",
        f"NOT ({SAFE} AND {{p}} > 0)",
        f"({{p}} > -1 AND {SAFE})",
        "({p} > 1 OR a IS NULL OR b IS NULL)",
        "(a IS NOT NULL AND ({p} > 0 OR {p} < -2) AND b IS NOT NULL)",
        f"({SAFE} AND k <> 'y' AND {{p}} < 2 AND {{p}} > -3)",
        f"(k <> 'y' AND {{p}} < 2 AND {{p}} > -3 AND {SAFE})",
    ]
)
# {v} and {w} are drawn values, {c} is a drawn condition.
FORMS = st.sampled_from(
    [
        "SELECT id, {v} AS v, {w} AS w FROM {t}",
        "SELECT id, {v} AS v FROM {t} WHERE {c}",
        "SELECT id, {c} AS s FROM {t}",
        "SELECT id FROM {t} WHERE {c} OR k = 'z'",
        "SELECT k, sum({v}) AS s, count(*) AS c FROM {t} GROUP BY k",
        f"SELECT k, max({{p}}) FILTER (WHERE {SAFE}) AS s FROM {{t}} GROUP BY k",
        "SELECT k, sum({v}) AS s FROM {t} GROUP BY k HAVING sum({w}) > 0",
        "SELECT {v} AS v, count(*) AS c FROM {t} GROUP BY {v}",
        "SELECT count(DISTINCT {v}) AS c FROM {t}",
        "SELECT id, sum({v}) OVER (PARTITION BY k ORDER BY id) AS s FROM {t}",
        "SELECT id, {v} AS v FROM {t} ORDER BY {w}, id LIMIT 3",
        "SELECT id, v FROM (SELECT *, {v} AS v FROM {t}) WHERE v > 0 OR k = 'x'",
        "SELECT id, v, {w} AS w FROM (SELECT *, {v} AS v FROM {t}) WHERE {c}",
        (
            "SELECT l.id, r.id AS i FROM {t} l JOIN (SELECT id, {v} AS v FROM {t}) r "
            "ON l.id <= r.id AND l.a <= r.v"
        ),
        "SELECT id, (SELECT max({v}) FROM {t}) AS m FROM {t}",
        (
            "SELECT id FROM {t} o WHERE EXISTS "
            "(SELECT 1 FROM {t} i WHERE i.k = o.k AND i.id < o.id AND {c})"
        ),
        (
            "WITH c AS (SELECT k, {v} AS v FROM {t}) "
            "SELECT k, v FROM c UNION ALL SELECT 'c', v + 1 FROM c WHERE v > 0"
        ),
    ]
)


@st.composite
def tables(draw):
    """Up to eight rows of id, a, b and k; a or b may be missing."""
    number = st.one_of(NUMBERS, NUMBERS, NUMBERS, st.none())
    size = draw(st.integers(0, 8))
    return [(at, draw(number), draw(number), draw(st.sampled_from("xyz"))) for at in range(size)]


@st.composite
def queries(draw):
    """A form with its values and its condition."""
    form = draw(FORMS)
    parts = {"v": draw(VALUES), "w": draw(VALUES), "c": draw(CONDITIONS)}
    for name, part in parts.items():
        form = form.replace(f"{{{name}}}", part)
    return form
