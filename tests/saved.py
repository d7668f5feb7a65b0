# SPDX-License-Identifier: Apache-2.0
"""Small real models, saved by MLflow, and what the library itself answers."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudpickle
import mlflow
import numpy as np
import pandas as pd
import yaml
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier

# Named, so that MLflow does not start a process to find them out.
REQUIREMENTS = ["mlflow", "scikit-learn"]


@dataclass(frozen=True)
class Saved:
    """A saved model.

    Attributes:
        folder: where MLflow wrote it.
        library: the estimator itself.
        features: its features in order.
    """

    folder: Path
    library: Any
    features: tuple[str, ...]

    def __fspath__(self) -> str:
        return str(self.folder)

    def __str__(self) -> str:
        return str(self.folder)

    def scores(self, rows: Sequence[Any]) -> list[Any]:
        """The library's own answers for rows that have the features by name."""
        frame = pd.DataFrame([[row[name] for name in self.features] for row in rows])
        if hasattr(self.library, "feature_names_in_"):
            frame.columns = list(self.features)
            return list(self.library.predict(frame).tolist())
        return list(self.library.predict(frame.to_numpy()).tolist())


def sample(features: Sequence[str]) -> pd.DataFrame:
    """Numbers to fit on, the same in each run."""
    numbers = np.random.default_rng(7).normal(size=(60, len(features)))
    return pd.DataFrame(numbers, columns=list(features))


def regression(
    folder: Path,
    *,
    signed: bool,
    features: tuple[str, ...] = ("a", "b"),
    weights: Sequence[float] = (2.0, -1.0),
    intercept: float = 0.5,
) -> Saved:
    """A linear regression of which the coefficients are known.

    They are set, not only fitted: with round numbers BLAS answers with the same bits for any size
    and layout of a batch.
    """
    data = sample(features)
    inputs = data if signed else data.to_numpy()
    model = LinearRegression().fit(inputs, data.to_numpy() @ np.asarray(weights) + intercept)
    model.coef_, model.intercept_ = np.asarray(weights), intercept
    return sklearn(folder, model, features, data if signed else None)


def labels(folder: Path) -> Saved:
    """A classifier of text labels over a and b."""
    data = sample(("a", "b"))
    classes = np.select([data["a"] < -0.5, data["a"] > 0.5], ["low", "high"], "middle")
    model = DecisionTreeClassifier(random_state=0).fit(data, classes)
    return sklearn(folder, model, ("a", "b"), data)


def pair(folder: Path) -> Saved:
    """A regression of two targets over a and b."""
    data = sample(("a", "b"))
    weights, intercepts = np.asarray([[2.0, -1.0], [1.0, 4.0]]), np.asarray([0.5, -0.25])
    model = LinearRegression().fit(data, data.to_numpy() @ weights.T + intercepts)
    model.coef_, model.intercept_ = weights, intercepts
    return sklearn(folder, model, ("a", "b"), None)


def sklearn(
    folder: Path, model: Any, features: tuple[str, ...], signed_by: pd.DataFrame | None
) -> Saved:
    """Saves an estimator; with a signature when there is a frame to infer it from."""
    signature = None
    if signed_by is not None:
        signature = infer_signature(signed_by, model.predict(signed_by))
    target = folder / "model"
    mlflow.sklearn.save_model(
        model,
        str(target),
        signature=signature,
        pip_requirements=REQUIREMENTS,
        # skops, the default of MLflow 3, does not trust trees.
        serialization_format="cloudpickle",
    )
    return Saved(target, model, features)


class Scaled(mlflow.pyfunc.PythonModel):
    """``a * factor + shift`` by its inference parameters, and the other sign with ``negate``."""

    def predict(self, context, model_input, params=None):
        sign = -1 if params.get("negate") else 1
        return sign * (model_input["a"] * params["factor"] + params["shift"])


def scaled(folder: Path, defaults: dict[str, Any]) -> Path:
    """A Python function with these inference parameters in its signature."""
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    target = folder / "model"
    with _by_value(Scaled.predict):
        mlflow.pyfunc.save_model(
            str(target),
            python_model=Scaled(),
            signature=infer_signature(frame, frame["a"], params=defaults),
            pip_requirements=["mlflow"],
        )
    return target


def without_signature(model: Saved) -> Path:
    """A copy of a saved model that says nothing of its columns but what the library knows."""
    target = model.folder.parent / "without_signature"
    if not target.exists():
        shutil.copytree(model.folder, target)
        described = yaml.safe_load((target / "MLmodel").read_text())
        described.pop("signature", None)
        (target / "MLmodel").write_text(yaml.safe_dump(described))
    return target


class Function(mlflow.pyfunc.PythonModel):
    """A Python function as a model; ``load`` runs once for each time that it is loaded."""

    def __init__(self, function: Callable[[Any], Any], load: Callable[[], None] | None) -> None:
        self.function = function
        self.load = load

    def load_context(self, context: Any) -> None:
        if self.load is not None:
            self.load()

    def predict(self, context, model_input, params=None):  # MLflow reads hints of types here
        return self.function(model_input)


def pyfunc(
    folder: Path,
    function: Callable[[Any], Any],
    *,
    load: Callable[[], None] | None = None,
    signature: Any = None,
    requirements: Sequence[str] = ("mlflow",),
) -> Path:
    """Saves a function of the input frame as an MLflow model that needs no file of the tests."""
    target = folder / "model"
    with _by_value(function):
        mlflow.pyfunc.save_model(
            str(target),
            python_model=Function(function, load),
            signature=signature,
            pip_requirements=list(requirements),
        )
    return target


def pickled(function: Callable[[Any], Any]) -> bytes:
    """A function as a pickled PythonModel, as the folder of a saved one holds it."""
    with _by_value(function):
        return bytes(cloudpickle.dumps(Function(function, None)))


@contextlib.contextmanager
def _by_value(function: Callable[[Any], Any]) -> Iterator[None]:
    """Lets cloudpickle take the tests' own code along: workers cannot import it."""
    names = {__name__, function.__module__} - {"builtins"}
    modules = [sys.modules[name] for name in names]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
