# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's less frequent models by the compiled engine: their probes agree, and the query."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import ensemble as en
from sklearn import linear_model as lm
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import ClassifierChain
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    SplineTransformer,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import saved

RANDOM = np.random.default_rng(31)
NAMES = ("a", "b", "c")
FRAME = pd.DataFrame(RANDOM.normal(size=(200, 3)), columns=list(NAMES))
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"])).to_numpy()
THREE = np.digitize(TARGET, [-1.0, 1.0])
COUNTS = np.exp(TARGET / 3)
LEAVES = DecisionTreeClassifier(max_depth=4)
MODELS = [
    (lm.SGDRegressor(), TARGET),
    (lm.PoissonRegressor(), COUNTS),
    (LinearSVC(), THREE),
    (GridSearchCV(lm.Ridge(), {"alpha": [1, 2]}, cv=2), TARGET),
    (
        TransformedTargetRegressor(lm.Ridge(), func=np.log1p, inverse_func=np.expm1),
        COUNTS,
    ),
    (
        en.VotingRegressor(
            [("line", lm.Ridge()), ("trees", en.RandomForestRegressor(5, max_depth=4))]
        ),
        TARGET,
    ),
    (en.VotingClassifier([("a", LEAVES), ("b", GaussianNB())]), THREE),
    (en.BaggingRegressor(DecisionTreeRegressor(max_depth=4), 8, max_features=2), TARGET),
    (
        en.StackingClassifier([("a", LEAVES), ("b", lm.LogisticRegression())], cv=2),
        THREE,
    ),
    (CalibratedClassifierCV(LEAVES, method="isotonic", cv=2), THREE),
    (OneVsRestClassifier(lm.LogisticRegression()), THREE),
    (OneVsOneClassifier(lm.LogisticRegression()), THREE),
    (en.AdaBoostClassifier(n_estimators=8), THREE),
    (en.AdaBoostRegressor(n_estimators=8), TARGET),
    (en.IsolationForest(n_estimators=9), None),
    (KMeans(3, n_init=1), None),
    (QuadraticDiscriminantAnalysis(), THREE),
    (MLPRegressor(hidden_layer_sizes=(5,), max_iter=30), TARGET),
    (
        make_pipeline(PolynomialFeatures(2), PowerTransformer(), PCA(3), lm.Ridge()),
        TARGET,
    ),
    (make_pipeline(KBinsDiscretizer(5), lm.LogisticRegression()), THREE),
    (make_pipeline(SplineTransformer(5), KMeans(3, n_init=1), lm.Ridge()), TARGET),
    (
        make_pipeline(
            QuantileTransformer(n_quantiles=20, output_distribution="normal"), lm.Ridge()
        ),
        TARGET,
    ),
    (
        make_pipeline(
            FunctionTransformer(np.abs), PowerTransformer("box-cox"), lm.LogisticRegression()
        ),
        THREE,
    ),
    (OutputCodeClassifier(lm.LogisticRegression(), random_state=0), THREE),
]


@pytest.fixture(scope="module")
def rows(spark, tmp_path_factory):
    """The rows of the training in Parquet as the view ``rows``."""
    path = str(tmp_path_factory.mktemp("estimators") / "rows")
    frame = FRAME.assign(id=range(len(FRAME)))
    spark.createDataFrame(frame).coalesce(1).write.parquet(path)
    spark.read.parquet(path).createOrReplaceTempView("rows")
    yield
    spark.catalog.dropTempView("rows")


@pytest.mark.parametrize(("model", "target"), MODELS, ids=[repr(model)[:40] for model, _ in MODELS])
@pytest.mark.usefixtures("rows")
def test_the_compiled_engine_answers_as_the_library(spark, bind, alias, tmp_path, model, target):
    np.random.seed(31)  # what scikit-learn draws from where no state is given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(FRAME, target)
    bind(saved.sklearn(tmp_path, model, NAMES, FRAME), engine="compiled")
    query = f"SELECT id, PREDICT('{alias}', a, b, c) AS s FROM rows"
    found = spark.sql(query).toPandas().sort_values("id")["s"].to_numpy(dtype=float)
    np.testing.assert_allclose(found, model.predict(FRAME), rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("rows")
def test_several_labels_are_an_array(spark, bind, alias, tmp_path):
    labels = np.column_stack([THREE > 0, TARGET > 0]).astype(int)
    model = ClassifierChain(lm.LogisticRegression()).fit(FRAME, labels)
    bound = bind(saved.sklearn(tmp_path, model, NAMES, FRAME), "ARRAY<INT>", engine="compiled")
    assert bound.info().engine == "compiled"
    query = f"SELECT id, PREDICT('{alias}', a, b, c) AS s FROM rows ORDER BY id"
    assert [row["s"] for row in spark.sql(query).collect()] == model.predict(FRAME).tolist()
