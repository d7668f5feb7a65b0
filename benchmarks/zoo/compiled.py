# SPDX-License-Identifier: Apache-2.0
"""The models that the compiled engine is measured by, and a few that it leaves to graphs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVR
from xgboost import XGBRegressor

from benchmarks import data, zoo

NUMBERS, TEXTS = 10, 4


@dataclass(frozen=True)
class Measured(zoo.InOneTable):
    """One model of the table.

    Attributes:
        features: how many columns of numbers it takes.
        make: makes the estimator, not fitted.
        texts: how many columns of texts it takes beside the numbers.
        trained_on: rows.
        of: how many columns of numbers the table has, if not as many; the model takes the first.
    """

    features: int
    make: Callable[[], Any]
    texts: int = 0
    trained_on: int = 20_000
    of: int = 0

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        frame = data.numbers(rows, seed, self.of or self.features)
        random = np.random.default_rng((seed, 1))
        for at in range(self.texts):
            frame[f"s{at}"] = random.choice([f"category {k}" for k in range(12)], rows)
        return frame

    def trained(self, folder: Path) -> zoo.Trained:
        frame = self.frame(self.trained_on, seed=100)
        if self.of:
            frame = frame.iloc[:, : self.features]
        target = data.target(frame)
        fitted = self.make().fit(frame, (target > 0).astype(float) if self.texts else target)
        if hasattr(fitted, "n_jobs"):
            fitted.n_jobs = 1  # with more, scikit-learn adds the trees of a forest in any order
        return zoo.save(folder, fitted, frame)


def _pipeline() -> Any:
    numbers = ("numbers", StandardScaler(), [f"x{at}" for at in range(NUMBERS)])
    known = OneHotEncoder(handle_unknown="ignore")
    texts = ("texts", known, [f"s{at}" for at in range(TEXTS)])
    return make_pipeline(ColumnTransformer([numbers, texts]), LogisticRegression())


def _forest(**options: Any) -> Callable[[], Any]:
    return lambda: RandomForestRegressor(100, random_state=0, n_jobs=2, **options)


def _lightgbm(**options: Any) -> Callable[[], Any]:
    return lambda: LGBMRegressor(verbose=-1, random_state=0, n_jobs=1, **options)


def _xgboost(**options: Any) -> Callable[[], Any]:
    return lambda: XGBRegressor(random_state=0, n_jobs=1, **options)


def histogram(**options: Any) -> Any:
    return HistGradientBoostingRegressor(random_state=0, **options)


# What nothing compiles: each row is compared with all that a model was fitted with.
BY_GRAPH: dict[str, Callable[[], Any]] = {
    "svr": lambda: SVR(C=1.0),
    "neighbours": lambda: KNeighborsRegressor(5),
    "gaussian_process": lambda: GaussianProcessRegressor(RBF(3.0), alpha=0.1),
}

MODELS: dict[str, zoo.Model] = {
    "linear": Measured(9, LinearRegression),
    "pipeline": Measured(NUMBERS, _pipeline, texts=TEXTS),
    "forest_8": Measured(30, _forest(max_depth=8)),
    "boosting": Measured(9, lambda: GradientBoostingRegressor(random_state=0)),
    "histogram": Measured(9, histogram),
    "lightgbm": Measured(30, _lightgbm()),
    "lightgbm_200": Measured(30, _lightgbm(n_estimators=200, num_leaves=64)),
    "xgboost": Measured(30, _xgboost()),
    "xgboost_200": Measured(30, _xgboost(n_estimators=200, max_depth=6)),
    "forest_deep": Measured(30, _forest()),
    **{name: Measured(9, make, trained_on=500) for name, make in BY_GRAPH.items()},
}
