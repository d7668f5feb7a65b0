# SPDX-License-Identifier: Apache-2.0
"""Plans of LightGBM's models have the library's own bits."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest

from boosters import (
    assert_one_leaf_is_the_same,
    assert_other_types_are_the_same,
    categories,
    odd,
)
from compiled import assert_same, compiled, edges, reason

RANDOM = np.random.default_rng(2)
N = 500
FRAME = pd.DataFrame(RANDOM.normal(size=(N, 4)), columns=list("abcd"))
FRAME["c"] = np.where(RANDOM.random(N) < 0.5, 0.0, FRAME["c"])
FRAME["d"] = FRAME["d"] * 1e-35  # where LightGBM draws the line to zero
HOLES = FRAME.mask(RANDOM.random(FRAME.shape) < 0.2)
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"]) + FRAME["c"] - FRAME["d"] * 1e35).to_numpy()
POSITIVE = np.abs(TARGET) + 0.1
CLASSES = np.select([TARGET < -0.5, TARGET > 0.7], ["low", "high"], "middle")
QUIET = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5}


def train(data, target, rounds=15, **params):
    return lgb.train({**QUIET, **params}, lgb.Dataset(data, target), rounds)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="missing-is-nan"),
        pytest.param({"use_missing": False}, id="nothing-is-missing"),
        pytest.param({"zero_as_missing": True}, id="zero-is-missing"),
        pytest.param({"boosting": "dart"}, id="dart"),
        pytest.param(
            {"boosting": "rf", "bagging_fraction": 0.7, "bagging_freq": 1}, id="random-forest"
        ),
        pytest.param({"data_sample_strategy": "goss"}, id="goss"),
        pytest.param({"extra_trees": True, "num_leaves": 64}, id="extra-trees"),
    ],
)
@pytest.mark.parametrize("data", [FRAME, HOLES], ids=["whole", "holes"])
def test_a_regressor_has_the_same_bits_at_every_edge(params, data):
    made = compiled(train(data, TARGET, objective="regression", **params), data, "lightgbm")
    assert made.plan.outputs["predict"].tolerance == "bits"
    assert_same(made, data)
    assert_same(made, edges(made, FRAME))


@pytest.mark.parametrize(
    ("objective", "target"),
    [
        *((name, TARGET) for name in ("regression_l1", "huber", "fair", "quantile", "mape")),
        *((name, POSITIVE) for name in ("poisson", "gamma", "tweedie")),
        ("binary", TARGET > 0),
        ("cross_entropy", np.clip(POSITIVE / 10, 0, 1)),
    ],
)
def test_objectives_make_what_predict_gives_of_the_sum(objective, target):
    made = compiled(train(HOLES, target, objective=objective), HOLES, "lightgbm")
    assert set(made.plan.outputs) == {"predict", "raw_score"}
    assert_same(made, HOLES)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"objective": "regression", "reg_sqrt": True}, id="root"),
        pytest.param({"objective": "binary", "sigmoid": 0.7}, id="sigmoid"),
        pytest.param({"objective": "binary", "is_unbalance": True}, id="unbalanced"),
    ],
)
def test_parameters_of_objectives(params):
    target = TARGET > 1 if params["objective"] == "binary" else TARGET
    assert_same(compiled(train(FRAME, target, **params), FRAME, "lightgbm"), FRAME)


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(TARGET > 0, id="booleans"),
        pytest.param(np.where(TARGET > 0, "yes", "no"), id="texts"),
        pytest.param(np.where(TARGET > 0, 5, -5), id="whole"),
        pytest.param(CLASSES, id="three-classes"),
    ],
)
@pytest.mark.parametrize("by_name", [True, False], ids=["frame", "matrix"])
def test_a_classifier_gives_the_same_labels_and_probabilities(labels, by_name):
    data = HOLES if by_name else HOLES.to_numpy()
    model = lgb.LGBMClassifier(n_estimators=10, min_child_samples=5, verbosity=-1, n_jobs=1)
    made = compiled(model.fit(data, labels), data, "lightgbm")
    assert set(made.plan.outputs) == {"predict", "predict_proba", "raw_score"}
    assert made.plan.whole is by_name
    assert_same(made, HOLES)
    assert_same(made, edges(made, FRAME, most=60))


def test_one_against_all_others():
    model = lgb.LGBMClassifier(objective="multiclassova", n_estimators=5, verbosity=-1, n_jobs=1)
    assert_same(compiled(model.fit(FRAME, CLASSES), FRAME, "lightgbm"), FRAME)


def test_early_stopping_leaves_out_the_rounds_after_the_best():
    noise = RANDOM.normal(size=N)
    data = lgb.Dataset(FRAME, noise + TARGET, free_raw_data=False)
    model = lgb.train(
        QUIET,
        data,
        60,
        valid_sets=[lgb.Dataset(FRAME, TARGET - noise, reference=data)],
        callbacks=[lgb.early_stopping(5, verbose=False)],
        keep_training_booster=True,
    )
    made = compiled(model, FRAME, "lightgbm")
    trees = len(made.plan.forests[0].fields["tree_nodes"]) - 1
    assert trees == model.best_iteration < model.num_trees()
    assert_same(made, FRAME)


def test_categories_of_a_frame_known_unknown_and_missing():
    data, added = categories(FRAME["a"], RANDOM, "é")
    target = TARGET + added
    typed = data.astype({"k": "category", "c": "category"})
    params = {"min_data_per_group": 5, "cat_smooth": 1.0, "max_cat_to_onehot": 1}
    made = compiled(train(typed, target, **params), typed, "lightgbm")
    assert "set" in made.plan.forests[0].fields
    assert_same(made, data)
    assert_same(made, odd("é"))


@pytest.mark.parametrize("use_missing", [True, False])
@pytest.mark.parametrize("holes", [True, False])
def test_numbers_as_categories_are_cut_toward_zero(use_missing, holes):
    data = FRAME[["a"]].assign(k=RANDOM.integers(0, 70, N).astype(float))
    target = TARGET + np.where(data["k"] % 7 == 3, 9.0, 0.0)
    if holes:
        data["k"] = data["k"].mask(RANDOM.random(N) < 0.1)
    params = {**QUIET, "use_missing": use_missing, "min_data_per_group": 1, "cat_smooth": 0.0}
    model = lgb.train(params, lgb.Dataset(data, target, categorical_feature=["k"]), 15)
    made = compiled(model, data, "lightgbm")
    assert "set" in made.plan.forests[0].fields
    values = [np.nan, 0.0, -0.0, -0.5, 0.5, 3.0, 3.99, -1.0, 31.0, 32.0, 69.0, 70.0, 1e9, 2.0**31]
    for k in (*values, 2.0**33 + 3, 1e20, np.inf, -np.inf, -1e20):
        assert_same(made, pd.DataFrame({"a": [0.0, 2.0], "k": [k, k]}))
    assert_same(made, data)


def test_data_of_other_types():
    assert_other_types_are_the_same(train, FRAME, TARGET, "lightgbm")


def test_trees_of_one_leaf():
    assert_one_leaf_is_the_same(train, "lightgbm")


class Mine(lgb.LGBMRegressor):
    """A class of the user's own."""


@pytest.mark.parametrize(
    ("model", "told"),
    [
        pytest.param(lambda: train(FRAME, TARGET, linear_tree=True), "linear_tree", id="linear"),
        pytest.param(
            lambda: train(FRAME, TARGET, objective=lambda p, d: (p - d.get_label(), np.ones(N))),
            "objective=none",
            id="custom",
        ),
        pytest.param(
            lambda: Mine(n_estimators=2, verbosity=-1).fit(FRAME, TARGET), "Mine", id="subclass"
        ),
        pytest.param(
            lambda: lgb.LGBMClassifier(n_estimators=2, verbosity=-1, pred_early_stop=True).fit(
                FRAME, TARGET > 0
            ),
            "pred_early_stop=True",
            id="early-stop",
        ),
    ],
)
def test_what_is_not_handled_has_a_reason(model, told):
    assert told in reason(model(), FRAME, "lightgbm")
