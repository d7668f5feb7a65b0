# SPDX-License-Identifier: Apache-2.0
"""Small boosted trees of XGBoost and LightGBM, also on categories, saved by MLflow."""

from __future__ import annotations

import lightgbm
import mlflow
import numpy as np
import pandas as pd
import xgboost
from mlflow.models import infer_signature

COLOURS = ("blue", "green", "red")
SIZES = (10, 20, 30)
REQUIREMENTS = ["mlflow"]


def data(rows=300, seed=3):
    """x is a number, colour and size are categories of text and of whole numbers."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": random.normal(size=rows),
            "colour": pd.Categorical(random.choice(COLOURS, rows), categories=list(COLOURS)),
            "size": pd.Categorical(random.choice(SIZES, rows), categories=list(SIZES)),
        }
    )


def target(frame):
    """Three classes, which every column has a part in."""
    score = frame["x"] + 2 * (frame["colour"] == "red") - 2 * (frame["size"].astype(int) == 20)
    return np.digitize(score, [-0.5, 1.0])


def lightgbm_classifier(frame, labels, **options):
    model = lightgbm.LGBMClassifier(n_estimators=6, min_child_samples=5, verbose=-1, **options)
    return model.fit(frame, labels)


def xgboost_classifier(frame, labels, **options):
    model = xgboost.XGBClassifier(n_estimators=6, max_depth=4, enable_categorical=True, **options)
    return model.fit(frame, labels)


def save(folder, model, frame=None, **options):
    """Saves by the library's flavor; with a signature when there is a frame to infer it from."""
    flavor = mlflow.lightgbm if type(model).__module__.startswith("lightgbm") else mlflow.xgboost
    signature = infer_signature(frame, np.zeros(len(frame))) if frame is not None else None
    target_folder = folder / "model"
    flavor.save_model(
        model,
        str(target_folder),
        signature=signature,
        pip_requirements=REQUIREMENTS,
        **options,
    )
    return target_folder
