# SPDX-License-Identifier: Apache-2.0
"""What a model can be asked for, and the same answers as the library itself gives."""

from __future__ import annotations

import mlflow
import numpy as np
import pytest
from mlflow.models import infer_signature
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import boosted
import saved
from asking import ask
from scores import plain
from sparkpredict.errors import BindArgumentError, ReturnTypeError
from sparkpredict.worker.conditions import WorkerError

DATA = saved.sample(("a", "b"))
THREE = np.select([DATA["a"] < -0.5, DATA["a"] > 0.5], ["low", "high"], "middle")
TWO = (DATA["a"] > 0).astype(int).to_numpy()
PROBA = ["predict_proba", "predict_log_proba"]


def sklearn(folder, model, *, signed=True):
    return saved.sklearn(folder, model, ("a", "b"), DATA if signed else None).folder


@pytest.mark.parametrize(
    ("model", "methods"),
    [
        pytest.param(LogisticRegression(), ["predict", *PROBA, "decision_function"], id="linear"),
        pytest.param(RandomForestClassifier(3), ["predict", *PROBA, "apply"], id="forest"),
        pytest.param(SVC(), ["predict", "decision_function"], id="no probabilities"),
        pytest.param(LinearRegression(), ["predict"], id="regression"),
        pytest.param(
            make_pipeline(StandardScaler(), GaussianNB()),
            ["predict", *PROBA],
            id="a pipeline has what its last step has",
        ),
    ],
)
def test_the_methods_of_an_estimator_are_found(tmp_path, model, methods):
    found = ask(sklearn(tmp_path, model.fit(DATA, TWO)), "DOUBLE").descriptor.methods
    known = [name for name in found if name != "predict_joint_log_proba"]
    assert known == methods


SEVERAL = "array<double>"


@pytest.mark.parametrize(
    ("model", "output", "returns"),
    [
        (LogisticRegression().fit(DATA, THREE), "predict", "string"),
        (LogisticRegression().fit(DATA, THREE), "predict_proba", SEVERAL),
        (LogisticRegression().fit(DATA, THREE), "predict_log_proba", SEVERAL),
        (LogisticRegression().fit(DATA, THREE), "decision_function", SEVERAL),
        (LogisticRegression().fit(DATA, TWO), "decision_function", "double"),
        (IsolationForest(n_estimators=5, random_state=0).fit(DATA), "score_samples", "double"),
        (GaussianMixture(2, random_state=0).fit(DATA), "predict_proba", SEVERAL),
        (RandomForestClassifier(4, random_state=0).fit(DATA, TWO), "apply", "array<bigint>"),
        (DecisionTreeClassifier(random_state=0).fit(DATA, TWO), "apply", "bigint"),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "fit") else str(value),
)
def test_a_method_of_scikit_learn_is_asked_directly(tmp_path, model, output, returns):
    asked = ask(sklearn(tmp_path, model), output=output)
    assert asked.answer.declared.simpleString() == returns
    expected = getattr(model, output)(DATA)
    assert values(asked, DATA) == [plain(value) for value in np.asarray(expected).tolist()]


def values(asked, frame):
    """The scores; of the three columns of an exact carrier the one that is filled."""
    found = asked.scores(frame)
    if asked.spec["carrier"]["kind"] != "exact":
        return found
    return [next(value for value in row.values() if value is not None) for row in found]


def test_a_scaler_that_mlflow_saves_without_a_python_function_transforms(tmp_path):
    scaler = StandardScaler().fit(DATA)
    folder = tmp_path / "model"
    mlflow.sklearn.save_model(
        scaler,
        str(folder),
        signature=infer_signature(DATA),
        pip_requirements=saved.REQUIREMENTS,
        serialization_format="cloudpickle",
    )
    assert "python_function:" not in (folder / "MLmodel").read_text()
    expected = scaler.transform(DATA)
    assert ask(folder, output="transform").scores(DATA) == expected.tolist()
    named = ask(folder, "x DOUBLE, y DOUBLE", "transform").scores(DATA)
    assert [list(row.values()) for row in named] == expected.tolist()
    with pytest.raises(BindArgumentError, match="no output 'predict'; it has transform"):
        ask(folder, "DOUBLE")


