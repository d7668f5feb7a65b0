# SPDX-License-Identifier: Apache-2.0
"""Spark's own predict_batch_udf, which feeds a model with numpy.

Source: https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.ml.functions.predict_batch_udf.html
"""

from __future__ import annotations

from typing import Any

from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import DataFrame
from pyspark.sql.functions import struct
from pyspark.sql.types import DoubleType, StringType

from benchmarks.case import Case, Contender
from benchmarks.peers import Cannot


def scored(case: Case) -> Contender:
    kinds = [case.rows.schema[name].dataType for name in case.columns]
    if StringType() in kinds:
        raise Cannot("it feeds one matrix of numbers, and the model takes texts")
    uri, names = case.model.uri, case.columns

    def load() -> Any:
        from benchmarks.peers import loading

        scorer = loading.scorer(uri, names)

        # A struct of several columns for a function of one argument: Spark makes a matrix of it.
        def predict(inputs: Any) -> Any:
            return scorer([inputs] if len(names) == 1 else list(inputs.T))

        return predict

    is_array = not isinstance(kinds[0], DoubleType)
    udf = predict_batch_udf(
        load,
        return_type=DoubleType(),
        batch_size=case.workload.batch,
        input_tensor_shapes=[[_length(case)]] if is_array else [[len(names)]],
    )

    given = names[0] if is_array else struct(*names)

    def scoring(rows: DataFrame) -> DataFrame:
        return rows.select(*case.kept, udf(given).alias("score"))

    return case.contender(case.in_workers("batch", scoring))


def _length(case: Case) -> int:
    return len(case.checked.first()[0])
