# SPDX-License-Identifier: Apache-2.0
"""The engine python beside MLflow's UDF, for each flavor of which the library is installed.

All are small models over the same nine columns, so what is measured is what each adds to the
library. `.venv/envs/flavors` has the libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, Schema, TensorSpec
from pyspark.sql.functions import array, expr, struct

import sparkpredict
from benchmarks import data, models, session, timing
from benchmarks.scoring import PAUSE, run
from benchmarks.session import Setting

FEATURES = data.frame(models.TRAINED_ON, seed=100)
TARGET = data.target(FEATURES)
COLUMNS = infer_signature(FEATURES, TARGET)
TENSOR = ModelSignature(
    Schema([TensorSpec(np.dtype("float64"), (-1, len(data.COLUMNS)))]),
    Schema([ColSpec("double")]),
)
NEAR = 1e-3  # networks compute in float32


def sklearn(folder: Path) -> str:
    return models.linear(folder / "sklearn")


def xgboost(folder: Path) -> str:
    from xgboost import XGBRegressor

    model = XGBRegressor(n_estimators=20, max_depth=4).fit(FEATURES, TARGET)
    return _saved("xgboost", model, folder)


def lightgbm(folder: Path) -> str:
    from lightgbm import LGBMRegressor

    model = LGBMRegressor(n_estimators=20, verbose=-1).fit(FEATURES, TARGET)
    return _saved("lightgbm", model, folder)


def catboost(folder: Path) -> str:
    from catboost import CatBoostRegressor

    model = CatBoostRegressor(iterations=20, verbose=False, allow_writing_files=False)
    return _saved("catboost", model.fit(FEATURES, TARGET), folder)


def statsmodels(folder: Path) -> str:
    from statsmodels.api import OLS

    return _saved("statsmodels", OLS(TARGET, FEATURES).fit(), folder)


def pytorch(folder: Path) -> str:
    import torch

    torch.manual_seed(0)
    layers = torch.nn.Linear(9, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)
    return _saved("pytorch", torch.nn.Sequential(*layers), folder, serialization_format="pickle")


def tensorflow(folder: Path) -> str:
    import tensorflow as tf

    class Network(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 9), tf.float64)])
        def __call__(self, x: Any) -> Any:
            return tf.reduce_sum(tf.nn.relu(x), axis=1, keepdims=True)

    return _saved("tensorflow", Network(), folder, signature=TENSOR)


def keras(folder: Path) -> str:
    import keras

    keras.utils.set_random_seed(0)
    layers = [keras.Input((9,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)]
    return _saved("keras", keras.Sequential(layers), folder, signature=TENSOR)


FLAVORS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "sklearn": ("sklearn", sklearn),
    "xgboost": ("xgboost", xgboost),
    "lightgbm": ("lightgbm", lightgbm),
    "catboost": ("catboost", catboost),
    "statsmodels": ("statsmodels", statsmodels),
    "pytorch": ("torch", pytorch),
    "tensorflow": ("tensorflow", tensorflow),
    "keras": ("keras", keras),
}


def measure(setting: Setting) -> dict[str, Any]:
    found = {name: make for name, (library, make) in FLAVORS.items() if find_spec(library)}
    for name in FLAVORS.keys() - found.keys():
        print(f"{name}: left out, it is not installed in this Python", flush=True)
    return {name: _flavor(setting, name, make) for name, make in found.items()}


def _saved(
    flavor: str, model: Any, folder: Path, *, signature: ModelSignature = COLUMNS, **options: Any
) -> str:
    path = folder / flavor
    getattr(mlflow, flavor).save_model(
        model, str(path), signature=signature, pip_requirements=["mlflow"], **options
    )
    return str(path)


def _flavor(setting: Setting, name: str, make: Callable[[Path], str]) -> dict[str, Any]:
    uri, rows, alias = make(setting.folder), data.table(setting), f"flavor_{name}"
    by_columns = name not in {"tensorflow", "keras"}
    with session.own_workers(setting, f"predict-{name}"):
        sparkpredict.bind_model(
            "DOUBLE", "mlflow", alias, uri, engine="python", spark=setting.spark
        ).register()
    with session.own_workers(setting, f"mlflow-{name}"):
        theirs = mlflow.pyfunc.spark_udf(setting.spark, uri, "double", env_manager="local")
    # MLflow takes a lone tensor as an array.
    given = struct(*rows.columns) if by_columns else array(*rows.columns)
    frames = {
        "predict": rows.select(expr(f"PREDICT('{alias}', *)").alias("score")),
        "mlflow_spark_udf": rows.select(theirs(given).alias("score")),
    }
    sums = {who: frame.selectExpr("sum(score)").first()[0] for who, frame in frames.items()}
    assert abs(sums["predict"] - sums["mlflow_spark_udf"]) <= NEAR * abs(sums["predict"]), sums
    runs = {who: partial(run, frame) for who, frame in frames.items()}
    result = timing.contest(runs, setting.repeats, PAUSE, setting.rows)
    seconds = result["seconds"]
    result["against_mlflow"] = timing.paired(seconds["mlflow_spark_udf"], seconds["predict"])
    spread = result["against_mlflow"]
    print(
        f"{name}: {timing.rates(result)}; {spread['median']:.2f} times mlflow "
        f"[{spread['min']:.2f}, {spread['max']:.2f}]",
        flush=True,
    )
    return result
