# SPDX-License-Identifier: Apache-2.0
"""CatBoost: numbers and categories, labels and what else it can be asked for."""

from __future__ import annotations

import mlflow
import numpy as np
import pytest
from catboost import CatBoostClassifier, CatBoostRegressor, Pool
from columns import NUMBERS, numbers
from mlflow.models import infer_signature

from scores import assert_same_scores

THREE = np.select([NUMBERS["a"] < -0.5, NUMBERS["a"] > 0.5], ["low", "high"], "middle")
QUIET = {"iterations": 5, "depth": 3, "verbose": False, "allow_writing_files": False}
MIXED = NUMBERS.assign(k=[f"k{at % 3}" for at in range(len(NUMBERS))])


def save(folder, model, signature=None):
    mlflow.catboost.save_model(
        model, str(folder / "model"), signature=signature, pip_requirements=["mlflow", "catboost"]
    )
    return folder / "model"


def test_a_regression_without_a_signature_knows_its_features(spark, bind, tmp_path):
    model = CatBoostRegressor(**QUIET).fit(NUMBERS, NUMBERS["a"] * 2)
    bound = bind(save(tmp_path, model), "DOUBLE", binding="name")
    assert [f["takes_null"] for f in bound.info().details["model"]["features"]] == [True, True]
    swapped = numbers(spark).select("b", "a")
    assert_same_scores(bound, swapped, model.predict(NUMBERS).tolist())


@pytest.fixture(scope="module")
def three():
    return CatBoostClassifier(**QUIET).fit(NUMBERS, THREE)


def test_labels_and_probabilities(spark, bind, tmp_path, three):
    bound = bind(save(tmp_path, three), "label STRING, probabilities MAP<STRING, DOUBLE>")
    rows = three.predict_proba(NUMBERS)
    expected = [
        (label, dict(zip(three.classes_.tolist(), row)))
        for label, row in zip(three.predict(NUMBERS)[:, 0].tolist(), rows.tolist())
    ]
    assert_same_scores(bound, numbers(spark), expected, within=1e-12)


@pytest.mark.parametrize(
    ("output", "ask"),
    [
        ("raw_score", lambda m: m.predict(NUMBERS, prediction_type="RawFormulaVal")),
        ("leaf", lambda m: m.calc_leaf_indexes(NUMBERS)),
        ("contributions", lambda m: m.get_feature_importance(Pool(NUMBERS), type="ShapValues")),
    ],
)
def test_other_outputs(spark, bind, tmp_path, three, output, ask):
    bound = bind(save(tmp_path, three), None, output=output)
    assert_same_scores(bound, numbers(spark), np.asarray(ask(three)).tolist(), within=1e-12)


def test_categories_are_texts(spark, bind, tmp_path):
    model = CatBoostRegressor(**QUIET, cat_features=["k"]).fit(MIXED, NUMBERS["a"])
    expected = model.predict(MIXED)
    bound = bind(save(tmp_path, model, infer_signature(MIXED, expected)), None)
    data = spark.createDataFrame(MIXED.values.tolist(), "a DOUBLE, b DOUBLE, k STRING").coalesce(1)
    assert_same_scores(bound, data, expected.tolist())
