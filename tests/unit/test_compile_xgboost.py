# SPDX-License-Identifier: Apache-2.0
"""Plans of XGBoost's models have the library's own float32."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb

from boosters import (
    assert_one_leaf_is_the_same,
    assert_other_types_are_the_same,
    categories,
    odd,
)
from compiled import SPECIAL, assert_same, compiled, edges, reason

RANDOM = np.random.default_rng(2)
N = 500
FRAME = pd.DataFrame(RANDOM.normal(size=(N, 4)), columns=list("abcd"))
FRAME["d"] = 1.0
HOLES = FRAME.mask(RANDOM.random(FRAME.shape) < 0.2)
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"]) + FRAME["c"]).to_numpy()
POSITIVE = np.abs(TARGET) + 0.1
CLASSES = np.select([TARGET < -0.5, TARGET > 0.7], [0, 2], 1)


def train(data, target, rounds=15, **params):
    matrix = xgb.DMatrix(data, target, enable_categorical=True)
    return xgb.train({"nthread": 1, **params}, matrix, rounds)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="default"),
        pytest.param({"base_score": 0.3}, id="base"),
        pytest.param({"grow_policy": "lossguide", "max_leaves": 20}, id="by-loss"),
        pytest.param({"tree_method": "exact", "gamma": 1.0}, id="pruned"),
        pytest.param({"num_parallel_tree": 4, "subsample": 0.5}, id="parallel"),
        pytest.param({"objective": "reg:absoluteerror"}, id="absolute"),
        pytest.param({"objective": "reg:pseudohubererror"}, id="huber"),
        pytest.param({"objective": "reg:quantileerror", "quantile_alpha": 0.3}, id="quantile"),
    ],
)
@pytest.mark.parametrize("data", [FRAME, HOLES], ids=["whole", "holes"])
def test_a_regressor_has_the_same_bits_at_every_edge(params, data):
    made = compiled(train(data, TARGET, **params), data, "xgboost")
    assert made.plan.outputs["predict"].tolerance == "bits"
    assert_same(made, data)
    wrapper = xgb.XGBRegressor(n_estimators=12, n_jobs=1, **params).fit(data, TARGET)
    wrapped = compiled(wrapper, data, "xgboost")
    assert_same(wrapped, data)
    assert_same(wrapped, edges(wrapped, FRAME))


def test_a_booster_itself_takes_no_infinity():
    made = compiled(train(HOLES, TARGET), HOLES, "xgboost")
    assert_same(made, edges(made, FRAME, most=50))
    assert [step.op for step in made.plan.steps] == ["cast32", "refuse", "forest"]


@pytest.mark.parametrize(
    ("objective", "target"),
    [
        ("binary:logistic", TARGET > 0),
        ("binary:logitraw", TARGET > 0),
        ("reg:logistic", np.clip(POSITIVE / 10, 0, 1)),
        ("count:poisson", POSITIVE),
        ("reg:gamma", POSITIVE),
        ("reg:tweedie", POSITIVE),
        ("reg:squaredlogerror", POSITIVE),
        ("survival:cox", POSITIVE),
        ("binary:hinge", TARGET > 0),
    ],
)
def test_objectives_make_what_predict_gives_of_the_margin(objective, target):
    for base in ({}, {"base_score": 0.2}, {"base_score": 0.77}):
        made = compiled(train(HOLES, target, objective=objective, **base), HOLES, "xgboost")
        assert set(made.plan.outputs) == {"predict", "raw_score"}
        assert made.plan.outputs["raw_score"].tolerance == "bits"
        assert_same(made, HOLES)


@pytest.mark.parametrize("share", np.linspace(0.02, 0.98, 25).round(3))
def test_the_margin_of_a_base_score_has_the_same_bits(share):
    few = xgb.XGBClassifier(n_estimators=2, max_depth=1, n_jobs=1)
    labels = (np.arange(N) < share * N).astype(int)
    assert_same(compiled(few.fit(FRAME, labels), FRAME, "xgboost"), FRAME.head(40))


@pytest.mark.parametrize("labels", [TARGET > 0, CLASSES], ids=["binary", "three-classes"])
@pytest.mark.parametrize("by_name", [True, False], ids=["frame", "matrix"])
@pytest.mark.parametrize("missing", [np.nan, 1.0, -999.0])
def test_a_classifier_gives_the_same_labels_and_probabilities(labels, by_name, missing):
    data = HOLES.fillna(missing) if missing == -999.0 else HOLES
    data = data if by_name else data.to_numpy()
    model = xgb.XGBClassifier(n_estimators=10, n_jobs=1, missing=missing)
    made = compiled(model.fit(data, labels.astype(int)), data, "xgboost")
    assert set(made.plan.outputs) == {"predict", "predict_proba", "raw_score"}
    assert_same(made, pd.DataFrame(data))
    assert_same(made, edges(made, FRAME, most=60))


def test_a_random_forest_of_it():
    for model in (xgb.XGBRFClassifier(n_estimators=6), xgb.XGBRFRegressor(n_estimators=6)):
        assert_same(compiled(model.fit(FRAME, CLASSES > 0), FRAME, "xgboost"), FRAME)


def test_early_stopping_leaves_out_the_rounds_after_the_best_for_wrappers_alone():
    noise = RANDOM.normal(size=N)
    model = xgb.XGBRegressor(n_estimators=100, early_stopping_rounds=3, n_jobs=1)
    model.fit(FRAME, noise, eval_set=[(HOLES, noise)], verbose=False)
    made = compiled(model, FRAME, "xgboost")
    trees = len(made.plan.forests[0].fields["tree_nodes"]) - 1
    assert trees == model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    assert_same(made, FRAME)
    assert_same(compiled(model.get_booster(), FRAME, "xgboost"), FRAME)


@pytest.mark.parametrize("onehot", [1, 100], ids=["sets", "one-category"])
def test_categories_of_a_frame_known_unknown_and_missing(onehot):
    data, added = categories(FRAME["a"], RANDOM, "w")
    target = TARGET + added
    typed = data.astype({"k": "category", "c": "category"})
    model = xgb.XGBRegressor(
        n_estimators=10, enable_categorical=True, max_cat_to_onehot=onehot, n_jobs=1
    ).fit(typed, target)
    made = compiled(model, typed, "xgboost")
    assert "set" in made.plan.forests[0].fields
    assert_same(made, data)
    assert_same(made, odd("w"))


def test_data_of_other_types():
    assert_other_types_are_the_same(train, FRAME, TARGET, "xgboost")


def test_trees_of_one_leaf():
    assert_one_leaf_is_the_same(train, "xgboost")


class Mine(xgb.XGBRegressor):
    """A class of the user's own."""


