# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's classifiers of several classes that are made of classifiers of two."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table
from sparkpredict.compile.plan import BITS, Output
from sparkpredict.compile.sklearn import constants
from sparkpredict.compile.sklearn.inside import Inside
from sparkpredict.compile.sklearn.projections import projected

_PAIR = 2


def one_vs_rest(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.multiclass.OneVsRestClassifier, of two classes or more; the first of equals."""
    draft = inside.draft
    if model.multilabel_:
        raise draft.cannot("a row may have several labels")
    named = [(f"estimators_[{at}]", part) for at, part in enumerate(model.estimators_)]
    if any(type(part).__name__ == "_ConstantPredictor" for _, part in named):
        raise draft.cannot("a class was there in every row or in none")
    parts = [inside.answer(part, table, name) for name, part in named]
    scored = [inside.scores(part, found) for (_, part), found in zip(named, parts)]
    scores = sum((columns for columns, _ in scored), ())
    method = scored[0][1]
    classes = np.asarray(model.classes_)
    if len(named) == 1:
        limit = 0.0 if method == "decision_function" else 0.5
        label = answers.above(draft, scores[0], limit)
    elif _takes_first(model):
        label = answers.greatest(draft, scores)
    else:
        label, classes = answers.greatest(draft, scores[::-1]), classes[::-1]
    told = {"predict": answers.labelled(draft, label, classes)}
    if method == "decision_function":
        told["decision_function"] = answers.numbers(draft, scores, array=len(named) > 1)
    if hasattr(model, "predict_proba"):
        if any("predict_proba" not in part for part in parts):
            raise draft.cannot("predict_proba of its estimators is not compiled")
        each = tuple(part["predict_proba"].columns[1] for part in parts)
        made = _shares(draft, each)
        told["predict_proba"] = answers.numbers(draft, made, array=True)
    return told


def one_vs_one(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.multiclass.OneVsOneClassifier: votes, and sums of scores where these are equal."""
    draft, classes = inside.draft, len(model.classes_)
    pairs = list(itertools.combinations(range(classes), 2))
    indices = model.pairwise_indices_ or [np.arange(len(table.columns))] * len(pairs)
    votes: tuple[int, ...] = ()
    scores: tuple[int, ...] = ()
    for at, (part, seen) in enumerate(zip(model.estimators_, indices)):
        found = inside.answer(part, table.taken(seen), f"estimators_[{at}]")
        if type(part).__name__ == "_ConstantPredictor" or "predict" not in found:
            raise draft.cannot(f"estimators_[{at}] gives no label that is compiled")
        votes += (inside.codes(found["predict"]),)
        scores += inside.scores(part, found)[0]
    signs = np.zeros((classes, len(pairs)))
    for at, (first, second) in enumerate(pairs):
        signs[first, at], signs[second, at] = -1.0, 1.0
    # a label of 0 is a vote for the first of a pair
    against = (signs < 0).sum(axis=1)
    count = draft.add(
        "linear", votes, classes, coefficients=signs.reshape(-1), intercept=against * 1.0
    )
    sums = draft.add(
        "linear", scores, classes, coefficients=signs.reshape(-1), intercept=np.zeros(classes)
    )
    ranks = draft.add("link", sums, classes, function="squash")
    made = inside.mean([count, ranks], [1.0, 1.0])
    label = answers.greatest(draft, made)
    if classes > _PAIR:
        return {
            "predict": answers.labelled(draft, label, model.classes_),
            "decision_function": answers.numbers(draft, made, array=True),
        }
    method = inside.scores(model.estimators_[0], found)[1]
    limit = 0.0 if method == "decision_function" else 0.5
    label = answers.above(draft, made[1], limit)
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        "decision_function": answers.numbers(draft, made[1:]),
    }


def output_codes(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.multiclass.OutputCodeClassifier: the class whose code is the nearest of the scores.

    Where scores are shares of votes, several codes may be as near, and last bits choose.
    """
    draft = inside.draft
    scores: tuple[int, ...] = ()
    for at, part in enumerate(model.estimators_):
        name = f"estimators_[{at}]"
        if type(part).__name__ == "_ConstantPredictor":  # of a bit that all codes share
            scores += constants.constant(draft, part.y_)
        else:
            scores += inside.scores(part, inside.answer(part, table, name))[0]
    if draft.tolerance(scores) == BITS:
        raise draft.cannot("it takes the nearest of codes, of which several may be as near")
    draft.refuse(Table(scores), nan=True)  # a score that overflows is near to no code
    codes = np.asarray(model.code_book_, dtype=np.float64)
    near = projected(draft, Table(scores), 2 * codes, -(codes**2).sum(axis=1)).columns
    label = answers.greatest(draft, near)
    return {"predict": answers.labelled(draft, label, model.classes_)}


def _takes_first(model: Any) -> bool:
    """Whether of equal scores the first class counts; until some version it was the last."""
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Even(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        def decision_function(self, rows: Any) -> Any:
            return np.zeros(len(rows))

    asked = copy.copy(model)
    asked.estimators_ = [Even() for _ in model.estimators_]
    return bool(asked.predict(np.zeros((1, 1)))[0] == model.classes_[0])


def _shares(draft: Draft, each: tuple[int, ...]) -> tuple[int, ...]:
    """Probabilities of classes made to be 1 altogether; where all are 0 they stay so."""
    if len(each) == 1:
        return draft.add("link", each, 2, function="binary")
    return draft.add("link", each, len(each), function="unit_sum")
