# SPDX-License-Identifier: Apache-2.0
"""Plans of CatBoost's models have the library's own bits, and the JVM scores by them."""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd
import pytest
from catboost import CatBoost, CatBoostClassifier, CatBoostRanker, CatBoostRegressor
from mlflow.models import infer_signature

from adversary import differences
from compiled import assert_same, compiled, edges, reason
from examples import EXAMPLES, SEED

RANDOM = np.random.default_rng(2)
N = 500
FRAME = pd.DataFrame(RANDOM.normal(size=(N, 4)), columns=list("abcd"))
HOLES = FRAME.mask(RANDOM.random(FRAME.shape) < 0.2)
TARGET = (FRAME["a"] * 2 + np.sin(3 * FRAME["b"]) + FRAME["c"]).to_numpy()
COUNTS = np.abs(TARGET) + 0.1
THREE = np.select([TARGET < -0.5, TARGET > 0.7], ["low", "high"], "middle")
QUIET = {"iterations": 15, "depth": 4, "verbose": False, "thread_count": 1}
QUIET = {**QUIET, "allow_writing_files": False}


def regressor(data=HOLES, target=TARGET, **params):
    return CatBoostRegressor(**{**QUIET, **params}).fit(data, target)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="default"),
        pytest.param({"nan_mode": "Max"}, id="missing-is-greatest"),
        pytest.param({"depth": 1}, id="stumps"),
        pytest.param({"loss_function": "Quantile:alpha=0.3"}, id="quantile"),
        pytest.param({"grow_policy": "Depthwise"}, id="by-depth"),
        pytest.param({"grow_policy": "Lossguide", "max_leaves": 9}, id="by-loss"),
        pytest.param({"boosting_type": "Ordered", "bootstrap_type": "No"}, id="ordered"),
    ],
)
@pytest.mark.parametrize("data", [FRAME, HOLES], ids=["whole", "holes"])
def test_a_regressor_has_the_same_bits_at_every_edge(params, data):
    made = compiled(regressor(data, **params), data, "catboost")
    assert made.plan.outputs["predict"].tolerance == "bits"
    assert_same(made, HOLES)
    assert_same(made, edges(made, FRAME))


@pytest.mark.parametrize("loss", ["Poisson", "Tweedie:variance_power=1.5"])
def test_counts_are_powers_of_the_sum(loss):
    assert_same(compiled(regressor(target=COUNTS, loss_function=loss), HOLES, "catboost"), HOLES)


@pytest.mark.parametrize("shape", [{}, {"grow_policy": "Depthwise"}], ids=["oblivious", "any"])
def test_several_targets_have_leaves_of_several_numbers(shape):
    target = np.column_stack([TARGET, -COUNTS])
    several = regressor(target=target, loss_function="MultiRMSE")
    assert_same(compiled(several, HOLES, "catboost"), HOLES)
    classes = CatBoostClassifier(**QUIET, **shape).fit(HOLES, THREE)
    assert_same(compiled(classes, HOLES, "catboost"), HOLES)


@pytest.mark.parametrize(
    ("target", "loss"),
    [
        pytest.param(TARGET > 0, None, id="booleans"),
        pytest.param(np.where(TARGET > 0, "yes", "no"), None, id="texts"),
        pytest.param(np.where(TARGET > 0, 5, -5), None, id="whole"),
        pytest.param(TARGET > 0, "CrossEntropy", id="shares"),
        pytest.param(THREE, None, id="three"),
        pytest.param(THREE, "MultiClassOneVsAll", id="each-against-all"),
    ],
)
@pytest.mark.parametrize("by_name", [True, False], ids=["frame", "matrix"])
def test_a_classifier_gives_the_same_labels_and_probabilities(target, loss, by_name):
    data = HOLES if by_name else HOLES.to_numpy()
    model = CatBoostClassifier(**QUIET, loss_function=loss).fit(data, target)
    made = compiled(model, data, "catboost")
    assert set(made.plan.outputs) == {"predict", "predict_proba", "raw_score"}
    assert_same(made, HOLES)
    assert_same(made, edges(made, FRAME, most=30))


