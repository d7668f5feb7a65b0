# SPDX-License-Identifier: Apache-2.0
"""Loads a model folder as MLflow's Python function, and says what is missing where it does not."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from . import methods, safe
from .conditions import WorkerError
from .missing import missing_package, requirement


def load(folder: Path, alias: str, uri: str, *, in_safe_mode: bool = False) -> Any:
    """Loads a model folder as MLflow's Python function.

    Args:
        folder: of the model.
        alias: for error texts.
        uri: for error texts.
        in_safe_mode: whether a model that can hold code is refused.

    Raises:
        WorkerError: PREDICT_UNSAFE_FORMAT; PREDICT_MODEL_LIBRARY_MISSING or
            PREDICT_MODEL_LOAD_FAILED, with the host.
    """
    host = socket.gethostname()
    try:
        return _function(folder, in_safe_mode)
    except safe.Unsafe as error:
        raise unsafe(error, alias, uri) from None
    except ImportError as error:
        missing = missing_package(error)
        if missing is None:
            raise WorkerError(
                "PREDICT_MODEL_LOAD_FAILED", alias=alias, uri=uri, host=host, cause=_told(error)
            ) from error
        raise WorkerError(
            "PREDICT_MODEL_LIBRARY_MISSING",
            alias=alias,
            package=missing,
            host=host,
            requirement=requirement(missing, folder),
        ) from error
    except Exception as error:
        raise WorkerError(
            "PREDICT_MODEL_LOAD_FAILED", alias=alias, uri=uri, host=host, cause=_told(error)
        ) from error


def unsafe(error: safe.Unsafe, alias: str, uri: str) -> WorkerError:
    """The error of a model that safe mode does not take."""
    cure = f"{error.cure}, or bind it without safe mode where you trust it."
    return WorkerError("PREDICT_UNSAFE_FORMAT", alias=alias, uri=uri, format=error.kind, cure=cure)


def _function(folder: Path, in_safe_mode: bool) -> Any:  # noqa: FBT001 (the caller's)
    from mlflow.models import Model

    described = Model.load(str(folder))
    if in_safe_mode:
        return safe.load(folder, described)
    from mlflow import pyfunc

    flavors = described.flavors
    if flavors.get("python_function", {}).get("loader_module") == "mlflow.onnx":
        return _onnx(folder, described)
    if "python_function" in flavors or "sklearn" not in flavors:
        return pyfunc.load_model(str(folder), suppress_warnings=True)
    from mlflow import sklearn  # what has no predict, such as a scaler, has no Python function

    return SimpleNamespace(
        _model_impl=SimpleNamespace(sklearn_model=sklearn.load_model(str(folder)))
    )


def _onnx(folder: Path, described: Any) -> Any:
    from .onnx_model import OnnxModel  # numpy and pandas, as above

    options = described.flavors.get(methods.ONNX, {})
    data = options.get("data") or described.flavors["python_function"]["data"]
    graph = OnnxModel(folder / data, options)
    implementation = SimpleNamespace(onnx_model=graph)
    return SimpleNamespace(_model_impl=implementation, metadata=described, predict=graph.predict)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
