# SPDX-License-Identifier: Apache-2.0
"""A model as a careful user holds it in a worker: by its own library, loaded once, one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

# From columns in the features' order to scores.
Scorer = Callable[[Sequence[Any]], Any]


@cache
def scorer(uri: str, names: tuple[str, ...]) -> Scorer:
    """Workers import this module, so each process keeps what it has loaded."""
    import mlflow

    flavors = mlflow.models.Model.load(uri).flavors
    if "onnx" in flavors:
        return graph(f"{uri}/{flavors['onnx']['data']}")
    flavor = next(one for one in ("sklearn", "xgboost", "lightgbm") if one in flavors)
    model = getattr(mlflow, flavor).load_model(uri)
    if getattr(model, "feature_names_in_", None) is None:
        return lambda columns: model.predict(np.column_stack(columns))
    return lambda columns: model.predict(pd.DataFrame(dict(zip(names, columns))))


@cache
def graph(file: str) -> Scorer:
    """A graph by ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    inputs = [one.name for one in session.get_inputs()]
    output = session.get_outputs()[0].name

    def score(columns: Sequence[Any]) -> Any:
        given = columns if len(inputs) > 1 else [_matrix(columns)]
        fed = {name: _column(values) for name, values in zip(inputs, given)}
        return np.ravel(session.run([output], fed)[0]).astype(float)

    return score


def _matrix(columns: Sequence[Any]) -> Any:
    if len(columns) == 1:  # of arrays
        return np.stack(np.asarray(columns[0])).astype(np.float32)
    return np.column_stack(columns).astype(np.float32)


def _column(values: Any) -> Any:
    found = np.asarray(values)
    if found.ndim > 1:
        return found
    return found.reshape(-1, 1).astype(np.float32 if found.dtype.kind == "f" else object)
