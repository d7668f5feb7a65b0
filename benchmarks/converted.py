# SPDX-License-Identifier: Apache-2.0
"""Models that nothing compiles, as ONNX graphs: beside the python engine and MLflow's UDF."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql.functions import expr
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import SVR

import sparkpredict
from benchmarks import compiled, data, timing
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting

FEATURES = 9
TRAINED_ON = 500
PART = 0.02  # of the run's rows: each row is compared with all that a model was fitted with
MODELS = {
    "svr": partial(SVR, C=1.0),
    "neighbours": partial(KNeighborsRegressor, 5),
    "gaussian_process": partial(GaussianProcessRegressor, RBF(3.0), alpha=0.1),
}
ENGINES = ("onnx", "python")


def measure(setting: Setting) -> dict[str, Any]:
    return {name: _model(setting, name, make()) for name, make in MODELS.items()}


def _model(setting: Setting, name: str, estimator: Any) -> dict[str, Any]:
    folder = setting.folder / f"converted_{name}"
    frame = _frame(TRAINED_ON, seed=100)
    target = 2 * frame["x0"] + np.sin(3 * frame["x1"]) * frame["x2"]
    uri = compiled.saved(folder / "model", estimator.fit(frame, target), frame)
    count = int(setting.rows * PART)
    rows = data.written(setting, folder / "rows.parquet", count, _frame, dictionaries=False)
    frames = {"scan": rows}
    bind_seconds = {}
    for engine in ENGINES:
        started = time.perf_counter()
        alias = f"{name}_{engine}"
        model = sparkpredict.bind_model(
            "DOUBLE", "mlflow", alias, uri, engine=engine, spark=setting.spark
        )
        model.register()
        bind_seconds[engine] = time.perf_counter() - started
        frames[engine] = rows.select(expr(f"PREDICT('{alias}', *)").alias("score"))
    frames["mlflow_spark_udf"] = compiled.by_mlflow(setting, f"converted_{name}", uri, rows)
    _same(frames)
    runs = {who: partial(run, scored) for who, scored in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, rows.count())
    seconds = result["seconds"]
    for who in ("python", "mlflow_spark_udf"):
        result[f"against_{who}"] = timing.paired(seconds[who], seconds["onnx"])
    result["bind_seconds"] = bind_seconds
    print(f"{name}: {timing.rates(result)}; {_told(result)}", flush=True)
    return result


def _frame(rows: int, seed: int) -> pd.DataFrame:
    return data.numbers(rows, seed, FEATURES)


def _same(frames: dict[str, Any]) -> None:
    """Who is quick and wrong does not count."""
    few = {who: f.limit(500).toPandas()["score"] for who, f in frames.items() if who != "scan"}
    for who, scores in few.items():
        wanted = few["python"]
        assert np.allclose(scores, wanted, rtol=1e-4, atol=1e-5), who


def _told(result: dict[str, Any]) -> str:
    told = []
    for who in ("python", "mlflow_spark_udf"):
        spread = result[f"against_{who}"]
        told.append(
            f"{spread['median']:.1f} times {who} [{spread['min']:.1f}, {spread['max']:.1f}]"
        )
    return "; ".join(told)
