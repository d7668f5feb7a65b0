# SPDX-License-Identifier: Apache-2.0
"""What a bound model's artifact holds for the compiled engine, and why some hold nothing."""

from __future__ import annotations

import hashlib
import logging
import time
import zipfile
from functools import partial

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.kernel_ridge import KernelRidge

import saved
import sparkpredict
from sparkpredict import compile as compiler
from sparkpredict import compiling, conf
from sparkpredict.compile import container, plan
from sparkpredict.errors import BindArgumentError, ConfigurationError


def told(model):
    return model.info().details["model"]["compiled"]


def members(model):
    with zipfile.ZipFile(model._artifact.path) as archive:
        names = [name for name in archive.namelist() if not name.startswith("model/")]
        return {name: archive.read(name) for name in names}


@pytest.fixture
def bind(bind):
    """Binds by what auto takes, whatever engine the other tests are run by."""
    return partial(bind, engine="auto")


@pytest.fixture
def trees(tmp_path):
    """A saved model of a few trees."""
    data = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)), columns=["a", "b"])
    model = HistGradientBoostingRegressor(max_iter=7).fit(data, data["a"] ** 2 - data["b"])
    return saved.sklearn(tmp_path, model, ("a", "b"), data)


def test_the_artifact_holds_plan_and_probes_and_its_descriptor_their_figures(bind, trees):
    model = bind(trees)
    files = members(model)
    assert set(files) == {"descriptor.json", "plan.bin", "probes.bin"}
    entry = told(model)
    assert entry["plan"] == hashlib.sha256(files["plan.bin"]).hexdigest()
    assert entry["size"] == len(files["plan.bin"])
    assert (entry["trees"], entry["features"], entry["steps"]) == (7, 2, 1)
    assert entry["nodes"] == len(plan.read(files["plan.bin"]).forests[0].fields["feature"])
    assert 2 <= entry["leaves"] <= 31
    head, _ = container.read(container.PROBES, files["probes.bin"])
    assert (head["plan"], head["rows"]) == (entry["plan"], entry["probes"])
    assert entry["tested"] == entry["thresholds"]


def test_the_same_model_again_is_the_same_artifact(bind, trees):
    assert bind(trees)._artifact == bind(trees, as_alias="again")._artifact


def test_a_full_validation_is_another_artifact_and_tests_every_threshold(bind, trees, tmp_path):
    data = pd.DataFrame(np.random.default_rng(1).normal(size=(4000, 2)), columns=["a", "b"])
    many = HistGradientBoostingRegressor(max_iter=90).fit(data, data["a"] * data["b"])
    (tmp_path / "many").mkdir()
    folder = saved.sklearn(tmp_path / "many", many, ("a", "b"), data)
    sample, full = bind(folder), bind(folder, as_alias="full", validate="full")
    assert told(sample)["tested"] < told(full)["tested"] == told(full)["thresholds"]
    assert sample._artifact.path != full._artifact.path
    with pytest.raises(BindArgumentError, match="validate"):
        bind(trees, validate="some")


def test_what_is_not_handled_is_told_and_the_model_is_bound_all_the_same(bind, tmp_path):
    data = saved.sample(("a", "b"))
    model = KernelRidge().fit(data, data["a"])
    bound = bind(saved.sklearn(tmp_path, model, ("a", "b"), data))
    reason = "it compares each row with rows of its training by a kernel"
    assert told(bound) == {"reason": f"KernelRidge: {reason}"}
    assert set(members(bound)) == {"descriptor.json"}
    assert bound.info().engine == "python"


class Twice(mlflow.pyfunc.PythonModel):
    """A Python function, which may do anything."""

    def predict(self, context, model_input, params=None):
        return model_input["a"] * 2


def test_models_of_other_flavors_are_not_compiled(bind, tmp_path):
    with saved._by_value(Twice.predict):
        mlflow.pyfunc.save_model(
            str(tmp_path / "model"), python_model=Twice(), pip_requirements=["mlflow"]
        )
    assert (
        told(bind(tmp_path / "model"))["reason"] == "models of the flavor pyfunc are not compiled"
    )


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        pytest.param(conf.PROBE, "false", "probe.enabled was false", id="off"),
        pytest.param(conf.PROBE_TIMEOUT, "0", "took more than 0 seconds", id="no-time"),
        pytest.param(conf.PROBE_MAX_BYTES, "10", "larger than probe.maxModelBytes", id="large"),
    ],
)
def test_configuration_can_leave_a_model_to_python(spark, bind, trees, key, value, reason):
    spark.conf.set(key, value)
    try:
        assert reason in told(bind(trees))["reason"]
    finally:
        spark.conf.unset(key)


def test_a_key_without_its_value_is_an_error(spark, trees):
    spark.conf.set(conf.PROBE, "perhaps")
    try:
        with pytest.raises(ConfigurationError, match=r"probe\.enabled"):
            sparkpredict.bind_model("DOUBLE", "mlflow", "m", str(trees), spark=spark)
    finally:
        spark.conf.unset(conf.PROBE)


def test_what_goes_wrong_on_the_way_ends_no_bind(bind, trees, monkeypatch, caplog):
    def broken(model, descriptor):
        raise ZeroDivisionError("of\n a tree")

    monkeypatch.setattr(compiler, "plan_of", broken)
    with caplog.at_level(logging.WARNING, compiling.__name__):
        bound = bind(trees)
    assert told(bound)["reason"] == "compiling it failed: ZeroDivisionError: of a tree"
    assert "ZeroDivisionError" in caplog.text
    assert bound.info().engine == "python"


def test_a_small_model_is_bound_quickly(spark, trees):
    sparkpredict.bind_model("DOUBLE", "mlflow", "m", str(trees), spark=spark)  # imports
    spent = []
    for enabled in ("true", "false"):
        spark.conf.set(conf.PROBE, enabled)
        started = time.perf_counter()
        sparkpredict.bind_model("DOUBLE", "mlflow", "m", str(trees), spark=spark)
        spent.append(time.perf_counter() - started)
    spark.conf.unset(conf.PROBE)
    assert spent[0] - spent[1] < 2.0
