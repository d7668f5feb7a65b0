# SPDX-License-Identifier: Apache-2.0
"""Plans of scikit-learn's models of several targets, of codes of classes, and of categories."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OutputCodeClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
    RegressorChain,
)
from sklearn.naive_bayes import CategoricalNB
from sklearn.tree import DecisionTreeClassifier

from compiled import assert_same, compiled, reason
from fitted import assert_all_same, fitted
from rows_of_both_kinds import CLASSES, NUMBERS, RANDOM, TARGET

SCALED = NUMBERS / [1, 100, 0.01]
PAIRS = np.column_stack([CLASSES == "low", TARGET > 10, SCALED["x"] > 0]).astype(int)
LINES = np.column_stack([TARGET, -TARGET, SCALED["x"]])
LEAVES = DecisionTreeClassifier(max_depth=3, random_state=0)


@pytest.mark.parametrize("part", [LogisticRegression(), LEAVES], ids=["line", "tree"])
@pytest.mark.parametrize("order", [None, [2, 0, 1]])
def test_a_chain_of_classifiers(part, order):
    made = assert_all_same(ClassifierChain(part, order=order), SCALED, PAIRS, SCALED * 1.7)
    scores = {"decision_function"} if isinstance(part, LogisticRegression) else set()
    assert set(made.plan.outputs) == {"predict", "predict_proba", *scores}


def test_a_chain_that_goes_on_with_probabilities():
    chain = ClassifierChain(LogisticRegression(), chain_method="predict_proba")
    assert_all_same(chain, SCALED, PAIRS, SCALED * 1.7)


def test_a_chain_of_several_classes_has_labels_alone():
    target = np.column_stack([PAIRS.sum(axis=1), PAIRS[:, 0]])
    made = assert_all_same(ClassifierChain(LEAVES), SCALED, target, SCALED * 1.7)
    assert set(made.plan.outputs) == {"predict"}


@pytest.mark.parametrize(
    ("model", "target"),
    [
        (MultiOutputClassifier(LogisticRegression()), PAIRS),
        (MultiOutputClassifier(LEAVES), np.column_stack([PAIRS.sum(axis=1), PAIRS[:, 0]])),
        (MultiOutputRegressor(Ridge()), LINES),
        (RegressorChain(Ridge(), order=[1, 2, 0]), LINES),
    ],
    ids=repr,
)
def test_one_model_for_each_target(model, target):
    made = assert_all_same(model, SCALED, target, SCALED * 1.7)
    assert made.plan.outputs["predict"].array


def test_texts_of_several_targets_have_a_reason():
    model = fitted(MultiOutputClassifier(LEAVES), SCALED, np.column_stack([CLASSES, CLASSES]))
    assert "a part answers with texts" in reason(model, SCALED)


def test_the_nearest_of_codes():
    model = OutputCodeClassifier(LogisticRegression(), code_size=3, random_state=0)
    assert_all_same(model, SCALED, CLASSES, SCALED * 1.7)
    votes = OutputCodeClassifier(RandomForestClassifier(3), code_size=3, random_state=0)
    assert "several may be as near" in reason(fitted(votes, SCALED, CLASSES), SCALED)


@pytest.mark.parametrize("labels", [CLASSES, CLASSES == "low"], ids=["three", "two"])
def test_categories_are_what_is_before_the_point(labels):
    data = pd.DataFrame(RANDOM.integers(0, 4, (len(labels), 3)), columns=list("abc"), dtype=float)
    made = compiled(fitted(CategoricalNB(), data, labels), data)
    values = [-2.0, -1.0, -0.999, -0.5, -0.0, 0.7, 1.0, 2.999, 3.9, 4.0, 1e30, np.nan, np.inf]
    rows = pd.DataFrame({"a": values, "b": 1.0, "c": 2.5})
    assert_same(made, data)
    assert_same(made, rows)
