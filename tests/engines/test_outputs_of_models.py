# SPDX-License-Identifier: Apache-2.0
"""What a model is asked for comes back the same by every way, as the library itself says it."""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

import boosted
import saved
import sparkpredict
from scores import assert_same_scores, near
from sparkpredict.errors import BindArgumentError, ReturnTypeError

NEAR = 1e-12  # the order of a dot product is free
DATA = saved.sample(("a", "b"))
THREE = np.select([DATA["a"] < -0.5, DATA["a"] > 0.5], ["low", "high"], "middle")
TWO = (DATA["a"] > 0).astype(int).to_numpy()
FRAME = boosted.data(120)
TARGET = boosted.target(FRAME)


def rows_of(spark, frame):
    """A frame in one partition; NaN of pandas is NULL."""
    plain = frame.astype(object).where(frame.notna(), None)
    kinds = {"f": "DOUBLE", "i": "BIGINT"}
    columns = [
        f"{name} {kinds.get(getattr(dtype, 'kind', 'O'), 'STRING')}"
        for name, dtype in frame.dtypes.items()
    ]
    return spark.createDataFrame(plain.values.tolist(), ", ".join(columns)).coalesce(1)


@pytest.fixture
def points_ab(spark):
    return rows_of(spark, DATA)


def test_label_probability_and_probabilities(bind, points_ab, tmp_path):
    estimator = RandomForestClassifier(5, max_depth=3, random_state=0).fit(DATA, THREE)
    model = bind(
        saved.sklearn(tmp_path, estimator, ("a", "b"), DATA),
        "label STRING, probability DOUBLE, probabilities MAP<STRING, DOUBLE>",
    )
    numbers = estimator.predict_proba(DATA)
    expected = [
        (label, max(row), dict(zip(estimator.classes_.tolist(), row)))
        for label, row in zip(estimator.predict(DATA).tolist(), numbers.tolist())
    ]
    assert_same_scores(model, points_ab, expected)


def test_labels_that_are_numbers_and_probabilities_in_the_order_of_the_classes(
    bind, points_ab, tmp_path
):
    estimator = LogisticRegression().fit(DATA, TWO)
    model = bind(
        saved.sklearn(tmp_path, estimator, ("a", "b"), DATA),
        "probabilities ARRAY<FLOAT>, label BIGINT",
    )
    numbers = estimator.predict_proba(DATA).astype("float32").tolist()
    expected = list(zip(numbers, estimator.predict(DATA).tolist()))
    assert_same_scores(model, points_ab, expected)


@pytest.mark.parametrize(
    ("declared", "output"),
    [
        (None, "predict_proba"),
        ("ARRAY<DOUBLE>", "predict_log_proba"),
        (None, "decision_function"),
    ],
)
def test_methods_of_a_classifier(bind, points_ab, tmp_path, declared, output):
    estimator = LogisticRegression().fit(DATA, THREE)
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), DATA)
    model = bind(folder, declared, output=output)
    assert model.return_type.simpleString() == "array<double>"
    assert_same_scores(model, points_ab, getattr(estimator, output)(DATA).tolist(), within=NEAR)


def test_fields_by_the_names_of_classes_and_a_map(bind, points_ab, tmp_path, alias):
    estimator = LogisticRegression().fit(DATA, THREE)
    folder, numbers = saved.sklearn(tmp_path, estimator, ("a", "b"), DATA), None
    numbers = estimator.predict_proba(DATA)
    model = bind(folder, "middle DOUBLE, high DOUBLE", output="predict_proba")
    assert_same_scores(
        model, points_ab, [tuple(row) for row in numbers[:, [2, 0]].tolist()], within=NEAR
    )
    model = bind(folder, "MAP<STRING, DOUBLE>", f"{alias}_map", output="predict_proba")
    expected = [dict(zip(["high", "low", "middle"], row)) for row in numbers.tolist()]
    assert_same_scores(model, points_ab, expected, within=NEAR)