def test_rankers_and_plain_models_answer_with_the_sum():
    ranker = CatBoostRanker(**QUIET, loss_function="YetiRank")
    ranker.fit(HOLES, COUNTS, group_id=np.arange(N) // 20)
    plain = CatBoost({**QUIET, "loss_function": "Logloss"}).fit(HOLES, TARGET > 0)
    for model in (ranker, plain):
        assert_same(compiled(model, HOLES, "catboost"), HOLES)


def test_sums_that_are_scaled():
    model = regressor()
    model.set_scale_and_bias(0.3, 1.7)
    assert_same(compiled(model, HOLES, "catboost"), HOLES)


def test_data_of_other_types():
    whole = (FRAME * 9).astype(np.int64)
    for data in (FRAME.astype(np.float32), whole, whole.assign(b=FRAME["b"])):
        made = compiled(regressor(data), data, "catboost")
        assert made.plan.widens
        assert_same(made, data)


def test_categories_that_are_split_one_by_one():
    longer = [*"abé", "a category", "one of twenty letters", "x" * 40, "y" * 130, "", "7"]
    data = HOLES.assign(k=RANDOM.choice(longer, N), two=RANDOM.choice(["male", "female"], N))
    target = TARGET + 3 * (data["k"].str.len() % 5) + 2 * (data["two"] == "male")
    model = regressor(data, target, cat_features=["k", "two"], one_hot_max_size=20, iterations=60)
    made = compiled(model, data, "catboost")
    hashes = [step.fields["hashes"] for step in made.plan.steps if step.op == "onehot"]
    assert all(len(found) for found in hashes)
    assert sum(len(found) for found in hashes) > 7
    assert_same(made, data)
    unknown = data.head(4).assign(k=pd.Series(["unknown", "A", None, "z" * 70], dtype=object))
    assert_same(made, unknown)


def test_what_is_not_handled_has_a_reason():
    texts = FRAME.assign(k=[f"k{at % 5}" for at in range(N)])
    counted = regressor(texts, TARGET + 9 * (np.arange(N) % 5), cat_features=["k"])
    assert "a split is a OnlineCtr" in reason(counted, texts, "catboost")
    whole = FRAME.assign(k=np.arange(N) % 5)
    numbers = regressor(whole, cat_features=["k"], one_hot_max_size=9)
    assert "categories that are no texts" in reason(numbers, whole, "catboost")
    spread = regressor(loss_function="RMSEWithUncertainty")
    assert "RMSEWithUncertainty" in reason(spread, HOLES, "catboost")
    model = CatBoostClassifier(**QUIET).fit(HOLES, TARGET > 0)
    model.set_probability_threshold(0.3)
    assert "threshold" in reason(model, HOLES, "catboost")


@pytest.mark.parametrize("target", [TARGET, THREE], ids=["regression", "classes"])
def test_the_jvm_scores_by_the_plan(spark, bind, alias, tmp_path, target):
    kind = CatBoostRegressor if target is TARGET else CatBoostClassifier
    model = kind(**QUIET).fit(HOLES, target)
    expected = np.ravel(model.predict(HOLES)).tolist()
    signature = infer_signature(HOLES, model.predict(HOLES))
    mlflow.catboost.save_model(
        model, str(tmp_path / "model"), signature=signature, pip_requirements=["catboost"]
    )
    declared = "DOUBLE" if target is TARGET else "STRING"
    bound = bind(tmp_path / "model", declared, engine="compiled")
    assert bound.info().engine == "compiled"
    rows = HOLES.astype(object).where(HOLES.notna(), None).values.tolist()
    data = spark.createDataFrame(rows, "a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE").coalesce(1)
    data.createOrReplaceTempView("catboost_rows")
    found = spark.sql(f"SELECT PREDICT('{alias}', *) AS s FROM catboost_rows").collect()
    assert [row["s"] for row in found] == expected


SHORT = RANDOM.choice(["male", "female", "7", "", "a", "has no hash"], N)


@pytest.mark.parametrize(
    ("kind", "data", "target", "params"),
    [
        pytest.param(CatBoostRegressor, HOLES, TARGET, {}, id="numbers"),
        pytest.param(CatBoostRegressor, HOLES, TARGET, {"nan_mode": "Max"}, id="greatest"),
        pytest.param(
            CatBoostRegressor,
            HOLES.assign(k=SHORT),
            TARGET + 9 * (SHORT == "7") - 5 * (SHORT == "male"),
            {"cat_features": ["k"], "one_hot_max_size": 9},
            id="categories",
        ),
        pytest.param(CatBoostClassifier, HOLES, THREE, {}, id="classes"),
    ],
)
def test_no_row_is_answered_otherwise(spark, kind, data, target, params):
    model = kind(**QUIET, **params).fit(data, target)
    count, example = differences(spark, model, data, "catboost", 20 * EXAMPLES, SEED)
    assert count == 0, f"{count} of {20 * EXAMPLES} rows, seed {SEED}, such as {example}"