def test_the_method_that_a_model_was_saved_with_is_what_it_answers(tmp_path):
    model = LogisticRegression().fit(DATA, TWO)
    folder = tmp_path / "model"
    mlflow.sklearn.save_model(
        model,
        str(folder),
        pip_requirements=saved.REQUIREMENTS,
        serialization_format="cloudpickle",
        pyfunc_predict_fn="predict_proba",
    )
    assert ask(folder, "ARRAY<DOUBLE>").scores(DATA) == model.predict_proba(DATA).tolist()
    assert ask(folder, "DOUBLE", "predict").scores(DATA) == model.predict(DATA).tolist()


FRAME = boosted.data(60)[["x"]].assign(y=np.linspace(-1, 1, 60))
KINDS = boosted.target(boosted.data(60))


def expected_of(model, output, frame):
    """The library's own answer by the options of its own predict."""
    import xgboost

    booster = isinstance(model, xgboost.Booster)
    data = xgboost.DMatrix(frame) if booster else frame
    is_xgboost = type(model).__module__.startswith("xgboost")
    options = {
        "raw_score": {"output_margin": True} if is_xgboost else {"raw_score": True},
        "leaf": {"pred_leaf": True},
        "contributions": {"pred_contribs": True} if is_xgboost else {"pred_contrib": True},
    }
    if output == "leaf" and is_xgboost and not booster:
        return model.apply(frame)
    return model.predict(data, **options[output])


@pytest.mark.parametrize("native", [False, True], ids=["wrapper", "booster"])
@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
@pytest.mark.parametrize("output", ["raw_score", "leaf", "contributions"])
@pytest.mark.parametrize("kinds", [2, 3])
def test_boosted_trees_give_margins_leaves_and_contributions(
    tmp_path, library, native, output, kinds
):
    model = getattr(boosted, f"{library}_classifier")(FRAME, np.minimum(KINDS, kinds - 1))
    if native:
        model = model.booster_ if library == "lightgbm" else model.get_booster()
    folder = boosted.save(tmp_path, model, FRAME)
    if (library, native, output) == ("xgboost", False, "contributions"):
        with pytest.raises(BindArgumentError, match="PREDICT_OUTPUT_UNKNOWN"):
            ask(folder, output=output)
        return
    expected = np.asarray(expected_of(model, output, FRAME), dtype="float64")
    assert values(ask(folder, output=output), FRAME) == expected.tolist()


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
def test_the_leaf_of_a_single_tree_is_a_list_of_one(tmp_path, library):
    model = getattr(boosted, f"{library}_classifier")(FRAME, np.minimum(KINDS, 1))
    model = model.set_params(n_estimators=1).fit(FRAME, np.minimum(KINDS, 1))
    asked = ask(boosted.save(tmp_path, model, FRAME), output="leaf")
    assert {len(row) for row in values(asked, FRAME)} == {1}


def test_an_output_that_a_model_does_not_have_is_refused_with_those_it_has(tmp_path):
    folder = sklearn(tmp_path, LinearRegression().fit(DATA, TWO))
    with pytest.raises(BindArgumentError, match="PREDICT_OUTPUT_UNKNOWN") as raised:
        ask(folder, "DOUBLE", "predict_proba")
    assert "model 'm' (flavor sklearn) has no output 'predict_proba'; it has predict." in str(
        raised.value
    )


def test_a_python_function_has_predict_and_what_that_names(tmp_path):
    signature = infer_signature(DATA)
    folder = saved.pyfunc(tmp_path / "one", lambda frame: frame["a"], signature=signature)
    assert ask(folder, "DOUBLE", "predict").scores(DATA) == DATA["a"].tolist()
    with pytest.raises(BindArgumentError, match=r"it has predict\."):
        ask(folder, "DOUBLE", "transform")

    def both(frame):
        return {"sum": frame["a"] + frame["b"], "a": frame["a"]}

    folder = saved.pyfunc(tmp_path / "two", both, signature=signature)
    assert ask(folder, "DOUBLE", "a").scores(DATA) == DATA["a"].tolist()
    with pytest.raises(BindArgumentError, match=r"it has predict, sum, a\."):
        ask(folder, "DOUBLE", "transform")


