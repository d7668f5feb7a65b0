# SPDX-License-Identifier: Apache-2.0
"""A small model of each of MLflow's flavors, over the same nine columns where it takes numbers.

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
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from benchmarks import data, zoo

TENSOR = ModelSignature(
    Schema([TensorSpec(np.dtype("float64"), (-1, len(data.COLUMNS)))]),
    Schema([ColSpec("double")]),
)

WORDS = ("good", "bad", "day")
SPECIAL = {"unk_token": "[UNK]", "pad_token": "[PAD]"}

# From features and a target to a model and how it is saved.
Make = Callable[[pd.DataFrame, pd.Series], tuple[Any, dict[str, Any]]]


@dataclass(frozen=True)
class Flavored(zoo.InOneTable):
    """One model of one flavor.

    Attributes:
        flavor: as MLflow names it.
        make: trains the model.
        rows_of: makes so many rows by a seed.
        output: of several, which one is asked for.
    """

    flavor: str
    make: Make
    rows_of: Callable[[int, int], pd.DataFrame] = data.frame
    output: str | None = None

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        return self.rows_of(rows, seed)

    def trained(self, folder: Path) -> zoo.Trained:
        features = data.frame(20_000, seed=100)
        target = data.target(features)
        model, options = self.make(features, target)
        options = {"signature": infer_signature(features, target), **options}
        given = [] if model is None else [model]
        getattr(mlflow, self.flavor).save_model(
            *given, path=str(folder), pip_requirements=["mlflow"], **options
        )
        return zoo.Trained(
            str(folder),
            tuple(self.frame(1, seed=0).columns),
            partial(self._predict, mlflow.pyfunc.load_model(str(folder)), options["signature"]),
            partial(zoo.no_graph, "it is compared as MLflow loads it"),
            output=self.output,
        )

    def _predict(self, loaded: Any, signature: ModelSignature | None, rows: pd.DataFrame) -> Any:
        answered = loaded.predict(rows.to_numpy() if signature is TENSOR else rows)
        return np.ravel(np.asarray(answered if self.output is None else answered[self.output]))


def _sklearn(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    from sklearn.linear_model import LinearRegression

    return LinearRegression().fit(features, target), {"serialization_format": "cloudpickle"}


def _xgboost(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    from xgboost import XGBRegressor

    return XGBRegressor(n_estimators=20, max_depth=4).fit(features, target), {}


def _lightgbm(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    from lightgbm import LGBMRegressor

    return LGBMRegressor(n_estimators=20, verbose=-1).fit(features, target), {}


def _catboost(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    from catboost import CatBoostRegressor

    model = CatBoostRegressor(iterations=20, verbose=False, allow_writing_files=False)
    return model.fit(features, target), {}


def _statsmodels(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    from statsmodels.api import OLS

    return OLS(target, features).fit(), {}


def _onnx(features: pd.DataFrame, target: pd.Series) -> tuple[Any, dict[str, Any]]:
    import skl2onnx
    from sklearn.linear_model import LinearRegression

    given = features.to_numpy("float32")
    return skl2onnx.to_onnx(LinearRegression().fit(given, target), given[:1]), {}


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


def _pyfunc(*_: Any) -> tuple[Any, dict[str, Any]]:
    class Sum(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, ARG002 (MLflow reads hints of types here)
            return model_input.sum(axis=1)

    return None, {"python_model": Sum()}


def _days(rows: int, seed: int) -> pd.DataFrame:
    """Days and a regressor."""
    start = np.datetime64("2024-01-01", "us") + np.arange(rows) * np.timedelta64(1, "h")
    return pd.DataFrame({"ds": start, "x": np.random.default_rng(seed).normal(size=rows)})


def _prophet(*_: Any) -> tuple[Any, dict[str, Any]]:
    from prophet import Prophet

    known = _days(500, seed=1)
    model = Prophet().add_regressor("x")
    model.fit(known.assign(y=np.sin(np.arange(500.0)) + known["x"]), seed=1)
    days = Schema([ColSpec(DataType.datetime, "ds"), ColSpec(DataType.double, "x")])
    return model, {"signature": ModelSignature(days)}


def _texts(rows: int, seed: int) -> pd.DataFrame:
    """A few words each."""
    drawn = np.random.default_rng(seed).choice(WORDS, size=(rows, 4))
    return pd.DataFrame({"text": [" ".join(words) for words in drawn]})


def _transformers(*_: Any) -> tuple[Any, dict[str, Any]]:
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
        pipeline,
    )

    torch.manual_seed(0)
    known = {word: at for at, word in enumerate((*SPECIAL.values(), *WORDS))}
    tokenizer = Tokenizer(WordLevel(known, unk_token=SPECIAL["unk_token"]))
    tokenizer.pre_tokenizer = Whitespace()
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(known), intermediate_size=8, **sizes)
    classify = pipeline(
        "text-classification",
        model=BertForSequenceClassification(config).eval(),
        tokenizer=PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SPECIAL),
        device="cpu",
    )
    answer = Schema([ColSpec(DataType.string, "label"), ColSpec(DataType.double, "score")])
    signature = ModelSignature(Schema([ColSpec(DataType.string, "text")]), answer)
    return classify, {"signature": signature}


_MAKE: dict[str, Make] = {
    "sklearn": _sklearn,
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "catboost": _catboost,
    "statsmodels": _statsmodels,
    "onnx": _onnx,
    "pytorch": _pytorch,
    "tensorflow": _tensorflow,
    "keras": _keras,
    "pyfunc": _pyfunc,
}
FLAVORS = {
    **{flavor: Flavored(flavor, make) for flavor, make in _MAKE.items()},
    "prophet": Flavored("prophet", _prophet, _days, output="yhat"),
    "transformers": Flavored("transformers", _transformers, _texts, output="score"),
}
MODELS: dict[str, zoo.Model] = {f"flavor_{name}": model for name, model in FLAVORS.items()}
