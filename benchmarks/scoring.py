# SPDX-License-Identifier: Apache-2.0
"""Rows per second from Parquet to nowhere, side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import mlflow
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import expr

import sparkpredict
from benchmarks import data, handwritten, models, session, timing
from benchmarks.session import Setting

WARMUPS = 3
PAUSE = 0.5


def linear(setting: Setting) -> dict[str, Any]:
    return _measure(setting, models.linear)


def unnamed(setting: Setting) -> dict[str, Any]:
    return _measure(setting, models.unnamed)


def trees(setting: Setting) -> dict[str, Any]:
    return _measure(setting, models.trees)


def _measure(setting: Setting, make: Callable[[Path], str]) -> dict[str, Any]:
    uri, rows = make(setting.folder), data.table(setting)
    frames = _contenders(setting, uri, rows)
    _same(frames)
    runs = {name: partial(_run, frame) for name, frame in frames.items()}
    measured = timing.interleaved(runs, setting.repeats, WARMUPS, PAUSE)
    seconds = {name: [run.seconds for run in runs] for name, runs in measured.items()}
    processor = {name: [run.processor for run in runs] for name, runs in measured.items()}
    result = {
        "seconds": seconds,
        "processor_seconds": processor,
        "rows_per_second": {
            name: setting.rows / timing.spread(values)["median"] for name, values in seconds.items()
        },
        "times_as_fast_as": _against_predict(seconds),
        "times_the_processor_of": _against_predict(processor),
    }
    print(_told(make.__name__, result), flush=True)
    return result


def _contenders(setting: Setting, uri: str, rows: DataFrame) -> dict[str, DataFrame]:
    columns = {"scan": None, "predict": _predict, "mlflow_spark_udf": _mlflow, "pandas_udf": _udf}
    frames = {}
    for name, column in columns.items():
        if column is None:
            frames[name] = rows.select(*data.COLUMNS)
        else:
            with session.own_workers(setting, name):
                frames[name] = rows.select(column(setting.spark, uri).alias("score"))
    return frames


def _predict(spark: SparkSession, uri: str) -> Column:
    alias = Path(uri).name
    sparkpredict.bind_model("DOUBLE", "mlflow", alias, uri, spark=spark).register()
    return expr(f"PREDICT('{alias}', *)")


def _mlflow(spark: SparkSession, uri: str) -> Column:
    score = mlflow.pyfunc.spark_udf(spark, uri, "double", env_manager="local")
    return score(*data.COLUMNS)


def _udf(_: SparkSession, uri: str) -> Column:
    return handwritten.udf(uri)(*data.COLUMNS)


def _against_predict(values: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    return {
        name: timing.paired(theirs, values["predict"])
        for name, theirs in values.items()
        if name not in {"predict", "scan"}
    }


def _run(frame: DataFrame) -> None:
    frame.write.format("noop").mode("overwrite").save()


def _same(frames: dict[str, DataFrame]) -> None:
    """Who is quick and wrong does not count."""
    sums = {
        name: frame.selectExpr("sum(score)").first()[0]
        for name, frame in frames.items()
        if name != "scan"
    }
    assert max(sums.values()) - min(sums.values()) < 1e-6 * abs(sums["predict"]), sums


def _told(name: str, result: dict[str, Any]) -> str:
    lines = [f"{name}:"]
    for contender, rate in result["rows_per_second"].items():
        runs = " ".join(f"{second:.2f}" for second in sorted(result["seconds"][contender]))
        processor = timing.spread(result["processor_seconds"][contender])["median"]
        lines.append(
            f"  {contender:<18} {rate / 1e6:6.2f} M rows/s   processor {processor:5.2f} s"
            f"   seconds {runs}"
        )
    return "\n".join(lines)
