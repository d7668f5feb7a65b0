# SPDX-License-Identifier: Apache-2.0
"""PREDICT for Apache Spark: score MLflow models with SQL.

>>> import sparkpredict
>>> spark = sparkpredict.configure(SparkSession.builder).getOrCreate()  # doctest: +SKIP
>>> model = sparkpredict.bind_model("DOUBLE", "mlflow", "churn", "models/churn").register()
... # doctest: +SKIP
>>> spark.sql("SELECT PREDICT('churn', *) FROM customers")  # doctest: +SKIP
"""

from __future__ import annotations

from sparkpredict import cache
from sparkpredict.bind import bind_model
from sparkpredict.errors import PredictError
from sparkpredict.info import ModelInfo
from sparkpredict.model import BoundModel
from sparkpredict.registry import models
from sparkpredict.session import configure
from sparkpredict.version import __version__

__all__ = [
    "BoundModel",
    "ModelInfo",
    "PredictError",
    "__version__",
    "bind_model",
    "cache",
    "configure",
    "models",
]
