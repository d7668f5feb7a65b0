# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's trees, forests and boosted trees have the library's own bits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

from compiled import assert_same, compiled, edges, reason

RANDOM = np.random.default_rng(11)
FRAME = pd.DataFrame(RANDOM.normal(size=(400, 5)), columns=list("abcde"))
FRAME["e"] = 1.0  # constant
HOLES = FRAME.mask(RANDOM.random(FRAME.shape) < 0.15)
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"]) + 0.1 * RANDOM.normal(size=400)).to_numpy()
TEXTS = np.select([TARGET < -0.5, TARGET > 0.7], ["low", "high"], "middle")
TWO = TARGET > 0
WHOLE = np.select([TARGET < -0.5, TARGET > 0.7], [-3, 7], 2)

REGRESSORS = [
    pytest.param(DecisionTreeRegressor(max_depth=5, random_state=0), id="tree"),
    pytest.param(ExtraTreeRegressor(max_depth=5, random_state=0), id="extra-tree"),
    pytest.param(RandomForestRegressor(12, random_state=0), id="random-forest"),
    pytest.param(RandomForestRegressor(3, max_leaf_nodes=9, random_state=0), id="best-first"),
    pytest.param(ExtraTreesRegressor(9, max_depth=6, random_state=0), id="extra-trees"),
    pytest.param(HistGradientBoostingRegressor(max_iter=20, random_state=0), id="histogram"),
]
CLASSIFIERS = [
    pytest.param(DecisionTreeClassifier(max_depth=5, random_state=0), id="tree"),
    pytest.param(ExtraTreeClassifier(max_depth=5, random_state=0), id="extra-tree"),
    pytest.param(RandomForestClassifier(12, random_state=0), id="random-forest"),
    pytest.param(
        RandomForestClassifier(12, class_weight="balanced", random_state=0), id="weighted"
    ),
    pytest.param(ExtraTreesClassifier(9, max_depth=6, random_state=0), id="extra-trees"),
    pytest.param(GradientBoostingClassifier(n_estimators=15, random_state=0), id="boosted"),
    pytest.param(HistGradientBoostingClassifier(max_iter=12, random_state=0), id="histogram"),
]
LABELS = [
    pytest.param(TEXTS, id="texts"),
    pytest.param(TWO, id="booleans"),
    pytest.param(WHOLE, id="whole"),
    pytest.param(np.where(TWO, 1.0, -2.0), id="numbers"),
]


@pytest.mark.parametrize("model", REGRESSORS)
def test_a_regressor_has_the_same_bits_at_every_edge(model):
    made = compiled(model.fit(FRAME, TARGET), FRAME)
    assert_same(made, FRAME)
    assert_same(made, edges(made, FRAME))


@pytest.mark.parametrize("model", REGRESSORS)
def test_missing_values_go_where_the_library_sends_them(model):
    made = compiled(model.fit(HOLES, TARGET), HOLES)
    assert_same(made, HOLES)
    assert_same(made, edges(made, FRAME, most=200))


@pytest.mark.parametrize(
    "loss", ["squared_error", "absolute_error", "huber", "quantile"], ids=lambda loss: loss
)
def test_boosted_regressors_start_from_their_own_base(loss):
    model = GradientBoostingRegressor(loss=loss, n_estimators=20, random_state=0)
    made = compiled(model.fit(FRAME, TARGET), FRAME)
    assert_same(made, FRAME)
    assert_same(made, edges(made, FRAME))


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("model", CLASSIFIERS)
def test_a_classifier_gives_the_same_labels_and_probabilities(model, labels):
    made = compiled(model.fit(FRAME, labels), FRAME)
    assert_same(made, FRAME)
    assert_same(made, edges(made, FRAME, most=100))


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(GradientBoostingRegressor(init="zero", n_estimators=5), id="zero"),
        pytest.param(
            GradientBoostingClassifier(loss="exponential", n_estimators=5), id="exponential"
        ),
        pytest.param(
            GradientBoostingClassifier(init=DummyClassifier(strategy="prior"), n_estimators=5),
            id="dummy",
        ),
        pytest.param(GradientBoostingClassifier(subsample=0.5, n_estimators=5), id="subsample"),
    ],
)
def test_ways_to_boost(model):
    made = compiled(model.fit(FRAME, TWO), FRAME)
    assert_same(made, FRAME)


@pytest.mark.parametrize("loss", ["poisson", "gamma", "absolute_error", "quantile"])
def test_losses_of_histogram_based_boosting(loss):
    quantile = {"quantile": 0.3} if loss == "quantile" else {}
    model = HistGradientBoostingRegressor(loss=loss, max_iter=8, **quantile)
    made = compiled(model.fit(FRAME, np.abs(TARGET) + 0.1), FRAME)
    assert_same(made, FRAME)
    assert_same(made, edges(made, FRAME, most=100))


