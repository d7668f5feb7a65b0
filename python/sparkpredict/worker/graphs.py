# SPDX-License-Identifier: Apache-2.0
"""Models that have their outputs by names: graphs of neural networks, and forecasts.

MLflow's own wrappers of them take and give less than the libraries do, or more slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Protocol

from .conditions import WorkerError

ONNX = "onnx"
PYTORCH = "pytorch"
TENSORFLOW = "tensorflow"
KERAS = "keras"
PROPHET = "prophet"

# The signature that TensorFlow and Keras give a model that names none itself.
SERVING = "serving_default"


class Graph(Protocol):
    """What has its outputs by their names.

    Attributes:
        names: of the outputs, as far as it tells before it answers.
        takes_matrix: whether a plain matrix gives the same answers as a named frame.
    """

    names: tuple[str, ...]

    @property
    def takes_matrix(self) -> bool:
        """See above."""

    def predict(self, data: Any) -> Any:
        """All that it answers."""

    def output(self, name: str) -> Callable[[Any], Any]:
        """The function that gives one output; None of its answer where there is none."""


def of(flavor: str, model: Any) -> Any:
    """The graph inside MLflow's Python function; None where MLflow itself has to be asked."""
    inner = implementation(model)
    return None if inner is None else _WRAPS[flavor](inner)


def selected(model: Any, meta_data: Mapping[str, Any] | None) -> Any:
    """MLflow's Python function with another signature of its SavedModel.

    Args:
        model: the Python function.
        meta_data: ``signature_def_key``; the model as it is where there is none.

    Raises:
        WorkerError: PREDICT_INVALID_ARGUMENT, the SavedModel has no such signature.
    """
    key = (meta_data or {}).get("signature_def_key")
    saved = getattr(implementation(model), "model", None)
    found = dict(getattr(saved, "signatures", None) or {})
    if key is None or (key == SERVING and key not in found):
        return model
    if key not in found:
        raise WorkerError(
            "PREDICT_INVALID_ARGUMENT",
            argument="meta_data['signature_def_key']",
            value=repr(key)[:80],
            expected=" or ".join(sorted({*found, SERVING})),
        )
    inner = SimpleNamespace(model=saved, infer=found[key])
    return SimpleNamespace(
        _model_impl=inner, metadata=getattr(model, "metadata", None), predict=model.predict
    )


def implementation(model: Any) -> Any:
    """MLflow's wrapper inside its Python function; None where there is none."""
    return getattr(model, "_model_impl", None)


def _pytorch(inner: Any) -> Graph | None:
    if not hasattr(inner, "pytorch_model"):
        return None
    if getattr(inner, "_is_forecasting_model", False):  # it takes frames
        return None
    from .torch_model import TorchModel  # numpy and pandas, which sparkpredict does not bring

    return TorchModel(inner.pytorch_model, inner.device)


def _tensorflow(inner: Any) -> Graph | None:
    if hasattr(inner, "keras_model"):
        return _keras_model(inner.keras_model)
    if not hasattr(inner, "infer"):
        return None
    from .tensorflow_model import TensorFlowModel

    return TensorFlowModel(inner.model, inner.infer)


def _keras(inner: Any) -> Graph | None:
    # What Keras has exported is TensorFlow's, and MLflow calls it by another name.
    exported = getattr(inner, "save_exported_model", False)
    return None if exported else _keras_model(inner.model)


def _keras_model(model: Any) -> Graph:
    from .keras_model import KerasModel

    return KerasModel(model)


def _prophet(inner: Any) -> Graph | None:
    if not hasattr(inner, "pr_model"):
        return None
    from .prophet_model import ProphetModel

    return ProphetModel(inner.pr_model)


_WRAPS: dict[str, Callable[[Any], Any]] = {
    ONNX: lambda inner: getattr(inner, "onnx_model", None),
    PYTORCH: _pytorch,
    TENSORFLOW: _tensorflow,
    KERAS: _keras,
    PROPHET: _prophet,
}
FLAVORS = frozenset(_WRAPS)
