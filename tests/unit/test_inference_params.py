# SPDX-License-Identifier: Apache-2.0
"""MLflow's inference parameters: read from the signature, checked, and given at each call."""

from __future__ import annotations

import mlflow
import pandas as pd
import pytest
import xgboost
from mlflow.models import infer_signature

import boosted
import saved
from asking import ask
from sparkpredict import inference_params, package
from sparkpredict.errors import BindArgumentError
from sparkpredict.worker.conditions import WorkerError

FRAME = pd.DataFrame({"a": [1.0, 2.0]})
DEFAULTS = {"factor": 2.0, "shift": 1, "name": "n", "on": True, "more": [1.0, 2.0]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return saved.scaled(tmp_path_factory.mktemp("scaled"), DEFAULTS)


def test_the_signature_says_names_types_and_defaults(folder):
    params = package.read(folder).params
    assert {name: spec["default"] for name, spec in params.items()} == DEFAULTS
    assert {name: spec["type"] for name, spec in params.items()} == {
        "factor": "double",
        "shift": "long",
        "name": "string",
        "on": "boolean",
        "more": "double",
    }
    assert params["more"]["shape"] == [-1]
    assert ask(folder, "DOUBLE").descriptor.params == params


def test_a_model_without_them_has_none(tmp_path):
    assert package.read(saved.regression(tmp_path, signed=True).folder).params == {}


@pytest.mark.parametrize(
    ("bound", "called", "expected"),
    [
        pytest.param(None, None, [3.0, 5.0], id="the defaults"),
        pytest.param({"factor": 10.0}, None, [11.0, 21.0], id="those of the binding"),
        pytest.param({"factor": 10.0}, {"shift": 5}, [15.0, 25.0], id="and over them the call's"),
    ],
)
def test_each_call_has_those_of_the_binding_and_its_own(folder, bound, called, expected):
    assert ask(folder, "DOUBLE", params=bound).scores(FRAME, called) == expected


@pytest.mark.parametrize(
    "params",
    [
        None,
        {},
        {"factor": 1.5, "shift": 3, "name": "x", "on": False, "more": [0.5]},
        {"factor": 3},
    ],
)
def test_what_mlflow_takes_is_taken(folder, params):
    inference_params.check(params, package.read(folder).params, None)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (
            {"faktor": 1.0},
            "expected one of the model's parameters: factor double",
        ),
        ({"factor": "much"}, "params['factor'] is 'much'; expected double"),
        ({"shift": 1.5}, "expected long; known: factor double, shift long, name string"),
        ({"more": 1.0}, "expected double[]"),
    ],
)
def test_what_mlflow_would_ignore_or_fail_on_is_refused(folder, params, said):
    with pytest.raises(BindArgumentError, match="PREDICT_INVALID_ARGUMENT") as raised:
        inference_params.check(params, package.read(folder).params, None)
    assert said in str(raised.value)


def test_params_are_refused_where_nobody_reads_them(folder):
    with pytest.raises(BindArgumentError, match="the model's signature has no parameters"):
        inference_params.check({"a": 1}, {}, None)
    with pytest.raises(BindArgumentError, match="MLflow's predict has them"):
        inference_params.check({"factor": 1.0}, package.read(folder).params, "predict_proba")


def test_a_worker_refuses_params_that_would_be_ignored(tmp_path):
    folder = saved.regression(tmp_path, signed=True).folder
    frame = saved.sample(("a", "b"))
    assert len(ask(folder, "DOUBLE").scores(frame, {})) == len(frame)
    with pytest.raises(WorkerError, match="PREDICT_INVALID_ARGUMENT"):
        ask(folder, "DOUBLE").scores(frame, {"factor": 1.0})


def test_xgboosts_own_reach_it_by_way_of_mlflow(tmp_path):
    frame = saved.sample(("a", "b"))
    model = xgboost.XGBRegressor(n_estimators=3).fit(frame, frame["a"])
    signature = infer_signature(frame, frame["a"], params={"output_margin": False})
    target = tmp_path / "model"
    mlflow.xgboost.save_model(
        model, str(target), signature=signature, pip_requirements=boosted.REQUIREMENTS
    )
    expected = model.predict(frame, output_margin=True).astype("float64").tolist()
    assert ask(target, "DOUBLE", params={"output_margin": True}).scores(frame) == expected
