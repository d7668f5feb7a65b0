# SPDX-License-Identifier: Apache-2.0
"""The rows that a model is probed with, and what it answers."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from compiled import compiled
from probed import (
    CLASSES,
    FRAME,
    HOLES,
    MIXED,
    RANDOM,
    SINGLE,
    TARGET,
    WHOLE,
    N,
    boosted,
    disagreeing,
    encoded,
    made,
)
from sparkpredict.compile import container, plan, probes
from sparkpredict.compile.unsupported import Unsupported

CASES = [
    pytest.param(LinearRegression(), FRAME, "sklearn", id="linear"),
    pytest.param(make_pipeline(StandardScaler(), LogisticRegression()), FRAME, "sklearn", id="log"),
    pytest.param(encoded(LogisticRegression()), MIXED, "sklearn", id="mixed"),
    pytest.param(
        encoded(RandomForestClassifier(5), handle_unknown="ignore"), MIXED, "sklearn", id="encoded"
    ),
    pytest.param(RandomForestRegressor(5), FRAME, "sklearn", id="forest"),
    pytest.param(RandomForestRegressor(5), HOLES, "sklearn", id="forest-with-holes"),
    pytest.param(RandomForestRegressor(5), WHOLE, "sklearn", id="forest-of-whole"),
    pytest.param(RandomForestRegressor(5), SINGLE, "sklearn", id="forest-of-floats"),
    pytest.param(GradientBoostingRegressor(n_estimators=9), FRAME, "sklearn", id="boosted"),
    pytest.param(HistGradientBoostingClassifier(max_iter=9), HOLES, "sklearn", id="histogram"),
    pytest.param(
        make_pipeline(
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
            HistGradientBoostingRegressor(max_iter=5),
        ),
        MIXED[["color"]],
        "sklearn",
        id="ordinal",
    ),
    pytest.param(boosted("lightgbm"), HOLES, "lightgbm", id="lightgbm"),
    pytest.param(boosted("xgboost"), HOLES, "xgboost", id="xgboost"),
    pytest.param(boosted("xgboost", missing=1.0), FRAME, "xgboost", id="xgboost-missing"),
]


@pytest.mark.parametrize(("model", "data", "flavor"), CASES)
def test_the_plan_agrees_with_its_probes(model, data, flavor):
    is_label = hasattr(model, "predict_proba")
    found, told = made(model.fit(data, CLASSES if is_label else TARGET), data, flavor)
    assert disagreeing(found, told) == 0
    assert len(told.bad) >= 256
    assert (~told.bad).sum() > len(told.bad) * 0.9
    for name, output in found.outputs.items():
        width = 1 if output.label_kind else len(output.columns)
        assert len(told.answers[name].values) == len(told.bad) * width


def test_rows_that_the_model_refuses_are_told_and_few():
    _, told = made(GradientBoostingRegressor(n_estimators=3).fit(FRAME, TARGET), FRAME)
    assert 4 <= told.bad.sum() <= 40
    assert np.isnan(told.answers["predict"].values[told.bad]).all()
    assert not np.isnan(told.answers["predict"].values[~told.bad]).any()


def test_unknown_categories_are_bad_where_the_encoder_says_so():
    _, strict = made(encoded(LogisticRegression()).fit(MIXED, CLASSES), MIXED)
    codes, texts = strict.inputs[3]
    unknown = codes == len(texts) - 1
    assert unknown.any()
    assert strict.bad[unknown].all()
    assert strict.inputs[2] is None  # z is dropped


@pytest.mark.parametrize("flavor", ["sklearn", "lightgbm", "xgboost"])
def test_missing_infinite_and_tiny_values_are_among_the_rows(flavor):
    model = HistGradientBoostingRegressor(max_iter=5) if flavor == "sklearn" else boosted(flavor)
    _, told = made(model.fit(HOLES, TARGET), HOLES, flavor)
    for values in told.inputs:
        good = values[~told.bad]
        assert np.isnan(good).sum() > 20
        assert {np.inf, -np.inf, 5e-324, 1e308} <= set(good.tolist())
        assert np.signbit(good[good == 0.0]).any()


def test_a_small_model_has_all_thresholds_tested_and_a_large_one_all_when_asked():
    _, told = made(HistGradientBoostingRegressor(max_iter=9).fit(FRAME, TARGET), FRAME)
    assert told.tested == told.thresholds > 90
    forest = RandomForestRegressor(30, random_state=0).fit(FRAME, TARGET)
    _, some = made(forest, FRAME)
    assert len(some.bad) < 10_000
    assert 900 < some.tested < some.thresholds
    full = made(forest, FRAME, full=True)[1]
    assert full.tested == full.thresholds == some.thresholds


def test_probes_of_a_large_forest_are_spread_over_all_its_trees_and_features():
    forest = RandomForestRegressor(40, random_state=0).fit(FRAME, TARGET)
    found = compiled(forest, FRAME).plan
    fields = found.forests[0].fields
    from sparkpredict.compile import neighbours

    taken = list(neighbours.chosen(fields, 400, np.random.default_rng(0)))
    assert {c.tree for c in taken} == set(range(40))
    assert sum(len(c.nodes) for c in taken) == 400
    for c in taken:
        features = fields["feature"][int(fields["tree_nodes"][c.tree]) + c.nodes]
        assert set(features) == {0, 1, 2}


def test_the_bytes_of_probes_are_a_container_and_the_same_each_time():
    model = encoded(RandomForestClassifier(5, random_state=0), handle_unknown="ignore")
    library = model.fit(MIXED, CLASSES)
    found, told = made(library, MIXED)
    data = told.to_bytes()
    assert made(library, MIXED)[1].to_bytes() == data
    head, arrays = container.read(container.PROBES, data)
    assert head["plan"] == plan.digest(found.to_bytes())
    assert head["rows"] == len(arrays[head["bad"]]) == len(told.bad)
    assert head["inputs"][2] is None
    assert head["inputs"][3]["texts"][:3] == ["blue", "green", "red"]
    assert arrays[head["inputs"][3]["codes"]].min() == -1
    assert set(arrays[head["outputs"]["predict"]["places"]]) == {-1, 0, 1}
    assert len(arrays[head["outputs"]["predict_proba"]["values"]]) == 2 * head["rows"]
    assert head["coverage"] == {"thresholds": told.thresholds, "tested": told.tested}


def test_categories_that_trees_see_as_numbers_too_are_not_split_apart():
    data = pd.DataFrame({"k": RANDOM.integers(0, 9, N).astype(float)})
    known = ("known", OneHotEncoder(sparse_output=False), ["k"])
    split = ColumnTransformer([known, ("as it is", "passthrough", ["k"])])
    model = make_pipeline(split, HistGradientBoostingRegressor(max_iter=5))
    found, told = made(model.fit(data, data["k"]), data)
    assert disagreeing(found, told) == 0
    assert told.bad.sum() < 20


class Moody(HistGradientBoostingRegressor):
    """Takes no row whose first number is above 0."""

    def predict(self, X):  # noqa: N803 (scikit-learn's own name)
        if (np.asarray(X)[:, 0] > 0).any():
            raise ValueError("no such rows")
        return super().predict(X)


def test_a_model_that_refuses_its_own_thresholds_has_no_probes():
    model = HistGradientBoostingRegressor(max_iter=5)
    found = compiled(model.fit(FRAME, TARGET), FRAME)
    found.model._model_impl.sklearn_model = Moody(max_iter=5).fit(FRAME, TARGET)
    told = probes.probes_of(found.plan, "", found.model, found.descriptor)
    assert "at its own thresholds" in str(told)


class Slow(LinearRegression):
    """Takes its time."""

    def predict(self, X):  # noqa: N803 (scikit-learn's own name)
        time.sleep(0.05)
        return super().predict(X)


def test_a_model_that_takes_too_long_has_no_probes():
    found = compiled(LinearRegression().fit(FRAME, TARGET), FRAME)
    found.model._model_impl.sklearn_model = Slow().fit(FRAME, TARGET)
    told = probes.probes_of(found.plan, "0" * 64, found.model, found.descriptor, seconds=0.04)
    assert isinstance(told, Unsupported)
    assert "more than 0.04 seconds" in str(told)


def test_a_full_validation_has_an_end():
    forest = RandomForestRegressor(3).fit(FRAME, TARGET)
    found = compiled(forest, FRAME)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probes, "MOST_VALUES_IN_FULL", 1000)
        told = probes.probes_of(found.plan, "", found.model, found.descriptor, full=True)
    assert "a full validation would take" in str(told)
