# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's linear models: sums of products, in no fixed order."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import RELATIVE, Output

REGRESSORS = (
    "ElasticNet",
    "ElasticNetCV",
    "Lasso",
    "LassoCV",
    "LinearRegression",
    "Ridge",
    "RidgeCV",
)
CLASSIFIERS = ("LogisticRegression", "LogisticRegressionCV")


def regressor(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """``X @ coef.T + intercept``; a matrix of answers where it was fitted on a matrix of targets.

    Lasso and its kin flatten their coefficients, and so the answer, where there is one target.
    """
    sums = _sums(draft, model, table, 1.0)
    return {"predict": Output(sums, array=np.ndim(model.coef_) > 1, tolerance=RELATIVE)}


def classifier(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.linear_model.LogisticRegression, of two classes or more."""
    sums = _sums(draft, model, table, 1.0)
    is_binary = len(sums) == 1
    label = answers.above(draft, sums[0], 0.0) if is_binary else answers.greatest(draft, sums)
    probabilities = _probabilities(draft, model, table, sums)
    return {
        "predict": answers.labelled(draft, label, model.classes_, RELATIVE),
        **answers.of_probabilities(draft, model, probabilities),
        "decision_function": Output(sums, array=not is_binary, tolerance=RELATIVE),
    }


def _probabilities(
    draft: Draft, model: Any, table: Table, sums: tuple[int, ...]
) -> tuple[int, ...]:
    """By the rules of LogisticRegression.predict_proba."""
    count = len(sums)
    if not _is_softmax(model):
        each = draft.add("link", sums, count, function="sigmoid")
        if count == 1:
            return draft.add("link", each, 2, function="binary")
        return draft.add("link", each, count, function="normalise")
    if count == 1:
        sums = (*_sums(draft, model, table, -1.0), *sums)
    return draft.add("link", sums, len(sums), function="softmax")


def _is_softmax(model: Any) -> bool:
    """Whether the probabilities are a softmax; else a sigmoid for each class, normalised.

    Until 1.7 that was chosen by ``multi_class``; now it follows from the number of classes.
    """
    chosen = model.get_params(deep=False).get("multi_class")
    several = len(model.classes_) > 2
    if chosen is None:
        return several
    if chosen in {"auto", "deprecated"}:
        return several and model.solver != "liblinear"
    return bool(chosen == "multinomial")


def _sums(draft: Draft, model: Any, table: Table, sign: float) -> tuple[int, ...]:
    coefficients = np.atleast_2d(np.asarray(model.coef_))
    if coefficients.shape[1] != len(table.columns):
        raise draft.cannot(
            f"it has {coefficients.shape[1]} coefficients for {len(table.columns)} features"
        )
    if sign > 0:
        draft.refuse(table, nan=True)
    if coefficients.dtype != np.float64:
        draft.widens = False
    outputs = len(coefficients)
    intercept = np.broadcast_to(doubles(model.intercept_), (outputs,))
    return draft.add(
        "linear",
        table.columns,
        outputs,
        coefficients=doubles(coefficients) * sign,
        intercept=np.asarray(intercept * sign),
    )
