# SPDX-License-Identifier: Apache-2.0
"""Pipelines of Spark ML: the Transformer applies them, a call in a query is told so."""

from __future__ import annotations

import mlflow
import pytest
import shown
from columns import NUMBERS, numbers
from pyspark.errors import AnalysisException
from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import StringIndexer, VectorAssembler
from pyspark.sql.functions import lit

from scores import near
from sparkpredict.errors import BindArgumentError
from sparkpredict.transformer import PredictTransformer


@pytest.fixture(scope="module")
def rows(spark):
    """Two numbers and a text, beside a column that has the name of one that a stage adds."""
    return numbers(spark).selectExpr(
        "a", "b", "IF(a > 0, 'yes', 'no') AS k", "'mine' AS features", "a > b AS kept"
    )


@pytest.fixture(scope="module")
def fitted(rows):
    stages = [
        StringIndexer(inputCol="k", outputCol="label"),
        VectorAssembler(inputCols=["a", "b"], outputCol="features"),
        LogisticRegression(maxIter=3),
    ]
    return Pipeline(stages=stages).fit(rows.drop("features"))


@pytest.fixture(scope="module")
def folder(fitted, tmp_path_factory):
    target = tmp_path_factory.mktemp("spark_ml") / "model"
    mlflow.spark.save_model(fitted, str(target), pip_requirements=["mlflow", "pyspark"])
    return target


@pytest.fixture(scope="module")
def expected(fitted, rows):
    """What Spark ML itself answers."""
    return fitted.transform(rows.drop("features")).collect()


def transformed(model, rows):
    inputs = ["a", "b", "k"]
    scored = model.create_transformer().setInputCols(inputs).setOutputCol("score").transform(rows)
    shown.note(model, rows.select(inputs))
    return scored


def test_the_transformer_adds_the_prediction_and_leaves_the_rest(bind, rows, folder, expected):
    scored = transformed(bind(folder, "INT"), rows)
    assert scored.columns == [*rows.columns, "score"]
    assert [(row.features, row.score) for row in scored.collect()] == [
        ("mine", int(row.prediction)) for row in expected
    ]


def test_another_column_of_the_pipeline_and_several(bind, rows, folder, expected):
    scored = transformed(bind(folder, "ARRAY<DOUBLE>", output="probability"), rows).collect()
    wanted = [row.probability.toArray().tolist() for row in expected]
    assert [row.score for row in scored] == [near(row, 1e-12) for row in wanted]
    scored = transformed(bind(folder, "label INT, prediction DOUBLE", "both"), rows).collect()
    wanted = [(int(row.label), row.prediction) for row in expected]
    assert [tuple(row.score) for row in scored] == wanted


def test_the_pipeline_is_loaded_once(bind, rows, folder, monkeypatch):
    loads, load = [], mlflow.spark.load_model
    monkeypatch.setattr(mlflow.spark, "load_model", lambda path: loads.append(path) or load(path))
    model = bind(folder, "INT")
    for _ in range(2):
        transformed(model, rows)
    model.predict(NUMBERS.head(1).assign(k="yes"))
    assert len(loads) == 1


def test_on_the_driver_it_takes_a_frame_of_pandas(bind, folder, expected):
    data = NUMBERS.assign(k=["yes" if a > 0 else "no" for a in NUMBERS["a"]])
    scores = bind(folder, "DOUBLE").predict(data)
    assert scores.tolist() == [row.prediction for row in expected]


def test_a_saved_transformer_applies_it_again(bind, rows, folder, expected, tmp_path):
    model = bind(folder, "DOUBLE")
    model.create_transformer().setInputCols(["a", "b", "k"]).save(str(tmp_path / "saved"))
    model.unregister()
    scored = PredictTransformer.load(str(tmp_path / "saved")).transform(rows).collect()
    assert [row.PREDICT for row in scored] == [row.prediction for row in expected]


def test_sql_and_the_udf_name_the_transformer(spark, bind, rows, folder):
    model = bind(folder, "DOUBLE")
    said = r"PREDICT_IS_PIPELINE.*create_transformer\(\)"
    rows.createOrReplaceTempView("rows")
    with pytest.raises(AnalysisException, match=said):
        spark.sql(f"SELECT PREDICT('{model.alias}', a, b, k) FROM rows")
    with pytest.raises(AnalysisException, match=said):
        rows.select(model.udf(lit(model.alias), "a", "b", "k"))


def test_what_only_a_function_of_a_row_can_have_is_refused(bind, rows, folder):
    with pytest.raises(BindArgumentError, match="on_error is 'null'"):
        bind(folder, "DOUBLE", on_error="null")
    with pytest.raises(BindArgumentError, match=r"no output 'odds'; it has .*probability"):
        transformed(bind(folder, "DOUBLE", output="odds"), rows)
