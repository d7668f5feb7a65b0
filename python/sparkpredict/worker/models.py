# SPDX-License-Identifier: Apache-2.0
"""Loads a model once in each Python worker process and keeps it while the process lives."""

from __future__ import annotations

import gc
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import graphs, loading, methods, named, task
from .conditions import WorkerError
from .matrix import takes_matrix, unnamed

log = logging.getLogger(__name__)

Predict = Callable[..., Any]

_loaded: dict[str, Any] = {}
_ready: dict[tuple[str, str], Loaded] = {}
_used: dict[str, float] = {}
# A worker that is kept busy lives on, also after a model was replaced or unregistered.
IDLE_SECONDS = 600.0

# Flavors whose own predict is called directly: the JVM has matched and cast the inputs already, so
# MLflow's schema enforcement would do the same work once more for each batch.
_DIRECT = graphs.FLAVORS | {"sklearn", "xgboost", "lightgbm", "catboost", "statsmodels"}


@dataclass(frozen=True)
class Loaded:
    """A model that is ready to score.

    Attributes:
        predict: the shortest way to the model's own answer: ``predict(data, params=None)``, where
            the params are those of a call.
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
    key = _key(choice)
    _used[key] = time.monotonic()
    _forget_idle(key)
    asked = key, json.dumps({name: choice.get(name) for name in _ASKED})
    if asked not in _ready:
        _ready[asked] = ready(_model(choice, folder), choice)
        _keep_out_of_collections()
    return _ready[asked]


# What makes two ways to score one model differ, beyond the order of its features.
_ASKED = ("names", "output", "answer", "meta_data")


def _key(choice: dict[str, Any]) -> str:
    """What safe mode has not loaded, it does not take from somebody else's binding."""
    return f"{choice['digest']} safe" if choice.get("safe_mode") else str(choice["digest"])


def _model(choice: dict[str, Any], folder: Callable[[], Path]) -> Any:
    key = _key(choice)
    if key not in _loaded:
        task.confine()
        path = folder()
        log.info("loading %s (flavor %s, digest %s)", choice["alias"], choice["flavor"], key)
        in_safe_mode = bool(choice.get("safe_mode"))
        _loaded[key] = loading.load(path, choice["alias"], str(path), in_safe_mode=in_safe_mode)
    return _loaded[key]


def _forget_idle(wanted: str) -> None:
    """Frees models that no task has asked for in a while, at the next task of any other."""
    now = time.monotonic()
    idle = {one for one in _loaded if one != wanted and now - _used[one] > IDLE_SECONDS}
    if not idle:
        return
    for asked in [asked for asked in _ready if asked[0] in idle]:
        del _ready[asked]
    for key in idle:
        del _loaded[key], _used[key]
    gc.unfreeze()  # what refers to itself is found by a collection only
    _keep_out_of_collections()


def _keep_out_of_collections() -> None:
    """Exempts what is loaded by now from Python's garbage collector.

    Spark's daemon collects after every task. With MLflow and scikit-learn loaded that takes 0.1 s
    of processor each time, and finds nothing: libraries and models stay as long as the process.
    """
    gc.collect()
    gc.freeze()


def ready(model: Any, choice: dict[str, Any]) -> Loaded:
    """The shortest way to what is asked of a loaded model that gives the same answer.

    Raises:
        WorkerError: PREDICT_OUTPUT_UNKNOWN.
    """
    model = graphs.selected(model, choice.get("meta_data"))
    library = methods.library(choice["flavor"], model) if choice["flavor"] in _DIRECT else None
    if library is None or (_has_params(model) and not _asks(choice)):
        return Loaded(_with_params(_mlflow(model, choice)), by_matrix=False)
    if choice["flavor"] in graphs.FLAVORS:
        by_matrix = library.takes_matrix
    else:
        by_matrix = takes_matrix(library, choice["names"])
    if choice["flavor"] == methods.ONNX:
        library.classes_ = choice.get("classes")
    call = _call(model, library, choice)
    return Loaded(_alone(unnamed(call) if by_matrix else call), by_matrix=by_matrix)


def _asks(choice: dict[str, Any]) -> bool:
    """Whether something else is wanted than what MLflow's predict gives."""
    return bool(choice.get("output") or choice.get("answer"))


def _mlflow(model: Any, choice: dict[str, Any]) -> Predict:
    """MLflow's own predict, or a part of what it answers."""
    if choice.get("answer"):
        raise unknown(choice, str(choice["answer"]["of"]), (methods.PREDICT,))
    if choice.get("output") in {None, methods.PREDICT}:
        return model.predict  # type: ignore[no-any-return]

    def predict(data: Any, **options: Any) -> Any:
        return named.part(model.predict(data, **options), choice["output"])

    return _of_parts(predict, choice, choice["output"])


def _of_parts(call: Predict, choice: dict[str, Any], output: str) -> Predict:
    """A function of which the answer may lack the part that is asked for: no row is to blame."""

    def predict(data: Any, **options: Any) -> Any:
        try:
            return call(data, **options)
        except named.NoPart as missing:
            known = tuple(dict.fromkeys((methods.PREDICT, *missing.known)))
            raise unknown(choice, output, known) from None

    return predict


def _call(model: Any, library: Any, choice: dict[str, Any]) -> methods.Method:
    ask = choice.get("answer")
    if ask is None:
        output = choice.get("output") or own_function(model)
        return _method(library, choice, output)
    from .classes import asked  # numpy, which importing sparkpredict does not bring along

    label = methods.label(choice["flavor"], library)
    predict, predict_proba = (_method(library, choice, output) for output in (label, ask["of"]))
    return asked(library, predict, predict_proba, ask, choice["alias"])


def own_function(model: Any) -> str:
    """The method that a model was saved with as its Python function."""
    flavors = getattr(getattr(model, "metadata", None), "flavors", {})
    return str(flavors.get("python_function", {}).get("predict_fn", methods.PREDICT))


def _method(library: Any, choice: dict[str, Any], output: str) -> methods.Method:
    found = methods.method(choice["flavor"], library, output)
    if found is None:
        raise unknown(choice, output, methods.names(choice["flavor"], library))
    return _of_parts(found, choice, output) if choice["flavor"] in graphs.FLAVORS else found


def unknown(choice: dict[str, Any], output: str, known: tuple[str, ...]) -> WorkerError:
    """The error of a model that has no such output."""
    return WorkerError(
        "PREDICT_OUTPUT_UNKNOWN",
        alias=choice["alias"],
        flavor=choice["flavor"],
        output=output,
        known=", ".join(known) or "nothing",
    )


def _has_params(model: Any) -> bool:
    """Whether MLflow must fill in and check inference parameters."""
    schema = getattr(getattr(model, "metadata", None), "get_params_schema", None)
    return schema is not None and schema() is not None


def _with_params(call: Predict) -> Predict:
    """Models of old, and other loaders, have a predict that knows no parameters."""

    def predict(data: Any, params: dict[str, Any] | None = None) -> Any:
        return call(data) if params is None else call(data, params=params)

    return predict


def _alone(call: methods.Method) -> Predict:
    """A method of the library, which knows nothing of MLflow's parameters."""

    def predict(data: Any, params: dict[str, Any] | None = None) -> Any:
        if params:
            raise WorkerError(
                "PREDICT_INVALID_ARGUMENT",
                argument="params",
                value=repr(params)[:80],
                expected="none, which only MLflow's predict and a signature with parameters have",
            )
        return call(data)

    return predict
