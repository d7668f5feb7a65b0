# SPDX-License-Identifier: Apache-2.0
"""Plans of the many linear models of scikit-learn: a sum of products, a link, a margin."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import linear_model as lm
from sklearn.cross_decomposition import CCA, PLSCanonical, PLSRegression
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC, LinearSVR

from compiled import assert_same, compiled, reason
from rows_of_both_kinds import CLASSES, NUMBERS, TARGET, odd

COUNTS = np.exp(TARGET / 20)
TWO = CLASSES != "low"
PAIRS = np.column_stack([TARGET, -TARGET])
REGRESSORS = [
    lm.ARDRegression(),
    lm.BayesianRidge(),
    lm.HuberRegressor(),
    lm.Lars(),
    lm.LarsCV(cv=2),
    lm.LassoLars(alpha=0.01),
    lm.LassoLarsCV(cv=2),
    lm.LassoLarsIC(),
    lm.OrthogonalMatchingPursuit(),
    lm.OrthogonalMatchingPursuitCV(cv=2),
    lm.QuantileRegressor(),
    lm.SGDRegressor(loss="huber"),
    lm.SGDRegressor(loss="squared_epsilon_insensitive", average=True),
    lm.TheilSenRegressor(max_subpopulation=50),
    LinearSVR(),
    PLSRegression(),
]
SCALED = StandardScaler().fit_transform(NUMBERS)


def fitted(model, data, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(data, target)


@pytest.mark.parametrize("model", REGRESSORS, ids=repr)
def test_a_sum_of_products(model):
    pipeline = make_pipeline(StandardScaler(), model)
    made = compiled(fitted(pipeline, NUMBERS, TARGET), NUMBERS)
    assert_same(made, NUMBERS)
    assert_same(made, odd(NUMBERS))


@pytest.mark.parametrize(
    "model",
    [lm.MultiTaskElasticNet(), lm.MultiTaskLassoCV(cv=2, alphas=3), CCA(1), PLSCanonical(1)],
    ids=repr,
)
def test_sums_for_several_targets(model):
    made = compiled(fitted(model, NUMBERS, PAIRS), NUMBERS)
    assert made.plan.outputs["predict"].array
    assert_same(made, NUMBERS)


@pytest.mark.parametrize(
    "model",
    [
        lm.PoissonRegressor(),
        lm.GammaRegressor(),
        lm.TweedieRegressor(power=1.5),
        lm.TweedieRegressor(power=0),
    ],
    ids=repr,
)
def test_a_link_of_a_sum(model):
    made = compiled(fitted(make_pipeline(StandardScaler(), model), NUMBERS, COUNTS), NUMBERS)
    assert_same(made, NUMBERS)
    assert (made.plan.steps[-1].op == "link") == (getattr(model, "power", 1) != 0)


@pytest.mark.parametrize("target", [TWO, CLASSES], ids=["two", "three"])
@pytest.mark.parametrize(
    "model",
    [
        LinearSVC(),
        lm.Perceptron(),
        lm.RidgeClassifier(),
        lm.RidgeClassifierCV(),
        lm.SGDClassifier(),
        lm.SGDClassifier(loss="log_loss", average=True),
        lm.SGDClassifier(loss="modified_huber"),
        LinearDiscriminantAnalysis(),
        LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.2),
    ],
    ids=repr,
)
def test_a_margin_for_two_classes_or_more(model, target):
    made = compiled(fitted(make_pipeline(StandardScaler(), model), NUMBERS, target), NUMBERS)
    assert {"predict", "decision_function"} <= set(made.plan.outputs)
    assert ("predict_proba" in made.plan.outputs) == hasattr(model, "predict_proba")
    assert_same(made, NUMBERS)
    assert_same(made, odd(NUMBERS))


def test_what_is_not_handled_tells_why():
    several = lm.RidgeClassifier().fit(NUMBERS, np.column_stack([TWO, ~TWO]))
    assert "several targets" in reason(several, NUMBERS)
    sparse = lm.SGDRegressor().fit(SCALED, TARGET).sparsify()
    assert "its coefficients are sparse" in reason(sparse, SCALED)
