# SPDX-License-Identifier: Apache-2.0
"""No row of many that are made for it brings the compiled engine and a library apart.

SPARKPREDICT_EXAMPLES=500000 asks each family for ten million rows; docs/exactness.md has what came.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn import ensemble as en
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    SplineTransformer,
    StandardScaler,
)
from xgboost import XGBClassifier, XGBRegressor

from adversary import differences
from examples import EXAMPLES, SEED

ROWS = 20 * EXAMPLES
RANDOM = np.random.default_rng(17)
FRAME = pd.DataFrame(RANDOM.normal(size=(2000, 5)) * [1, 100, 1e-3, 1, 5], columns=list("abcde"))
HOLES = FRAME.mask(RANDOM.random(FRAME.shape) < 0.1)
TARGET = (FRAME["a"] * 2 + np.sin(FRAME["b"] / 30) + FRAME["c"] * 500 + FRAME["d"]).to_numpy()
THREE = np.digitize(TARGET, [-1.0, 1.0])
TEXTS = FRAME[["a", "b"]].assign(k=RANDOM.choice(["x", "y", "é", ""], 2000))
CODES = HOLES[["a", "b"]].assign(k=RANDOM.integers(0, 40, 2000).astype(float))


def encoded(encoder, model):
    split = ColumnTransformer([("texts", encoder, ["k"])], remainder=StandardScaler())
    return make_pipeline(split, model)


LIGHT = {"n_estimators": 15, "verbosity": -1, "n_jobs": 1}
QUICK = {"n_estimators": 15, "n_jobs": 1}
FAMILIES = [
    ("linear", make_pipeline(StandardScaler(), Ridge()), FRAME, TARGET, "sklearn"),
    ("logistic", LogisticRegression(max_iter=9), FRAME, THREE, "sklearn"),
    ("naive Bayes", GaussianNB(), FRAME, THREE, "sklearn"),
    ("centers", KMeans(5, n_init=1), FRAME, None, "sklearn"),
    ("splines", make_pipeline(SplineTransformer(5), Ridge()), FRAME, TARGET, "sklearn"),
    (
        "bins",
        make_pipeline(KBinsDiscretizer(9, encode="ordinal"), Ridge()),
        FRAME,
        TARGET,
        "sklearn",
    ),
    ("forest", en.RandomForestRegressor(15, max_depth=9), HOLES, TARGET, "sklearn"),
    ("forest of classes", en.RandomForestClassifier(15, max_depth=7), FRAME, THREE, "sklearn"),
    ("boosted", en.GradientBoostingRegressor(n_estimators=30), FRAME, TARGET, "sklearn"),
    ("boosted classes", en.GradientBoostingClassifier(n_estimators=9), FRAME, THREE, "sklearn"),
    ("histogram", en.HistGradientBoostingRegressor(max_iter=20), HOLES, TARGET, "sklearn"),
    (
        "histogram of categories",
        en.HistGradientBoostingClassifier(max_iter=9, categorical_features=[2]),
        *(CODES, THREE, "sklearn"),
    ),
    ("isolation", en.IsolationForest(n_estimators=15), FRAME, None, "sklearn"),
    ("votes with weights", en.AdaBoostClassifier(n_estimators=15), FRAME, THREE, "sklearn"),
    (
        "one-hot texts",
        encoded(OneHotEncoder(handle_unknown="ignore"), LogisticRegression(max_iter=9)),
        *(TEXTS, THREE, "sklearn"),
    ),
    (
        "coded texts",
        encoded(OrdinalEncoder(), en.RandomForestRegressor(9, max_depth=6)),
        *(TEXTS, TARGET, "sklearn"),
    ),
    ("LightGBM", LGBMRegressor(**LIGHT), HOLES, TARGET, "lightgbm"),
    (
        "LightGBM, zeros missing",
        LGBMRegressor(zero_as_missing=True, **LIGHT),
        HOLES,
        TARGET,
        "lightgbm",
    ),
    ("LightGBM, classes", LGBMClassifier(**LIGHT), FRAME, THREE, "lightgbm"),
    ("XGBoost", XGBRegressor(**QUICK), HOLES, TARGET, "xgboost"),
    (
        "XGBoost, dart",
        XGBRegressor(booster="dart", rate_drop=0.3, **QUICK),
        HOLES,
        TARGET,
        "xgboost",
    ),
    ("XGBoost, linear", XGBRegressor(booster="gblinear", **QUICK), HOLES, TARGET, "xgboost"),
    ("XGBoost, classes", XGBClassifier(**QUICK), HOLES, THREE, "xgboost"),
]


@pytest.mark.parametrize(
    ("name", "model", "data", "target", "flavor"), FAMILIES, ids=[one[0] for one in FAMILIES]
)
def test_no_row_is_answered_otherwise(spark, name, model, data, target, flavor):
    np.random.seed(17)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        model.fit(data, target)
        count, example = differences(spark, model, data, flavor, ROWS, SEED)
    assert count == 0, f"{name}: {count} of {ROWS} rows, seed {SEED}, such as {example}"
