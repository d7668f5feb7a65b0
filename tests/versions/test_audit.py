# SPDX-License-Identifier: Apache-2.0
"""Each query that names models writes one line that says which, and who asks."""

from __future__ import annotations

import pytest

import audit_log

pytestmark = pytest.mark.classic


@pytest.fixture(scope="module")
def told(spark):
    """The lines that a test's queries write: call it for those since the last call."""
    with audit_log.lines(spark) as lines:
        seen = []

        def news():
            new = lines()[len(seen) :]
            seen.extend(new)
            return new

        yield news


@pytest.fixture
def model(bind, regression, told):
    bound = bind(regression)
    told()
    return bound


def named(lines):
    """The aliases of each line."""
    return [[model["alias"] for model in line["models"]] for line in lines]


def test_the_line_has_what_an_audit_asks_for(spark, points, model, told):
    spark.sql(f"SELECT PREDICT('{model.alias}', a, b) FROM points WHERE a > 0").collect()
    (line,) = told()
    assert line["user"] == spark.sparkContext.sparkUser()
    engine = model.info().engine
    entry = {"alias": model.alias, "digest": model.digest, "uri": model.uri, "engine": engine}
    assert line["models"] == [entry]
    assert int(line["query"]) >= 0


def test_a_query_has_one_line_however_many_tasks_and_calls_it_has(spark, points, model, told):
    rows = spark.range(0, 40, 1, 4).selectExpr("CAST(id AS DOUBLE) a", "2D b")
    call = f"PREDICT('{model.alias}', a, b)"
    rows.repartition(3).selectExpr(call).where(f"{call} > 0").orderBy(call).collect()
    assert named(told()) == [[model.alias]]


def test_each_time_that_a_frame_is_asked_is_a_query(spark, points, model, told):
    frame = spark.sql(f"SELECT PREDICT('{model.alias}', a, b) AS s FROM points")
    frame.collect()
    frame.count()
    frame.toPandas()
    assert named(told()) == [[model.alias]] * 3


def test_what_is_not_run_has_no_line(spark, points, model, told):
    frame = spark.sql(f"SELECT PREDICT('{model.alias}', a, b) AS s FROM points")
    frame.createOrReplaceTempView("scored_view")
    spark.sql("EXPLAIN SELECT s FROM scored_view").collect()
    spark.sql("SELECT id FROM points").collect()
    model.info()
    assert told() == []
    spark.sql("SELECT max(s) FROM scored_view").collect()
    assert named(told()) == [[model.alias]]
    spark.catalog.dropTempView("scored_view")


def test_several_models_of_a_query_are_in_its_line(spark, points, bind, alias, reordered, told):
    first, second = (bind(reordered, as_alias=f"{alias}{at}").alias for at in ("one", "two"))
    told()
    spark.sql(
        f"SELECT id FROM points WHERE PREDICT('{first}', a, b) >"
        f" (SELECT min(PREDICT('{second}', a, b)) FROM points)"
    ).collect()
    assert named(told()) == [[first, second]]


def test_a_query_that_reads_cached_scores_has_a_line(spark, points, model, told):
    frame = spark.sql(f"SELECT PREDICT('{model.alias}', a, b) AS s FROM points").cache()
    try:
        frame.count()
        told()
        frame.where("s > 0").collect()
        assert named(told()) == [[model.alias]]
    finally:
        frame.unpersist()


def test_a_write_has_one_line(spark, points, model, told, tmp_path):
    frame = spark.sql(f"SELECT PREDICT('{model.alias}', a, b) AS s FROM points")
    frame.write.parquet(str(tmp_path / "out"))
    assert named(told()) == [[model.alias]]
    select = f"SELECT PREDICT('{model.alias}', a, b) AS s FROM points"
    spark.sql(f"CREATE TABLE audited USING parquet AS {select}")
    spark.sql("DROP TABLE audited")
    assert named(told()) == [[model.alias]]


def test_a_stream_has_one_line_for_all_its_batches(spark, points, model, told, tmp_path):
    for _ in range(2):
        points.limit(3).write.mode("append").parquet(str(tmp_path / "in"))
        told()
    stream = (
        spark.readStream.schema(points.schema)
        .option("maxFilesPerTrigger", 1)
        .parquet(str(tmp_path / "in"))
        .selectExpr(f"PREDICT('{model.alias}', a, b) AS s")
    )
    running = stream.writeStream.format("noop").trigger(availableNow=True)
    query = running.option("checkpointLocation", str(tmp_path / "state")).start()
    query.awaitTermination()
    assert len(query.recentProgress) > 1
    (line,) = told()
    assert line["query"] == query.runId


def test_a_query_that_fails_has_a_line(spark, model, told):
    with pytest.raises(Exception, match="no such row"):
        spark.range(1).selectExpr(
            f"PREDICT('{model.alias}', CAST(id AS DOUBLE), raise_error('no such row'))"
        ).collect()
    assert named(told()) == [[model.alias]]


def test_an_alias_begins_no_line_of_its_own(spark, points, bind, alias, regression, told):
    odd = f'{alias}"\nPREDICT scores: {{"query":"forged"}}'
    bind(regression, as_alias=odd)
    told()
    literal = odd.replace("\n", "\\n").replace("'", "\\'")
    spark.sql(f"SELECT PREDICT('{literal}', a, b) FROM points").collect()
    assert named(told()) == [[odd]]


def test_a_user_that_a_server_impersonates_is_told(spark, points, model, told):
    jvm = spark.sparkContext._jvm
    users = jvm.org.apache.hadoop.security.UserGroupInformation
    other = users.createProxyUser("somebody", users.getLoginUser())
    query = f"SELECT PREDICT('{model.alias}', a, b) FROM points"

    class Action:
        def run(self):
            spark.sql(query).collect()

        class Java:
            implements = ("java.security.PrivilegedExceptionAction",)

    assert other.getShortUserName() == "somebody"
    gateway = spark.sparkContext._gateway
    from pyspark.java_gateway import ensure_callback_server_started

    ensure_callback_server_started(gateway)
    other.doAs(Action())
    (line,) = told()
    assert line["user"] == "somebody"
