# SPDX-License-Identifier: Apache-2.0
"""Boosted trees on categories score by the codes of their training, whatever a batch holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier

import boosted
import saved
from asking import ask, inspected
from sparkpredict.errors import ModelError

FRAME = boosted.data()
TARGET = boosted.target(FRAME)
LIBRARIES = ["lightgbm", "xgboost"]
PROBABILITIES = "ARRAY<DOUBLE>"


def plain(frame):
    """The columns as they come from Spark: text and numbers without categories."""
    return pd.DataFrame(
        {
            "x": frame["x"].to_numpy(),
            "colour": frame["colour"].astype(object).to_numpy(),
            "size": frame["size"].astype("float64").to_numpy(),
        }
    )


def fitted(library, *, native=False):
    model = getattr(boosted, f"{library}_classifier")(FRAME, TARGET)
    if not native:
        return model, model.predict_proba
    booster = model.booster_ if library == "lightgbm" else model.get_booster()
    if library == "lightgbm":
        return booster, booster.predict
    return booster, lambda frame: booster.predict(xgboost.DMatrix(frame, enable_categorical=True))


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("native", [False, True], ids=["wrapper", "booster"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_codes_are_those_of_the_training_in_any_batch(tmp_path, library, native, signed):
    model, predict = fitted(library, native=native)
    folder = boosted.save(tmp_path, model, FRAME if signed else None)
    asked = ask(folder, PROBABILITIES, None if native else "predict_proba")
    expected = np.asarray(predict(FRAME), dtype="float64").tolist()
    rows = plain(FRAME)
    assert asked.scores(rows) == expected
    shuffled = np.random.default_rng(1).permutation(len(rows))
    assert asked.scores(rows.iloc[shuffled]) == [expected[at] for at in shuffled]
    for at in range(5):  # a batch of one row has one category, of which the own code is 0
        assert asked.scores(rows.iloc[[at]]) == [expected[at]]


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_unknown_category_is_a_missing_one(tmp_path, library):
    model, predict = fitted(library)
    asked = ask(boosted.save(tmp_path, model, FRAME), PROBABILITIES, "predict_proba")
    missing = FRAME.head(6).copy()
    missing["colour"] = pd.Categorical([None] * 6, categories=list(boosted.COLOURS))
    missing["size"] = pd.Categorical([None] * 6, categories=list(boosted.SIZES))
    expected = np.asarray(predict(missing), dtype="float64").tolist()
    rows = plain(FRAME.head(6))
    assert asked.scores(rows.assign(colour="violet", size=15.0)) == expected
    assert asked.scores(rows.assign(colour=None, size=np.nan)) == expected
    assert expected != asked.scores(rows), "categories make a difference"


@pytest.mark.parametrize("library", LIBRARIES)
def test_features_have_their_categories_and_the_type_of_these(tmp_path, library):
    model, _ = fitted(library)
    found = inspected(boosted.save(tmp_path, model))[2].descriptor
    assert [(f.name, f.type, f.categories) for f in found.features] == [
        ("x", None, None),
        ("colour", "string", boosted.COLOURS),
        ("size", "long", boosted.SIZES),
    ]


# XGBoost takes no categories that are floating point or booleans.
@pytest.mark.parametrize(
    ("library", "dtype"),
    [(library, dtype) for library in LIBRARIES for dtype in ("int8", "int32", "int64", "str")]
    + [("lightgbm", dtype) for dtype in ("float32", "float64", "bool")],
)
def test_categories_of_other_types_keep_their_codes(tmp_path, library, dtype):
    kinds = np.array([1, 0, 1, 0] * 30).astype(dtype)
    frame = pd.DataFrame({"x": np.arange(120.0), "c": pd.Categorical(kinds)})
    model = getattr(boosted, f"{library}_classifier")(frame, np.array([1, 0, 1, 0] * 30))
    asked = ask(boosted.save(tmp_path, model), PROBABILITIES, "predict_proba")
    rows = frame.assign(c=frame["c"].astype(dtype))
    expected = np.asarray(model.predict_proba(frame), dtype="float64").tolist()
    assert asked.scores(rows.tail(3)) == expected[-3:]


def test_xgboost_on_bare_codes_is_refused_rather_than_scored_by_guess(tmp_path):
    codes = np.column_stack([FRAME["x"], FRAME["colour"].cat.codes])
    data = xgboost.DMatrix(
        codes, label=TARGET, feature_types=["q", "c"], feature_names=["x", "colour"]
    )
    booster = xgboost.train({"objective": "multi:softprob", "num_class": 3}, data, 2)
    with pytest.raises(ModelError, match="PREDICT_CATEGORIES_UNKNOWN") as raised:
        inspected(boosted.save(tmp_path, booster))
    assert "nothing but their codes" in str(raised.value)


def test_xgboost_of_before_31_is_refused_too(tmp_path, monkeypatch):
    model, _ = fitted("xgboost")
    folder = boosted.save(tmp_path, model)
    monkeypatch.delattr(xgboost.Booster, "get_categories")
    with pytest.raises(ModelError, match="XGBoost stores categories since"):
        inspected(folder)


def test_ordered_categories_of_lightgbm_are_found_by_the_signature_or_refused(tmp_path):
    """They are numbers to the trees, but codes all the same."""
    frame = FRAME[["x", "colour"]].copy()
    frame["colour"] = frame["colour"].cat.as_ordered()
    model = boosted.lightgbm_classifier(frame, TARGET)
    asked = ask(boosted.save(tmp_path / "signed", model, frame), PROBABILITIES, "predict_proba")
    rows = plain(FRAME)[["x", "colour"]]
    assert asked.scores(rows.tail(2)) == model.predict_proba(frame).tolist()[-2:]
    with pytest.raises(ModelError, match="PREDICT_CATEGORIES_UNKNOWN"):
        inspected(boosted.save(tmp_path / "unsigned", model))


def test_lightgbm_on_codes_has_numbers_and_no_categories(tmp_path):
    frame = pd.DataFrame({"x": FRAME["x"], "code": FRAME["colour"].cat.codes.astype("float64")})
    model = boosted.lightgbm_classifier(frame, TARGET)
    model.fit(frame, TARGET, categorical_feature=["code"])
    asked = ask(boosted.save(tmp_path, model, frame), PROBABILITIES, "predict_proba")
    assert [feature.categories for feature in asked.descriptor.features] == [None, None]
    assert asked.scores(frame.tail(3)) == model.predict_proba(frame).tolist()[-3:]


def test_scikit_learns_own_boosting_needs_no_categories(tmp_path):
    model = HistGradientBoostingClassifier(max_iter=5, categorical_features="from_dtype")
    model.fit(FRAME, TARGET)
    folder = saved.sklearn(tmp_path, model, tuple(FRAME.columns), None).folder
    asked = ask(folder, PROBABILITIES, "predict_proba")
    expected = model.predict_proba(FRAME).tolist()
    rows = plain(FRAME)
    assert asked.scores(rows.tail(3)) == expected[-3:]
    unknown = rows.tail(3).assign(colour=["violet", None, "red"])
    as_trained = unknown.assign(
        colour=pd.Categorical([None, None, "red"], categories=list(boosted.COLOURS)),
        size=pd.Categorical(unknown["size"].astype(int), categories=list(boosted.SIZES)),
    )
    assert asked.scores(unknown) == model.predict_proba(as_trained).tolist()
