# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's models that are several models side by side: means and votes."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Table
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn import trees
from sparkpredict.compile.sklearn.inside import Inside


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