@pytest.mark.parametrize("base", [0.3, 7.1])
def test_the_trees_of_dart_have_weights(base):
    params = {"booster": "dart", "rate_drop": 0.4, "base_score": base, "seed": 3}
    wrapper = xgb.XGBRegressor(n_estimators=12, n_jobs=1, **params).fit(HOLES, TARGET)
    native = xgb.train(params, xgb.DMatrix(HOLES, TARGET), 12)
    assert (wrapper.predict(HOLES) != native.predict(xgb.DMatrix(HOLES))).any()
    classes = xgb.XGBClassifier(n_estimators=4, n_jobs=1, booster="dart", rate_drop=0.4)
    for model in (wrapper, native, classes.fit(HOLES, np.digitize(TARGET, [0, 1]))):
        assert_same(compiled(model, HOLES, "xgboost"), HOLES)


@pytest.mark.parametrize("updater", ["shotgun", "coord_descent"])
@pytest.mark.parametrize("objective", ["reg:squarederror", "binary:logistic", "multi:softprob"])
def test_a_linear_booster_has_the_same_bits(objective, updater):
    params = {"booster": "gblinear", "objective": objective, "updater": updater}
    target = {"reg:squarederror": TARGET, "binary:logistic": TARGET > 0}.get(objective, CLASSES)
    of_classes = {"num_class": 3} if target is CLASSES else {}
    native = train(HOLES, target, **params, **of_classes)
    kind = xgb.XGBRegressor if target is TARGET else xgb.XGBClassifier
    wrapper = kind(n_estimators=9, n_jobs=1, base_score=0.3, **params).fit(HOLES, target)
    missing = kind(n_estimators=9, n_jobs=1, missing=1.0, **params).fit(FRAME, target)
    special = pd.DataFrame({"a": [*SPECIAL, 1e20], "b": 1e20, "c": -3.0, "d": 1.0})
    for model, data in ((native, HOLES), (wrapper, HOLES), (missing, FRAME)):
        made = compiled(model, data, "xgboost")
        assert made.plan.outputs["raw_score"].tolerance == "bits"
        assert_same(made, data)
        assert_same(made, special)


@pytest.mark.parametrize("objective", ["rank:ndcg", "rank:map", "rank:pairwise"])
def test_rankers_answer_with_the_margin(objective):
    ranker = xgb.XGBRanker(n_estimators=5, n_jobs=1, objective=objective)
    ranker.fit(HOLES, TARGET > 0, qid=np.arange(N) // 20)
    assert_same(compiled(ranker, HOLES, "xgboost"), HOLES)


def test_a_hinge_gives_a_label_alone():
    model = xgb.XGBClassifier(n_estimators=4, n_jobs=1, objective="binary:hinge")
    assert_same(compiled(model.fit(HOLES, TARGET > 0), HOLES, "xgboost"), HOLES)


def squared(target, predicted):
    return predicted - target, np.ones(len(target))


@pytest.mark.parametrize(
    ("model", "told"),
    [
        pytest.param(
            lambda: xgb.XGBClassifier(n_estimators=2, objective="multi:softmax").fit(
                FRAME, np.digitize(TARGET, [0, 1])
            ),
            "multi:softmax",
            id="objective",
        ),
        pytest.param(
            lambda: train(
                FRAME, np.column_stack([TARGET, TARGET]), multi_strategy="multi_output_tree"
            ),
            "multi_output_tree",
            id="vector-leaves",
        ),
        pytest.param(
            lambda: xgb.XGBRegressor(n_estimators=2, objective=squared).fit(FRAME, TARGET),
            "function",
            id="custom",
        ),
        pytest.param(lambda: Mine(n_estimators=2).fit(FRAME, TARGET), "Mine", id="subclass"),
    ],
)
def test_what_is_not_handled_has_a_reason(model, told):
    assert told in reason(model(), FRAME, "xgboost")
