# SPDX-License-Identifier: Apache-2.0
"""Which inputs take a NULL is known when a model is bound: by its library, else by trying."""

from __future__ import annotations

import logging
import sys
import time
import warnings

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from mlflow.types import Schema, TensorSpec
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

import boosted
import saved
from asking import inspected
from sparkpredict import trial

NUMBERS = saved.sample(("a", "b"))
MIXED = NUMBERS.assign(
    k=np.where(NUMBERS["a"] > 0, "x", "y"), n=np.arange(len(NUMBERS)) % 3, t=NUMBERS["b"] > 0
)
SUM = NUMBERS.sum(axis=1)


def takes(descriptor):
    return {feature.name: feature.takes_null for feature in descriptor.features}


def described(folder):
    return inspected(folder)[2].descriptor


def sklearn(folder, model, frame, *, signed=True, **options):
    signature = infer_signature(frame, np.zeros(len(frame))) if signed else None
    mlflow.sklearn.save_model(
        model,
        str(folder / "model"),
        signature=signature,
        pip_requirements=saved.REQUIREMENTS,
        serialization_format="cloudpickle",
        **options,
    )
    return folder / "model"


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (LinearRegression(), False),
        (RandomForestRegressor(3), True),
        (HistGradientBoostingRegressor(max_iter=3), True),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("named", [True, False], ids=["named", "a matrix"])
def test_a_plain_estimator_says_it_by_its_tag_and_does_so(tmp_path, model, expected, named):
    model.fit(NUMBERS if named else NUMBERS.to_numpy(), SUM)
    found = described(sklearn(tmp_path, model, NUMBERS, signed=named))
    if named:
        assert takes(found) == {"a": expected, "b": expected}
    else:
        assert found.takes_null is expected
    gap = np.array([[np.nan, 1.0]])
    if expected:
        assert np.isfinite(model.predict(gap)).all()
    else:
        with pytest.raises(ValueError, match="NaN"):
            model.predict(gap)
    assert found.notes == ()


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
def test_boosted_trees_take_nan_in_numbers_and_categories(tmp_path, library):
    frame = boosted.data()
    model = getattr(boosted, f"{library}_classifier")(frame, boosted.target(frame))
    found = described(boosted.save(tmp_path, model, frame))
    assert takes(found) == {"x": True, "colour": True, "size": True}


def test_xgboost_that_was_told_of_another_missing_value_is_tried(tmp_path):
    import xgboost

    model = xgboost.XGBRegressor(n_estimators=2, missing=-1.0).fit(NUMBERS, SUM)
    assert None not in takes(described(boosted.save(tmp_path, model, NUMBERS))).values()


def pipeline(encoder, *, imputed=("a",)):
    """Of a and b as many as are imputed take NULL; of k it depends on the encoder."""
    others = [name for name in ("a", "b") if name not in imputed]
    parts = make_column_transformer(
        (SimpleImputer(), list(imputed)), ("passthrough", others), (encoder, ["k"])
    )
    return make_pipeline(parts, LogisticRegression()).fit(
        MIXED[["a", "b", "k"]], (SUM > 0).astype(int)
    )


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize(
    ("encoder", "text"),
    [
        pytest.param(OneHotEncoder(handle_unknown="ignore"), True, id="any category"),
        pytest.param(OneHotEncoder(), False, id="known categories only"),
        pytest.param(OrdinalEncoder(), False, id="ordinal"),
    ],
)
def test_a_pipeline_is_tried_in_each_feature(tmp_path, encoder, text, signed):
    folder = sklearn(tmp_path, pipeline(encoder), MIXED[["a", "b", "k"]], signed=signed)
    found = described(folder)
    assert takes(found) == {"a": True, "b": False, "k": text}
    assert found.notes == ()


def test_a_pipeline_that_takes_all_is_asked_once_for_all(tmp_path, monkeypatch):
    model = pipeline(OneHotEncoder(handle_unknown="ignore"), imputed=("a", "b"))
    folder = sklearn(tmp_path, model, MIXED[["a", "b", "k"]])
    asked = counted(monkeypatch)
    assert set(takes(described(folder)).values()) == {True}
    assert asked == [1, 4]


def counted(monkeypatch):
    """How many rows each trial has."""
    rows, asked = [], trial.Trial._asked

    def count(self, given, output):
        rows.append(len(given))
        return asked(self, given, output)

    monkeypatch.setattr(trial.Trial, "_asked", count)
    return rows


