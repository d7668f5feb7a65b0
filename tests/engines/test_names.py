# SPDX-License-Identifier: Apache-2.0
"""Features with any names, many of them, and tables of any number of rows and partitions."""

from __future__ import annotations

import pytest
from pyspark.errors import AnalysisException

import saved
from examples import EXAMPLES

NAMES = {
    "dots": ("a.b", "a.c"),
    "spaces": ("the first", "the second "),
    "backticks": ("a`b", "`"),
    "digits": ("0", "1"),
    "unicode": ("größe", "重さ"),
    "quotes": ("it's", 'a "b"'),
    "keywords": ("select", "from"),
}


def tick(name):
    return "`" + name.replace("`", "``") + "`"


@pytest.fixture
def named(spark, bind, tmp_path):
    """A model of two features with these names, and a view whose columns are in the other order."""

    def make(names):
        model = saved.regression(tmp_path, signed=True, features=names)
        columns = ", ".join(f"{value} AS {tick(name)}" for name, value in zip(names[::-1], "ba"))
        spark.sql(f"SELECT id, {columns} FROM points").createOrReplaceTempView("named")
        return model, bind(model)

    return make


@pytest.mark.parametrize("kind", list(NAMES))
def test_features_are_found_by_any_name(spark, points, named, alias, kind):
    saved_model, model = named(NAMES[kind])
    one, other = (tick(name) for name in NAMES[kind])
    rows = spark.table("named").collect()
    wanted = saved_model.scores(rows)
    for call in (f"PREDICT('{alias}', *)", f"PREDICT('{alias}', {other}, {one})"):
        assert [row.s for row in spark.sql(f"SELECT {call} AS s FROM named").collect()] == wanted
        ordered = spark.sql(f"SELECT * FROM named ORDER BY {call}, id").collect()
        assert [row.id for row in ordered] == [
            row.id for _, row in sorted(zip(wanted, rows), key=lambda pair: (pair[0], pair[1].id))
        ]
    frame = spark.table("named")
    by_udf = frame.select(model.udf(alias, *NAMES[kind]).alias("s")).collect()
    assert [row.s for row in by_udf] == wanted


def test_a_guard_may_be_of_a_column_with_any_name(spark, points, named, alias):
    saved_model, _ = named(NAMES["dots"])
    query = f"SELECT IF(`a.b` > 0, PREDICT('{alias}', *), NULL) AS s FROM named"
    rows = spark.table("named").collect()
    assert [row.s for row in spark.sql(query).collect()] == [
        score if row["a.b"] > 0 else None for row, score in zip(rows, saved_model.scores(rows))
    ]


def test_a_feature_that_a_join_gives_twice_is_refused(spark, points, model):
    query = "SELECT PREDICT('bound', *) FROM points p JOIN points q ON p.id = q.id"
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_DUPLICATED"):
        spark.sql(query)


def test_three_hundred_features(spark, bind, alias, tmp_path):
    names = tuple(f"f{at}" for at in range(300))
    weights = [float(at % 5 - 2) for at in range(300)]
    model = saved.regression(tmp_path, signed=True, features=names, weights=weights)
    bind(model)
    columns = ", ".join(
        f"CAST((id * {at + 1}) % 7 AS DOUBLE) AS f{at}" for at in range(299, -1, -1)
    )
    frame = spark.range(0, 5, 1, 1).selectExpr("id AS guard", *columns.split(", "))
    frame.createOrReplaceTempView("wide")
    rows = frame.collect()
    query = f"SELECT *, PREDICT('{alias}', *) AS s FROM wide"
    assert [row.s for row in spark.sql(query).collect()] == model.scores(rows)
    guarded = spark.sql(f"SELECT IF(guard > 2, PREDICT('{alias}', *), 0D) AS s FROM wide")
    assert [row.s for row in guarded.collect()] == [0.0, 0.0, 0.0, *model.scores(rows)[3:]]


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("partitions", [1, 4])
def test_tables_of_no_and_one_row(spark, points, model, rows, partitions):
    few = points.filter(f"id < {rows}").repartition(partitions)
    few.createOrReplaceTempView("few")
    plain = spark.sql("SELECT PREDICT('bound', *) AS s FROM few").collect()
    guarded = spark.sql("SELECT IF(a < 0, PREDICT('bound', *), 0D) AS s FROM few").collect()
    total = spark.sql("SELECT count(PREDICT('bound', *)) AS c FROM few").collect()
    assert [row.s for row in plain] == [row.s for row in guarded] == [-5.5] * rows
    assert total[0].c == rows


def test_many_partitions_most_of_them_empty(spark, model):
    every = -(-EXAMPLES // 20)  # of so many partitions only four have a row
    few = (
        "SELECT CAST(id AS DOUBLE) AS a, 0D AS b "
        f"FROM range(0, {4 * every}, 1, {4 * every}) WHERE id % {every} = 0"
    )
    found = spark.sql(f"SELECT a, PREDICT('bound', *) AS s FROM ({few})").collect()
    assert [(row.a, row.s) for row in found] == [
        (at, 2 * at + 0.5) for at in (0.0, 1.0 * every, 2.0 * every, 3.0 * every)
    ]
