# SPDX-License-Identifier: Apache-2.0
"""Label, probability and the probabilities by class, from one model in one answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import boosted
import saved
from asking import ask, inspected
from sparkpredict.errors import ReturnTypeError
from sparkpredict.worker.conditions import WorkerError

DATA = saved.sample(("a", "b"))
THREE = np.select([DATA["a"] < -0.5, DATA["a"] > 0.5], ["low", "high"], "middle")
TWO = (DATA["a"] > 0).astype(int).to_numpy()
ALL = "label STRING, probability DOUBLE, probabilities MAP<STRING, DOUBLE>"


def save(folder, model):
    if type(model).__module__.startswith(("lightgbm", "xgboost")):
        return boosted.save(folder, model, DATA)
    return saved.sklearn(folder, model, ("a", "b"), DATA).folder


CLASSIFIERS = [
    LogisticRegression(),
    DecisionTreeClassifier(max_depth=2, random_state=0),
    RandomForestClassifier(4, max_depth=2, random_state=0),
    ExtraTreesClassifier(4, max_depth=2, random_state=0),
    BaggingClassifier(n_estimators=4, random_state=0),
    GradientBoostingClassifier(n_estimators=4, random_state=0),
    HistGradientBoostingClassifier(max_iter=4, min_samples_leaf=5),
    CalibratedClassifierCV(LogisticRegression(), cv=2),
    make_pipeline(StandardScaler(), RandomForestClassifier(4, max_depth=2, random_state=0)),
]


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("target", [THREE, TWO], ids=["text", "numbers"])
def test_a_classifier_gives_its_label_and_probabilities(tmp_path, model, target):
    model.fit(DATA, target)
    found = ask(save(tmp_path, model), ALL).scores(DATA)
    labels, numbers = model.predict(DATA), model.predict_proba(DATA)
    classes = [str(label) for label in model.classes_]
    assert [row["label"] for row in found] == [str(label) for label in labels]
    assert [row["probabilities"] for row in found] == [
        dict(zip(classes, row)) for row in numbers.tolist()
    ]
    assert [row["probability"] for row in found] == [
        row["probabilities"][row["label"]] for row in found
    ]


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
@pytest.mark.parametrize("kinds", [2, 3])
def test_a_classifier_of_boosted_trees_does_too(tmp_path, library, kinds):
    target = np.minimum(np.digitize(DATA["a"], [-0.5, 0.5]), kinds - 1)
    model = getattr(boosted, f"{library}_classifier")(DATA, target)
    declared = "PROBABILITIES ARRAY<DOUBLE>, Label INT, probability FLOAT"
    found = ask(save(tmp_path, model), declared).scores(DATA)
    numbers = model.predict_proba(DATA).astype("float64")
    assert [row["Label"] for row in found] == model.predict(DATA).tolist()
    assert [row["PROBABILITIES"] for row in found] == numbers.tolist()
    picked = numbers[np.arange(len(DATA)), model.predict(DATA)]
    assert [row["probability"] for row in found] == picked.tolist()


@pytest.mark.parametrize(
    ("declared", "label"),
    [
        ("label STRING", "1"),
        ("label INT", 1.0),
        ("label BIGINT", {"__long:label": 1, "__double:label": None, "__text:label": None}),
    ],
)
def test_a_label_may_be_a_number_or_its_text(tmp_path, declared, label):
    model = LogisticRegression().fit(DATA, TWO)
    asked = ask(save(tmp_path, model), declared)
    row = asked.scores(pd.DataFrame({"a": [9.0], "b": [0.0]}))[0]
    assert row == (label if isinstance(label, dict) else {"label": label})


def test_the_texts_of_true_and_false_are_those_of_spark(tmp_path):
    model = LogisticRegression().fit(DATA, TWO == 1)
    (row,) = ask(save(tmp_path, model), ALL).scores(pd.DataFrame({"a": [9.0], "b": [0.0]}))
    assert row["label"] == "true"
    assert list(row["probabilities"]) == ["false", "true"]


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("label INT, probability DOUBLE", "the labels are text such as 'high'"),
        ("label ARRAY<STRING>", "label is one value for each row"),
        ("probability MAP<STRING, DOUBLE>", "probability is one value for each row"),
        ("probabilities DOUBLE", "probabilities is MAP<STRING, DOUBLE>, or ARRAY<DOUBLE>"),
        ("probabilities MAP<INT, DOUBLE>", "keys other than STRING"),
    ],
)
def test_a_field_of_another_form_is_refused(tmp_path, declared, said):
    folder = save(tmp_path, LogisticRegression().fit(DATA, THREE))
    with pytest.raises(ReturnTypeError, match="PREDICT_RETURN_TYPE_UNSUPPORTED") as raised:
        ask(folder, declared)
    assert said in str(raised.value)


def test_fields_by_the_names_of_the_classes_are_found_by_name_else_by_place(tmp_path):
    model = LogisticRegression().fit(DATA, THREE)
    folder, numbers = save(tmp_path, model), model.predict_proba(DATA)
    by_name = ask(folder, "middle DOUBLE, HIGH FLOAT", "predict_proba").scores(DATA)
    assert [list(row.values()) for row in by_name] == numbers[:, [2, 0]].tolist()
    by_place = ask(folder, "x DOUBLE, y DOUBLE, z DOUBLE", "predict_proba").scores(DATA)
    assert [list(row.values()) for row in by_place] == numbers.tolist()
    whole = ask(folder, "MAP<STRING, DOUBLE>", "predict_log_proba").scores(DATA)
    assert [list(row) for row in whole] == [["high", "low", "middle"]] * len(DATA)
    expected = model.predict_log_proba(DATA).tolist()
    assert [list(row.values()) for row in whole] == expected


@pytest.mark.parametrize("declared", ["low DOUBLE, x DOUBLE, y DOUBLE", "x DOUBLE, y DOUBLE"])
def test_fields_that_are_no_classes_and_do_not_fit_their_number_are_refused(tmp_path, declared):
    folder = save(tmp_path, LogisticRegression().fit(DATA, THREE))
    with pytest.raises(ReturnTypeError, match="has the classes high, low, middle"):
        ask(folder, declared, "predict_proba")


def test_outputs_that_the_signature_names_are_the_models_own(tmp_path):
    model = LogisticRegression().fit(DATA, TWO)
    folder = save(tmp_path, model)
    text = Path(folder, "MLmodel").read_text()
    named = text.replace('[{"type": "tensor"', '[{"name": "label", "type": "tensor"')
    assert named.count('"name": "label"') == 1
    Path(folder, "MLmodel").write_text(named)
    assert ask(folder, "label INT").answer.ask is None
    assert ask(folder, "label INT, probability DOUBLE").answer.ask is not None


def test_several_targets_are_no_classes_and_many_labels_a_row_are_refused(tmp_path):
    both = np.column_stack([TWO, 1 - TWO])
    forest = RandomForestClassifier(3, random_state=0).fit(DATA, both)
    _, _, found = inspected(save(tmp_path / "forest", forest))
    assert found.descriptor.classes is None
    model = OneVsRestClassifier(LogisticRegression()).fit(DATA, both)
    with pytest.raises(WorkerError, match="labels of shape"):
        ask(save(tmp_path / "each", model), ALL).scores(DATA)


@pytest.mark.parametrize("native", [False, True], ids=["no probabilities", "a booster"])
def test_a_model_without_probabilities_or_classes_has_no_such_fields(tmp_path, native):
    model = boosted.lightgbm_classifier(DATA, TWO).booster_ if native else SVC().fit(DATA, TWO)
    with pytest.raises(ReturnTypeError, match="the model has no predict_proba with classes"):
        ask(save(tmp_path, model), "label INT, probability DOUBLE")


# In these a label is the class of the highest probability, by their own code: one pass gives both.
ONE_PASS = [
    RandomForestClassifier(2, max_depth=1, bootstrap=False, random_state=0),
    ExtraTreesClassifier(2, max_depth=1, random_state=0),
    BaggingClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=2, bootstrap=False),
    make_pipeline(StandardScaler(), ExtraTreesClassifier(2, max_depth=1, random_state=0)),
]


@pytest.mark.parametrize("model", ONE_PASS, ids=lambda model: type(model).__name__)
def test_one_pass_gives_the_same_labels_also_where_classes_tie(tmp_path, model):
    """The same rows with each class, so that trees of depth one tie."""
    rows = pd.concat([DATA.round(0)] * 3, ignore_index=True)
    model.fit(rows, np.repeat(["c", "b", "a"], len(DATA)))
    numbers = model.predict_proba(rows)
    highest = numbers.max(axis=1, keepdims=True)
    assert ((numbers == highest).sum(axis=1) > 1).any(), "no tie"
    asked = ask(save(tmp_path, model), ALL)
    assert asked.answer.ask["one_pass"]
    assert [row["label"] for row in asked.scores(rows)] == model.predict(rows).tolist()


def test_one_pass_of_lightgbm_gives_the_same_labels_where_classes_tie(tmp_path):
    """It finds nothing to split in equal rows, so all classes have the same probability."""
    rows = pd.concat([DATA] * 3, ignore_index=True)
    model = boosted.lightgbm_classifier(rows * 0, np.repeat([2, 1, 0], len(DATA)))
    numbers = model.predict_proba(rows)
    assert (numbers == numbers[:, :1]).all(), "no tie"
    asked = ask(save(tmp_path, model), ALL)
    assert asked.answer.ask["one_pass"]
    assert [row["label"] for row in asked.scores(rows)] == model.predict(rows).astype(str).tolist()


@pytest.mark.parametrize(
    "model",
    [HistGradientBoostingClassifier(), GradientBoostingClassifier(), LogisticRegression()],
    ids=lambda model: type(model).__name__,
)
def test_a_label_that_is_decided_otherwise_is_asked_for(tmp_path, model):
    """These decide by the margin, which may be above zero where the probability is one half."""
    asked = ask(save(tmp_path, model.fit(DATA, TWO)), ALL)
    assert not asked.answer.ask["one_pass"]
