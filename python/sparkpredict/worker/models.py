# SPDX-License-Identifier: Apache-2.0
"""Loads a model once in each Python worker process and keeps it while the process lives."""

from __future__ import annotations

import gc
import logging
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .conditions import WorkerError
from .matrix import Predict, takes_matrix, unnamed

log = logging.getLogger(__name__)

_loaded: dict[str, Loaded] = {}

# Flavors whose own predict is called directly: the JVM has matched and cast the inputs already, so
# MLflow's schema enforcement would do the same work once more for each batch.
_DIRECT = frozenset({"sklearn", "xgboost", "lightgbm"})

_REQUIREMENTS = {
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "cv2": "opencv-python",
    "PIL": "pillow",
}


@dataclass(frozen=True)
class Loaded:
    """A model that is ready to score.

    Attributes:
        predict: the shortest way to the model's own answer.
        by_matrix: whether a plain matrix gives the same answers as a named frame.
    """

    predict: Predict
    by_matrix: bool


def cached(choice: dict[str, Any], folder: Callable[[], Path]) -> Loaded:
    """A model, loaded at the first call in this process.

    Args:
        choice: digest, alias, flavor and feature names, as the driver settled them.
        folder: gives the unpacked model folder; called only when the model must be loaded.
    """
    key = choice["digest"]
    if key not in _loaded:
        path = folder()
        log.info("loading %s (flavor %s, digest %s)", choice["alias"], choice["flavor"], key)
        _loaded[key] = ready(load(path, choice["alias"], str(path)), choice)
        _keep_out_of_collections()
    return _loaded[key]


def _keep_out_of_collections() -> None:
    """Exempts what is loaded by now from Python's garbage collector.

    Spark's daemon collects after every task. With MLflow and scikit-learn loaded that takes 0.1 s
    of processor each time, and finds nothing: libraries and models stay as long as the process.
    """
    gc.collect()
    gc.freeze()


def load(folder: Path, alias: str, uri: str) -> Any:
    """Loads a model folder as MLflow's Python function.

    Raises:
        WorkerError: PREDICT_MODEL_LIBRARY_MISSING or PREDICT_MODEL_LOAD_FAILED, with the host.
    """
    host = socket.gethostname()
    try:
        from mlflow import pyfunc

        return pyfunc.load_model(str(folder), suppress_warnings=True)
    except ImportError as error:
        missing = _missing_package(error)
        if missing is None:
            raise WorkerError(
                "PREDICT_MODEL_LOAD_FAILED", alias=alias, uri=uri, host=host, cause=_told(error)
            ) from error
        raise WorkerError(
            "PREDICT_MODEL_LIBRARY_MISSING",
            alias=alias,
            package=missing,
            host=host,
            requirement=_requirement(missing, folder),
        ) from error
    except Exception as error:
        raise WorkerError(
            "PREDICT_MODEL_LOAD_FAILED", alias=alias, uri=uri, host=host, cause=_told(error)
        ) from error


def ready(model: Any, choice: dict[str, Any]) -> Loaded:
    """The shortest way to a loaded model's predict that gives the same answer."""
    implementation: Any = getattr(model, "_model_impl", None)
    if choice["flavor"] not in _DIRECT or implementation is None:
        return Loaded(model.predict, by_matrix=False)
    raw = getattr(implementation, "sklearn_model", None)
    if takes_matrix(raw, choice["names"]):
        return Loaded(unnamed(implementation.predict), by_matrix=True)
    return Loaded(implementation.predict, by_matrix=False)


def _missing_package(error: BaseException | None) -> str | None:
    """The missing top-level package; MLflow wraps the import error of some models."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name:
            return error.name.partition(".")[0]
        error = error.__cause__ or error.__context__
    return None


def _requirement(package: str, folder: Path) -> str:
    """The line of the model's own requirements for a package, else its usual name."""
    wanted = _REQUIREMENTS.get(package, package)
    listed = folder / "requirements.txt"
    lines = listed.read_text().splitlines() if listed.is_file() else []
    fitting = [line.strip() for line in lines if _project(line) == _project(wanted)]
    return fitting[0] if fitting else wanted


def _project(requirement: str) -> str:
    """The normalised name in a requirement, as pip compares names."""
    found = re.match(r"\s*([A-Za-z0-9._-]*)", requirement)
    return re.sub(r"[-_.]+", "-", found.group(1)).lower() if found else ""


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
