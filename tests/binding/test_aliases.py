# SPDX-License-Identifier: Apache-2.0
"""What a model may be called, and which model a name means."""

from __future__ import annotations

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql.functions import lit

import sparkpredict
from scores import assert_same_scores, by_sql

CASE = "spark.sql.caseSensitive"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("churn.v2.final", id="dots"),
        pytest.param("churn-model-2", id="hyphens"),
        pytest.param("  the churn model ", id="spaces"),
        pytest.param("it's", id="a single quote"),
        pytest.param('the "best" one', id="double quotes"),
        pytest.param("a`b", id="a backtick"),
        pytest.param("a\\b\\'c", id="backslashes"),
        pytest.param("modèle ✓ 模型 😀", id="unicode"),
        pytest.param("100% ${x} $1 <b>", id="signs that others replace"),
        pytest.param("two\nlines\tand a tab", id="a line break and a tab"),
        pytest.param("m" * 200, id="200 characters"),
        pytest.param("é" * 200, id="200 characters of two bytes"),
        pytest.param("m" * 1000, id="1000 characters"),
    ],
)
def test_an_alias_may_have(spark, bind, points, regression, name):
    model = bind(regression, as_alias=name)
    assert by_sql(model, points) == regression.scores(points.collect())
    assert sparkpredict.models(spark)[name].alias == model.info().alias == name
    assert model.udf(lit(name), "a", "b") is not None
    model.unregister()
    assert name not in sparkpredict.models(spark)


def test_an_alias_with_everything_in_it_scores_by_every_way(bind, points, regression):
    model = bind(regression, as_alias='it\'s "a" `b`.c-d é\\')
    assert_same_scores(model, points, regression.scores(points.collect()))


def test_when_case_matters_two_spellings_are_two_models(
    spark, bind, conf, points, regression, reordered
):
    conf(CASE, "true")
    upper, lower = bind(regression, as_alias="Case"), bind(reordered, as_alias="case")
    rows = points.collect()
    assert_same_scores(upper, points, regression.scores(rows))
    assert_same_scores(lower, points, reordered.scores(rows))
    assert {"Case", "case"} <= set(sparkpredict.models(spark))
    with pytest.raises(AnalysisException, match="PREDICT_MODEL_NOT_FOUND"):
        spark.sql("SELECT PREDICT('CASE', a, b) FROM points")
    with pytest.raises(AnalysisException, match="PREDICT_WRONG_ALIAS"):
        _ = points.select(upper.udf(lit("case"), "a", "b")).schema
    upper.unregister()
    assert by_sql(lower, points) == reordered.scores(rows)


def test_when_case_does_not_matter_any_spelling_is_the_model(
    spark, bind, points, regression, reordered
):
    model = bind(regression, as_alias="Churn")
    rows = points.collect()
    for spelling in ("churn", "CHURN", "Churn"):
        frame = spark.sql(f"SELECT PREDICT('{spelling}', a, b) FROM points")
        assert [row[0] for row in frame.collect()] == regression.scores(rows)
        assert points.select(model.udf(lit(spelling), "a", "b")).count() == len(rows)
    other = bind(reordered, as_alias="CHURN")
    assert by_sql(other, points) == reordered.scores(rows), "one model, bound again"
    same = {name: info.alias for name, info in sparkpredict.models(spark).items()}
    assert len([name for name in same if name.lower() == "churn"]) == 1
    assert all(name == told for name, told in same.items())


def test_two_spellings_stay_two_models_and_another_one_is_ambiguous(
    spark, bind, conf, points, regression, reordered
):
    conf(CASE, "true")
    first, second = bind(regression, as_alias="xY"), bind(reordered, as_alias="Xy")
    conf(CASE, "false")
    rows = points.collect()
    assert by_sql(first, points) == regression.scores(rows)
    assert by_sql(second, points) == reordered.scores(rows)
    with pytest.raises(AnalysisException, match="PREDICT_ALIAS_AMBIGUOUS") as raised:
        spark.sql("SELECT PREDICT('xy', a, b) FROM points")
    assert "model alias 'xy' means several models when case is ignored: Xy, xY." in str(
        raised.value
    )


@pytest.mark.parametrize("name", ["", None, 7, "m" * 1001, b"m"])
def test_what_is_no_alias_is_refused(spark, regression, name):
    with pytest.raises(sparkpredict.PredictError, match="PREDICT_INVALID_ARGUMENT") as raised:
        sparkpredict.bind_model("DOUBLE", "mlflow", name, str(regression), spark=spark)
    assert f"model_alias is {name!r}"[:60] in str(raised.value)
    assert "expected a text of 1 to 1000 characters" in str(raised.value)
