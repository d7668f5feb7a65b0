# SPDX-License-Identifier: Apache-2.0
"""Models of other libraries as ONNX graphs: taken where they answer as the model does."""

from __future__ import annotations

import importlib.util

import lightgbm
import numpy as np
import onnx
import pandas as pd
import pytest
import xgboost
from onnx import TensorProto, helper, numpy_helper
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, SVR

import onnx_graphs
from converted import bound, converted, note, reason, session
from sparkpredict.onnx import converters, converting, guards
from sparkpredict.onnx.asked import DOUBLE, Asked, Refused
from sparkpredict.onnx.exporting import GRAPH, PROBES

RANDOM = np.random.default_rng(5)
FRAME = pd.DataFrame(RANDOM.normal(size=(120, 3)), columns=list("abc"))
TARGET = (FRAME["a"] * 2 - FRAME["b"] ** 2).to_numpy()
THREE = np.digitize(TARGET, [-1.0, 1.0])
NEIGHBOURS = KNeighborsRegressor(3).fit(FRAME, TARGET)
SVM = SVR().fit(FRAME, TARGET)
TREES = RandomForestRegressor(5, max_depth=4, random_state=0).fit(FRAME, TARGET)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(NEIGHBOURS, id="neighbours"),
        pytest.param(GaussianProcessRegressor(alpha=0.1).fit(FRAME, TARGET), id="process"),
        pytest.param(MLPClassifier(4, max_iter=20).fit(FRAME, THREE), id="perceptron"),
    ],
)
def test_a_graph_of_float64_agrees_within_its_last_digits(model):
    found = converted(model, FRAME)
    assert "probes agree within 1e-09" in note(found)
    rows = FRAME.to_numpy()[:40] + 0.01
    (answer, *_) = session(found).run(None, {"X": rows})
    expected = model.predict(pd.DataFrame(rows, columns=FRAME.columns))
    np.testing.assert_allclose(answer.ravel(), expected, rtol=1e-9)


def test_a_graph_that_computes_in_float32_says_so():
    told = note(converted(make_pipeline(StandardScaler(), SVM).fit(FRAME, TARGET), FRAME))
    assert "the graph computes in float32, and the model in float64" in told
    assert "agree within 0.0001" in told


def test_a_classifier_has_its_label_and_its_probabilities():
    found = converted(KNeighborsClassifier().fit(FRAME, THREE), FRAME)
    assert found.answers.outputs == {"predict": ["label"], "predict_proba": ["probabilities"]}
    assert (found.answers.label, found.answers.probabilities) == ("label", "probabilities")


def test_a_classifier_of_texts_without_probabilities_has_its_label_alone():
    found = converted(SVC().fit(FRAME, np.asarray(["x", "y", "z"])[THREE]), FRAME.to_numpy())
    assert list(found.answers.outputs) == ["predict"]
    assert [one.dtype for one in found.graph.outputs] == ["str"]


def test_trees_in_float32_are_taken_only_where_the_engine_is_named():
    trees = RandomForestRegressor(3, max_depth=3).fit(FRAME + 0.1, TARGET)
    assert "TreeEnsembleRegressor takes another way for rows near a threshold" in reason(
        trees, FRAME
    )


def test_a_converter_that_loses_where_nan_goes_is_found_out():
    told = reason(TREES, FRAME, engine="onnx")
    assert "and the Python model's" in told
    assert "for X = [" in told
    assert "nan" in told


@pytest.mark.parametrize(
    ("number", "told"), [(np.nan, "X takes no NaN"), (np.inf, "X takes no infinity")]
)
def test_what_the_model_refuses_its_graph_refuses_by_name(number, told):
    opened = session(converted(SVM, FRAME))
    rows = FRAME.to_numpy(dtype=np.float32)[:2].copy()
    opened.run(None, {"X": rows})
    rows[1, 2] = number
    with pytest.raises(Exception, match=told):
        opened.run(None, {"X": rows})


def test_an_unknown_category_is_refused_by_both_or_ignored_by_both():
    frame = FRAME.assign(k=np.where(THREE > 1, "rot", "grün"))
    for unknown, refused in (("error", True), ("ignore", False)):
        columns = ColumnTransformer(
            [
                ("n", StandardScaler(), ["a", "b", "c"]),
                ("k", OneHotEncoder(handle_unknown=unknown), ["k"]),
            ]
        )
        found = converted(make_pipeline(columns, SVR()).fit(frame, TARGET), frame)
        row = {name: np.asarray([[0.5]], dtype=np.float32) for name in "abc"}
        row["k"] = np.asarray([["blau"]], dtype=object)
        opened = session(found)
        given = {one.name for one in opened.get_inputs()}
        assert given == set(frame.columns)
        if refused:
            with pytest.raises(Exception, match="Unknown"):
                opened.run(None, row)
        else:
            opened.run(None, row)


def test_the_same_model_gives_the_same_bytes():
    first, second = converted(NEIGHBOURS, FRAME), converted(NEIGHBOURS, FRAME)
    assert first.members[GRAPH] == second.members[GRAPH]
    assert first.members[PROBES] == second.members[PROBES]


class Doubled(RegressorMixin, BaseEstimator):
    """Nobody's estimator."""

    def fit(self, x, y):
        self.n_features_in_ = x.shape[1]
        return self

    def predict(self, x):
        return np.asarray(x).sum(axis=1)


