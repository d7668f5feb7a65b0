# SPDX-License-Identifier: Apache-2.0
"""The switch: unset or true is on, false is off, at any time in a session."""

from __future__ import annotations

import json

import pytest
from pyspark.errors import AnalysisException

import sparkpredict
from scores import by_sql
from sparkpredict.errors import ConfigurationError

KEY = "spark.synapse.ml.predict.enabled"
OFF = f"[PREDICT_DISABLED] PREDICT is switched off in this session. Set {KEY} to true to use it."


def calls(spark, model, points):
    """Every way to begin a query."""
    alias = model.alias
    transformer = model.create_transformer().setInputCols(["a", "b"])
    return {
        "SQL": lambda: spark.sql(f"SELECT PREDICT('{alias}', a, b) FROM points"),
        "udf": lambda: points.select(model.udf(alias, "a", "b")).schema,
        "Transformer": lambda: transformer.transform(points).schema,
        "expression": lambda: points.selectExpr(f"PREDICT('{alias}', a, b)").schema,
    }


def test_switched_off_every_new_query_is_refused_by_a_sentence_that_names_the_key(
    spark, bind, conf, points, regression
):
    model = bind(regression)
    conf(KEY, "false")
    for way, call in calls(spark, model, points).items():
        with pytest.raises(AnalysisException) as raised:
            call()
        assert OFF in str(raised.value), way


def test_switched_off_nothing_can_be_bound(spark, alias, conf, regression):
    conf(KEY, "FALSE")
    with pytest.raises(ConfigurationError) as raised:
        sparkpredict.bind_model("DOUBLE", "mlflow", alias, str(regression), spark=spark)
    assert OFF in str(raised.value)


@pytest.mark.classic  # a client of Connect has each query analysed anew
def test_the_switch_is_read_at_each_query_and_not_when_one_runs(
    spark, bind, alias, conf, points, regression
):
    model, rows = bind(regression), points.collect()
    old = spark.sql(f"SELECT PREDICT('{alias}', a, b) FROM points")
    conf(KEY, "false")
    assert [row[0] for row in old.collect()] == regression.scores(rows)
    conf(KEY, "true")
    assert by_sql(model, points) == regression.scores(rows)
    spark.conf.unset(KEY)
    assert by_sql(model, points) == regression.scores(rows)


def test_switched_off_one_can_still_ask_and_unregister(spark, bind, alias, conf, regression):
    model = bind(regression)
    conf(KEY, "false")
    assert alias in sparkpredict.models(spark)
    assert model.info().alias == alias
    info = json.loads(spark.sql("SELECT predict_info()").collect()[0][0])
    assert info["enabled"] is False
    model.unregister()
    assert alias not in sparkpredict.models(spark)


def test_the_switch_is_of_one_session(spark, other, bind, conf, points, regression):
    model = bind(regression)
    other.conf.set(KEY, "false")
    assert by_sql(model, points) == regression.scores(points.collect())
    with pytest.raises(ConfigurationError, match="PREDICT_DISABLED"):
        sparkpredict.bind_model("DOUBLE", "mlflow", "m", str(regression), spark=other)


def test_a_value_that_is_no_boolean_is_an_error_that_names_key_and_value(
    spark, bind, conf, points, regression
):
    model = bind(regression)
    conf(KEY, "perhaps")
    told = f"[PREDICT_INVALID_CONF] {KEY} is 'perhaps'; expected true or false."
    for way, call in calls(spark, model, points).items():
        with pytest.raises(AnalysisException) as raised:
            call()
        assert told in str(raised.value), way
    with pytest.raises(ConfigurationError) as raised:
        sparkpredict.bind_model("DOUBLE", "mlflow", "m", str(regression), spark=spark)
    assert told in str(raised.value)
