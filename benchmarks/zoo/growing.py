# SPDX-License-Identifier: Apache-2.0
"""The models of which one thing grows, and a few that differ in one thing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

from benchmarks import data, zoo
from benchmarks.zoo.compiled import Measured, histogram

# Early stopping would end a long ensemble before it is long.
_TREES = {
    trees: partial(histogram, max_iter=trees, learning_rate=0.01, early_stopping=False)
    for trees in (10, 100, 1000, 5000)
}


class Unnamed(zoo.InOneTable):
    """Trained on a matrix and saved without a signature, as Synapse's tutorial does."""

    def frame(self, rows: int, seed: int) -> pd.DataFrame:
        return data.frame(rows, seed)

    def trained(self, folder: Path) -> zoo.Trained:
        import mlflow

        frame = self.frame(20_000, seed=100)
        model = LinearRegression().fit(frame.to_numpy(), data.target(frame).to_numpy())
        mlflow.sklearn.save_model(model, str(folder), pip_requirements=["scikit-learn"])
        return zoo.Trained(
            uri=str(folder),
            columns=tuple(frame.columns),
            predict=lambda rows: np.asarray(model.predict(rows.to_numpy())),
            graph=partial(zoo.no_graph, "it is compared without a signature, not in ONNX"),
            estimator=model,
        )


MODELS: dict[str, zoo.Model] = {
    **{f"trees_{trees}": Measured(9, make) for trees, make in _TREES.items()},
    **{f"columns_{columns}": Measured(columns, histogram) for columns in (5, 50, 300, 1000)},
    "wide": Measured(12, histogram, of=300),
    "linear_unnamed": Unnamed(),
}
