# SPDX-License-Identifier: Apache-2.0
"""statsmodels and Prophet: models that were fitted, and forecasts."""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from columns import NUMBERS, numbers
from mlflow.models import infer_signature
from prophet import Prophet

from scores import assert_same_scores

NEAR = 1e-12  # the order of a dot product is free


def save_statsmodels(folder, model, signature=None):
    mlflow.statsmodels.save_model(
        model, str(folder), signature=signature, pip_requirements=["mlflow", "statsmodels"]
    )
    return folder


def test_a_fitted_model_knows_its_features(spark, bind, tmp_path):
    model = sm.OLS(NUMBERS["a"] * 2 + NUMBERS["b"] ** 2, NUMBERS).fit()
    bound = bind(save_statsmodels(tmp_path / "model", model), "DOUBLE", binding="name")
    expected = model.predict(NUMBERS).tolist()
    assert_same_scores(bound, numbers(spark).select("b", "a"), expected, within=NEAR)


def test_a_formula(spark, bind, tmp_path):
    frame = NUMBERS.assign(y=NUMBERS["a"] > 0).astype({"y": int})
    model = sm.Logit.from_formula("y ~ np.exp(b) + b", frame).fit(disp=0)
    signature = infer_signature(NUMBERS, model.predict(NUMBERS))
    bound = bind(save_statsmodels(tmp_path / "model", model, signature), None)
    assert_same_scores(bound, numbers(spark), model.predict(NUMBERS).tolist(), within=NEAR)


@pytest.fixture(scope="module")
def prophet(tmp_path_factory):
    """Where a forecast with a regressor was saved, the model, and rows in no order of time."""
    days = pd.date_range("2024-01-01", periods=40)
    frame = pd.DataFrame({"ds": days, "x": np.arange(40) % 3, "y": np.sin(np.arange(40.0))})
    model = Prophet(weekly_seasonality=True, yearly_seasonality=False, daily_seasonality=False)
    model.add_regressor("x")
    model.fit(frame, seed=1)
    folder = tmp_path_factory.mktemp("prophet") / "model"
    mlflow.prophet.save_model(model, str(folder), pip_requirements=["mlflow", "prophet"])
    asked = frame.drop(columns="y").sample(frac=1.0, random_state=2).reset_index(drop=True)
    # A date more than once, with other values of the regressor.
    return folder, model, pd.concat([asked, asked.head(3).assign(x=7)], ignore_index=True)


def test_a_forecast_answers_in_the_order_of_the_rows(spark, bind, prophet):
    folder, model, asked = prophet
    rows = [(f"{day:%Y-%m-%d}", float(x)) for day, x in zip(asked["ds"], asked["x"])]
    data = spark.createDataFrame(rows, "ds STRING, x DOUBLE")
    data = data.selectExpr("CAST(ds AS TIMESTAMP) AS ds", "x").coalesce(1)
    one_by_one = [model.predict(asked.iloc[[at]]) for at in range(len(asked))]
    bound = bind(folder, "DOUBLE", output="yhat")
    assert "trend" in bound.info().details["model"]["methods"]
    expected = [float(row["yhat"].iloc[0]) for row in one_by_one]
    assert_same_scores(bound, data, expected, within=1e-9)
    bound = bind(folder, "trend DOUBLE, x DOUBLE", "parts")
    expected = [(float(row["trend"].iloc[0]), float(row["x"].iloc[0])) for row in one_by_one]
    assert_same_scores(bound, data, expected, within=1e-9)