def test_an_estimator_that_no_converter_knows_is_named():
    assert "Doubled" in reason(Doubled().fit(FRAME, TARGET), FRAME)


def test_a_wrong_graph_is_refused_with_the_row(monkeypatch):
    own = converters.Converter.converted

    def shifted(self, library, given, element):
        made = own(self, library, given, element)
        for node in made.model.graph.node:
            if node.op_type == "ReduceMean":
                node.op_type = "ReduceMax"
        return made

    monkeypatch.setattr(converters.Converter, "converted", shifted)
    told = reason(NEIGHBOURS, FRAME)
    assert "its variable is" in told
    assert "for X = [" in told


def test_thresholds_of_lightgbm_divide_floats_as_lightgbm_does():
    model = lightgbm.LGBMRegressor(n_estimators=5, min_child_samples=5, verbose=-1)
    model.fit(FRAME, TARGET)
    found = converted(model, FRAME, "lightgbm", engine="onnx")
    thresholds = model.booster_.trees_to_dataframe().dropna(subset=["threshold"])
    near = thresholds["threshold"].to_numpy().astype(np.float32)
    rows = np.zeros((len(near), 3), dtype=np.float32)
    rows[np.arange(len(near)), thresholds["split_feature"].map("abc".index)] = near
    (answer,) = session(found).run(None, {"X": rows})
    expected = model.predict(pd.DataFrame(rows.astype(np.float64), columns=list("abc")))
    np.testing.assert_allclose(answer.ravel(), expected, rtol=1e-5)
    assert "the graph computes in float32" in note(found)


def test_xgboost_is_converted_with_the_names_of_its_features():
    model = xgboost.XGBClassifier(n_estimators=3, max_depth=3).fit(FRAME, THREE)
    found = converted(model, FRAME, "xgboost", engine="onnx")
    label, probabilities = session(found).run(None, {"X": FRAME.to_numpy(dtype=np.float32)})
    np.testing.assert_array_equal(label, model.predict(FRAME))
    np.testing.assert_allclose(probabilities, model.predict_proba(FRAME), rtol=1e-5)
    assert "in float64" not in note(found)
    assert model.get_booster().feature_names == ["a", "b", "c"]


def test_a_booster_inside_a_pipeline_is_converted():
    model = make_pipeline(StandardScaler(), lightgbm.LGBMClassifier(n_estimators=3, verbose=-1))
    found = converted(model.fit(FRAME, THREE), FRAME, engine="onnx")
    assert "predict_proba" in found.answers.outputs


def test_two_labels_that_are_as_good_are_counted(tmp_path):
    path = onnx_graphs.saved(
        tmp_path / "model.onnx",
        [
            helper.make_node("MatMul", ["x", "weights"], ["scores"]),
            helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0),
        ],
        [onnx_graphs.tensor("x", TensorProto.DOUBLE, "rows", 1)],
        [
            onnx_graphs.tensor("label", TensorProto.INT64, "rows"),
            onnx_graphs.tensor("scores", TensorProto.DOUBLE, "rows", 2),
        ],
        [numpy_helper.from_array(np.asarray([[1.0, -1.0]]), "weights")],
    )
    from sparkpredict.worker.onnx_session import session as opened

    rows = {"x": np.asarray([[0.0], [2.0], [-1.0]])}
    asked = Asked(opened(path), ["label", "scores"], rows, 60, DOUBLE)
    assert asked.compare("label", np.asarray([1.0, 0.0, 1.0])) == 1
    again = Asked(opened(path), ["label", "scores"], rows, 60, DOUBLE)
    with pytest.raises(Refused, match="label is 0, and the Python model's 1"):
        again.compare("label", np.asarray([0.0, 1.0, 1.0]))


def test_a_guard_refuses_only_in_the_places_that_are_named(tmp_path):
    model = onnx.load(str(onnx_graphs.linear(tmp_path / "model.onnx")))
    guards.add(model.graph, 0, guards.Refusals(nan=[True, False], infinite=[False, False]))
    onnx.checker.check_model(model)
    path = tmp_path / "guarded.onnx"
    onnx.save(model, str(path))
    from sparkpredict.worker.onnx_session import session as opened

    graph = opened(path)
    graph.run(None, {"X": np.asarray([[1.0, np.nan], [np.inf, 0.0]], dtype=np.float32)})
    with pytest.raises(Exception, match="X takes no NaN"):
        graph.run(None, {"X": np.asarray([[np.nan, 1.0]], dtype=np.float32)})


@pytest.mark.parametrize(
    ("package", "install"),
    [("skl2onnx", "spark-predict[convert]"), ("tf2onnx", "tf2onnx")],
)
def test_a_package_that_is_not_installed_is_a_reason(monkeypatch, package, install):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n == package else found(n))
    flavor = "keras" if package == "tf2onnx" else "sklearn"
    told = converters.FLAVORS[flavor].missing()
    assert told == f"the package {package} is not installed here: pip install {install}"


def test_a_model_that_is_asked_for_something_else_is_not_converted():
    found = bound(NEIGHBOURS, FRAME)
    found.model.metadata = type(
        "M", (), {"flavors": {"python_function": {"predict_fn": "kneighbors"}}}
    )
    assert converting.unlike(found) == "it is saved to be asked for kneighbors"
