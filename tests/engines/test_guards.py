# SPDX-License-Identifier: Apache-2.0
"""Rows whose branch is not taken are not given to the model: counted by the model itself."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from pyspark.sql.functions import expr

import saved
from counted import counting, since
from fresh import spark_version


@pytest.fixture
def counted(spark, bind, tmp_path):
    """A model that refuses NULL, and how many rows it was given; a view of which half has no x."""
    log = tmp_path / "rows"
    bind(saved.pyfunc(tmp_path, counting(str(log))))
    rows = [(at, float(at) if at % 2 else None, at % 5 * 1.0, f"k{at % 4}") for at in range(40)]
    frame = spark.createDataFrame(rows, "id BIGINT, x DOUBLE, b DOUBLE, k STRING").coalesce(1)
    frame.createOrReplaceTempView("half")
    return since(log)


# {p} stands for PREDICT('{m}', x, b); each form scores the 20 rows that have an x and no more.
FORMS = {
    "CASE": "SELECT CASE WHEN x IS NOT NULL THEN {p} END FROM half",
    "ELSE": "SELECT CASE WHEN x IS NULL THEN 0 ELSE {p} END FROM half",
    "IF": "SELECT IF(x IS NULL, 0, {p}) FROM half",
    "COALESCE": "SELECT COALESCE(IF(x IS NULL, 0, NULL), {p}) FROM half",
    "NVL": "SELECT NVL(IF(x IS NULL, 0, NULL), {p}) FROM half",
    "NVL2": "SELECT NVL2(x, {p}, 0) FROM half",
    "AND": "SELECT x IS NOT NULL AND {p} > 0 FROM half",
    "OR": "SELECT x IS NULL OR {p} > 0 FROM half",
    "NOT": "SELECT NOT (x IS NULL OR {p} > 0) FROM half",
    "NULL is false in a condition": "SELECT CASE WHEN x > -1 AND {p} > 0 THEN 1 END FROM half",
    "WHERE": "SELECT id FROM half WHERE x IS NOT NULL AND {p} > 0",
    "WHERE the other way round": "SELECT id FROM half WHERE {p} > 0 AND x IS NOT NULL",
    "OR in WHERE": "SELECT id FROM half WHERE x IS NULL OR {p} > 0",
    "AND of one call twice": "SELECT x IS NOT NULL AND {p} > 0 AND {p} < 9 FROM half",
    "AND behind the call": "SELECT {p} > 0 AND x IS NOT NULL FROM half",
    "OR behind the call": "SELECT {p} > 0 OR x IS NULL FROM half",
    "NOT behind the call": "SELECT NOT ({p} > 0 AND x IS NOT NULL) FROM half",
    "AND behind the call in a condition": "SELECT IF({p} > 0 AND x > -1, 1, 0) FROM half",
    "AND behind the call, below an OR of WHERE": (
        "SELECT id FROM half WHERE k = 'k9' OR ({p} > 0 AND x IS NOT NULL)"
    ),
    "AND on both sides of two calls": (
        "SELECT id >= 0 AND {p} > 0 AND {p} < 9 AND x IS NOT NULL FROM half"
    ),
    "AND behind the call, in an argument": (
        "SELECT PREDICT('bound', IF({p} > 0 AND x IS NOT NULL, 1D, 0D), b) FROM half"
    ),
    "AND behind the call, of all that cannot fail": (
        "SELECT {p} > 0 AND k LIKE 'k%' AND k NOT RLIKE '^z' AND startswith(k, 'k') AND id < 40.5"
        " AND (x IN (1, 2) OR x * 2 + b >= 0 OR CASE WHEN x > 5 THEN isnan(x) ELSE x < 0 END)"
        " AND CAST(id AS DOUBLE) > -1 AND NVL(NVL2(x, k, 'k9'), 'k8') < concat('k', '9')"
        " AND plus_one(x) IS NOT NULL FROM half"
    ),
    "AND behind a computed argument": (
        "SELECT PREDICT('{m}', 100 / (x - 1), b) > 0 AND x <> 1 OR"
        " PREDICT('{m}', x, b) > 0 AND x = 1 AND x IS NOT NULL FROM half WHERE x IS NOT NULL"
    ),
    "several places": (
        "SELECT CASE WHEN x > 20 THEN {p} END, CASE WHEN x <= 20 THEN {p} END FROM half"
    ),
    "the condition and the branch": (
        "SELECT CASE WHEN x IS NOT NULL AND {p} > 5 THEN {p} ELSE 0 END FROM half"
    ),
    "below and above": (
        "SELECT s, CASE WHEN x IS NOT NULL THEN {p} + 1 END "
        "FROM (SELECT *, CASE WHEN x IS NOT NULL THEN {p} END AS s FROM half)"
    ),
    "a filter below, a guard above": (
        "SELECT CASE WHEN x > 5 THEN {p} END FROM (SELECT * FROM half WHERE x IS NOT NULL)"
        " WHERE {p} > -100"
    ),
    "a filter and a guard in other words": (
        "SELECT IF(x IS NULL, 0, {p}) FROM half WHERE x IS NULL OR {p} > -100"
    ),
    "an aggregate's FILTER": "SELECT k, sum({p}) FILTER (WHERE x IS NOT NULL) FROM half GROUP BY k",
    "CASE in an aggregate": "SELECT sum(CASE WHEN x IS NOT NULL THEN {p} END) FROM half",
    "a group": (
        "SELECT count(*) FROM half GROUP BY CASE WHEN x IS NOT NULL THEN {p} > 0 ELSE false END"
    ),
    "ORDER BY and LIMIT": (
        "SELECT id FROM half ORDER BY CASE WHEN x IS NOT NULL THEN {p} END LIMIT 5"
    ),
    "computed arguments": (
        "SELECT CASE WHEN x IS NOT NULL THEN PREDICT('{m}', 100 / x, b) END FROM half"
    ),
    "an outer join's ON": (
        "SELECT p.id FROM half p LEFT JOIN half q "
        "ON p.id = q.id AND q.x IS NOT NULL AND PREDICT('{m}', q.x, q.b) > 0"
    ),
    "an outer join's ON, behind the call": (
        "SELECT p.id FROM half p LEFT JOIN half q "
        "ON p.id = q.id AND PREDICT('{m}', q.x, q.b) > 0 AND q.x IS NOT NULL"
    ),
    "a join's ON": (
        "SELECT p.id FROM half p JOIN half q "
        "ON p.id = q.id AND q.x IS NOT NULL AND PREDICT('{m}', q.x, q.b) > 0"
    ),
    "a CASE over both sides in ON": (
        "SELECT p.id FROM half p JOIN half q "
        "ON CASE WHEN p.id = q.id AND q.x IS NOT NULL THEN PREDICT('{m}', q.x, q.b) > 0 END"
    ),
    "another score as the condition": (
        "SELECT CASE WHEN PREDICT('bound', id + 0D, b) > -100 AND x IS NOT NULL THEN {p} END"
        " FROM half"
    ),
    "a Python function as the condition": (
        "SELECT CASE WHEN plus_one(x) IS NOT NULL THEN {p} END FROM half"
    ),
    "FILTER with the call in front": (
        "SELECT count(*) FILTER (WHERE {p} > 0 AND x IS NOT NULL) FROM half"
    ),
    "a subquery behind the call": (
        "SELECT PREDICT('{m}', p.x, p.b) > 0 AND"
        " (SELECT max(q.x) FROM half q WHERE q.id = p.id) IS NOT NULL FROM half p"
    ),
    "a subquery as the condition": (
        "SELECT CASE WHEN (SELECT max(q.x) FROM half q WHERE q.id = p.id) >= 0"
        " THEN PREDICT('{m}', p.x, p.b) END FROM half p"
    ),
}


@pytest.mark.parametrize("form", list(FORMS))
def test_only_rows_whose_branch_is_taken_are_scored(
    spark, model, plus_one, counted, alias, conf, form
):
    conf("spark.sql.ansi.enabled", "true")
    text = FORMS[form].replace("{p}", "PREDICT('{m}', x, b)").replace("{m}", alias)
    spark.sql(text).collect()
    assert counted() == 20


def test_a_call_in_its_own_branch_scores_what_the_condition_lets_pass(spark, counted, alias):
    call = f"PREDICT('{alias}', x, b)"
    nested = f"CASE WHEN x IS NOT NULL THEN PREDICT('{alias}', {call}, b) END"
    rows = spark.sql(f"SELECT x, b, {nested} AS s FROM half").collect()
    assert counted() == 40
    assert all(
        row.s == (None if row.x is None else 2 * (2 * row.x - row.b) - row.b) for row in rows
    )


def test_a_conjunct_that_is_a_score_filters_before_the_next_one(spark, model, counted, alias):
    first = "PREDICT('bound', id + 0D, 0D) > 60"  # 2 * id + 0.5, so 10 of 40
    rows = spark.sql(f"SELECT id FROM half WHERE {first} AND PREDICT('{alias}', id, b) > 0")
    assert len(rows.collect()) == 10
    assert counted() == 10


def test_an_unguarded_place_scores_every_row(spark, counted, alias):
    call = f"PREDICT('{alias}', id, b)"
    spark.sql(f"SELECT {call}, CASE WHEN x IS NOT NULL THEN {call} END FROM half").collect()
    assert counted() == 40


@pytest.mark.parametrize("form", ["x > -1 AND {p} > 30", "{p} > 30 AND x > -1"])
def test_AND_with_an_unknown_side_looks_at_the_score(spark, counted, alias, form):  # noqa: N802
    """NULL AND false is false, NULL AND true is NULL: the score decides."""
    form = form.replace("{p}", f"PREDICT('{alias}', id, b)")
    rows = spark.sql(f"SELECT id, b, {form} AS s FROM half").collect()
    assert counted() == 40
    for row in rows:
        high = 2 * row.id - row.b > 30
        assert row.s == (high if row.id % 2 else (None if high else False))


def test_a_score_guards_a_condition_behind_it_that_may_fail(spark, counted, alias, conf):
    """What is written behind a call is not computed where the score decides."""
    conf("spark.sql.ansi.enabled", "true")
    call = f"PREDICT('{alias}', id, 0)"
    for fails in ["1 / id > 0", "CAST(substr(k, 3) || id AS INT) / id > 0", "7 % id >= 0"]:
        rows = spark.sql(f"SELECT id, {call} > 0 AND {fails} AS s FROM half").collect()
        assert counted() == 40
        assert [row.s for row in rows if row.id == 0] == [False]


def test_an_expression_around_a_call_is_not_computed_without_its_score(spark, counted, alias, conf):
    conf("spark.sql.ansi.enabled", "true")
    call = f"1 / COALESCE(PREDICT('{alias}', x, -1), 0)"
    rows = spark.sql(f"SELECT id, {call} > 0 AND x IS NOT NULL AS s FROM half").collect()
    assert counted() == 20
    assert all(row.s == bool(row.id % 2) for row in rows)


def test_a_random_condition_guards_nothing(spark, counted, alias):
    spark.sql(f"SELECT IF(rand() < 0.5, PREDICT('{alias}', id, b), 0) FROM half").collect()
    assert counted() == 40


@pytest.mark.parametrize(
    "on",
    ["p.id + q.id > 1000 AND {p} > 0", "({p} > 0 AND p.b + q.b > 1000D) OR q.b < -1"],
)
def test_a_condition_of_both_sides_does_not_guard_a_call_of_one_side(spark, counted, alias, on):
    on = on.replace("{p}", f"PREDICT('{alias}', q.id, 1)")
    assert spark.sql(f"SELECT p.id FROM half p JOIN half q ON {on}").collect() == []
    assert counted() == 40


@pytest.mark.skipif(spark_version() < (4, 0), reason="Spark 4 brought FILTER to window functions")
def test_the_filter_of_a_window_function_guards_nothing(spark, counted, alias):
    call = f"sum(PREDICT('{alias}', id, b)) FILTER (WHERE x IS NOT NULL)"
    spark.sql(f"SELECT {call} OVER (PARTITION BY k) FROM half").collect()
    assert counted() == 40


def test_a_batch_without_a_row_to_score_makes_no_call(spark, counted, alias):
    rows = spark.sql(f"SELECT CASE WHEN x < 0 THEN PREDICT('{alias}', x, b) END AS s FROM half")
    assert {row.s for row in rows.collect()} == {None}
    assert counted() == 0


@pytest.mark.parametrize(
    ("returns", "value"),
    [
        ("DOUBLE", 1.5),
        ("INT", 7),
        ("BIGINT", 7),
        ("BOOLEAN", True),
        ("STRING", "high"),
        ("ARRAY<DOUBLE>", [1.0, 2.0]),
        ("label STRING, probability DOUBLE", ("high", 0.5)),
    ],
)
@pytest.mark.parametrize("batch", [3, 10_000])
def test_guarded_scores_of_every_type_are_in_their_rows(
    spark, bind, alias, conf, tmp_path, returns, value, batch
):
    conf("spark.sql.execution.arrow.maxRecordsPerBatch", str(batch))

    def predict(frame):
        if returns.startswith("label"):
            names = ["label", "probability"]
            return pd.DataFrame([value] * len(frame), columns=names, index=frame.index)
        return pd.Series([value] * len(frame), index=frame.index)

    bind(saved.pyfunc(tmp_path, predict), returns)
    frame = spark.range(20).coalesce(1)
    call = f"PREDICT('{alias}', id)"
    scored = frame.select("id", expr(f"CASE WHEN id % 3 = 1 THEN {call} END AS s"))
    for row in scored.collect():
        found = tuple(row.s) if isinstance(row.s, tuple) else row.s
        assert found == (value if row.id % 3 == 1 else None)


def test_the_plan_shows_the_guard(spark, model):
    query = "SELECT CASE WHEN a > 0 THEN PREDICT('bound', *) END FROM points"
    text = spark.sql(f"EXPLAIN EXTENDED {query}").collect()[0][0]
    optimized = text.partition("== Optimized Logical Plan ==")[2]
    assert "AS needed#" in optimized
    scoring = re.search(r"(ArrowEvalPython \[predict\[|PredictNode predict\()(.*)", optimized)
    assert "needed#" in scoring[2]
