# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's transformers that bend numbers: splines, distributions, distances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn import cluster
from sklearn import preprocessing as pp
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from compiled import assert_same, compiled, reason
from fitted import assert_all_same, beside, fitted
from rows_of_both_kinds import MIXED, NUMBERS, TARGET

SCALED = NUMBERS / [1, 100, 0.01]
POSITIVE = SCALED.abs() + 0.1


@pytest.mark.parametrize("extrapolation", ["constant", "linear", "continue", "periodic", "error"])
@pytest.mark.parametrize("degree", [1, 3])
def test_splines_inside_and_outside_of_their_knots(extrapolation, degree):
    part = pp.SplineTransformer(5, degree=degree, extrapolation=extrapolation)
    model = fitted(make_pipeline(part, Ridge()), SCALED, TARGET)
    if extrapolation == "linear" and degree == 1:
        assert "extrapolation='linear' of degree=1" in reason(model, SCALED)
        return
    made = compiled(model, SCALED)
    spline = model[0].bsplines_[0]
    knots = spline.t[degree : -degree or None]
    rows = beside(SCALED, "x", [*knots, knots[0] - 0.3, knots[-1] + 0.3, np.nan, np.inf])
    assert_same(made, SCALED)
    assert_same(made, rows)


@pytest.mark.parametrize(
    "part",
    [
        pp.SplineTransformer(4, knots="quantile", include_bias=False),
        pp.SplineTransformer(4, extrapolation="periodic", include_bias=False),
        pp.SplineTransformer(4, sparse_output=True),
        pp.PowerTransformer("box-cox"),
        pp.PowerTransformer("box-cox", standardize=False),
        pp.QuantileTransformer(n_quantiles=20, output_distribution="normal"),
        cluster.KMeans(4, n_init=1, random_state=0),
        cluster.MiniBatchKMeans(4, n_init=1, random_state=0),
        cluster.BisectingKMeans(4, random_state=0),
    ],
    ids=lambda part: repr(part)[:60],
)
def test_a_transformer_before_a_linear_model(part):
    assert_all_same(make_pipeline(part, Ridge()), POSITIVE, TARGET, POSITIVE.head(60) * 1.5)


def test_box_and_cox_know_positive_numbers_alone():
    model = fitted(make_pipeline(pp.PowerTransformer("box-cox"), Ridge()), POSITIVE, TARGET)
    rows = beside(POSITIVE, "y", [0.0, -1.0, 5e-324, 1e-300, np.inf])
    assert_same(compiled(model, POSITIVE), rows)
    model[0].lambdas_[1] = 0.0
    assert_same(compiled(model, POSITIVE), rows)


def test_numbers_on_the_points_of_a_line():
    model = fitted(make_pipeline(pp.QuantileTransformer(n_quantiles=9), Ridge()), NUMBERS, TARGET)
    assert_same(compiled(model, NUMBERS), beside(NUMBERS, "x", model[0].quantiles_[:, 0]))
    for most in (9, 1):  # quantiles that are there several times, also at the ends
        many = NUMBERS.assign(x=NUMBERS["x"].round().clip(-most, most))
        model = fitted(make_pipeline(pp.QuantileTransformer(n_quantiles=30), Ridge()), many, TARGET)
        assert_same(compiled(model, many), beside(many, "x", model[0].quantiles_[:, 0]))


@pytest.mark.parametrize("most", [9, 1])
def test_normal_quantiles_beside_their_ends(most):
    data = SCALED.assign(x=SCALED["x"].round(1).clip(-most, most))
    part = pp.QuantileTransformer(n_quantiles=9, output_distribution="normal")
    model = fitted(make_pipeline(part, Ridge()), data, TARGET)
    points = model[0].quantiles_[:, 0]
    near = [end + side for end in points[[0, -1]] for side in (-1e-7, 0.0, 1e-7, 3e-7)]
    rows = beside(data, "x", [*points, *near, -99.0, 99.0, np.nan])
    assert_same(compiled(model, data), rows)


@pytest.mark.parametrize("name", ["trunc", "floor", "ceil", "rint", "sign", "round"])
def test_functions_that_jump_have_the_same_bits(name):
    part = pp.FunctionTransformer(getattr(np, name))
    trees = HistGradientBoostingRegressor(max_iter=3)
    rows = beside(NUMBERS, "y", [-2.5, -0.5, 0.0, 0.5, 1.0, 1.5, 2.5, 2.0**53])
    assert_all_same(make_pipeline(part, trees), NUMBERS, TARGET, rows)
    told = reason(fitted(make_pipeline(pp.Normalizer(), part, Ridge()), NUMBERS, TARGET), NUMBERS)
    assert "whose last bits are not the same everywhere" in told


@pytest.mark.parametrize("name", ["sin", "cos", "sinh", "cosh", "arctan", "cbrt"])
def test_functions_that_bend(name):
    part = pp.FunctionTransformer(getattr(np, name))
    assert_all_same(make_pipeline(part, Ridge()), SCALED, TARGET, SCALED.head(60) * 3)


def test_pipelines_in_pipelines_and_unions_as_frames():
    numbers = Pipeline([("fill", SimpleImputer()), ("bend", pp.SplineTransformer(4))])
    union = FeatureUnion([("bent", numbers), ("far", cluster.KMeans(2, n_init=1, random_state=0))])
    texts = pp.OneHotEncoder(sparse_output=False)
    columns = ColumnTransformer([("numbers", union, [*"xyz"]), ("texts", texts, ["color"])])
    model = make_pipeline(make_pipeline(columns, pp.StandardScaler(with_mean=False)), Ridge())
    data = pd.concat([SCALED, MIXED[["color"]]], axis=1)
    assert_all_same(model.set_output(transform="pandas"), data, TARGET, data.head(30))
