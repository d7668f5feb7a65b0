# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's linear models and of what comes before them in a pipeline."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    ElasticNet,
    Lasso,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    Ridge,
    SGDRegressor,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)

from compiled import SPECIAL, assert_same, compiled, reason

RANDOM = np.random.default_rng(5)
N = 300
NUMBERS = pd.DataFrame(RANDOM.normal(size=(N, 3)) * [1, 100, 0.01], columns=["x", "y", "z"])
TARGET = NUMBERS.to_numpy() @ [2.0, -0.3, 50.0] + RANDOM.normal(size=N)
CLASSES = np.select([TARGET < -20, TARGET > 15], ["low", "high"], "middle")
COLORS = np.asarray(["red", "green", "blue", "", "ü"], dtype=object)
MIXED = NUMBERS.assign(
    color=COLORS[RANDOM.integers(0, 5, N)],
    size=np.asarray(["s", "m", "l"], dtype=object)[RANDOM.integers(0, 3, N)],
    k=RANDOM.integers(-2, 5, N),
    flag=RANDOM.random(N) < 0.3,
)
HOLES = MIXED.assign(
    x=MIXED["x"].mask(RANDOM.random(N) < 0.2),
    color=pd.Series(np.where(RANDOM.random(N) < 0.2, np.nan, MIXED["color"]), dtype=object),
)
NONES = HOLES.assign(
    color=pd.Series(np.where(HOLES["color"].isna(), None, HOLES["color"]), dtype=object)
)


def odd(frame):
    """Rows of special numbers, unknown categories and NULL, one feature at a time."""
    rows = []
    for name in frame.columns:
        is_number = frame[name].dtype.kind == "f"
        for value in SPECIAL if is_number else (None, "unknown", "RED", "ü", ""):
            row = frame.iloc[len(rows) % len(frame)].to_dict()
            if is_number or name in {"color", "size"}:
                rows.append({**row, name: value})
    made = pd.DataFrame(rows)[list(frame.columns)]
    return made.astype({n: frame[n].dtype for n in frame.columns if frame[n].dtype.kind in "fib"})


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
        pytest.param(SGDRegressor(), "SGDRegressor: the class SGDRegressor is", id="class"),
        pytest.param(
            Pipeline([("more", PolynomialFeatures()), ("model", Ridge())]),
            "more (PolynomialFeatures): the class PolynomialFeatures is not handled",
            id="step",
        ),
        pytest.param(
            Pipeline([("log", FunctionTransformer(np.abs)), ("model", Ridge())]),
            "log (FunctionTransformer): a FunctionTransformer with func",
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
                ColumnTransformer([("a", make_pipeline(PolynomialFeatures()), ["x"])]), Ridge()
            ),
            "columntransformer/a/polynomialfeatures (PolynomialFeatures)",
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
