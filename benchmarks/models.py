# SPDX-License-Identifier: Apache-2.0
"""The models that are scored, saved by MLflow with its defaults as far as they go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow
import sklearn
from mlflow.models import infer_signature
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression

from benchmarks import data

TRAINED_ON = 20_000


def linear(folder: Path) -> str:
    """Trained on a frame and saved with a signature: nine named columns."""
    features = data.frame(TRAINED_ON, seed=100)
    model = LinearRegression().fit(features, data.target(features))
    return _saved(folder / "linear", model, infer_signature(features, data.target(features)))


def linear_again(folder: Path) -> str:
    """The same in a folder of its own, for another measurement of the same run."""
    return linear(folder / "again")


def unnamed(folder: Path) -> str:
    """Trained on a matrix and saved without a signature, as Synapse's tutorial does."""
    features = data.frame(TRAINED_ON, seed=100)
    model = LinearRegression().fit(features.to_numpy(), data.target(features).to_numpy())
    return _saved(folder / "unnamed", model, None)


def trees(folder: Path) -> str:
    """One hundred boosted trees of up to 31 leaves, scikit-learn's defaults."""
    features = data.frame(TRAINED_ON, seed=100)
    model = HistGradientBoostingRegressor(random_state=0).fit(features, data.target(features))
    signature = infer_signature(features, data.target(features))
    # skops, the default format, asks for each type of this model to be listed as trusted
    return _saved(folder / "trees", model, signature, serialization_format="cloudpickle")


def _saved(path: Path, model: Any, signature: Any, **options: Any) -> str:
    requirements = [f"scikit-learn=={sklearn.__version__}"]
    mlflow.sklearn.save_model(
        model, path, signature=signature, pip_requirements=requirements, **options
    )
    return str(path)
