# SPDX-License-Identifier: Apache-2.0
"""PREDICT itself, in SQL."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.functions import expr

import sparkpredict
from benchmarks import session
from benchmarks.case import Case, Contender, Scoring
from benchmarks.case import to_parquet as written


def auto(case: Case) -> Contender:
    scoring, notes = _bound(case, "auto")
    return case.contender(scoring, **notes)


def python(case: Case) -> Contender:
    scoring, notes = _bound(case, "python", engine="python")
    return case.contender(scoring, **notes)


def onnx(case: Case) -> Contender:
    """By a graph; what is none is converted when it is bound."""
    scoring, notes = _bound(case, "onnx", engine="onnx")
    return case.contender(scoring, **notes)


def of_rows(case: Case) -> Contender:
    """A filter that all rows pass gives rows where the scan gives columns."""
    scoring, notes = _bound(case, "rows")
    given = f"{case.columns[0]} IS NOT NULL"
    return case.contender(lambda rows: scoring(rows.where(given)), **notes)


def null_for_bad_rows(case: Case) -> Contender:
    scoring, notes = _bound(case, "null", on_error="null")
    return case.contender(scoring, **notes)


def to_parquet(case: Case) -> Contender:
    scoring, notes = _bound(case, "parquet")
    return Contender(partial(written, case.asked(scoring), case.folder / "by_predict"), notes=notes)


def _bound(case: Case, alias: str, **options: Any) -> tuple[Scoring, dict[str, Any]]:
    with session.own_workers(case.spark, case.folder, f"predict-{alias}"):
        bound = sparkpredict.bind_model(
            "DOUBLE",
            "mlflow",
            alias,
            case.model.uri,
            spark=case.spark,
            output=case.model.output,
            **options,
        )
        bound.register()
    arguments = ", ".join(f"`{name}`" for name in case.columns)
    call = expr(f"PREDICT('{alias}', {arguments})").alias("score")

    def scoring(rows: DataFrame) -> DataFrame:
        return rows.select(*case.kept, call)

    told = case.spark.sql(f"SELECT predict_info('{alias}')").first()[0]
    return scoring, {"engine": json.loads(told)["engine"]}
