# SPDX-License-Identifier: Apache-2.0
"""A query means the same on each Spark, and where Spark itself changed, what this Spark does."""

from __future__ import annotations

import re

import pytest

import saved
from counted import counting, since
from fresh import spark_version

try:
    from pyspark.errors import AnalysisException, ParseException
except ImportError:  # before Spark 3.4
    from pyspark.sql.utils import AnalysisException, ParseException

HAS_NAMED_ARGUMENTS = spark_version() >= (3, 5)
SCORING = re.compile(r"ArrowEvalPython \[|PredictNode predict\(")

# {p} stands for PREDICT('{m}', a, b).
ONCE = {
    "in SELECT and WHERE": "SELECT id, {p} FROM points WHERE {p} > -100",
    "under an alias that is filtered": "SELECT * FROM (SELECT {p} AS s FROM points) WHERE s > -100",
    "by a star and by names": "SELECT PREDICT('{m}', *) FROM points WHERE {p} > -100",
}


def written(query, alias):
    return query.replace("{p}", "PREDICT('{m}', a, b)").replace("{m}", alias)


@pytest.mark.parametrize("form", list(ONCE))
def test_each_row_is_scored_once(spark, points, bind, alias, tmp_path, form):
    log = tmp_path / "rows"
    frame = points.limit(2).toPandas()[["a", "b"]]
    signature = saved.infer_signature(frame, frame["a"])
    bind(saved.pyfunc(tmp_path, counting(str(log)), signature=signature), engine="python")
    scored = since(log)
    spark.sql(written(ONCE[form], alias)).collect()
    assert scored() == points.count()


@pytest.mark.parametrize("form", list(ONCE))
@pytest.mark.parametrize("engine", ["compiled", "python"])
def test_the_plan_has_one_node_that_scores(spark, points, bind, alias, regression, form, engine):
    bind(regression, engine=engine)
    plan = spark.sql(written(ONCE[form], alias))._jdf.queryExecution().optimizedPlan().toString()
    assert len(SCORING.findall(plan)) == 1, plan


@pytest.mark.parametrize(
    ("query", "condition", "position"),
    [
        ("SELECT PREDICT('nobody', a, b) FROM points", "PREDICT_MODEL_NOT_FOUND", (1, 7)),
        ("SELECT id\nFROM points\nWHERE PREDICT('{m}', a) > 0", "PREDICT_ARGUMENT_COUNT", (3, 6)),
        ("SELECT\n  PREDICT(k, a, b) FROM points", "PREDICT_ALIAS_NOT_LITERAL", (2, 2)),
        ("SELECT PREDICT('{m}', a, k) FROM points", "PREDICT_ARGUMENT_NAMES", (1, 7)),
    ],
)
def test_a_mistake_is_an_error_of_analysis_with_condition_and_position(
    spark, points, bind, alias, regression, query, condition, position
):
    bind(regression)
    with pytest.raises(AnalysisException) as raised:
        spark.sql(query.replace("{m}", alias))
    text = str(raised.value)
    assert text.startswith(f"[{condition}]")
    assert re.search(r"line {},? pos {}\b".format(*position), text), text
    if spark_version() >= (3, 4):
        assert raised.value.getErrorClass() == condition


def test_ansi_mode_is_that_of_this_spark(spark, points, bind, alias, regression):
    bind(regression, "TINYINT")
    query = f"SELECT PREDICT('{alias}', 1000D, 0D) AS score"
    if spark_version() >= (4, 0):
        with pytest.raises(Exception, match="TINYINT"):
            spark.sql(query).collect()
    else:
        assert spark.sql(query).collect()[0].score is None


def test_arguments_have_names_where_this_sparks_parser_knows_them(
    spark, points, bind, alias, regression
):
    bind(regression)
    query = f"SELECT PREDICT('{alias}', b => 1D, a => 5D) AS score"
    if HAS_NAMED_ARGUMENTS:
        assert spark.sql(query).collect()[0].score == 9.5
    else:
        with pytest.raises(ParseException):
            spark.sql(query)
