# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models that are several models side by side: means, votes, one for each target."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn import trees
from sparkpredict.compile.sklearn.inside import Inside

_PAIR = 2


def voting_regressor(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.ensemble.VotingRegressor: the weighted mean."""
    draft = inside.draft
    parts = [inside.output(p, table, n, "predict") for n, p in _named(model)]
    if any(part.array for part in parts):
        raise draft.cannot("a part answers with rows")
    inside.wide(tuple(part.columns[0] for part in parts))
    mean = inside.mean([part.columns for part in parts], _weights(model))
    return {"predict": answers.numbers(draft, mean)}


def voting_classifier(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.ensemble.VotingClassifier, of probabilities or of labels."""
    draft = inside.draft
    if isinstance(model.classes_, list):
        raise draft.cannot("it has several targets with classes of their own")
    classes, weights = len(model.classes_), _weights(model)
    if model.voting == "hard":
        parts = [inside.output(p, table, n, "predict") for n, p in _named(model)]
        votes = [inside.votes(part, classes) for part in parts]
        label = answers.greatest(draft, inside.mean(votes, weights))
        return {"predict": answers.labelled(draft, label, model.classes_)}
    parts = [inside.output(p, table, n, "predict_proba") for n, p in _named(model)]
    inside.wide(sum((part.columns for part in parts), ()))
    mean = inside.mean([part.columns for part in parts], weights)
    label = answers.greatest(draft, mean)
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        **answers.of_probabilities(draft, model, mean),
    }


def bagging_regressor(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.ensemble.BaggingRegressor: the mean over estimators that see some features each."""
    draft = inside.draft
    of_trees = trees.bagged(draft, model, table)
    if of_trees is not None:
        return {"predict": answers.numbers(draft, of_trees)}
    parts = _bagged(model, table, inside, "predict")
    inside.wide(sum((part.columns for part in parts), ()))
    mean = inside.mean([part.columns for part in parts], np.full(len(parts), 1 / len(parts)))
    return {"predict": answers.numbers(draft, mean, array=parts[0].array)}


def bagging_classifier(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.ensemble.BaggingClassifier: means of probabilities, else shares of votes."""
    draft = inside.draft
    mean = trees.bagged(draft, model, table)
    if mean is None:
        mean = _mean_of_classes(model, table, inside)
    label = answers.greatest(draft, mean)
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        "predict_proba": answers.numbers(draft, mean, array=True),
    }


def _mean_of_classes(model: Any, table: Table, inside: Inside) -> tuple[int, ...]:
    draft, classes = inside.draft, int(model.n_classes_)
    with_probabilities = [hasattr(part, "predict_proba") for part in model.estimators_]
    if any(with_probabilities):
        parts = _bagged(model, table, inside, "predict_proba")
        for part, estimator in zip(parts, model.estimators_):
            if len(part.columns) != classes:
                told = f"{len(estimator.classes_)} of {classes} classes"
                raise draft.cannot(f"an estimator has seen {told} alone")
        votes = [part.columns for part in parts]
    else:
        votes = [inside.votes(part, classes) for part in _bagged(model, table, inside, "predict")]
    return inside.mean(votes, np.full(len(votes), 1 / len(votes)))


def multi_output(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.multioutput.MultiOutputRegressor: one regressor for each target."""
    draft = inside.draft
    parts = [
        inside.output(part, table, f"estimators_[{at}]", "predict")
        for at, part in enumerate(model.estimators_)
    ]
    if any(part.array for part in parts):
        raise draft.cannot("a part answers with rows")
    return {"predict": answers.numbers(draft, tuple(p.columns[0] for p in parts), array=True)}


def chain(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.multioutput.RegressorChain: each regressor sees the answers of those before."""
    draft = inside.draft
    draft.refuse(table, nan=True)
    made: tuple[int, ...] = ()
    for at, part in enumerate(model.estimators_):
        seen = Table(table.columns + made)
        made += (inside.codes(inside.output(part, seen, f"estimators_[{at}]", "predict")),)
    places = np.argsort(model.order_)
    return {"predict": answers.numbers(draft, tuple(made[at] for at in places), array=True)}


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


def _named(model: Any) -> list[tuple[str, Any]]:
    names = [name for name, part in model.estimators if part != "drop"]
    return list(zip(names, model.estimators_))


def _weights(model: Any) -> Any:
    """Of the parts that are not dropped, altogether 1."""
    weights = model._weights_not_none  # noqa: SLF001 (predict asks it too)
    known = np.ones(len(model.estimators_)) if weights is None else np.asarray(weights, float)
    return known / known.sum()


def _bagged(model: Any, table: Table, inside: Inside, method: str) -> list[Output]:
    return [
        inside.output(part, table.taken(features), f"estimators_[{at}]", method)
        for at, (part, features) in enumerate(zip(model.estimators_, model.estimators_features_))
    ]
