# SPDX-License-Identifier: Apache-2.0
"""Binding again, unregistering, and other sessions: who sees which model."""

from __future__ import annotations

import json

import pytest
from pyspark.errors import AnalysisException

import sparkpredict
from scores import by_sql


def carriers(spark):
    """The functions that registration made in a session, and has not dropped."""
    rows = spark.sql("SHOW USER FUNCTIONS LIKE '__predict_*'").collect()
    return [row[0] for row in rows]


def test_a_second_bind_replaces_the_model_for_new_queries(bind, points, regression, reordered):
    rows = points.collect()
    assert by_sql(bind(regression), points) == regression.scores(rows)
    assert by_sql(bind(reordered), points) == reordered.scores(rows)


def test_the_object_of_a_replaced_model_says_so(bind, alias, points, regression, reordered):
    old = bind(regression)
    bind(reordered)
    with pytest.raises(AnalysisException, match="PREDICT_BINDING_REPLACED") as raised:
        _ = points.select(old.udf(alias, "a", "b")).schema
    assert f"alias '{alias}' has been bound to another model" in str(raised.value)
    assert old.register().info().digest == old.digest
    assert by_sql(old, points) == regression.scores(points.collect())


def test_the_object_of_a_replaced_return_type_says_so(bind, alias, points, regression):
    """The same model, but the object promises an INT."""
    old = bind(regression, "INT")
    bind(regression, "DOUBLE")
    try:
        found = points.select(old.udf(alias, "a", "b")).dtypes
    except AnalysisException as error:
        assert "PREDICT_BINDING_REPLACED" in str(error)  # noqa: PT017 (either is right)
    else:
        assert found[0][1] == "int"


def test_a_running_stream_keeps_its_model(spark, bind, alias, tmp_path, regression, reordered):
    def arrive(name, **row):
        (tmp_path / "arriving").mkdir(exist_ok=True)
        (tmp_path / f"{name}.json").write_text(json.dumps(row))
        (tmp_path / f"{name}.json").rename(tmp_path / "arriving" / f"{name}.json")

    def stream(name):
        source = spark.readStream.schema("a DOUBLE, b DOUBLE").json(str(tmp_path / "arriving"))
        scored = source.selectExpr("a", f"PREDICT('{alias}', *) AS score")
        return scored.writeStream.format("memory").queryName(name).start()

    def seen(name):
        return {row.a: row.score for row in spark.table(name).collect()}

    bind(regression)
    arrive("first", a=1.0, b=0.0)
    running = stream("old_model")
    try:
        running.processAllAvailable()
        bind(reordered)
        bind(reordered)
        arrive("second", a=2.0, b=0.0)
        running.processAllAvailable()
        assert seen("old_model") == {1.0: 2.5, 2.0: 4.5}
    finally:
        running.stop()
    started_later = stream("new_model")
    try:
        started_later.processAllAvailable()
        assert seen("new_model") == {1.0: 6.0, 2.0: 16.0}
    finally:
        started_later.stop()


@pytest.mark.classic  # the object cannot follow the function to the server
def test_a_batch_function_of_a_stream_scores(spark, bind, alias, tmp_path, regression):
    (tmp_path / "one.json").write_text('{"a": 1.0, "b": 0.0}')
    model, seen = bind(regression), []

    def score(batch, number):
        seen.extend(batch.select(model.udf(alias, "a", "b")).collect())

    source = spark.readStream.schema("a DOUBLE, b DOUBLE").json(str(tmp_path))
    query = source.writeStream.foreachBatch(score).start()
    try:
        query.processAllAvailable()
    finally:
        query.stop()
    assert [row[0] for row in seen] == [2.5]


@pytest.mark.classic  # a client of Connect has each query analysed anew
def test_after_unregister_a_new_query_fails_and_an_old_one_still_scores(
    spark, bind, alias, points, regression
):
    model = bind(regression)
    old = spark.sql(f"SELECT PREDICT('{alias}', a, b) FROM points")
    model.unregister()
    with pytest.raises(AnalysisException, match="PREDICT_MODEL_NOT_FOUND") as raised:
        spark.sql(f"SELECT PREDICT('{alias}', a, b) FROM points")
    assert f"model '{alias}' is not bound in this session; bound: none." in str(raised.value)
    with pytest.raises(AnalysisException, match="PREDICT_MODEL_NOT_FOUND"):
        model.info()
    assert [row[0] for row in old.collect()] == regression.scores(points.collect())
    model.unregister()
    model.register()
    assert by_sql(model, points) == regression.scores(points.collect())


def test_registering_leaves_no_functions_and_no_confs_behind(spark, bind, regression, reordered):
    before = carriers(spark)
    for folder in (regression, reordered, regression, reordered):
        model = bind(folder)
    assert len(carriers(spark)) <= len(before) + 2
    model.unregister()
    assert carriers(spark) == before
    keys = [row.key for row in spark.sql("SET").collect()]
    assert not [key for key in keys if key.startswith("spark.synapse.ml.predict.binding")]


def test_the_pointer_in_the_conf_is_small_also_for_a_large_return_type(
    spark, bind, alias, points, unsigned
):
    fields = ", ".join(f"a_field_with_a_long_name_{at} DOUBLE" for at in range(100))
    bind(unsigned, fields)
    rows = spark.sql("SET").collect()
    pointers = [r.value for r in rows if r.key.startswith("spark.synapse.ml.predict.binding.")]
    assert [len(pointer.encode()) <= 2048 for pointer in pointers] == [True]
    schema = spark.sql(f"SELECT PREDICT('{alias}', a, b) AS p FROM points").schema
    assert schema["p"].dataType.fieldNames()[99] == "a_field_with_a_long_name_99"


def test_two_sessions_do_not_see_each_other_s_models(
    spark, other, bind, alias, points, regression, reordered
):
    rows = points.collect()
    here = bind(regression)
    there = sparkpredict.bind_model("DOUBLE", "mlflow", "there", str(reordered), spark=other)
    same_name = sparkpredict.bind_model("DOUBLE", "mlflow", alias, str(reordered), spark=other)
    assert sparkpredict.models(other) == {}
    there.register()
    same_name.register()
    assert set(sparkpredict.models(other)) == {"there", alias}
    assert "there" not in sparkpredict.models(spark)
    with pytest.raises(AnalysisException, match="PREDICT_MODEL_NOT_FOUND"):
        spark.sql("SELECT PREDICT('there', a, b) FROM points")
    in_other = other.createDataFrame(rows, points.schema)
    assert by_sql(here, points) == regression.scores(rows)
    assert by_sql(same_name, in_other) == reordered.scores(rows)
    same_name.unregister()
    assert by_sql(here, points) == regression.scores(rows)
