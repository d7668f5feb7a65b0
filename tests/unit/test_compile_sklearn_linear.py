# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's linear models, and of scalers and imputers before them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    Ridge,
)
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    SplineTransformer,
    StandardScaler,
)

from compiled import assert_same, compiled, reason
from rows_of_both_kinds import CLASSES, MIXED, NUMBERS, RANDOM, TARGET, odd


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(LinearRegression(), id="least-squares"),
        pytest.param(LinearRegression(fit_intercept=False), id="no-intercept"),
        pytest.param(Ridge(), id="ridge"),
        pytest.param(Lasso(alpha=0.1), id="lasso"),
        pytest.param(ElasticNet(alpha=0.1), id="elastic-net"),
    ],
)
@pytest.mark.parametrize("by_name", [True, False], ids=["frame", "matrix"])
def test_a_linear_regression_is_its_sum_of_products(model, by_name):
    data = NUMBERS if by_name else NUMBERS.to_numpy()
    made = compiled(model.fit(data, TARGET), data)
    assert_same(made, NUMBERS)
    assert_same(made, odd(NUMBERS))


@pytest.mark.parametrize("width", [1, 2])
def test_a_matrix_of_targets_gives_rows_of_answers(width):
    targets = np.column_stack([TARGET, 1 - TARGET])[:, :width]
    made = compiled(LinearRegression().fit(NUMBERS, targets), NUMBERS)
    assert made.plan.outputs["predict"].array
    assert_same(made, NUMBERS)


@pytest.mark.parametrize(
    ("model", "labels"),
    [
        pytest.param(LogisticRegression(), TARGET > 0, id="binary"),
        pytest.param(LogisticRegression(), CLASSES, id="multinomial"),
        pytest.param(LogisticRegression(solver="liblinear"), CLASSES != "low", id="liblinear"),
        pytest.param(LogisticRegressionCV(Cs=2, cv=2), CLASSES, id="cross-validated"),
    ],
)
def test_a_logistic_regression_gives_labels_and_probabilities(model, labels):
    scaled = make_pipeline(StandardScaler(), model)
    made = compiled(scaled.fit(NUMBERS, labels), NUMBERS)
    wanted = {"predict", "predict_proba", "predict_log_proba", "decision_function"}
    assert set(made.plan.outputs) == wanted
    assert_same(made, NUMBERS)
    assert_same(made, odd(NUMBERS))


@pytest.mark.parametrize(
    "scaler",
    [
        pytest.param(StandardScaler(), id="standard"),
        pytest.param(StandardScaler(with_mean=False), id="no-mean"),
        pytest.param(StandardScaler(with_std=False), id="no-scale"),
        pytest.param(StandardScaler(with_mean=False, with_std=False), id="neither"),
        pytest.param(MinMaxScaler((-1, 2)), id="min-max"),
        pytest.param(MinMaxScaler(clip=True), id="clipped"),
        pytest.param(FunctionTransformer(), id="identity"),
        pytest.param("passthrough", id="passthrough"),
    ],
)
def test_scalers_before_trees_that_see_every_bit(scaler):
    model = Pipeline([("scale", scaler), ("trees", HistGradientBoostingRegressor(max_iter=10))])
    made = compiled(model.fit(NUMBERS, TARGET), NUMBERS)
    assert_same(made, NUMBERS)
    assert_same(made, odd(NUMBERS))


@pytest.mark.parametrize(
    "imputer",
    [
        pytest.param(SimpleImputer(), id="mean"),
        pytest.param(SimpleImputer(strategy="median", add_indicator=True), id="indicator"),
        pytest.param(SimpleImputer(strategy="constant", fill_value=-7.0), id="constant"),
        pytest.param(SimpleImputer(missing_values=1.0), id="of-ones"),
    ],
)
def test_imputers_of_numbers(imputer):
    data = NUMBERS.mask(RANDOM.random(NUMBERS.shape) < 0.2)
    if imputer.missing_values == 1.0:
        data = data.fillna(1.0)
    made = compiled(make_pipeline(imputer, Ridge()).fit(data, TARGET), data)
    assert_same(made, data)
    assert_same(made, odd(data))


def test_a_feature_without_a_value_in_training_is_left_out():
    data = NUMBERS.assign(y=np.nan)
    with pytest.warns(UserWarning, match="Skipping features"):
        fitted = make_pipeline(SimpleImputer(), Ridge()).fit(data, TARGET)
    assert_same(compiled(fitted, data), data)
    kept = make_pipeline(SimpleImputer(keep_empty_features=True), Ridge()).fit(data, TARGET)
    assert_same(compiled(kept, data), data)


def test_floats_are_computed_in_float32_where_the_library_does():
    single = NUMBERS.astype(np.float32)
    pipeline = make_pipeline(StandardScaler(), Ridge())
    assert "it would compute in float32" in reason(pipeline.fit(single, TARGET), single)
    assert not compiled(pipeline.fit(NUMBERS, TARGET), NUMBERS).plan.widens
    linear = compiled(LinearRegression().fit(NUMBERS, TARGET), NUMBERS)
    assert linear.plan.widens


def test_whole_numbers_and_booleans_are_numbers():
    data = MIXED[["x", "k", "flag"]]
    for model in (Ridge(), make_pipeline(StandardScaler(), Ridge())):
        assert_same(compiled(model.fit(data, TARGET), data), data)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        pytest.param(
            KNeighborsRegressor(),
            "KNeighborsRegressor: it looks for each row's neighbours",
            id="class",
        ),
        pytest.param(
            Pipeline([("more", SplineTransformer(degree=0)), ("model", Ridge())]),
            "more (SplineTransformer): degree=0 is not handled",
            id="step",
        ),
        pytest.param(
            Pipeline([("log", FunctionTransformer(np.tan)), ("model", Ridge())]),
            "log (FunctionTransformer): the function tan is not compiled",
            id="function",
        ),
        pytest.param(
            make_pipeline(
                ColumnTransformer([("a", StandardScaler(), ["x"])], transformer_weights={"a": 2.0}),
                Ridge(),
            ),
            "transformer_weights",
            id="weights",
        ),
        pytest.param(
            make_pipeline(
                ColumnTransformer([("a", make_pipeline(SplineTransformer(degree=0)), ["x"])]),
                Ridge(),
            ),
            "columntransformer/a/splinetransformer (SplineTransformer)",
            id="deep",
        ),
    ],
)
def test_what_is_not_handled_names_the_step(model, told):
    assert told in reason(model.fit(NUMBERS, TARGET), NUMBERS)


def test_texts_that_are_counted_are_not_handled():
    data = MIXED[["size"]].replace({"s": "small", "m": "mid", "l": "large"})
    words = ColumnTransformer([("words", CountVectorizer(), "size")])
    assert "CountVectorizer" in reason(make_pipeline(words, Ridge()).fit(data, TARGET), data)


def test_a_text_column_that_is_read_as_a_number_is_not_handled():
    texts = NUMBERS.assign(x=NUMBERS["x"].astype(str))
    assert "reads feature x, which is a text" in reason(Ridge().fit(texts, TARGET), texts)
