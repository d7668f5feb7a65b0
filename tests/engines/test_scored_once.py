# SPDX-License-Identifier: Apache-2.0
"""Each row is scored once, only rows and columns that matter are read, and the plan shows it."""

from __future__ import annotations

import re

import pytest

import saved
from counted import counting, since

# a node that scores, whatever engine does
SCORING = re.compile(r"ArrowEvalPython \[|PredictNode predict\(")

pytestmark = pytest.mark.classic  # looks at plans


@pytest.fixture
def counted(bind, tmp_path):
    """A bound model, and a function that gives how many rows it has scored since."""
    log = tmp_path / "rows"
    bind(saved.pyfunc(tmp_path, counting(str(log))))
    return since(log)


def scorings(frame):
    return len(SCORING.findall(optimized(frame)))


def optimized(frame):
    return frame._jdf.queryExecution().optimizedPlan().toString()


ONCE = {
    "in SELECT and WHERE": "SELECT id, {p} FROM points WHERE {p} > -100",
    "in SELECT, WHERE and SORT BY": "SELECT {p} FROM points WHERE {p} > -100 SORT BY {p}",
    "twice in SELECT": "SELECT {p} + 1, round({p}) FROM points",
    "in two spellings": "SELECT {p}, predict('{m}', points.a, b) FROM points WHERE {p} > -100",
    "under an alias that is filtered": "SELECT * FROM (SELECT {p} AS s FROM points) WHERE s > -100",
    "in a subquery and above it": (
        "SELECT {p} FROM (SELECT *, {p} AS s FROM points) WHERE s > -100"
    ),
    "in CASE": "SELECT CASE WHEN {p} > 0 THEN {p} ELSE -{p} END FROM points",
    "in an aggregate and its filter": "SELECT sum({p}), count(*) FROM points WHERE {p} > -100",
    "as a group and in its aggregate": "SELECT {p}, max({p}) FROM points GROUP BY {p}",
    "in an ORDER BY of something else": "SELECT id, {p} FROM points ORDER BY id",
    "in an ORDER BY of the score": "SELECT id, {p} AS s FROM points ORDER BY s",
    "in ORDER BY alone": "SELECT id FROM points ORDER BY {p} DESC",
    "in an inner join": (
        "SELECT p.id, s FROM (SELECT id, {p} AS s FROM points) p JOIN points q ON p.id = q.id"
        " WHERE s > -100"
    ),
    "in a sort merge join": (
        "SELECT /*+ MERGE(q) */ p.id, s FROM (SELECT id, {p} AS s FROM points) p"
        " JOIN points q ON p.id = q.id WHERE s > -100"
    ),
    "with computed arguments": (
        "SELECT {p} FROM (SELECT a + 1 AS a, b FROM points) WHERE {p} > -100"
    ),
}


@pytest.mark.parametrize("form", list(ONCE))
def test_each_row_is_scored_once_where_a_call_is_named(spark, points, counted, alias, form):
    text = ONCE[form].replace("{p}", "PREDICT('{m}', a, b)").replace("{m}", alias)
    frame = spark.sql(text)
    assert scorings(frame) == 1
    frame.collect()
    assert counted() == points.count()


@pytest.mark.parametrize("adaptive", ["true", "false"])
def test_a_sort_scores_once_with_and_without_adaptive_execution(
    spark, points, counted, alias, conf, adaptive
):
    conf("spark.sql.adaptive.enabled", adaptive)
    points.repartition(3).createOrReplaceTempView("spread")
    frame = spark.sql(f"SELECT id, PREDICT('{alias}', a, b) AS s FROM spread ORDER BY s, id")
    rows = sorted((2 * row.a - row.b, row.id) for row in points.collect())
    assert [(row.s, row.id) for row in frame.collect()] == rows
    assert counted() == points.count()


def test_the_first_rows_in_an_order_are_the_only_ones_scored(spark, points, counted, alias):
    call = f"PREDICT('{alias}', a, b)"
    points.repartition(3).createOrReplaceTempView("spread")
    frame = spark.sql(f"SELECT id, {call} AS s FROM spread ORDER BY id DESC LIMIT 5")
    assert [row.id for row in frame.collect()] == [39, 38, 37, 36, 35]
    assert counted() == 5


def test_a_call_whose_score_is_cached_is_not_made_again(spark, points, counted, alias):
    """The plan of what is cached stays as it is where the call is found in it."""
    call = f"PREDICT('{alias}', a, b)"
    frame = spark.sql(f"SELECT *, {call} AS s FROM points").cache()
    try:
        frame.count()
        assert counted() == points.count()
        frame.selectExpr(f"{call} + 1").collect()
        assert counted() == 0
    finally:
        spark.catalog.clearCache()


@pytest.mark.parametrize("how", ["cache()", "CACHE TABLE"])
def test_a_cached_score_is_not_made_again(spark, points, counted, alias, how):
    text = f"SELECT *, PREDICT('{alias}', a, b) AS s FROM points"
    if how == "cache()":
        frame = spark.sql(text).cache()
    else:
        spark.sql(f"CACHE LAZY TABLE kept AS {text}")
        frame = spark.table("kept")
    try:
        frame.count()
        assert counted() == points.count()
        frame.filter("s > 0").collect()
        spark.sql(text).filter("s < 0").collect()
        assert counted() == 0
    finally:
        spark.catalog.clearCache()
        spark.catalog.dropTempView("kept")


