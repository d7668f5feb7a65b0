# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's trees with weights: AdaBoost."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import Forest
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.trees import narrowed, structure

_PAIR = 2


def ada_regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.ensemble.AdaBoostRegressor of trees: the weighted median of their answers."""
    trees = _trees(draft, model, ("DecisionTreeRegressor", "ExtraTreeRegressor"))
    count = len(trees)
    forest = Forest()
    for tree in trees:
        forest.add(structure(tree, tree.value[:, 0, 0]))
    every = _sums(draft, forest, table, count, target=np.arange(count, dtype=np.int32))
    weights = doubles(model.estimator_weights_[:count])
    made = draft.add("weighted_median", every, 1, weights=weights)
    return {"predict": answers.numbers(draft, made)}


def ada_classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.ensemble.AdaBoostClassifier of trees, whose votes have weights."""
    trees = _trees(draft, model, ("DecisionTreeClassifier", "ExtraTreeClassifier"))
    if getattr(model, "algorithm", "SAMME") not in {"SAMME", "deprecated"}:
        raise draft.cannot(f"algorithm={model.algorithm!r} is not handled")
    classes = len(model.classes_)
    if classes < _PAIR:
        raise draft.cannot("it has one class")
    forest = Forest()
    for part, tree, weight in zip(model.estimators_, trees, model.estimator_weights_):
        chosen = tree.value[:, 0, : len(part.classes_)].argmax(axis=1)
        is_label = part.classes_[chosen][:, np.newaxis] == model.classes_
        votes = np.where(is_label, weight, -1 / (classes - 1) * weight)
        forest.add(structure(tree, votes[:, 1] if classes == _PAIR else votes))
    out = 1 if classes == _PAIR else classes
    target = np.zeros(len(trees), dtype=np.int32) if out == 1 else None
    divisor = doubles([model.estimator_weights_.sum()])
    return _of_votes(draft, model, _sums(draft, forest, table, out, target=target, divisor=divisor))


def _sums(draft: Draft, forest: Forest, table: Table, out: int, **fields: Any) -> tuple[int, ...]:
    draft.refuse(table, nan=True)
    given = narrowed(draft, table, nan=True)
    base = {"sum": "f8", "base": np.zeros(out), "base_at": "first"}
    return draft.add("forest", given.columns, out, **forest.fields(), **base, **fields)


def _of_votes(draft: Draft, model: Any, sums: tuple[int, ...]) -> dict[str, Output]:
    """Of two classes the first has the second's votes with another sign: both are its margin."""
    classes = len(model.classes_)
    if classes == _PAIR:
        halves, none = doubles([-0.5, 0.5]), np.zeros(2)
        sums = draft.add("affine", sums, 1, scale=doubles([2.0]), offset=none[:1])
        each = draft.add("affine", sums + sums, 2, scale=halves, offset=none)
    else:
        each = draft.add("link", sums, classes, function="divide", divisor=doubles([classes - 1]))
    shares = draft.add("link", each, classes, function="softmax")
    return {
        **answers.of_margins(draft, model, sums),
        **answers.of_probabilities(draft, model, shares),
    }


def _trees(draft: Draft, model: Any, known: tuple[str, ...]) -> list[Any]:
    names = {type(part).__name__ for part in model.estimators_}
    if not names <= set(known):
        raise draft.cannot(f"its estimators are {', '.join(sorted(names))}, not trees")
    if any(part.n_outputs_ != 1 for part in model.estimators_):
        raise draft.cannot("its estimators have several targets")
    return [part.tree_ for part in model.estimators_]
