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
    from xgboost.spark import SparkXGBRegressorModel

    model = SparkXGBRegressorModel(case.model.estimator)
    model.set(model.features_cols, [*case.columns])
    model.set(model.predictionCol, "score")

    def scoring(rows: DataFrame) -> DataFrame:
        return model.transform(rows).select(*case.kept, "score")

    return case.contender(case.in_workers("xgboost", scoring))
