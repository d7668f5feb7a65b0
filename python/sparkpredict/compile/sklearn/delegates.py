# SPDX-License-Identifier: Apache-2.0
"""Models that hand rows on to another, and make something of its answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn import functions
from sparkpredict.compile.sklearn.inside import Inside

SEARCHES = (
    *("GridSearchCV", "RandomizedSearchCV"),
    *("HalvingGridSearchCV", "HalvingRandomSearchCV"),
)


def search(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.model_selection.GridSearchCV and its kin: their best estimator, fitted again."""
    draft = inside.draft
    if not hasattr(model, "best_estimator_"):
        raise draft.cannot("it has no best estimator: refit is off")
    return inside.answer(model.best_estimator_, table, "best_estimator_")


def consensus(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.linear_model.RANSACRegressor."""
    output = inside.output(model.estimator_, table, "estimator_", "predict")
    return {"predict": output}


def self_training(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.semi_supervised.SelfTrainingClassifier."""
    return inside.answer(model.estimator_, table, "estimator_")


def frozen(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.frozen.FrozenEstimator."""
    return inside.answer(model.estimator, table, "estimator")


def transformed_target(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.compose.TransformedTargetRegressor: the inverse of what was done to the target."""
    draft = inside.draft
    inner = inside.output(model.regressor_, table, "regressor_", "predict")
    if draft.is_narrow(inner.columns):
        raise draft.cannot("its regressor answers in float32")
    made = _inverse(draft, model.transformer_, inner.columns)
    is_row = inner.array and not (model._training_dim == 1 and len(made) == 1)  # noqa: SLF001
    return {"predict": answers.numbers(draft, made, array=is_row)}


def _inverse(draft: Draft, transformer: Any, columns: tuple[int, ...]) -> tuple[int, ...]:
    name, n = type(transformer).__name__, len(columns)
    if not type(transformer).__module__.startswith("sklearn."):
        raise draft.cannot("its transformer is of a class of the user's own")
    if name == "FunctionTransformer":
        if transformer.validate:
            draft.refuse(Table(columns), nan=True)
        return functions.applied(draft, transformer.inverse_func, transformer.inv_kw_args, columns)
    draft.refuse(Table(columns), nan=False)
    if name == "StandardScaler":
        center = doubles(transformer.mean_) if transformer.with_mean else np.zeros(n)
        scale = doubles(transformer.scale_) if transformer.with_std else np.ones(n)
        return draft.add("affine", columns, n, scale=scale, offset=center)
    if name == "MinMaxScaler":
        center, scale = doubles(transformer.min_), doubles(transformer.scale_)
        return draft.add("scale", columns, n, center=center, scale=scale)
    raise draft.cannot(f"the inverse of a {name} is not compiled")


def fixed_threshold(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.model_selection.FixedThresholdClassifier."""
    draft = inside.draft
    part = getattr(model, "estimator_", model.estimator)
    method = model.response_method
    if method == "auto":
        method = "predict_proba" if hasattr(part, "predict_proba") else "decision_function"
    limit = model.threshold
    if isinstance(limit, str):
        limit = 0.5 if method == "predict_proba" else 0.0
    positive = 1
    if model.pos_label is not None:
        positive = int(np.flatnonzero(model.classes_ == model.pos_label)[0])
    return _by_threshold(
        draft, model, inside.answer(part, table, "estimator_"), method, positive, limit
    )


def tuned_threshold(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.model_selection.TunedThresholdClassifierCV."""
    draft = inside.draft
    scorer = model._curve_scorer  # noqa: SLF001 (predict asks it too)
    if scorer._get_pos_label() not in {None, model.classes_[1]}:  # noqa: SLF001
        raise draft.cannot("its positive label is not the second class")
    method = scorer._response_method  # noqa: SLF001
    if not isinstance(method, str):
        names = [name for name in method if hasattr(model.estimator_, name)]
        method = names[0]
    told = inside.answer(model.estimator_, table, "estimator_")
    return _by_threshold(draft, model, told, method, 1, model.best_threshold_)


def _by_threshold(
    draft: Draft, model: Any, told: dict[str, Output], method: str, positive: int, limit: float
) -> dict[str, Output]:
    if method not in told:
        raise draft.cannot(f"{method} of its estimator is not compiled")
    score = told[method].columns[-1]
    if positive == 0 and method == "predict_proba":
        score = told[method].columns[0]
    elif positive == 0:
        score = draft.add("affine", (score,), 1, scale=doubles([-1.0]), offset=doubles([0.0]))[0]
    if draft.is_narrow((score,)):
        raise draft.cannot("its estimator answers in float32")
    label = answers.above(draft, score, float(np.nextafter(limit, -np.inf)))
    classes = np.asarray(model.classes_)
    ordered = classes if positive == 1 else classes[::-1]
    return {**told, "predict": answers.labelled(draft, label, ordered)}
