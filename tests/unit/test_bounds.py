# SPDX-License-Identifier: Apache-2.0
"""What may differ between a plan and the library is known, and is little: probes find the rest."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pytest
from sklearn import ensemble as en
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge, RidgeClassifier
from sklearn.multiclass import OutputCodeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import NearestCentroid
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    Normalizer,
    PowerTransformer,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)
from sklearn.svm import LinearSVC

import probed
from compiled import compiled
from rows_of_both_kinds import CLASSES, NUMBERS, TARGET
from sparkpredict.compile import tolerances
from sparkpredict.compile.bound import Bound
from sparkpredict.compile.plan import Output

SCALED = NUMBERS / [1, 100, 0.01]
TREES = en.RandomForestClassifier(4, max_depth=3, random_state=0)
MODELS = [
    (en.VotingRegressor([("a", Ridge()), ("b", en.RandomForestRegressor(4))]), TARGET),
    (en.VotingClassifier([("a", LogisticRegression()), ("b", TREES)], voting="soft"), CLASSES),
    (en.StackingClassifier([("a", TREES), ("b", GaussianNB())], cv=2), CLASSES),
    (CalibratedClassifierCV(LogisticRegression(), cv=2), CLASSES),
    (PLSRegression(2), TARGET),
    (PoissonRegressor(), np.exp(TARGET / 20)),
    (QuadraticDiscriminantAnalysis(), CLASSES),
    (MLPRegressor(hidden_layer_sizes=(4, 3), max_iter=30), TARGET),
    (make_pipeline(StandardScaler(), PCA(2, whiten=True), Ridge()), TARGET),
    (make_pipeline(Normalizer(), PowerTransformer(), LogisticRegression()), CLASSES),
    (make_pipeline(SplineTransformer(5), Ridge()), TARGET),
    (make_pipeline(SplineTransformer(4, extrapolation="linear"), Ridge()), TARGET),
    (make_pipeline(SplineTransformer(4, extrapolation="error"), Ridge()), TARGET),
    (make_pipeline(SplineTransformer(6, extrapolation="periodic"), Ridge()), TARGET),
    (make_pipeline(FunctionTransformer(np.abs), PowerTransformer("box-cox"), Ridge()), TARGET),
    (make_pipeline(FunctionTransformer(np.sin), Ridge()), TARGET),
]


def probed_model(model, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return probed.made(model.fit(SCALED, target), SCALED)


@pytest.mark.parametrize(("model", "target"), MODELS, ids=[repr(m)[:40] for m, _ in MODELS])
def test_probes_agree_and_find_a_coefficient_that_is_off(model, target):
    plan, told = probed_model(model, target)
    assert probed.disagreeing(plan, told) == 0
    places = [at for at, step in enumerate(plan.steps) if step.op == "linear"]
    off = list(plan.steps)
    at = places[-1]
    weights = off[at].fields["coefficients"] * (1 + 1e-8)
    off[at] = dataclasses.replace(off[at], fields={**off[at].fields, "coefficients": weights})
    wrong = probed.disagreeing(dataclasses.replace(plan, steps=tuple(off)), told)
    assert wrong > len(told.bad) / 2


def test_rows_of_the_training_are_known_to_a_few_ulp():
    made = compiled(Ridge().fit(SCALED, TARGET), SCALED)
    _, told = probed.made(Ridge().fit(SCALED, TARGET), SCALED)
    good = told.answers["predict"].values
    near = told.answers["predict"].within
    ordinary = np.abs(good) < 1e3
    assert made.plan.outputs["predict"].tolerance == "relative"
    assert ordinary.sum() > 1000
    assert (near[ordinary] < 1e-9).all()


@pytest.mark.parametrize("model", [KMeans(4, n_init=1, random_state=0), NearestCentroid()])
def test_where_distances_overflow_any_center_is_the_nearest(model):
    data = SCALED * 1000
    plan, told = probed.made(model.fit(data, CLASSES), data)
    assert probed.disagreeing(plan, told) == 0
    assert 0 < told.answers["predict"].close.sum() < 9


def test_where_a_margin_overflows_its_vote_may_be_any():
    lines = [("a", LogisticRegression()), ("b", RidgeClassifier()), ("c", LinearSVC())]
    plan, told = probed_model(en.VotingClassifier(lines), CLASSES)
    assert probed.disagreeing(plan, told) == 0
    assert 0 < told.answers["predict"].close.sum() < 9


def test_normal_quantiles_are_known_as_near_as_they_are_steep_at_the_end():
    part = QuantileTransformer(n_quantiles=9, output_distribution="normal")
    plan, told = probed_model(make_pipeline(part, Ridge()), TARGET)
    assert probed.disagreeing(plan, told) == 0
    assert np.nanmax(told.answers["predict"].within) < 1e-6 * np.abs(TARGET).max()


def test_the_smallest_doubles_are_near_by_some_steps():
    answers = np.asarray([[4.2611528e-315, 0.0, 1.0]])
    output = Output((0, 1, 2), array=True, tolerance="relative")
    near = tolerances.within(output, answers, [Bound(1.0, 0.0, 2e-10)] * 3)[0]
    assert 2 * 5e-324 <= near[0] < 1e-322
    assert 2 * 5e-324 <= near[1] < 1e-322
    assert 1e-10 < near[2] < 1e-9


def test_codes_are_near_to_no_score_that_overflows():
    model = OutputCodeClassifier(LogisticRegression(), random_state=0)
    plan, told = probed_model(model, CLASSES)
    assert probed.disagreeing(plan, told) == 0
    assert np.isposinf(told.inputs[0][told.bad]).any()
    assert (told.inputs[0][told.bad] == 1e308).any()
