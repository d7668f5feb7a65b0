# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's models that are made of other models."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import ensemble as en
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    RANSACRegressor,
    Ridge,
    RidgeClassifier,
)
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputRegressor, RegressorChain
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier, XGBRegressor

from compiled import assert_same, compiled, reason
from rows_of_both_kinds import CLASSES, NUMBERS, RANDOM, TARGET, odd

TWO = CLASSES != "low"
POSITIVE = np.exp(TARGET / 20)
PAIRS = np.column_stack([TARGET, -POSITIVE])
LINE = make_pipeline(StandardScaler(), Ridge())
LOGIT = make_pipeline(StandardScaler(), LogisticRegression())
TREE, LEAVES = DecisionTreeRegressor(max_depth=4), DecisionTreeClassifier(max_depth=4)
TREES = en.RandomForestClassifier(5, max_depth=3, random_state=0)


def fitted(model, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(NUMBERS, target)


def assert_all_same(model, target):
    made = compiled(fitted(model, target), NUMBERS)
    assert_same(made, NUMBERS)
    assert_same(made, odd(NUMBERS))
    return made.plan


@pytest.mark.parametrize(
    "model",
    [
        GridSearchCV(LINE, {"ridge__alpha": [1, 2]}, cv=2),
        RandomizedSearchCV(TREE, {"max_depth": [2, 3]}, n_iter=2, cv=2),
        RANSACRegressor(random_state=0),
        TransformedTargetRegressor(LINE),
        TransformedTargetRegressor(LINE, func=np.cbrt, inverse_func=np.square, check_inverse=False),
        TransformedTargetRegressor(TREE, transformer=StandardScaler()),
        TransformedTargetRegressor(LINE, transformer=MinMaxScaler()),
        en.VotingRegressor([("line", LINE), ("tree", TREE), ("gone", "drop")]),
        en.VotingRegressor(
            [("line", LINE), ("boosted", XGBRegressor(n_estimators=3))], weights=[1, 2]
        ),
        en.BaggingRegressor(TREE, 5, max_features=0.7, random_state=0),
        en.BaggingRegressor(LinearRegression(), 4, max_samples=0.5),
        en.StackingRegressor([("line", LINE), ("tree", TREE)], LinearRegression(), cv=2),
        en.StackingRegressor([("tree", TREE)], TREE, cv=2, passthrough=True),
    ],
    ids=lambda model: repr(model)[:60],
)
def test_a_regressor_made_of_regressors(model):
    assert_all_same(model, TARGET)


def test_an_inverse_of_the_target_is_a_function_that_is_known():
    model = TransformedTargetRegressor(LINE, func=np.log1p, inverse_func=np.expm1)
    assert_all_same(model, POSITIVE)
    own = TransformedTargetRegressor(LINE, func=np.log1p, inverse_func=lambda x: np.exp(x) - 1)
    assert "the function <lambda> is not compiled" in reason(fitted(own, POSITIVE), NUMBERS)


@pytest.mark.parametrize(
    "model",
    [
        MultiOutputRegressor(LINE),
        RegressorChain(LINE, order=[1, 0]),
        en.BaggingRegressor(LinearRegression(), 3),
        TransformedTargetRegressor(LINE, transformer=StandardScaler()),
    ],
    ids=lambda model: repr(model)[:40],
)
def test_several_targets(model):
    assert assert_all_same(model, PAIRS).outputs["predict"].array


@pytest.mark.parametrize("target", [TWO, CLASSES], ids=["two", "three"])
@pytest.mark.parametrize(
    "model",
    [
        en.VotingClassifier([("logit", LOGIT), ("trees", TREES)], voting="soft", weights=[2, 1]),
        en.VotingClassifier([("logit", LOGIT), ("trees", TREES), ("ridge", RidgeClassifier())]),
        en.VotingClassifier([("tree", LEAVES), ("boosted", XGBClassifier(n_estimators=3))]),
        en.BaggingClassifier(LEAVES, 5, max_features=2, random_state=1),
        en.BaggingClassifier(RidgeClassifier(), 5),
        en.StackingClassifier([("logit", LOGIT), ("trees", TREES)], LogisticRegression(), cv=2),
        en.StackingClassifier([("tree", LEAVES)], LEAVES, cv=2, stack_method="predict"),
        OneVsRestClassifier(LOGIT),
        OneVsRestClassifier(LEAVES),
        OneVsRestClassifier(LinearSVC()),
        CalibratedClassifierCV(LEAVES, cv=2),
        CalibratedClassifierCV(make_pipeline(StandardScaler(), LinearSVC()), cv=2),
        CalibratedClassifierCV(LOGIT, cv=2, ensemble=False),
        CalibratedClassifierCV(FrozenEstimator(LOGIT.fit(NUMBERS, TWO)), cv=2),
    ],
    ids=lambda model: repr(model)[:60],
)
def test_a_classifier_made_of_classifiers(model, target):
    if "Frozen" in repr(model):
        target = TWO
    assert_all_same(model, target)


@pytest.mark.parametrize(
    "model",
    [
        FixedThresholdClassifier(LOGIT, threshold=0.3),
        FixedThresholdClassifier(RidgeClassifier(), threshold=0.1),
        FixedThresholdClassifier(LEAVES, threshold=0.25, pos_label=False),
        FixedThresholdClassifier(RidgeClassifier(), pos_label=False),
        TunedThresholdClassifierCV(LOGIT, cv=2),
    ],
    ids=lambda model: repr(model)[:60],
)
def test_a_label_by_a_threshold(model):
    assert_all_same(model, TWO)


def test_labels_that_are_learnt_from_some():
    some = np.where(RANDOM.random(len(TWO)) < 0.3, -1, TWO * 1)
    assert_all_same(SelfTrainingClassifier(LEAVES), some)


@pytest.mark.parametrize(
    ("model", "target", "told"),
    [
        pytest.param(
            en.VotingRegressor([("near", KNeighborsRegressor()), ("line", LINE)]),
            *(TARGET, "near (KNeighborsRegressor): it looks for each row's neighbours"),
            id="part",
        ),
        pytest.param(
            en.StackingRegressor([("line", LINE)], TREE, cv=2),
            *(TARGET, "final_estimator (DecisionTreeRegressor): it compares numbers"),
            id="free-bits",
        ),
        pytest.param(
            en.VotingRegressor([("boosted", XGBRegressor(n_estimators=2))]),
            *(TARGET, "VotingRegressor: all of its parts answer in float32"),
            id="float32",
        ),
        pytest.param(
            CalibratedClassifierCV(LEAVES, method="temperature", cv=2),
            *(TWO, "method='temperature'"),
            id="temperature",
        ),
    ],
)
def test_what_is_not_handled_names_the_part(model, target, told):
    assert told in reason(fitted(model, target), NUMBERS)
