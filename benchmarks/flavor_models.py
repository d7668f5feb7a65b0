# SPDX-License-Identifier: Apache-2.0
"""One small model for each flavor, and the rows that it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from benchmarks import data, models

COLUMNS_OF_ALL = data.frame
FEATURES = data.frame(models.TRAINED_ON, seed=100)
TARGET = data.target(FEATURES)
COLUMNS = infer_signature(FEATURES, TARGET)
TENSOR = ModelSignature(
    Schema([TensorSpec(np.dtype("float64"), (-1, len(data.COLUMNS)))]),
    Schema([ColSpec("double")]),
)
WORDS = ("good", "bad", "day")
SPECIAL = {"unk_token": "[UNK]", "pad_token": "[PAD]"}


@dataclass(frozen=True)
class Flavor:
    """What is measured of a flavor.

    Attributes:
        library: the module that must be there.
        make: saves a model below a folder and gives its URI.
        share: one of how many rows is scored; slow models get fewer.
        data: makes so many rows by a seed.
        output: of several, which one.
        tensor: whether MLflow takes all columns as one tensor.
    """

    library: str
    make: Callable[[Path], str]
    share: int = 1
    data: Callable[[int, int], pd.DataFrame] = COLUMNS_OF_ALL
    output: str | None = None
    tensor: bool = False


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


def onnx(folder: Path) -> str:
    import skl2onnx
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit(FEATURES.to_numpy("float32"), TARGET.to_numpy("float32"))
    graph = skl2onnx.to_onnx(model, FEATURES.to_numpy("float32")[:1])
    return _saved("onnx", graph, folder)


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


def pyfunc(folder: Path) -> str:
    class Sum(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, ARG002 (MLflow reads hints of types here)
            return model_input.sum(axis=1)

    path = folder / "pyfunc"
    mlflow.pyfunc.save_model(
        str(path), python_model=Sum(), signature=COLUMNS, pip_requirements=["mlflow"]
    )
    return str(path)


def days(rows: int, seed: int) -> pd.DataFrame:
    """Days and a regressor."""
    start = np.datetime64("2024-01-01", "us") + np.arange(rows) * np.timedelta64(1, "h")
    return pd.DataFrame({"ds": start, "x": np.random.default_rng(seed).normal(size=rows)})


def prophet(folder: Path) -> str:
    from prophet import Prophet

    known = days(500, seed=1)
    model = Prophet().add_regressor("x")
    model.fit(known.assign(y=np.sin(np.arange(500.0)) + known["x"]), seed=1)
    return _saved("prophet", model, folder, signature=None)


def texts(rows: int, seed: int) -> pd.DataFrame:
    """A few words each."""
    drawn = np.random.default_rng(seed).choice(WORDS, size=(rows, 4))
    return pd.DataFrame({"text": [" ".join(words) for words in drawn]})


def transformers(folder: Path) -> str:
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
    answer = [ColSpec(DataType.string, "label"), ColSpec(DataType.double, "score")]
    signature = ModelSignature(Schema([ColSpec(DataType.string, "text")]), Schema(answer))
    path = folder / "transformers"
    mlflow.transformers.save_model(
        classify, str(path), signature=signature, pip_requirements=["mlflow"]
    )
    return str(path)


def _saved(
    flavor: str,
    model: Any,
    folder: Path,
    *,
    signature: ModelSignature | None = COLUMNS,
    **options: Any,
) -> str:
    path = folder / flavor
    getattr(mlflow, flavor).save_model(
        model, str(path), signature=signature, pip_requirements=["mlflow"], **options
    )
    return str(path)


FLAVORS: dict[str, Flavor] = {
    "sklearn": Flavor("sklearn", sklearn),
    "xgboost": Flavor("xgboost", xgboost),
    "lightgbm": Flavor("lightgbm", lightgbm),
    "catboost": Flavor("catboost", catboost),
    "statsmodels": Flavor("statsmodels", statsmodels),
    "onnx": Flavor("onnxruntime", onnx),
    "pytorch": Flavor("torch", pytorch),
    "tensorflow": Flavor("tensorflow", tensorflow, tensor=True),
    "keras": Flavor("keras", keras, tensor=True),
    "pyfunc": Flavor("mlflow", pyfunc),
    "prophet": Flavor("prophet", prophet, share=20, data=days, output="yhat"),
    "transformers": Flavor("transformers", transformers, share=100, data=texts, output="score"),
}
