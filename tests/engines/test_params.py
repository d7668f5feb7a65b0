# SPDX-License-Identifier: Apache-2.0
"""MLflow's inference parameters of a binding and of a call."""

from __future__ import annotations

import mlflow
import pytest
from mlflow.models import infer_signature
from pyspark.errors import AnalysisException
from pyspark.sql.functions import create_map, lit

import boosted
import saved

DEFAULTS = {"factor": 2.0, "shift": 1, "negate": False, "name": "n"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return saved.scaled(tmp_path_factory.mktemp("scaled"), DEFAULTS)


def scores(spark, query):
    return [row[0] for row in spark.sql(query).collect()]


@pytest.mark.parametrize(
    ("bound", "call", "expected"),
    [
        (None, "", 21.0),
        ({"factor": 3.0}, "", 31.0),
        (None, ", map('factor', 3)", 31.0),
        ({"factor": 3.0, "shift": 5}, ", map('factor', 4D)", 45.0),
        (None, ", map('shift', '7', 'negate', 'true')", -27.0),
        (None, ", map('negate', 1 = 1)", -21.0),
        (None, ", map('name', 'other')", 21.0),
    ],
)
def test_a_call_s_parameters_go_over_those_of_the_binding(
    spark, bind, folder, bound, call, expected
):
    model = bind(folder, "DOUBLE", params=bound)
    assert scores(spark, f"SELECT PREDICT('{model.alias}', 10D{call})") == [expected]


def test_two_calls_of_one_query_have_each_their_own(spark, bind, folder):
    model = bind(folder, "DOUBLE")
    one, two = (f"PREDICT('{model.alias}', a, map('factor', {factor}))" for factor in (3, 4))
    query = f"SELECT {one} AS p, {two} AS q, {one} + 0 AS r FROM VALUES (10D) AS t(a)"
    assert spark.sql(query).collect() == [(31.0, 41.0, 31.0)]


def test_the_udf_takes_them_too(spark, bind, folder):
    model = bind(folder, "DOUBLE")
    data = spark.sql("SELECT 10D AS a")
    call = model.udf(lit(model.alias), data.a, create_map(lit("factor"), lit(3)))
    assert [row[0] for row in data.select(call).collect()] == [31.0]


@pytest.mark.parametrize(
    ("call", "condition"),
    [
        ("map('faktor', 3)", "PREDICT_PARAMETER_UNKNOWN.*factor, name, negate, shift"),
        ("map('factor', 'much')", "PREDICT_PARAMETER_VALUE.*'factor'.*double.*'much'"),
        ("map('negate', 'maybe')", "PREDICT_PARAMETER_VALUE.*'negate'.*boolean"),
    ],
)
def test_what_the_model_does_not_take_is_refused_before_a_row_is_read(
    spark, bind, folder, call, condition
):
    model = bind(folder, "DOUBLE")
    with pytest.raises(AnalysisException, match=condition):
        spark.sql(f"SELECT PREDICT('{model.alias}', 10D, {call})")


def test_a_map_that_is_no_constant_is_an_argument(spark, bind, folder):
    model = bind(folder, "DOUBLE")
    with pytest.raises(AnalysisException, match="PREDICT_ARGUMENT_"):
        spark.sql(f"SELECT PREDICT('{model.alias}', a, map('factor', a)) FROM VALUES (1D) AS t(a)")


def test_a_model_that_reads_none_refuses_them(spark, bind, regression):
    model = bind(regression)
    with pytest.raises(AnalysisException, match=r"PREDICT_PARAMETER_UNKNOWN.*none"):
        spark.sql(f"SELECT PREDICT('{model.alias}', 1D, 2D, map('factor', 3))")


@pytest.mark.parametrize(
    ("declared", "choices"),
    [
        ("ARRAY<DOUBLE>", {"output": "predict_proba"}),
        ("label STRING, probability DOUBLE", {}),
    ],
)
def test_an_output_that_reads_none_refuses_them(spark, bind, tmp_path, declared, choices):
    from xgboost import XGBClassifier

    frame = saved.sample(("a", "b"))
    model = XGBClassifier(n_estimators=2).fit(frame, (frame["a"] > 0).astype(int))
    signature = infer_signature(frame, model.predict(frame), params={"output_margin": False})
    target = tmp_path / "model"
    mlflow.xgboost.save_model(
        model, str(target), signature=signature, pip_requirements=boosted.REQUIREMENTS
    )
    bound = bind(target, declared, **choices)
    with pytest.raises(AnalysisException, match="PREDICT_PARAMETERS_UNREAD"):
        spark.sql(f"SELECT PREDICT('{bound.alias}', 1D, 2D, map('output_margin', true))")
