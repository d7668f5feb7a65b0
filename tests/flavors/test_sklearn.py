# SPDX-License-Identifier: Apache-2.0
"""scikit-learn: columns of texts, labels of text, several targets, clusters."""

from __future__ import annotations

import numpy as np
import pytest
from columns import NUMBERS, numbers
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import saved
from scores import assert_same_scores

NEAR = 1e-12  # the order of a dot product is free
MIXED = NUMBERS.assign(k=[f"k{at % 3}" for at in range(len(NUMBERS))])
THREE = np.select([NUMBERS["a"] < -0.5, NUMBERS["a"] > 0.5], ["low", "high"], "middle")
PROBABILITIES = "label STRING, probabilities MAP<STRING, DOUBLE>"

engines = pytest.mark.parametrize("engine", ["compiled", "python"])


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """A pipeline of texts and numbers to a text, and the estimator."""
    prepared = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["k"]), (StandardScaler(), ["a", "b"])
    )
    estimator = make_pipeline(prepared, LogisticRegression()).fit(MIXED, THREE)
    return saved.sklearn(tmp_path_factory.mktemp("texts"), estimator, ("a", "b", "k"), MIXED)


@pytest.fixture
def mixed(spark):
    return spark.createDataFrame(MIXED.values.tolist(), "a DOUBLE, b DOUBLE, k STRING").coalesce(1)


@engines
def test_texts_go_in_and_a_label_of_text_comes_out(bind, mixed, classifier, engine):
    model = bind(classifier, "STRING", engine=engine)
    assert_same_scores(model, mixed, classifier.library.predict(MIXED).tolist())


@engines
def test_probabilities_of_a_pipeline_by_class(bind, mixed, classifier, engine):
    estimator = classifier.library
    rows = zip(estimator.predict(MIXED).tolist(), estimator.predict_proba(MIXED).tolist())
    expected = [(label, dict(zip(estimator.classes_.tolist(), row))) for label, row in rows]
    model = bind(classifier, PROBABILITIES, engine=engine)
    assert_same_scores(model, mixed, expected, within=1e-9)


@engines
def test_several_targets(spark, bind, tmp_path, engine):
    folder = saved.pair(tmp_path)
    model = bind(folder, "ARRAY<DOUBLE>", engine=engine)
    expected = folder.library.predict(NUMBERS.to_numpy()).tolist()
    assert_same_scores(model, numbers(spark), expected, within=NEAR)


def test_several_labels_for_each_row(spark, bind, tmp_path):
    targets = np.column_stack([NUMBERS["a"] > 0, NUMBERS["b"] > 0]).astype(int)
    estimator = MultiOutputClassifier(LogisticRegression()).fit(NUMBERS, targets)
    model = bind(saved.sklearn(tmp_path, estimator, ("a", "b"), NUMBERS), "ARRAY<INT>")
    assert_same_scores(model, numbers(spark), estimator.predict(NUMBERS).tolist())


def test_a_regression(spark, bind, tmp_path):
    estimator = LinearRegression().fit(NUMBERS, NUMBERS["a"] * 3)
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), NUMBERS)
    model = bind(folder, "DOUBLE", engine="python")
    assert_same_scores(model, numbers(spark), estimator.predict(NUMBERS).tolist(), within=1e-9)


def test_clusters_and_the_distances_to_them(spark, bind, tmp_path):
    estimator = make_pipeline(StandardScaler(), KMeans(3, n_init=2, random_state=0)).fit(NUMBERS)
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), NUMBERS)
    model = bind(folder, "INT")
    assert_same_scores(model, numbers(spark), estimator.predict(NUMBERS).tolist())
    model = bind(folder, None, "distances", output="transform")
    expected = estimator.transform(NUMBERS).tolist()
    assert_same_scores(model, numbers(spark), expected, within=1e-9)
