# SPDX-License-Identifier: Apache-2.0
"""The calls of Synapse's tutorial, in its order, with its names and arguments.

Only the storage URIs are local paths. What the tutorial shows is also compared with the estimator.
"""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd
import pytest
from pyspark.sql.functions import lit
from sklearn.linear_model import LinearRegression

import azure.synapse.ml.predict as pcontext
import azure.synapse.ml.predict.utils._logger as synapse_predict_logger
import sparkpredict
from saved import REQUIREMENTS

FEATURES = [f"x{at}" for at in range(9)]
ROWS = 50
RUNTIME = "mlflow"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A regression of nine unnamed features, its folder, and its data as CSV with a header."""
    folder = tmp_path_factory.mktemp("synapse")
    numbers = np.random.default_rng(11).normal(scale=5, size=(ROWS, len(FEATURES)))
    target = numbers @ np.arange(-4.0, 5.0) + 1.5
    estimator = LinearRegression().fit(numbers, target)
    mlflow.sklearn.save_model(estimator, folder / "model", pip_requirements=REQUIREMENTS)
    frame = pd.DataFrame(numbers, columns=FEATURES).assign(target=target)
    frame.to_csv(folder / "data.csv", index=False)
    return estimator, folder, frame


@pytest.fixture
def truncated(trained):
    """The estimator's own answers as INT holds them: truncated toward zero."""
    estimator, _, frame = trained
    return [int(score) for score in estimator.predict(frame[FEATURES].to_numpy())]


@pytest.fixture
def enabled(spark, conf):
    """Step 4: enable PREDICT in the session."""
    conf("spark.synapse.ml.predict.enabled", "true")
    spark.conf.set("spark.synapse.ml.predict.enabled", "true")
    return spark


@pytest.fixture
def model(enabled, trained):
    """Step 5: bind the model; the URI ends in a slash, as the tutorial's does."""
    _, folder, _ = trained
    bound = pcontext.bind_model(
        return_types="INT",
        runtime=RUNTIME,
        model_alias="random_alias_name",
        model_uri=f"{folder}/model/",
        aml_workspace=None,
    ).register()
    yield bound
    bound.unregister()


def read(spark, folder):
    """Step 6, as published."""
    return (
        spark.read.format("csv")
        .option("header", "true")
        .csv(str(folder / "data.csv"), inferSchema=True)
    )


def test_the_tutorials_three_ways_give_the_estimators_answers_truncated(
    spark, model, trained, truncated, capsys
):
    df = read(spark, trained[1])
    df.createOrReplaceTempView("view_name")

    query = f"SELECT PREDICT('random_alias_name', {', '.join(FEATURES)}) AS predict FROM view_name"
    predictions = spark.sql(query).show()
    assert predictions is None
    assert shown(capsys, 0) == truncated[:20]
    by_sql = [row.predict for row in spark.sql(query).collect()]

    df = df[tuple(FEATURES)]
    scored = df.withColumn("PREDICT", model.udf(lit("random_alias_name"), *df.columns))
    scored.show()
    assert shown(capsys, -1) == truncated[:20]

    columns = list(FEATURES)
    tranformer = model.create_transformer().setInputCols(columns).setOutputCol("PREDICT")
    transformed = tranformer.transform(df)
    transformed.show()
    assert shown(capsys, -1) == truncated[:20]

    assert by_sql == truncated
    assert [row.PREDICT for row in scored.collect()] == truncated
    assert [row.PREDICT for row in transformed.collect()] == truncated
    assert dict(scored.dtypes)["PREDICT"] == dict(transformed.dtypes)["PREDICT"] == "int"


def test_the_tutorials_sklearn_example_scores_a_star(enabled, trained, truncated, capsys):
    model = pcontext.bind_model(
        return_types="INT",
        runtime="mlflow",
        model_alias="sklearn_linear_regression",
        model_uri=f"{trained[1]}/model/",
    ).register()
    try:
        df = read(enabled, trained[1])
        df = df.select(df.columns[:9])
        df.createOrReplaceTempView("data")
        df.show(10)
        capsys.readouterr()
        query = "SELECT PREDICT('sklearn_linear_regression', *) AS predict FROM data"
        enabled.sql(query).show()
        assert shown(capsys, 0) == truncated[:20]
        assert [row.predict for row in enabled.sql(query).collect()] == truncated
    finally:
        model.unregister()


def test_the_answers_do_not_all_round_to_the_same_integer(trained, truncated):
    estimator, _, frame = trained
    exact = estimator.predict(frame[FEATURES].to_numpy())
    assert truncated != np.floor(exact).tolist()
    assert truncated != np.ceil(exact).tolist()
    assert truncated != np.round(exact).tolist()


def test_a_disabled_session_refuses_to_bind(spark, conf, trained):
    conf("spark.synapse.ml.predict.enabled", "false")
    with pytest.raises(pcontext.PredictError, match=r"spark\.synapse\.ml\.predict\.enabled"):
        pcontext.bind_model("INT", "mlflow", "off", f"{trained[1]}/model/")


def test_the_synapse_face_is_the_same_package():
    assert pcontext.__version__ == sparkpredict.__version__
    assert pcontext.bind_model is sparkpredict.bind_model
    assert synapse_predict_logger.logger.name == "sparkpredict"


def shown(capsys, column):
    """The integers of a column of what `show` printed."""
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    return [int(line.strip("|").split("|")[column]) for line in lines[1:]]
