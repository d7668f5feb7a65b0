# SPDX-License-Identifier: Apache-2.0
"""XGBoost and LightGBM: numbers and categories, by Java and by Python."""

from __future__ import annotations

import pytest

import boosted
from scores import assert_same_scores

FRAME = boosted.data(60)
CLASSES = boosted.target(FRAME)
WITHIN = 1e-6  # both sum float32 leaves

libraries = pytest.mark.parametrize(
    "fitted", [boosted.xgboost_classifier, boosted.lightgbm_classifier], ids=["xgboost", "lightgbm"]
)
engines = pytest.mark.parametrize("engine", ["compiled", "python"])


@pytest.fixture
def rows(spark):
    plain = FRAME.astype({"colour": str, "size": int})
    return spark.createDataFrame(plain.values.tolist(), "x DOUBLE, colour STRING, size INT")


@libraries
@engines
def test_classes_of_numbers_and_categories(bind, rows, tmp_path, fitted, engine):
    model = fitted(FRAME, CLASSES)
    bound = bind(boosted.save(tmp_path, model), "INT", engine=engine)
    assert_same_scores(bound, rows.coalesce(1), model.predict(FRAME).tolist())


@libraries
@engines
def test_probabilities_of_numbers(spark, bind, tmp_path, fitted, engine):
    numbers = FRAME[["x"]]
    model = fitted(numbers, CLASSES)
    folder = boosted.save(tmp_path, model, numbers)
    bound = bind(folder, "ARRAY<DOUBLE>", output="predict_proba", engine=engine)
    data = spark.createDataFrame(numbers.values.tolist(), "x DOUBLE").coalesce(1)
    expected = model.predict_proba(numbers).astype("float64").tolist()
    assert_same_scores(bound, data, expected, within=WITHIN)
