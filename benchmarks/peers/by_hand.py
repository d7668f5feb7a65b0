# SPDX-License-Identifier: Apache-2.0
"""The functions that a careful user writes in Python: the model is loaded once per worker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Iterator, Tuple  # noqa: UP035 (Spark reads the hints at run time)

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql.functions import pandas_udf as as_pandas_udf
from pyspark.sql.types import DoubleType, StructField, StructType

from benchmarks.case import Case, Contender, Scoring
from benchmarks.case import to_parquet as written


def pandas_udf(case: Case) -> Contender:
    return case.contender(_by_library(case, "pandas"))


def to_parquet(case: Case) -> Contender:
    asked = case.asked(_by_library(case, "pandas-parquet"))
    return Contender(partial(written, asked, case.folder / "by_pandas_udf"))


def onnxruntime_udf(case: Case) -> Contender:
    file = case.folder / "converted.onnx"
    file.write_bytes(case.model.graph())

    def load() -> Any:
        from benchmarks.peers import loading

        return loading.graph(str(file))

    return case.contender(_columns(case, "onnxruntime", load))


def identity_udf(case: Case) -> Contender:
    """What the way to Python and back costs."""

    def load() -> Any:
        return lambda columns: columns[0]

    return case.contender(_columns(case, "identity", load))


def map_in_arrow(case: Case) -> Contender:
    uri, names, kept = case.model.uri, case.columns, case.kept

    def score(batches):  # noqa: ANN001, ANN202
        import pyarrow as pa

        from benchmarks.peers import loading

        scorer = loading.scorer(uri, names)
        for batch in batches:
            columns = {name: batch.column(name) for name in names}
            scores = scorer([column.to_pandas() for column in columns.values()])
            passed = [columns[name] for name in kept]
            yield pa.RecordBatch.from_arrays([*passed, pa.array(scores, pa.float64())], given)

    given = [*kept, "score"]
    schema = StructType([*(case.rows.schema[name] for name in kept)])
    schema = StructType([*schema.fields, StructField("score", DoubleType())])

    def scoring(rows: DataFrame) -> DataFrame:
        return rows.select(*names).mapInArrow(score, schema)

    return case.contender(case.in_workers("arrow", scoring))


def _by_library(case: Case, workers: str) -> Scoring:
    return _columns(case, workers, partial(_load, case.model.uri, case.columns))


def _load(uri: str, names: tuple[str, ...]) -> Any:
    from benchmarks.peers import loading

    return loading.scorer(uri, names)


def _columns(case: Case, workers: str, load: Callable[[], Any]) -> Scoring:
    """Scores by an iterator pandas UDF of the features."""
    udf = of_columns(load, len(case.columns))

    def scoring(rows: DataFrame) -> DataFrame:
        return rows.select(*case.kept, udf(*case.columns).alias("score"))

    return case.in_workers(workers, scoring)


def of_columns(load: Callable[[], Any], count: int) -> Callable[..., Any]:
    """An iterator pandas UDF of so many columns, by the scorer that ``load`` gives a worker."""

    def score(batches):  # noqa: ANN001, ANN202
        scorer = load()
        for columns in batches:
            yield pd.Series(scorer(columns))

    # Spark gives a function of one column a series, not a tuple of one.
    def score_one(batches):  # noqa: ANN001, ANN202
        return score((column,) for column in batches)

    chosen = score_one if count == 1 else score
    given = Iterator[pd.Series] if count == 1 else Iterator[Tuple[pd.Series, ...]]  # noqa: UP006
    chosen.__annotations__ = {"batches": given, "return": Iterator[pd.Series]}
    return as_pandas_udf(chosen, returnType="double")
