# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's multi-layer perceptrons: sums of products, and a function of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.projections import projected

_LINKS = {"tanh": "tanh", "logistic": "sigmoid", "softmax": "softmax", "exp": "exp"}


def regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.neural_network.MLPRegressor."""
    made = _activated(draft, model.out_activation_, _last(draft, model, table))
    return {"predict": answers.numbers(draft, made, array=len(made) > 1)}


def classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.neural_network.MLPClassifier, whose second of two classes is above a half."""
    if model._label_binarizer.y_type_.startswith("multilabel"):  # noqa: SLF001
        raise draft.cannot("a row may have several labels")
    sums = _last(draft, model, table)
    made = _activated(draft, model.out_activation_, sums)
    if len(made) == 1:
        label = answers.above(draft, made[0], 0.5)
        probabilities = draft.add("link", made, 2, function="binary")
    else:
        label, probabilities = answers.greatest(draft, made), made
    return {
        "predict": answers.labelled(draft, label, model.classes_),
        **answers.of_probabilities(draft, model, probabilities),
    }


def _last(draft: Draft, model: Any, table: Table) -> tuple[int, ...]:
    """The sums of the last layer."""
    draft.refuse(table, nan=True)
    columns = table.columns
    layers = list(zip(model.coefs_, model.intercepts_))
    for at, (weights, intercept) in enumerate(layers):
        if weights.dtype != np.float64:
            raise draft.cannot("it was fitted in float32")
        columns = projected(draft, Table(columns), weights.T, intercept).columns
        if at < len(layers) - 1:
            columns = _activated(draft, model.activation, columns)
    return columns


def _activated(draft: Draft, activation: str, columns: tuple[int, ...]) -> tuple[int, ...]:
    n = len(columns)
    if activation == "identity":
        return columns
    if activation == "relu":
        ones, clip = np.ones(n), doubles([0.0, np.inf])
        return draft.add("affine", columns, n, scale=ones, offset=0 * ones, clip=clip)
    if activation not in _LINKS:
        raise draft.cannot(f"activation={activation!r} is not handled")
    return draft.add("link", columns, n, function=_LINKS[activation])
