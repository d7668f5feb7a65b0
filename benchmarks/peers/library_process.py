# SPDX-License-Identifier: Apache-2.0
"""One process of ``library``: loads a model and its rows, then scores them at each line read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

# Rows of a call, that the libraries are quick with on one thread.
BATCHES = {"sklearn": 65_536, "lightgbm": 65_536, "xgboost": 8192, "onnx": 1024}


def main(uri: str, names: list[str], files: list[str]) -> None:
    table = pa.concat_tables([pq.read_table(file, columns=names) for file in files])
    flavors = mlflow.models.Model.load(uri).flavors
    flavor = next(one for one in BATCHES if one in flavors)
    score, rows = READY[flavor](uri, table.to_pandas())
    size = BATCHES[flavor]
    batches = [rows[at : at + size] for at in range(0, len(rows), size)]
    print("ready", flush=True)
    for _ in sys.stdin:
        for batch in batches:
            score(batch)
        print("scored", flush=True)


def _sklearn(uri: str, frame: pd.DataFrame) -> tuple[Callable[[Any], Any], Any]:
    model = mlflow.sklearn.load_model(uri)
    named = getattr(model, "feature_names_in_", None) is not None
    return model.predict, frame if named else frame.to_numpy()


def _lightgbm(uri: str, frame: pd.DataFrame) -> tuple[Callable[[Any], Any], Any]:
    booster = mlflow.lightgbm.load_model(uri).booster_
    return partial(booster.predict, num_threads=1), frame.to_numpy()


def _xgboost(uri: str, frame: pd.DataFrame) -> tuple[Callable[[Any], Any], Any]:
    booster = mlflow.xgboost.load_model(uri).get_booster()
    booster.set_param({"nthread": 1})
    return partial(booster.inplace_predict, validate_features=False), frame.to_numpy(np.float32)


def _onnx(uri: str, frame: pd.DataFrame) -> tuple[Callable[[Any], Any], Any]:
    from benchmarks.peers import loading

    is_array = len(frame.columns) == 1
    values = np.stack(frame.iloc[:, 0].to_numpy()) if is_array else frame.to_numpy()
    scorer = loading.scorer(uri, tuple(frame.columns))
    return lambda batch: scorer([batch]), values.astype(np.float32)


READY = {"sklearn": _sklearn, "lightgbm": _lightgbm, "xgboost": _xgboost, "onnx": _onnx}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2].split(","), sys.argv[3:])