def test_categories_of_histogram_based_boosting_known_unknown_and_missing():
    data = pd.DataFrame(
        {
            "a": FRAME["a"],
            "k": RANDOM.integers(-3, 60, 400).astype(float),
            "c": np.asarray(["x", "y", "zz", "é"], dtype=object)[RANDOM.integers(0, 4, 400)],
        }
    )
    typed = data.assign(c=data["c"].astype("category"))
    target = TARGET + np.where(data["k"] % 7 == 3, 2.0, 0.0) + (data["c"] == "é") * 3.0
    by_type = HistGradientBoostingRegressor(max_iter=15, categorical_features=["k", "c"])
    made = compiled(by_type.fit(typed, target), data)
    assert "set" in made.plan.forests[0].fields
    assert_same(made, data)
    odd = pd.DataFrame(
        {
            "a": [0.0, np.nan, 0.1, 0.2, 0.3, -1.0, 4.0, 0.0, np.inf],
            "k": [np.nan, 2.0, 2.5, -1.0, 61.0, 300.0, -0.5, 256.0, 1.0],
            "c": ["x", None, "unknown", "", "zz", "é", "X", None, "y"],
        }
    )
    assert_same(made, odd)


def test_numbers_as_categories_refuse_infinity_as_the_encoder_does():
    data = FRAME[["a"]].assign(k=RANDOM.integers(0, 9, 400).astype(float))
    model = HistGradientBoostingClassifier(max_iter=8, categorical_features=[1])
    made = compiled(model.fit(data, TEXTS), data)
    assert_same(made, pd.DataFrame({"a": [0.0, 0.0, np.inf], "k": [np.inf, 3.0, -0.0]}))


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(DecisionTreeRegressor(), id="tree"),
        pytest.param(RandomForestRegressor(3), id="forest"),
        pytest.param(GradientBoostingRegressor(n_estimators=3), id="boosted"),
        pytest.param(HistGradientBoostingRegressor(max_iter=3), id="histogram"),
    ],
)
def test_trees_of_one_leaf(model):
    constant = pd.DataFrame(np.ones((40, 2)), columns=["a", "b"])
    made = compiled(model.fit(constant, np.full(40, 0.1)), constant)
    assert len(made.plan.forests[0].fields["feature"]) == 0
    assert_same(made, pd.DataFrame({"a": [1.0, np.nan, 2.0], "b": [0.0, 1.0, np.inf]}))


def test_a_classifier_of_one_class():
    made = compiled(RandomForestClassifier(3).fit(FRAME, ["only"] * 400), FRAME)
    assert_same(made, FRAME.head(3))


def test_several_targets_are_a_row_of_answers():
    targets = np.column_stack([TARGET, -TARGET, TARGET**2])
    for model in (DecisionTreeRegressor(max_depth=4), RandomForestRegressor(4, max_depth=4)):
        made = compiled(model.fit(FRAME, targets), FRAME)
        assert made.plan.outputs["predict"].array
        assert_same(made, FRAME)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(FRAME.to_numpy(), id="matrix"),
        pytest.param(FRAME.to_numpy().astype(np.float32), id="single-matrix"),
        pytest.param(FRAME.astype(np.float32), id="single-frame"),
        pytest.param((FRAME * 9).astype(np.int64), id="whole-frame"),
        pytest.param((FRAME * 9).astype(np.int64).assign(b=FRAME["b"]), id="mixed-frame"),
        pytest.param((FRAME * 9).astype(np.int64).assign(b=TWO), id="frame-with-booleans"),
    ],
)
def test_data_of_other_types(data):
    for model in (RandomForestRegressor(4), HistGradientBoostingRegressor(max_iter=5)):
        made = compiled(model.fit(data, TARGET), data)
        assert made.plan.widens
        assert_same(made, data)


def test_several_jobs_promise_no_last_bit():
    made = compiled(RandomForestRegressor(4, n_jobs=2).fit(FRAME, TARGET), FRAME)
    assert made.plan.outputs["predict"].tolerance == "relative"
    one = compiled(RandomForestRegressor(4, n_jobs=1).fit(FRAME, TARGET), FRAME)
    assert one.plan.outputs["predict"].tolerance == "bits"


def test_the_same_model_gives_the_same_bytes():
    fitted = HistGradientBoostingClassifier(max_iter=4).fit(FRAME, TEXTS)
    assert compiled(fitted, FRAME).plan.to_bytes() == compiled(fitted, FRAME).plan.to_bytes()


class Mine(DecisionTreeRegressor):
    """A class of the user's own, which may do anything."""


@pytest.mark.parametrize(
    ("model", "target", "told"),
    [
        pytest.param(Mine(), TARGET, "Mine: this class of", id="subclass"),
        pytest.param(
            DecisionTreeClassifier(), np.column_stack([TEXTS, TEXTS]), "2 targets", id="targets"
        ),
        pytest.param(
            GradientBoostingRegressor(init=LinearRegression(), n_estimators=2),
            TARGET,
            "init is a LinearRegression",
            id="init",
        ),
    ],
)
def test_what_is_not_handled_has_a_reason(model, target, told):
    assert told in reason(model.fit(FRAME, target), FRAME)


def test_another_order_of_features_is_not_handled():
    model = DecisionTreeRegressor().fit(FRAME, TARGET)
    assert "another order" in reason(model, FRAME[list("edcba")])
