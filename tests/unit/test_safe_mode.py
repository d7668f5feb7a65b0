# SPDX-License-Identifier: Apache-2.0
"""Safe mode scores what holds no code, and runs none of what does."""

from __future__ import annotations

import pickle
import shutil
import sys

import lightgbm
import mlflow
import pandas as pd
import pytest
import xgboost
import yaml
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

import onnx_graphs
import saved
from sparkpredict.onnx.folder import as_mlflow
from sparkpredict.worker import loading, models, safe
from sparkpredict.worker.conditions import WorkerError

FRAME = saved.sample(("a", "b"))
TARGET = FRAME["a"] * 2 - FRAME["b"]
SIGNED = {"signature": infer_signature(FRAME, TARGET), "pip_requirements": ["mlflow"]}


def estimator(folder, model, **options):
    mlflow.sklearn.save_model(model.fit(FRAME, TARGET), folder, **SIGNED, **options)


def skops(folder):
    estimator(folder, make_pipeline(StandardScaler(), LinearRegression()))


def tree(folder):
    trusted = ["sklearn.tree._tree.Tree"]
    estimator(folder, DecisionTreeRegressor(max_depth=2), skops_trusted_types=trusted)


def pickled(folder):
    estimator(folder, LinearRegression(), serialization_format="pickle")


def booster(folder):
    trained = xgboost.train({"max_depth": 2}, xgboost.DMatrix(FRAME, TARGET), 2)
    mlflow.xgboost.save_model(trained, folder, model_format="ubj", **SIGNED)


def classifier(folder):
    trained = xgboost.XGBClassifier(n_estimators=2, max_depth=2).fit(FRAME, TARGET > 0)
    mlflow.xgboost.save_model(trained, folder, model_format="json", **SIGNED)


def light(folder):
    trained = lightgbm.train({"verbose": -1}, lightgbm.Dataset(FRAME, TARGET), 2)
    mlflow.lightgbm.save_model(trained, folder, **SIGNED)


def light_pickled(folder):
    trained = lightgbm.LGBMRegressor(n_estimators=2, verbose=-1).fit(FRAME, TARGET)
    options = {"serialization_format": "cloudpickle"}
    mlflow.lightgbm.save_model(trained, folder, **SIGNED, **options)


def graph(folder):
    staged = as_mlflow(onnx_graphs.linear(folder.parent / "model.onnx"), folder.parent, "m")
    shutil.move(staged, folder)


def function(folder):
    with saved._by_value(saved.Function.predict):
        mlflow.pyfunc.save_model(folder, python_model=saved.Scaled(), pip_requirements=["mlflow"])


def load(folder):
    return loading.load(folder, "m", "uri", in_safe_mode=True)


def refused(folder):
    """The text of the error, which tells the format and what to do."""
    with pytest.raises(WorkerError) as raised:
        load(folder)
    assert raised.value.condition == "PREDICT_UNSAFE_FORMAT"
    assert "or bind it without safe mode where you trust it" in str(raised.value)
    return str(raised.value)


def change(folder, flavor, **entries):
    """Other entries for a flavor in MLmodel; None takes one out."""
    described = yaml.safe_load((folder / "MLmodel").read_text())
    described["flavors"][flavor].update(entries)
    (folder / "MLmodel").write_text(yaml.safe_dump(described))


@pytest.mark.parametrize("save", [skops, booster, classifier, light])
def test_what_holds_no_code_gives_the_scores_that_it_gives_otherwise(tmp_path, save):
    save(tmp_path / "m")
    wanted = loading.load(tmp_path / "m", "m", "uri").predict(FRAME)
    model = load(tmp_path / "m")
    assert list(model.predict(FRAME)) == list(wanted)
    flavor = {skops: "sklearn", light: "lightgbm"}.get(save, "xgboost")
    ready = models.ready(model, {"flavor": flavor, "names": ["a", "b"]})
    assert list(ready.predict(FRAME)) == list(wanted)


def test_a_graph_is_loaded(tmp_path):
    graph(tmp_path / "m")
    scores = load(tmp_path / "m").predict(pd.DataFrame({"a": [1.0], "b": [2.0]}))
    assert scores.ravel().tolist() == [0.5]


@pytest.mark.parametrize(
    ("save", "kind", "cure"),
    [
        (pickled, "a pickle of scikit-learn", "serialization_format='skops'"),
        (tree, "skops with the types sklearn.tree._tree.Tree", "Export it to ONNX"),
        (light_pickled, "a pickle of lightgbm.sklearn.LGBMRegressor", "Save its booster_"),
        (function, "what mlflow.pyfunc.model loads", "Export it to ONNX"),
    ],
)
def test_what_can_hold_code_is_refused_with_the_format_and_a_cure(tmp_path, save, kind, cure):
    save(tmp_path / "m")
    said = refused(tmp_path / "m")
    assert kind in said
    assert cure in said


