# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's decision trees, and its forests: means over trees, in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import MISSING_LEFT, Forest, Tree
from sparkpredict.compile.plan import Output

REGRESSORS = (
    "DecisionTreeRegressor",
    "ExtraTreeRegressor",
    "ExtraTreesRegressor",
    "RandomForestRegressor",
)
CLASSIFIERS = (
    "DecisionTreeClassifier",
    "ExtraTreeClassifier",
    "ExtraTreesClassifier",
    "RandomForestClassifier",
)


def regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """A tree's leaf, or the mean over the trees; for several targets a row of them."""
    values = [tree.value[:, :, 0] for tree in _trees(model)]
    means = _means(draft, model, table, values)
    return {"predict": Output(means, array=model.n_outputs_ > 1, tolerance=draft.tolerance(means))}


def classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """The probabilities of a tree's leaf, or the mean over the trees; the label is the greatest."""
    if model.n_outputs_ != 1:
        raise draft.cannot(f"it has {model.n_outputs_} targets with classes of their own")
    values = [_fractions(tree.value[:, 0, : int(model.n_classes_)]) for tree in _trees(model)]
    means = _means(draft, model, table, values)
    label = answers.greatest(draft, means)
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        **answers.of_probabilities(draft, model, means),
    }


def bagged(draft: Draft, model: Any, table: Table) -> tuple[int, ...] | None:
    """The means over trees of which each sees some features; None if there are others than trees.

    Args:
        draft: takes the steps.
        model: a BaggingRegressor or BaggingClassifier, of one target.
        table: what it is given.
    """
    known = {"DecisionTreeRegressor", "ExtraTreeRegressor"}
    known |= {"DecisionTreeClassifier", "ExtraTreeClassifier"}
    parts = model.estimators_
    if not {type(part).__name__ for part in parts} <= known or _several(model):
        return None
    forest = Forest()
    for part, features in zip(parts, model.estimators_features_):
        value = part.tree_.value[:, 0, :]
        tree = structure(part.tree_, _fractions(value) if hasattr(part, "classes_") else value)
        forest.add(replace(tree, feature=np.asarray(features)[np.maximum(tree.feature, 0)]))
    given = narrowed(draft, table, nan=not _takes_nan(model, table))
    outputs = parts[0].tree_.value.shape[2]
    return _summed(draft, given, outputs, forest, len(parts), model)


def _several(model: Any) -> bool:
    """Whether it has several targets, or a part has seen some of the classes alone."""
    parts = model.estimators_
    widths = {part.tree_.value.shape[2] for part in parts}
    return (
        any(part.n_outputs_ != 1 for part in parts)
        or len(widths) != 1
        or (hasattr(model, "classes_") and widths != {len(model.classes_)})
    )


def structure(tree: Any, value: Any) -> Tree:
    """One tree of sklearn.tree with other values at its leaves."""
    missing_left = getattr(tree, "missing_go_to_left", None)  # since 1.3
    if missing_left is None:
        missing_left = np.zeros(tree.node_count, dtype=np.uint8)
    return Tree(
        left=tree.children_left,
        right=tree.children_right,
        feature=tree.feature,
        threshold=tree.threshold,
        flags=missing_left.astype(np.uint8) * MISSING_LEFT,
        value=value,
    )


def narrowed(draft: Draft, table: Table, *, nan: bool) -> Table:
    """The table as scikit-learn's trees take it: in float32, without infinities."""
    draft.cut(table)
    made = Table(draft.add("cast32", table.columns, len(table.columns)))
    draft.refuse(made, nan=nan, dtype="float32")
    return made


def _means(draft: Draft, model: Any, table: Table, values: list[Any]) -> tuple[int, ...]:
    forest = Forest()
    for tree, value in zip(_trees(model), values):
        forest.add(structure(tree, value))
    given = narrowed(draft, table, nan=not _takes_nan(model, table))
    outputs = values[0].shape[1]
    is_forest = hasattr(model, "estimators_")
    return _summed(draft, given, outputs, forest, len(values) if is_forest else None, model)


def _summed(
    draft: Draft, given: Table, outputs: int, forest: Forest, count: int | None, model: Any
) -> tuple[int, ...]:
    means = draft.add(
        "forest",
        given.columns,
        outputs,
        **forest.fields(),
        sum="f8",
        base=np.zeros(outputs),
        base_at="first",
        divisor=doubles([count]) if count is not None else None,
    )
    if getattr(model, "n_jobs", None) not in {None, 1}:  # added as the jobs end
        draft.loosen(means)
    return means


def _trees(model: Any) -> list[Any]:
    return [tree.tree_ for tree in getattr(model, "estimators_", [model])]


def _fractions(value: Any) -> Any:
    """Fractions of the classes; until 1.3 a leaf held their weights."""
    if np.allclose(value.sum(axis=1), 1.0, rtol=1e-9, atol=0.0):
        return value
    total = value.sum(axis=1)
    total[total == 0.0] = 1.0
    return value / total[:, np.newaxis]


def _takes_nan(model: Any, table: Table) -> bool:
    """Whether it lets NaN in, by its own word; sparse matrices have no missing values."""
    tree = model.estimators_[0] if hasattr(model, "estimators_") else model
    says = getattr(tree, "_support_missing_values", None)  # since 1.3
    return not table.sparse and says is not None and bool(says(np.zeros((1, 1))))