def test_the_saved_example_is_tried_where_made_up_rows_are_not_taken(tmp_path):
    def predict(frame):
        assert frame["k"].iloc[0] == "the one"
        return frame["a"].fillna(0.0)

    frame = pd.DataFrame({"a": [1.5], "k": ["the one"]})
    signature = infer_signature(frame, frame["a"])
    without = described(saved.pyfunc(tmp_path / "without", predict, signature=signature))
    assert takes(without) == {"a": None, "k": None}
    assert without.notes == (trial.NO_ROW,)
    folder = saved.pyfunc(tmp_path / "with", predict, signature=signature)
    (folder / "example.json").write_text(frame.to_json(orient="split", index=False))
    with (folder / "MLmodel").open("a") as file:
        file.write("\nsaved_input_example_info:\n  artifact_path: example.json\n")
    found = described(folder)
    assert takes(found) == {"a": True, "k": True}
    assert found.notes == ()


def test_mlflows_own_check_of_the_schema_counts(tmp_path):
    """MLflow refuses a missing whole number and a missing boolean before the model sees them."""

    def predict(frame):
        return [0.0] * len(frame)

    signature = infer_signature(MIXED, np.zeros(len(MIXED)))
    found = described(saved.pyfunc(tmp_path, predict, signature=signature))
    taken = takes(found)
    assert (taken["a"], taken["k"], taken["n"]) == (True, True, False)


def test_a_tensor_is_tried_as_a_matrix(tmp_path):
    def predict(matrix):
        if np.isnan(matrix).any():
            raise ValueError("NaN")
        return matrix[:, 0]

    signature = mlflow.models.ModelSignature(Schema([TensorSpec(np.dtype("float64"), (-1, 3))]))
    found = described(saved.pyfunc(tmp_path, predict, signature=signature))
    assert (found.layout, found.takes_null) == ("matrix", False)


def test_a_feature_that_is_an_array_is_unknown_without_an_example(tmp_path):
    frame = pd.DataFrame({"a": [1.0], "v": [[1.0, 2.0]]})
    signature = infer_signature(frame, frame["a"])
    found = described(saved.pyfunc(tmp_path, lambda given: given["a"], signature=signature))
    assert takes(found) == {"a": None, "v": None}
    assert found.notes == (trial.NO_ROW,)


def test_nothing_of_a_trial_gets_out(tmp_path, capfd, recwarn, caplog):
    def predict(frame):
        sys.stdout.write("printed")
        sys.stderr.write("told")
        warnings.warn("warned", stacklevel=1)
        raise SystemExit(3)

    signature = infer_signature(NUMBERS, SUM)
    folder = saved.pyfunc(tmp_path, predict, signature=signature)
    capfd.readouterr()
    recwarn.clear()
    caplog.set_level(logging.WARNING)
    found = described(folder)
    assert takes(found) == {"a": None, "b": None}
    out, err = capfd.readouterr()
    assert "printed" not in out
    assert "told" not in err
    assert not [warning for warning in recwarn if "warned" in str(warning.message)]


def test_a_slow_model_is_tried_for_a_bounded_time(tmp_path, monkeypatch):
    monkeypatch.setattr(trial, "SECONDS", 0.2)

    def predict(frame):
        import time

        time.sleep(0.15)
        if frame.isna().any(axis=None):
            raise ValueError("NaN")
        return frame.iloc[:, 0]

    frame = pd.DataFrame(np.zeros((3, 40)), columns=[f"c{at}" for at in range(40)])
    folder = saved.pyfunc(tmp_path, predict, signature=infer_signature(frame, frame["c0"]))
    start = time.monotonic()
    found = described(folder)
    assert time.monotonic() - start < 2.0
    assert None in takes(found).values()
    assert found.notes == (trial.NO_TIME,)


def test_many_features_are_tried_in_kinds_and_not_more_than_a_number_of_times(
    tmp_path, monkeypatch
):
    frame = pd.DataFrame(np.ones((4, 200)), columns=[f"c{at}" for at in range(200)])
    model = make_pipeline(SimpleImputer(), LinearRegression()).fit(frame, frame["c0"])
    asked = counted(monkeypatch)
    assert set(takes(described(sklearn(tmp_path / "imputed", model, frame))).values()) == {True}
    assert asked == [1, 201]

    def predict(frame):
        if frame.isna().any(axis=None):
            raise ValueError("NaN")
        return frame.iloc[:, 0]

    signature = infer_signature(frame, frame["c0"])
    found = described(saved.pyfunc(tmp_path / "strict", predict, signature=signature))
    assert len(asked) <= 2 + trial.MOST_TRIALS
    assert set(takes(found).values()) == {False, None}
    assert found.notes == (trial.NO_TIME,)


def test_binding_a_small_model_stays_quick(tmp_path):
    folder = sklearn(tmp_path, pipeline(OneHotEncoder()), MIXED[["a", "b", "k"]])
    found, model, _ = inspected(folder)
    from sparkpredict import inspect

    start = time.perf_counter()
    inspect.inspected(found, "0" * 64, model)
    assert time.perf_counter() - start < 0.5  # 0.02 s on an idle machine
