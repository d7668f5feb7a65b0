# SPDX-License-Identifier: Apache-2.0
"""Safe mode: reads the formats that hold no code, each by its own library.

MLflow's loaders are not asked: they import and make what MLmodel names. Which formats hold no code:
https://skops.readthedocs.io/en/stable/persistence.html,
https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html,
https://lightgbm.readthedocs.io/en/stable/Python-Intro.html,
https://catboost.ai/docs/en/concepts/python-reference_catboost_load_model,
https://onnx.ai/onnx/repo-docs/IR.html.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_EXPORT = "Export it to ONNX and save that by mlflow.onnx.save_model"
_SKOPS = (0, 13)  # older ones have had ways around their list of types
_XGBOOST = frozenset(
    {"Booster", "XGBClassifier", "XGBRanker", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor"}
)
_CATBOOST = frozenset({"CatBoost", "CatBoostClassifier", "CatBoostRanker", "CatBoostRegressor"})
_PROVIDERS = frozenset({"CPUExecutionProvider", "CUDAExecutionProvider"})


class Unsafe(Exception):
    """A model that can hold code.

    Attributes:
        kind: what it is kept as.
        cure: what can be done.
    """

    def __init__(self, kind: str, cure: str) -> None:
        super().__init__(kind)
        self.kind, self.cure = kind, cure


def check(folder: Path, flavors: Mapping[str, Any]) -> Callable[[], Any]:
    """What reads the library's own object, in the form that MLflow's loaders give it.

    Args:
        folder: of the model.
        flavors: what its MLmodel says of them.

    Raises:
        Unsafe: it can hold code.
    """
    function = flavors.get("python_function", {})
    module = str(function.get("loader_module", "mlflow.sklearn" if "sklearn" in flavors else ""))
    reader = _READERS.get(module)
    if reader is None:
        raise Unsafe(f"what {module} loads", _EXPORT)
    options = flavors.get(module.rpartition(".")[2])
    if not isinstance(options, Mapping):
        raise Unsafe(f"what {module} loads, without its flavor", _EXPORT)
    if function.get("code") or options.get("code"):
        raise Unsafe("one that brings code along", "Save it without code_paths")
    try:
        return reader(folder, options)
    except (KeyError, OSError, ValueError, zipfile.BadZipFile) as error:
        kind = f"what {module} does not read ({type(error).__name__}: {error})"
        raise Unsafe(kind, "Save the model again") from error


def load(folder: Path, described: Any) -> Any:
    """A model as MLflow's Python function would be.

    Args:
        folder: of the model.
        described: its MLmodel, read by MLflow.

    Raises:
        Unsafe: it can hold code.
    """
    implementation, predict = check(folder, described.flavors)()
    return SimpleNamespace(_model_impl=implementation, metadata=described, predict=predict)


def _sklearn(folder: Path, options: Mapping[str, Any]) -> Callable[[], Any]:
    kind = options.get("serialization_format", "pickle")
    if kind != "skops":
        cure = "Save it with serialization_format='skops', or export it to ONNX"
        raise Unsafe(f"a {kind} of scikit-learn", cure)
    import skops
    from skops import io

    if tuple(int(part) for part in skops.__version__.split(".")[:2]) < _SKOPS:
        raise Unsafe(f"skops, of which {skops.__version__} is installed", "Install skops>=0.13")
    path = folder / str(options["pickled_model"])
    # not the types that MLmodel says are to be trusted
    unknown = io.get_untrusted_types(file=path)
    if unknown:
        raise Unsafe(f"skops with the types {', '.join(unknown)[:300]}", _EXPORT)

    def read() -> Any:
        estimator = io.load(path, trusted=[])
        predict = getattr(estimator, "predict", None)  # a scaler has none
        return SimpleNamespace(sklearn_model=estimator), _with_params(predict)

    return read


def _xgboost(folder: Path, options: Mapping[str, Any]) -> Callable[[], Any]:
    path = folder / str(options["data"])
    name = str(options.get("model_class", "xgboost.core.Booster")).rpartition(".")[2]
    if name not in _XGBOOST:
        raise Unsafe(f"a model of the class {options['model_class']}", _EXPORT)
    if _begins(path, 1) != b"{":  # JSON and UBJSON
        raise Unsafe("XGBoost's old binary format", "Save it with model_format='ubj'")

    def read() -> Any:
        import xgboost

        model = getattr(xgboost, name)()
        model.load_model(str(path))
        wrapped = xgboost.DMatrix if name == "Booster" else _as_it_is
        predict = _with_params(lambda data, **params: model.predict(wrapped(data), **params))
        return SimpleNamespace(xgb_model=model), predict

    return read


def _lightgbm(folder: Path, options: Mapping[str, Any]) -> Callable[[], Any]:
    path = folder / str(options["data"])
    kind = options.get("model_class", "lightgbm.basic.Booster")
    if kind != "lightgbm.basic.Booster" or _begins(path, 4) != b"tree":
        raise Unsafe(f"a pickle of {kind}", "Save its booster_, which MLflow keeps as text")

    def read() -> Any:
        import lightgbm

        model = lightgbm.Booster(model_file=str(path))
        return SimpleNamespace(lgb_model=model), _with_params(model.predict)

    return read


def _catboost(folder: Path, options: Mapping[str, Any]) -> Callable[[], Any]:
    name, kind = str(options.get("model_type")), options.get("save_format")
    if name not in _CATBOOST or kind not in {"cbm", "json"}:
        raise Unsafe(f"CatBoost's {kind} of a {name}", "Save it with format='cbm'")

    def read() -> Any:
        import catboost

        model = getattr(catboost, name)()
        model.load_model(str(folder / str(options["data"])), kind)
        return SimpleNamespace(cb_model=model), _with_params(model.predict)

    return read


def _onnx(folder: Path, options: Mapping[str, Any]) -> Callable[[], Any]:
    providers = options.get("providers") or []
    providers = [providers] if isinstance(providers, str) else providers
    stated = options.get("onnx_session_options") or {}
    known = all(isinstance(one, str) and one in _PROVIDERS for one in providers)
    # Options of a provider, and those that have no name of their own, can name libraries and files.
    if not known or stated.get("extra_session_config"):
        raise Unsafe(
            "an ONNX graph with options of its own for the runtime",
            "Save it with CPUExecutionProvider or CUDAExecutionProvider, and without their options",
        )

    def read() -> Any:
        from .onnx_model import OnnxModel  # numpy and pandas, which importing sparkpredict does not

        graph = OnnxModel(folder / str(options["data"]), options)
        return SimpleNamespace(onnx_model=graph), graph.predict

    return read


def _with_params(call: Any) -> Any:
    """A library's own predict, as MLflow's wrappers ask it."""
    return lambda data, params=None: call(data, **(params or {}))


def _as_it_is(data: Any) -> Any:
    return data


def _begins(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


_READERS: dict[str, Callable[[Path, Mapping[str, Any]], Callable[[], Any]]] = {
    "mlflow.catboost": _catboost,
    "mlflow.lightgbm": _lightgbm,
    "mlflow.onnx": _onnx,
    "mlflow.sklearn": _sklearn,
    "mlflow.xgboost": _xgboost,
}
