# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's encoders and column transformers."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    LogisticRegression,
    Ridge,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)

from compiled import SPECIAL, assert_same, compiled, reason
from rows_of_both_kinds import CLASSES, HOLES, MIXED, NONES, NUMBERS, RANDOM, TARGET, N, odd


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="error"),
        pytest.param({"handle_unknown": "ignore"}, id="ignore"),
        pytest.param({"handle_unknown": "ignore", "sparse_output": False}, id="dense"),
        pytest.param({"drop": "first"}, id="drop"),
        pytest.param({"drop": "if_binary", "handle_unknown": "ignore"}, id="drop-binary"),
        pytest.param({"max_categories": 3, "handle_unknown": "ignore"}, id="few"),
        pytest.param(
            {"min_frequency": 0.21, "handle_unknown": "infrequent_if_exist"}, id="infrequent"
        ),
        pytest.param(
            {"max_categories": 3, "drop": "first", "handle_unknown": "infrequent_if_exist"},
            id="infrequent-drop",
        ),
    ],
)
@pytest.mark.parametrize("data", [MIXED, HOLES, NONES], ids=["whole", "holes", "nones"])
def test_one_hot_encoders_by_all_their_options(options, data):
    categories = data[["color", "size", "k", "flag"]]
    encoded = make_pipeline(OneHotEncoder(**options), Ridge())
    made = compiled(encoded.fit(categories, TARGET), categories)
    assert_same(made, categories)
    assert_same(made, odd(categories))
    assert_same(made, categories.head(3).assign(k=[0, 99, 2]))


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="error"),
        pytest.param({"handle_unknown": "use_encoded_value", "unknown_value": -1}, id="unknown"),
        pytest.param(
            {
                "handle_unknown": "use_encoded_value",
                "unknown_value": np.nan,
                "encoded_missing_value": -5,
            },
            id="nan",
        ),
        pytest.param(
            {"handle_unknown": "use_encoded_value", "unknown_value": 77, "max_categories": 3},
            id="infrequent",
        ),
        pytest.param({"categories": [["", "ü", "red", "green", "blue", None]]}, id="given"),
    ],
)
@pytest.mark.parametrize("data", [MIXED, HOLES, NONES], ids=["whole", "holes", "nones"])
def test_ordinal_encoders_by_all_their_options(options, data):
    column = data[["color"]]
    model = make_pipeline(OrdinalEncoder(**options), HistGradientBoostingRegressor(max_iter=5))
    try:
        fitted = model.fit(column, TARGET)
    except ValueError:  # the training itself has categories that are not given
        return
    made = compiled(fitted, column)
    assert_same(made, column)
    assert_same(made, odd(column))


def test_categories_that_are_doubles_are_found_by_value():
    data = pd.DataFrame({"v": RANDOM.choice([-1.5, 0.0, 0.1, np.nan], N)})
    for options in ({"handle_unknown": "ignore"}, {}):
        made = compiled(make_pipeline(OneHotEncoder(**options), Ridge()).fit(data, TARGET), data)
        assert_same(made, pd.DataFrame({"v": [*SPECIAL, 0.1, -1.5, np.nextafter(0.1, 1)]}))


def columns(remainder="drop"):
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["x", "z"]),
            (
                "texts",
                make_pipeline(
                    SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
                ),
                ["color", "size"],
            ),
            ("left out", "drop", ["k"]),
        ],
        remainder=remainder,
    )


@pytest.mark.parametrize("remainder", ["drop", "passthrough", StandardScaler()], ids=str)
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(LogisticRegression(max_iter=5000), id="logistic"),
        pytest.param(RandomForestClassifier(10, random_state=0), id="forest"),
    ],
)
def test_columns_of_both_kinds(model, remainder):
    pipeline = Pipeline([("columns", columns(remainder)), ("model", model)])
    made = compiled(pipeline.fit(HOLES, CLASSES), HOLES)
    assert_same(made, HOLES)
    assert_same(made, odd(HOLES))
    kinds = {given.name: given.kind for given in made.plan.inputs}
    assert kinds["k"] == "any"
    assert kinds["y"] == ("any" if remainder == "drop" else "number")


@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(lgb.LGBMClassifier(n_estimators=5, verbosity=-1, n_jobs=1), id="lightgbm"),
        pytest.param(xgb.XGBRegressor(n_estimators=5, n_jobs=1), id="xgboost"),
    ],
)
def test_boosted_trees_of_others_at_the_end_of_a_pipeline(model, sparse):
    split = columns("passthrough").set_params(
        texts__onehotencoder__sparse_output=sparse, sparse_threshold=1.0
    )
    target = TARGET if isinstance(model, xgb.XGBRegressor) else CLASSES
    pipeline = Pipeline([("columns", split), ("model", model)]).fit(HOLES, target)
    if sparse and isinstance(model, xgb.XGBRegressor):
        assert "model (XGBRegressor): it is given a sparse matrix" in reason(pipeline, HOLES)
        return
    made = compiled(pipeline, HOLES)
    assert set(made.plan.outputs) <= {"predict", "predict_proba"}
    assert made.plan.whole is isinstance(model, xgb.XGBRegressor)
    assert_same(made, HOLES)
    assert_same(made, odd(HOLES))


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param([0, 2], id="places"),
        pytest.param(slice(0, 2), id="slice"),
        pytest.param([True, False, True], id="mask"),
        pytest.param(lambda data: [1], id="callable"),
        pytest.param([], id="none"),
    ],
)
def test_columns_chosen_in_any_way(chosen):
    split = ColumnTransformer([("some", StandardScaler(), chosen)], remainder="passthrough")
    for data in (NUMBERS, NUMBERS.to_numpy()):
        made = compiled(make_pipeline(split, Ridge()).fit(data, TARGET), data)
        assert_same(made, NUMBERS)


def test_frames_inside_a_pipeline_change_no_answer():
    split = columns("passthrough").set_params(
        texts__onehotencoder__sparse_output=False, texts__simpleimputer__add_indicator=False
    )
    framed = Pipeline([("columns", split), ("model", Ridge())]).set_output(transform="pandas")
    assert_same(compiled(framed.fit(HOLES, TARGET), HOLES), HOLES)