def test_a_worker_refuses_it_also_where_another_binding_has_loaded_it(tmp_path, monkeypatch):
    for name in ("_loaded", "_ready", "_used"):
        monkeypatch.setattr(models, name, {})
    pickled(tmp_path / "m")
    choice = {"digest": "1", "alias": "m", "flavor": "sklearn", "names": ["a", "b"]}
    models.cached(choice, lambda: tmp_path / "m")
    with pytest.raises(WorkerError, match="PREDICT_UNSAFE_FORMAT"):
        models.cached({**choice, "safe_mode": True}, lambda: tmp_path / "m")


class Touches:
    """When it is unpickled it makes a file."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (str(self.mark), "w")


@pytest.fixture
def attacked(tmp_path, monkeypatch):
    """A folder for a model, the file that its code makes, and a module that makes it too."""
    mark = tmp_path / "mark"
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "evil_module.py").write_text(
        "from pathlib import Path\n"
        "class Evil:\n"
        f"    def __init__(self): self.state = Path({str(mark)!r}).touch() or 1\n"
        f"    def __setstate__(self, state): Path({str(mark)!r}).touch()\n"
        f"def _load_pyfunc(path): return Evil()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    for name in ("evil_module", "evil_too"):  # what another test has imported
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path / "m", mark


def evil_pickle(folder, mark):
    pickled(folder)
    (folder / "model.pkl").write_bytes(pickle.dumps(Touches(mark)))


def evil_class(folder, mark):
    booster(folder)
    change(folder, "xgboost", model_class="evil_module.Evil")


def evil_loader(folder, mark):
    skops(folder)
    change(folder, "python_function", loader_module="evil_module")


def evil_code(folder, mark):
    """Its code is found before MLflow's own."""
    skops(folder)
    (folder / "code").mkdir()
    shutil.copy(folder.parent / "modules" / "evil_module.py", folder / "code" / "evil_too.py")
    change(folder, "python_function", code="code", loader_module="evil_too")


def evil_types(folder, mark):
    """It says itself that its types are to be trusted."""
    import evil_module
    from skops import io

    skops(folder)
    model = LinearRegression().fit(FRAME, TARGET)
    model.more = evil_module.Evil()
    io.dump(model, folder / "model.skops")
    mark.unlink()
    change(folder, "sklearn", skops_trusted_types=["evil_module.Evil"])


@pytest.mark.parametrize("save", [evil_pickle, evil_class, evil_loader, evil_code, evil_types])
def test_code_that_mlflow_runs_is_not_run(attacked, save):
    folder, mark = attacked
    save(folder, mark)
    assert not mark.exists()
    refused(folder)
    assert not mark.exists()
    try:
        loading.load(folder, "m", "uri")
    except WorkerError as error:
        assert error.condition == "PREDICT_MODEL_LOAD_FAILED"  # noqa: PT017 (it may load as well)
    assert mark.exists(), "a naive loader runs it"


@pytest.mark.parametrize(
    ("save", "flavor", "entries", "kind"),
    [
        (skops, "python_function", {"code": "code"}, "brings code along"),
        (skops, "sklearn", {"pickled_model": "MLmodel"}, "what mlflow.sklearn does not read"),
        (skops, "sklearn", {"pickled_model": "nothing"}, "what mlflow.sklearn does not read"),
        (graph, "onnx", {"providers": [["CPUExecutionProvider", {"x": "y"}]]}, "options"),
        (graph, "onnx", {"providers": ["TensorrtExecutionProvider"]}, "options of its own"),
        (graph, "onnx", {"onnx_session_options": {"extra_session_config": {"a": "b"}}}, "options"),
        (booster, "xgboost", {"data": "MLmodel"}, "XGBoost's old binary format"),
        (light, "lightgbm", {"data": "MLmodel"}, "a pickle of lightgbm.basic.Booster"),
    ],
)
def test_what_mlmodel_says_of_a_safe_format_is_not_believed(tmp_path, save, flavor, entries, kind):
    save(tmp_path / "m")
    load(tmp_path / "m")
    change(tmp_path / "m", flavor, **entries)
    assert kind in refused(tmp_path / "m")


def test_an_old_skops_is_refused(tmp_path, monkeypatch):
    skops(tmp_path / "m")
    monkeypatch.setattr("skops.__version__", "0.12.0")
    assert "skops, of which 0.12.0 is installed" in refused(tmp_path / "m")


@pytest.mark.parametrize(("kind", "taken"), [("cbm", True), ("json", True), ("python", False)])
def test_catboosts_formats(tmp_path, kind, taken):
    options = {"model_type": "CatBoostClassifier", "save_format": kind, "data": "model.cb"}
    flavors = {"python_function": {"loader_module": "mlflow.catboost"}, "catboost": options}
    if taken:
        assert callable(safe.check(tmp_path, flavors))
        return
    with pytest.raises(safe.Unsafe, match="CatBoost's python of a CatBoostClassifier"):
        safe.check(tmp_path, flavors)
