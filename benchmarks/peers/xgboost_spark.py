# SPDX-License-Identifier: Apache-2.0
"""The model of XGBoost's own estimator for Spark.

Source: https://xgboost.readthedocs.io/en/stable/tutorials/spark_estimator.html
"""

from __future__ import annotations

from pyspark.sql import DataFrame

from benchmarks.case import Case, Contender
from benchmarks.peers import Cannot


def scored(case: Case) -> Contender:
    """The model that ``SparkXGBRegressor.fit`` gives, around the same trees."""
    if not type(case.model.estimator).__module__.startswith("xgboost"):
        raise Cannot("it scores XGBoost's models only")
    from xgboost.spark import SparkXGBRegressor, SparkXGBRegressorModel

    fitted = SparkXGBRegressor(features_col=[*case.columns], prediction_col="score", device="cpu")
    model = SparkXGBRegressorModel(case.model.estimator)
    for param, value in fitted.extractParamMap().items():
        if value is not None and model.hasParam(param.name):
            model.set(model.getParam(param.name), value)

    def scoring(rows: DataFrame) -> DataFrame:
        return model.transform(rows).select(*case.kept, "score")

    return case.contender(case.in_workers("xgboost", scoring))
