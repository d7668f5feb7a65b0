# SPDX-License-Identifier: Apache-2.0
"""A small model of each of MLflow's flavors over the same nine columns.

So what is measured is what each way to call adds to the library. `.venv/envs/flavors` has the
libraries that `.venv` has not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, Schema, TensorSpec

from benchmarks import data, zoo

TENSOR = ModelSignature(
    Schema([TensorSpec(np.dtype("float64"), (-1, len(data.COLUMNS)))]),
    Schema([ColSpec("double")]),
)

# From features and a target to a model and how it is saved.
Make = Callable[[pd.DataFrame, pd.Series], tuple[Any, dict[str, Any]]]


@dataclass(frozen=True)
class Flavored(zoo.InOneTable):
    """One model of one flavor."""

    flavor: str
    make: Make

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        return data.frame(rows, seed)

    def trained(self, folder: Path) -> zoo.Trained:
        features = self.frame(20_000, seed=100)
        target = data.target(features)
        model, options = self.make(features, target)
        options = {"signature": infer_signature(features, target), **options}
        getattr(mlflow, self.flavor).save_model(
            model, str(folder), pip_requirements=["mlflow"], **options
        )
        loaded = mlflow.pyfunc.load_model(str(folder))
        by_matrix = options["signature"] is TENSOR

        def predict(rows: pd.DataFrame) -> Any:
            answered = loaded.predict(rows.to_numpy() if by_matrix else rows)
            return np.ravel(np.asarray(answered))

        return zoo.Trained(
            str(folder),
            tuple(features.columns),
            predict,
            partial(zoo.no_graph, "it is compared as MLflow loads it"),
        )


def _catboost(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    from catboost import CatBoostRegressor

    model = CatBoostRegressor(iterations=20, verbose=False, allow_writing_files=False)
    return model.fit(features, target), {}


def _statsmodels(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    from statsmodels.api import OLS

    return OLS(target, features).fit(), {}


def _pytorch(*_: Any) -> tuple[Any, dict[str, Any]]:
    import torch

    torch.manual_seed(0)
    layers = torch.nn.Linear(9, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)
    return torch.nn.Sequential(*layers), {"serialization_format": "pickle"}


def _tensorflow(*_: Any) -> tuple[Any, dict[str, Any]]:
    import tensorflow as tf

    class Network(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 9), tf.float64)])
        def __call__(self, x: Any) -> Any:
            return tf.reduce_sum(tf.nn.relu(x), axis=1, keepdims=True)

    return Network(), {"signature": TENSOR}


def _keras(*_: Any) -> tuple[Any, dict[str, Any]]:
    import keras

    keras.utils.set_random_seed(0)
    layers = [keras.Input((9,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)]
    return keras.Sequential(layers), {"signature": TENSOR}


FLAVORS: dict[str, Make] = {
    "catboost": _catboost,
    "statsmodels": _statsmodels,
    "pytorch": _pytorch,
    "tensorflow": _tensorflow,
    "keras": _keras,
}
MODELS: dict[str, zoo.Model] = {
    f"flavor_{name}": Flavored(name, make) for name, make in FLAVORS.items()
}
