# SPDX-License-Identifier: Apache-2.0
"""The compiled engine beside MLflow's UDF: from columns, and from rows."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
from mlflow.models import infer_signature
from pyspark.sql import Column, DataFrame
from pyspark.sql.functions import expr, struct
from sklearn.linear_model import LinearRegression

import sparkpredict
from benchmarks import data, session, timing
from benchmarks.engine_models import MODELS, Measured
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting


def measure(setting: Setting) -> dict[str, Any]:
    return {name: _model(setting, name, MODELS[name]) for name in setting.models}


def _model(setting: Setting, name: str, model: Measured) -> dict[str, Any]:
    folder = setting.folder / f"engine_{name}"
    estimator, frame = model.fitted()
    uri = saved(folder / "model", estimator, frame)
    rows = table(setting, model, folder / "rows.parquet")
    started = time.perf_counter()
    bound(setting, name, uri)
    bind_seconds = time.perf_counter() - started
    frames = _contenders(setting, name, uri, rows)
    if isinstance(estimator, LinearRegression):
        frames["sql"] = rows.select(_by_hand(estimator))
    _same(frames, estimator, rows)
    runs = {who: partial(run, scored) for who, scored in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, rows.count())
    seconds = result["seconds"]
    result["against_mlflow"] = timing.paired(seconds["mlflow_spark_udf"], seconds["columns"])
    result["rows_against_columns"] = timing.paired(seconds["columns"], seconds["rows"])
    result["of_the_scan"] = timing.paired(seconds["scan"], seconds["columns"])
    if "sql" in seconds:
        result["against_sql"] = timing.paired(seconds["sql"], seconds["columns"])
    result["wanted"] = model.times
    result["bind_seconds"] = bind_seconds
    print(f"{name}: {_told(result)}", flush=True)
    return result


def saved(path: Path, estimator: Any, frame: Any) -> str:
    """Saved by MLflow, with a signature: its URI."""
    flavor = type(estimator).__module__.partition(".")[0]
    # skops, the default of scikit-learn's flavor, asks for each type of a model to be trusted
    options = {"serialization_format": "cloudpickle"} if flavor == "sklearn" else {}
    getattr(mlflow, flavor).save_model(
        estimator,
        str(path),
        signature=infer_signature(frame, estimator.predict(frame.head(10))),
        pip_requirements=[flavor],
        **options,
    )
    return str(path)


def table(setting: Setting, model: Measured, folder: Path) -> DataFrame:
    """Rows for a model, in as many files as there are to be tasks."""
    # Spark's own writer gives up dictionaries of numbers that hardly repeat.
    texts = [f"s{at}" for at in range(model.texts)]
    return data.written(
        setting, folder, int(setting.rows * model.rows), model.frame, dictionaries=texts
    )


def bound(setting: Setting, name: str, uri: str) -> None:
    """Bound as a user would, the copy of the model and its probes in."""
    bound = sparkpredict.bind_model(
        "DOUBLE", "mlflow", f"engine_{name}", uri, engine="compiled", spark=setting.spark
    )
    bound.register()


def _contenders(setting: Setting, name: str, uri: str, rows: DataFrame) -> dict[str, DataFrame]:
    call = expr(f"PREDICT('engine_{name}', *)").alias("score")
    return {
        "scan": rows,
        "columns": rows.select(call),
        "rows": rows.where("x0 > -1000").select(call),  # a filter gives rows
        "mlflow_spark_udf": by_mlflow(setting, name, uri, rows),
    }


def _by_hand(estimator: LinearRegression) -> Column:
    """The model as somebody would write it down in SQL."""
    terms = [f"x{at} * {weight!r}D" for at, weight in enumerate(estimator.coef_.tolist())]
    return expr(" + ".join([*terms, f"{float(estimator.intercept_)!r}D"])).alias("score")


def by_mlflow(setting: Setting, name: str, uri: str, rows: DataFrame) -> DataFrame:
    """The rows' scores by MLflow's UDF, in Python workers of its own."""
    with session.own_workers(setting, f"mlflow-{name}"):
        theirs = mlflow.pyfunc.spark_udf(setting.spark, uri, "double", env_manager="local")
        return rows.select(theirs(struct(*rows.columns)).alias("score"))


def _same(frames: dict[str, DataFrame], estimator: Any, rows: DataFrame) -> None:
    """Who is quick and wrong does not count."""
    few = rows.limit(1000)
    expected = float(np.sum(estimator.predict(few.toPandas())))
    scored = {who: frame for who, frame in frames.items() if who != "scan"}
    sums = {who: frame.limit(1000).toPandas()["score"].sum() for who, frame in scored.items()}
    for who, found in sums.items():
        assert abs(found - expected) <= 1e-6 * max(abs(expected), 1.0), (who, sums, expected)


def _told(result: dict[str, Any]) -> str:
    spread = result["against_mlflow"]
    return (
        f"{timing.rates(result)}; {spread['median']:.1f} times mlflow "
        f"[{spread['min']:.1f}, {spread['max']:.1f}], wanted {result['wanted']}; "
        f"bound in {result['bind_seconds']:.1f} s"
    )
