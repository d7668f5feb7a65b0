# SPDX-License-Identifier: Apache-2.0
"""The models that the compiled engine is measured by, and what it must reach with each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from xgboost import XGBRegressor

NUMBERS, TEXTS = 10, 4


@dataclass(frozen=True)
class Measured:
    """One model of the table.

    Attributes:
        features: how many columns of numbers it takes.
        make: makes the estimator, not fitted.
        times: how many times as fast as MLflow's UDF it must be.
        rows: how many of the run's rows are scored, as a part: a slow model takes fewer.
        texts: how many columns of texts it takes beside the numbers.
        trained_on: rows.
    """

    features: int
    make: Callable[[], Any]
    times: float
    rows: float = 1.0
    texts: int = 0
    trained_on: int = 20_000

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        """Rows of that form, the same for the same seed."""
        random = np.random.default_rng(seed)
        numbers = random.normal(size=(rows, self.features))
        frame = pd.DataFrame(numbers, columns=[f"x{at}" for at in range(self.features)])
        for at in range(self.texts):
            frame[f"s{at}"] = random.choice([f"category {k}" for k in range(12)], rows)
        return frame

    def fitted(self) -> tuple[Any, pd.DataFrame]:
        """The estimator and what it was fitted on."""
        frame = self.frame(self.trained_on, seed=100)
        noise = np.random.default_rng(101).normal(size=len(frame))
        target = 2 * frame["x0"] + np.sin(3 * frame["x1"]) * frame["x2"] + 0.3 * noise
        fitted = self.make().fit(frame, (target > 0).astype(float) if self.texts else target)
        if hasattr(fitted, "n_jobs"):
            fitted.n_jobs = 1  # with more, scikit-learn adds the trees of a forest in any order
        return fitted, frame


def _pipeline() -> Any:
    numbers = ("numbers", StandardScaler(), [f"x{at}" for at in range(NUMBERS)])
    known = OneHotEncoder(handle_unknown="ignore")
    texts = ("texts", known, [f"s{at}" for at in range(TEXTS)])
    return make_pipeline(ColumnTransformer([numbers, texts]), LogisticRegression())


def _forest(**options: Any) -> Callable[[], Any]:
    return lambda: RandomForestRegressor(100, random_state=0, n_jobs=2, **options)


def _lightgbm(**options: Any) -> Callable[[], Any]:
    return lambda: LGBMRegressor(verbose=-1, random_state=0, **options)


def _xgboost(**options: Any) -> Callable[[], Any]:
    return lambda: XGBRegressor(random_state=0, **options)


MODELS = {
    "linear": Measured(9, LinearRegression, 4.0),
    "pipeline": Measured(NUMBERS, _pipeline, 6.0, 0.5, texts=TEXTS),
    "forest_8": Measured(30, _forest(max_depth=8), 7.0, 0.25),
    "boosting": Measured(9, lambda: GradientBoostingRegressor(random_state=0), 22.0),
    "histogram": Measured(9, lambda: HistGradientBoostingRegressor(random_state=0), 26.0),
    "lightgbm": Measured(30, _lightgbm(), 16.0, 0.5),
    "lightgbm_200": Measured(30, _lightgbm(n_estimators=200, num_leaves=64), 11.0, 0.25),
    "xgboost": Measured(30, _xgboost(), 10.0, 0.5),
    "xgboost_200": Measured(30, _xgboost(n_estimators=200, max_depth=6), 8.0, 0.25),
    "forest_deep": Measured(30, _forest(), 5.0, 0.2),
}