def test_a_union_of_one_scored_view_scores_for_each_branch(spark, points, counted, alias):
    """Spark plans the branches apart; only a cache or a shared exchange joins them."""
    frame = spark.sql(f"SELECT id, PREDICT('{alias}', a, b) AS s FROM points")
    assert frame.union(frame).count() == 2 * points.count()
    assert counted() == 0
    assert len(frame.union(frame).collect()) == 2 * points.count()
    assert counted() == 2 * points.count()


def test_a_udf_in_a_chain_of_calls_scores_each_row_once(points, bind, regression):
    model = bind(regression)
    score = model.udf(model.alias, "a", "b")
    chain = points.withColumn("p", score).filter("p > 0").withColumn("q", score).select("p", "q")
    assert scorings(chain) == 1
    assert all(row.p == row.q for row in chain.collect())


def test_different_arguments_are_different_calls(spark, points, counted, alias):
    frame = spark.sql(f"SELECT PREDICT('{alias}', a, b), PREDICT('{alias}', b, a) FROM points")
    assert [tuple(row) for row in frame.collect()] == [
        (2 * r.a - r.b, 2 * r.a - r.b) for r in points.collect()
    ], "a model of this kind takes the names of the query"
    assert counted() == 2 * points.count()


def test_a_random_argument_is_drawn_and_scored_for_each_call(spark, points, bind, regression):
    model = bind(regression)
    call = f"PREDICT('{model.alias}', rand(), b)"
    frame = spark.sql(f"SELECT {call} AS x, {call} AS y FROM points")
    assert scorings(frame) >= 1
    assert all(row.x != row.y for row in frame.collect())


def test_a_score_that_nobody_reads_is_not_made(spark, points, counted, alias):
    scored = f"(SELECT id, k, PREDICT('{alias}', a, b) AS s FROM points)"
    for query in (f"SELECT id FROM {scored}", f"SELECT k, count(*) FROM {scored} GROUP BY k"):
        frame = spark.sql(query)
        assert scorings(frame) == 0
        assert frame.count() > 0
    assert spark.sql(f"SELECT * FROM {scored}").count() == points.count()
    assert counted() == 0


def test_rows_that_another_filter_drops_are_not_scored(spark, points, counted, alias):
    wanted = len([row for row in points.collect() if row.k == "k1"])
    call = f"PREDICT('{alias}', a, b)"
    for query in (
        f"SELECT {call} FROM points WHERE k = 'k1'",
        f"SELECT {call} FROM points WHERE k = 'k1' AND {call} > -100",
        f"SELECT s FROM (SELECT k, {call} AS s FROM points) WHERE k = 'k1' AND s > -100",
    ):
        assert len(spark.sql(query).collect()) == wanted
        assert counted() == wanted, query


@pytest.fixture(scope="module")
def stored(spark, points, tmp_path_factory):
    """The points and twenty more columns as Parquet; the view ``stored``."""
    path = str(tmp_path_factory.mktemp("stored") / "points")
    wide = points.selectExpr("*", *[f"a + {at} AS extra_{at}" for at in range(20)])
    wide.write.parquet(path)
    spark.read.parquet(path).createOrReplaceTempView("stored")


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("SELECT PREDICT('bound', *) FROM stored", "struct<a:double,b:double>"),
        ("SELECT id, PREDICT('bound', *) FROM stored", "struct<id:bigint,a:double,b:double>"),
        (
            "SELECT id FROM stored WHERE PREDICT('bound', *) > 0",
            "struct<id:bigint,a:double,b:double>",
        ),
        ("SELECT max(PREDICT('bound', s.*)) FROM stored s", "struct<a:double,b:double>"),
    ],
)
def test_only_the_columns_of_the_model_are_read_from_parquet(spark, stored, model, query, read):
    plan = spark.sql(query)._jdf.queryExecution().executedPlan().toString()
    assert f"ReadSchema: {read}" in plan


@pytest.mark.parametrize("mode", ["", "EXTENDED", "FORMATTED"])
def test_explain_shows_alias_digest_and_engine(spark, points, model, mode):
    text = spark.sql(f"EXPLAIN {mode} SELECT PREDICT('bound', *) FROM points").collect()[0][0]
    assert shown(model) in text


def shown(model):
    engine = model.info().engine
    digest = model.digest[:12]
    forms = {
        "python": f"predict['bound' {digest} python]",
        "compiled": f"'bound' {digest} engine=compiled",
    }
    return forms[engine]


def test_the_node_in_the_spark_ui_shows_alias_digest_and_engine(spark, points, model):
    spark.sql("SELECT PREDICT('bound', *) FROM points").collect()
    store = spark._jsparkSession.sharedState().statusStore()
    last = store.executionsList().last().executionId()
    nodes = store.planGraph(last).allNodes()
    described = [nodes.apply(at).desc() for at in range(nodes.size())]
    assert any(shown(model) in text for text in described)