def test_a_scaler_transforms(bind, points_ab, tmp_path):
    scaler = StandardScaler().fit(DATA)
    mlflow.sklearn.save_model(
        scaler,
        str(tmp_path / "model"),
        signature=infer_signature(DATA),
        pip_requirements=saved.REQUIREMENTS,
        serialization_format="cloudpickle",
    )
    model = bind(tmp_path / "model", None, output="transform")
    assert_same_scores(model, points_ab, scaler.transform(DATA).tolist())


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
def test_the_raw_score_of_boosted_trees(bind, points_ab, tmp_path, library):
    estimator = getattr(boosted, f"{library}_classifier")(DATA, TWO)
    model = bind(boosted.save(tmp_path, estimator, DATA), "DOUBLE", output="raw_score")
    option = {"raw_score": True} if library == "lightgbm" else {"output_margin": True}
    expected = estimator.predict(DATA, **option).astype("float64").tolist()
    assert_same_scores(model, points_ab, expected)


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
def test_categories_shuffled_unknown_and_missing(spark, bind, tmp_path, library):
    estimator = getattr(boosted, f"{library}_classifier")(FRAME, TARGET)
    model = bind(
        boosted.save(tmp_path, estimator, FRAME),
        "label INT, probabilities ARRAY<DOUBLE>",
        nulls="nan",
    )
    given = FRAME.sample(frac=1.0, random_state=5).reset_index(drop=True)
    given = given.assign(colour=given["colour"].astype(object), size=given["size"].astype("int64"))
    given.loc[3, "colour"], given.loc[4, "size"] = "violet", 15
    coded = given.assign(
        colour=pd.Categorical(
            given["colour"].where(given["colour"] != "violet", None),
            categories=list(boosted.COLOURS),
        ),
        size=pd.Categorical(
            given["size"].astype(float).where(given["size"] != 15), categories=list(boosted.SIZES)
        ),
    )
    numbers = estimator.predict_proba(coded).astype("float64").tolist()
    expected = list(zip(estimator.predict(coded).tolist(), numbers))
    assert_same_scores(model, rows_of(spark, given), expected)
    missing = given.head(8).assign(colour=None, size=np.nan)
    data = spark.createDataFrame(
        [(x, None, None) for x in missing["x"].tolist()], "x DOUBLE, colour STRING, size BIGINT"
    ).coalesce(1)
    coded = coded.head(8).assign(
        colour=pd.Categorical([None] * 8, categories=list(boosted.COLOURS)),
        size=pd.Categorical([None] * 8, categories=list(boosted.SIZES)),
    )
    numbers = estimator.predict_proba(coded).astype("float64").tolist()
    expected = list(zip(estimator.predict(coded).tolist(), numbers))
    assert_same_scores(model, data, expected)


def test_two_outputs_of_one_model_in_one_query(spark, bind, points_ab, tmp_path, alias):
    """One worker process holds the model once and asks it for both."""
    estimator = LogisticRegression().fit(DATA, TWO)
    folder = saved.sklearn(tmp_path, estimator, ("a", "b"), DATA)
    bind(folder, "INT")
    bind(folder, "DOUBLE", f"{alias}_margin", output="decision_function")
    points_ab.createOrReplaceTempView("both")
    found = spark.sql(f"SELECT PREDICT('{alias}', *), PREDICT('{alias}_margin', *) FROM both")
    expected = zip(estimator.predict(DATA).tolist(), estimator.decision_function(DATA).tolist())
    assert [tuple(row) for row in found.collect()] == [near(row, NEAR) for row in expected]


def test_what_does_not_fit_is_refused_when_it_is_bound(spark, alias, tmp_path):
    estimator = LogisticRegression().fit(DATA, TWO)
    folder = str(saved.sklearn(tmp_path, estimator, ("a", "b"), DATA))
    with pytest.raises(BindArgumentError, match="PREDICT_OUTPUT_UNKNOWN"):
        sparkpredict.bind_model("DOUBLE", "mlflow", alias, folder, output="apply", spark=spark)
    with pytest.raises(ReturnTypeError, match="one value for each class"):
        sparkpredict.bind_model(
            "DOUBLE", "mlflow", alias, folder, output="predict_proba", spark=spark
        )
    with pytest.raises(BindArgumentError, match="has no parameters"):
        sparkpredict.bind_model("DOUBLE", "mlflow", alias, folder, params={"a": 1}, spark=spark)
    assert alias not in sparkpredict.models(spark)


def test_the_info_of_a_model_says_what_it_has(bind, tmp_path):
    estimator = RandomForestClassifier(2, random_state=0).fit(DATA, THREE)
    told = bind(saved.sklearn(tmp_path, estimator, ("a", "b"), DATA), "STRING").info()
    model = told.details["model"]
    assert model["methods"][:3] == ["predict", "predict_proba", "predict_log_proba"]
    assert model["classes"] == ["high", "low", "middle"]
    assert [feature["takes_null"] for feature in model["features"]] == [True, True]
