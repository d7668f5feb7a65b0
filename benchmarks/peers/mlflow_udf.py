# SPDX-License-Identifier: Apache-2.0
"""MLflow's own UDF, in the workers' Python.

Source: https://mlflow.org/docs/latest/api_reference/python_api/mlflow.pyfunc.html
"""

from __future__ import annotations

from typing import Any

import mlflow
from pyspark.sql import DataFrame
from pyspark.sql.functions import array, struct

from benchmarks.case import Case, Contender


def scored(case: Case) -> Contender:
    output = case.model.output
    # one of several outputs is asked for as a field
    returns = "double" if output is None else f"{output} double"
    udf = mlflow.pyfunc.spark_udf(case.spark, case.model.uri, returns, env_manager="local")
    given = _given(mlflow.models.Model.load(case.model.uri).signature, case.columns)

    def scoring(rows: DataFrame) -> DataFrame:
        answer = udf(*given)
        score = answer if output is None else answer[output]
        return rows.select(*case.kept, score.alias("score"))

    return case.contender(case.in_workers("mlflow", scoring))


def _given(signature: Any, columns: tuple[str, ...]) -> list[Any]:
    """A struct carries names; without a signature the columns go by place; a tensor is an array."""
    if signature is None:
        return [*columns]
    if signature.inputs.is_tensor_spec() and len(columns) > 1:
        return [array(*columns)]
    return [struct(*columns)]
