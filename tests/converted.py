# SPDX-License-Identifier: Apache-2.0
"""Converts fitted models as a bind does, without Spark."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd

from sparkpredict import inspect, package
from sparkpredict.onnx import converters, converting
from sparkpredict.onnx.exporting import GRAPH, Exported

_ATTRIBUTES = {"sklearn": "sklearn_model", "xgboost": "xgb_model", "lightgbm": "lgb_model"}
_TYPES = {"f8": "double", "f4": "float", "i8": "long", "b1": "boolean"}


def bound(library: Any, data: Any, flavor: str = "sklearn") -> converting.Bound:
    """A fitted model with the signature of a frame, or for a matrix without one."""
    inner = SimpleNamespace(**{_ATTRIBUTES[flavor]: library})
    model = SimpleNamespace(_model_impl=inner)
    inputs = None
    if isinstance(data, pd.DataFrame):
        inputs = [{"name": str(n), "type": _type(data[n].dtype)} for n in data.columns]
    loader = {"python_function": {"loader_module": f"mlflow.{flavor}"}, flavor: {}}
    folder = package.Package(Path(), loader, inputs, None, None, 0)
    descriptor = inspect.describe(folder, "0" * 64, model)
    return converting.Bound(folder, descriptor, model, is_compiled=False)


def converted(library: Any, data: Any, flavor: str = "sklearn", engine: str = "auto") -> Exported:
    """What a bind makes of it."""
    found = bound(library, data, flavor)
    return converting.graph_of(converters.FLAVORS[flavor], found, engine, 60)


def reason(library: Any, data: Any, flavor: str = "sklearn", engine: str = "auto") -> str:
    """Why it makes nothing."""
    found = converted(library, data, flavor, engine)
    assert found.told is not None
    assert "reason" in found.told, found.notes
    return str(found.told["reason"])


def note(found: Exported) -> str:
    """What a user is told of the graph."""
    assert found.graph is not None, found.told
    (told,) = found.notes
    return told


def session(found: Exported) -> Any:
    """The graph, opened."""
    assert found.graph is not None, found.told
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(found.members[GRAPH], options)


def _type(dtype: Any) -> str:
    kind = f"{dtype.kind}{dtype.itemsize}" if isinstance(dtype, np.dtype) else "O"
    return _TYPES.get(kind, "string")