def test_where_nobody_knows_the_outputs_a_worker_says_that_one_is_missing(tmp_path):
    folder = saved.pyfunc(tmp_path, lambda frame: {"a": frame["a"]})
    assert ask(folder, "DOUBLE", "a").scores(DATA) == DATA["a"].tolist()
    with pytest.raises(WorkerError, match=r"it has predict, a\."):
        ask(folder, "DOUBLE", "b").scores(DATA)


def test_a_worker_that_meets_an_unknown_output_says_so_too(tmp_path):
    asked = ask(sklearn(tmp_path, LinearRegression().fit(DATA, TWO)), "DOUBLE")
    asked.spec["output"] = "predict_proba"
    with pytest.raises(WorkerError, match="PREDICT_OUTPUT_UNKNOWN"):
        asked.scores(DATA)


@pytest.mark.parametrize(
    ("declared", "output", "said"),
    [
        ("DOUBLE", "predict_proba", "(high, low, middle). Write ARRAY<DOUBLE>, or 'label STRING"),
        ("INT", "predict_log_proba", "or one field for each class"),
        ("DOUBLE", "decision_function", "has 3 values for each row. Write ARRAY<DOUBLE>"),
        ("ARRAY<DOUBLE>", "predict", "is one value for each row"),
        ("x DOUBLE, y DOUBLE", "decision_function", "has 3 values for each row, not 2"),
        ("MAP<STRING, DOUBLE>", "decision_function", "has no keys"),
    ],
)
def test_a_type_of_another_form_than_the_output_is_refused(tmp_path, declared, output, said):
    folder = sklearn(tmp_path, LogisticRegression().fit(DATA, THREE))
    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_UNSUPPORTED") as raised:
        ask(folder, declared, output)
    assert said in str(raised.value)


def test_one_column_may_be_one_value(tmp_path):
    folder = sklearn(tmp_path, make_pipeline(StandardScaler(), LogisticRegression()).fit(DATA, TWO))
    scaled = StandardScaler().fit(DATA[["a"]])
    mlflow.sklearn.save_model(
        scaled,
        str(tmp_path / "one"),
        signature=infer_signature(DATA[["a"]]),
        pip_requirements=saved.REQUIREMENTS,
        serialization_format="cloudpickle",
    )
    asked = ask(tmp_path / "one", "DOUBLE", "transform")
    assert asked.scores(DATA[["a"]]) == scaled.transform(DATA[["a"]])[:, 0].tolist()
    assert ask(folder, "DOUBLE", "decision_function").answer.ask is None


def test_no_type_and_an_output_of_which_nothing_is_known_is_refused(tmp_path):
    folder = saved.pyfunc(tmp_path, lambda frame: frame["a"])
    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_MISSING"):
        ask(folder, None, "predict")


def test_two_outputs_of_one_model_do_not_meet_in_a_worker(tmp_path, monkeypatch):
    from sparkpredict.worker import models

    monkeypatch.setattr(models, "_loaded", {})
    monkeypatch.setattr(models, "_ready", {})
    monkeypatch.setattr(models, "_keep_out_of_collections", lambda: None)
    folder = sklearn(tmp_path, LogisticRegression().fit(DATA, TWO))
    specs = [ask(folder, declared, output).spec for declared, output in OUTPUTS]
    first, second = (models.cached(spec, lambda: folder) for spec in specs)
    assert first.predict(DATA).ndim == 1
    assert first.predict(DATA).dtype.kind == "i"
    assert second.predict(DATA).dtype.kind == "f"
    assert len(models._loaded) == 1


OUTPUTS = [("INT", None), ("DOUBLE", "decision_function")]
