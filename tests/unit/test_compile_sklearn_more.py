# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's transformers, and of its models that are neither linear nor forests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import cluster
from sklearn import decomposition as dc
from sklearn import feature_selection as fs
from sklearn import naive_bayes as nb
from sklearn import preprocessing as pp
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    HistGradientBoostingRegressor,
    IsolationForest,
)
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDOneClassSVM
from sklearn.multiclass import OneVsOneClassifier
from sklearn.neighbors import NearestCentroid
from sklearn.neural_network import BernoulliRBM, MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from compiled import SPECIAL, assert_same, compiled, edges, reason
from fitted import assert_all_same, beside, fitted
from rows_of_both_kinds import CLASSES, HOLES, MIXED, NUMBERS, RANDOM, TARGET

TWO = CLASSES != "low"
POSITIVE = NUMBERS.abs()
TREES = HistGradientBoostingRegressor(max_iter=5)
LEAVES = DecisionTreeClassifier(max_depth=3)


@pytest.mark.parametrize(
    "part",
    [
        pp.MaxAbsScaler(),
        pp.RobustScaler(),
        pp.RobustScaler(with_centering=False, unit_variance=True),
        pp.Normalizer("max"),
        pp.Binarizer(threshold=0.1),
        pp.PolynomialFeatures(3),
        pp.PolynomialFeatures((2, 4), interaction_only=True, include_bias=False),
        pp.KBinsDiscretizer(4, encode="ordinal", strategy="uniform"),
        pp.KBinsDiscretizer(4, encode="onehot-dense", strategy="kmeans"),
        pp.FunctionTransformer(np.sqrt),
        pp.FunctionTransformer(np.square, validate=True),
        pp.FunctionTransformer(np.abs),
        fs.SelectKBest(fs.f_regression, k=2),
        fs.SelectPercentile(fs.f_regression, percentile=40),
        fs.VarianceThreshold(0.01),
        fs.SelectFromModel(Ridge(), max_features=2),
        fs.RFE(Ridge(), n_features_to_select=1),
        FeatureUnion([("all", pp.MaxAbsScaler()), ("few", fs.SelectKBest(k=1)), ("no", "drop")]),
    ],
    ids=lambda part: repr(part)[:60],
)
def test_a_transformer_whose_every_bit_trees_see(part):
    assert_all_same(make_pipeline(part, TREES), NUMBERS, TARGET)


@pytest.mark.parametrize(
    "part",
    [
        pp.Normalizer(),
        pp.Normalizer("l1"),
        pp.PowerTransformer(),
        pp.PowerTransformer(standardize=False),
        pp.QuantileTransformer(n_quantiles=20),
        pp.KBinsDiscretizer(3, strategy="uniform"),
        pp.FunctionTransformer(np.exp2),
        pp.FunctionTransformer(np.tanh),
        dc.PCA(2),
        dc.PCA(2, whiten=True),
        dc.IncrementalPCA(2),
        dc.TruncatedSVD(2),
        dc.FactorAnalysis(2),
        dc.FastICA(2, random_state=0),
        GaussianRandomProjection(2, random_state=0),
        SparseRandomProjection(2, random_state=0),
        cluster.FeatureAgglomeration(2),
        BernoulliRBM(2, n_iter=1, random_state=0),
    ],
    ids=lambda part: repr(part)[:60],
)
def test_a_transformer_before_a_linear_model(part):
    scaled = NUMBERS / [1, 100, 0.01]
    assert_all_same(make_pipeline(part, Ridge()), scaled, TARGET, scaled.head(40) * 1.5)


@pytest.mark.parametrize("function", [np.log, np.log1p, np.log2, np.log10, np.reciprocal, np.expm1])
def test_a_function_of_numbers_that_are_positive(function):
    model = make_pipeline(pp.FunctionTransformer(function), Ridge())
    data = POSITIVE[["x", "z"]] + 0.1
    assert_all_same(model, data, TARGET, data * 3)


def test_trees_refuse_what_has_no_bits_of_its_own():
    for part in (dc.PCA(2), pp.FunctionTransformer(np.exp), pp.Normalizer(), pp.PowerTransformer()):
        scaled = NUMBERS / [1, 100, 0.01]
        told = reason(fitted(make_pipeline(part, TREES), scaled, TARGET), scaled)
        assert "whose last bits are not the same everywhere" in told


def test_numbers_on_the_edges_of_bins():
    part = pp.KBinsDiscretizer(5, encode="ordinal", strategy="quantile")
    model = fitted(make_pipeline(part, Ridge()), NUMBERS, TARGET)
    rows = beside(NUMBERS, "y", model[0].bin_edges_[1])
    assert_same(compiled(model, NUMBERS), rows)


def test_functions_of_other_numbers_than_doubles_are_refused():
    data = MIXED[["x", "k"]]
    square = pp.FunctionTransformer(np.square)
    for before in ("passthrough", SimpleImputer(strategy="most_frequent"), pp.Binarizer()):
        model = make_pipeline(before, square, Ridge())
        assert "other numbers than doubles" in reason(fitted(model, data, TARGET), data)
    assert_all_same(make_pipeline(pp.StandardScaler(), square, Ridge()), data, TARGET, data)


def test_what_a_version_keeps_elsewhere_is_a_reason():
    model = fitted(nb.GaussianNB(), NUMBERS, TWO)
    del model.var_
    assert "has no attribute 'var_'" in reason(model, NUMBERS)


def test_what_is_missing_is_a_feature():
    data = HOLES[["x", "y"]]
    union = FeatureUnion([("values", SimpleImputer()), ("holes", MissingIndicator())])
    assert_all_same(make_pipeline(union, Ridge()), data, TARGET)


@pytest.mark.parametrize("target", [TARGET, TWO, CLASSES], ids=["numbers", "two", "three"])
def test_categories_by_their_target(target):
    data = MIXED[["color", "k", "x"]]
    encoder = pp.TargetEncoder(cv=3)
    columns = ColumnTransformer([("known", encoder, ["color", "k"])], remainder="passthrough")
    last = Ridge() if target is TARGET else LogisticRegression()
    assert_all_same(make_pipeline(columns, last), data, target)


def test_frames_on_the_way_are_no_other_numbers():
    columns = ColumnTransformer([("x", pp.StandardScaler(), ["x"]), ("y", "passthrough", ["y"])])
    model = make_pipeline(columns, pp.MaxAbsScaler(), TREES).set_output(transform="pandas")
    assert_all_same(model, NUMBERS, TARGET)


@pytest.mark.parametrize("target", [TWO, CLASSES], ids=["two", "three"])
@pytest.mark.parametrize(
    "model",
    [
        nb.GaussianNB(),
        nb.BernoulliNB(binarize=0.1),
        QuadraticDiscriminantAnalysis(),
        make_pipeline(LinearDiscriminantAnalysis(n_components=1), LogisticRegression()),
        NearestCentroid(),
        MLPClassifier((5, 4), max_iter=20, random_state=0),
        MLPClassifier((5,), activation="tanh", max_iter=20, random_state=0),
        AdaBoostClassifier(n_estimators=9),
        AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=5),
        DummyClassifier(),
        DummyClassifier(strategy="most_frequent"),
        OneVsOneClassifier(LinearSVC()),
        OneVsOneClassifier(LEAVES),
        CalibratedClassifierCV(LEAVES, method="isotonic", cv=2),
        fs.RFE(LogisticRegression(), n_features_to_select=2),
    ],
    ids=lambda model: repr(model)[:60],
)
def test_a_classifier(model, target):
    if isinstance(model, NearestCentroid):
        even = np.arange(len(target)) % len(set(target.tolist()))
        target = np.unique(target)[even]
    scaled = NUMBERS / [1, 100, 0.01]
    assert_all_same(model, scaled, target, scaled * 1.7)


@pytest.mark.parametrize("model", [nb.MultinomialNB(), nb.ComplementNB()], ids=repr)
def test_counts(model):
    counts = pd.DataFrame(RANDOM.integers(0, 9, (300, 4)), columns=list("abcd"), dtype=float)
    assert_all_same(model, counts, CLASSES, counts + 0.5)


@pytest.mark.parametrize(
    "model",
    [
        AdaBoostRegressor(n_estimators=9),
        AdaBoostRegressor(n_estimators=6, loss="exponential"),
        MLPRegressor(hidden_layer_sizes=(6, 3), activation="logistic", max_iter=20),
        DummyRegressor(),
        DummyRegressor(strategy="quantile", quantile=0.3),
    ],
    ids=repr,
)
def test_a_regressor(model):
    scaled = NUMBERS / [1, 100, 0.01]
    made = compiled(fitted(model, scaled, TARGET), scaled)
    assert_same(made, scaled)
    assert_same(made, edges(made, scaled, 30) if made.plan.forests else scaled * 2)


@pytest.mark.parametrize("outside", ["clip", "nan"])
def test_steps_of_one_feature(outside):
    data = NUMBERS[["x"]]
    model = fitted(IsotonicRegression(out_of_bounds=outside), data, TARGET)
    rows = beside(data, "x", [*model.X_thresholds_[:20], model.X_min_, model.X_max_])
    made = compiled(model, data)
    assert_same(made, rows)
    assert_same(made, pd.DataFrame({"x": [-99.0, 99.0, *SPECIAL]}))


@pytest.mark.parametrize(
    "model",
    [
        cluster.KMeans(4, n_init=1, random_state=0),
        cluster.MiniBatchKMeans(4, n_init=1, random_state=0),
        cluster.AffinityPropagation(random_state=0),
        cluster.MeanShift(bandwidth=1.5),
        cluster.Birch(n_clusters=3),
        SGDOneClassSVM(random_state=0),
    ],
    ids=repr,
)
def test_the_nearest_center_and_what_is_far(model):
    scaled = NUMBERS / [1, 100, 0.01]
    assert_all_same(model, scaled, None, scaled * 2)


@pytest.mark.parametrize(
    "model",
    [
        IsolationForest(n_estimators=20, random_state=0),
        IsolationForest(n_estimators=9, contamination=0.1, max_features=2, random_state=0),
    ],
    ids=repr,
)
def test_an_isolation_forest(model):
    made = assert_all_same(model, NUMBERS, None)
    assert made.plan.outputs["predict"].tolerance == "bits"
    assert_same(made, edges(made, NUMBERS, 40))


def test_a_linear_model_that_is_plain_still_is():
    made = compiled(LinearRegression().fit(NUMBERS, TARGET), NUMBERS)
    assert [step.op for step in made.plan.steps] == ["refuse", "refuse", "linear"]
