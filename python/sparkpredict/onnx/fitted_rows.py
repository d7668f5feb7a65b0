# SPDX-License-Identifier: Apache-2.0
"""Rows like those that a model was fitted with, of what it keeps of these.

Rows drawn from nowhere lie far from all that a model knows, where it answers the same to each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of neighbours, Gaussian processes, support vectors and clusters: rows, as the last step sees them.
_ROWS = ("_fit_X", "X_train_", "X_fit_", "support_vectors_", "cluster_centers_")
# Of scalers and others: for each column where it lies, and how wide.
_SPREADS = (("mean_", "scale_"), ("center_", "scale_"), ("data_min_", "data_range_"))


def rows(model: Any, width: int, count: int, random: Any) -> Any:
    """Rows of numbers; none where the model keeps nothing that tells.

    Args:
        model: a fitted estimator, or a pipeline of some.
        width: how many numbers a row has.
        count: how many rows at most.
        random: numpy's generator.
    """
    steps = [step for _, step in getattr(model, "steps", None) or ()] or [model]
    for step in steps:
        found = _of(step, width, count, random)
        if found is not None:
            return found
        if not _keeps_columns(step):
            break
    return np.empty((0, width))


def _of(step: Any, width: int, count: int, random: Any) -> Any:
    for inner in (step, *_inside(step)):
        for name in _ROWS:
            known = _matrix(getattr(inner, name, None), width)
            if known is not None:
                chosen = known[random.permutation(len(known))[:count]]
                return np.concatenate([chosen, _between(chosen, random)])[:count]
        for place, spread in _SPREADS:
            middle, size = (_vector(getattr(inner, one, None), width) for one in (place, spread))
            if middle is not None and size is not None:
                return middle + size * random.normal(size=(count, width))
    return None


def _between(known: Any, random: Any) -> Any:
    """Points on the way from one row to the next: those of the fit lie at their own distances."""
    share = random.random((len(known), 1))
    return known * share + np.roll(known, 1, axis=0) * (1 - share)


def _inside(step: Any) -> Iterator[Any]:
    found = (
        getattr(step, name, None) for name in ("best_estimator_", "estimator_", "base_estimator_")
    )
    return (one for one in found if one is not None)


def _keeps_columns(step: Any) -> bool:
    """Whether the next step sees the same columns."""
    return type(step).__name__ in {"SimpleImputer", "FunctionTransformer"}


def _matrix(values: Any, width: int) -> Any:
    return values if _is_of(values, 2) and values.shape[1] == width and len(values) else None


def _vector(values: Any, width: int) -> Any:
    return values if _is_of(values, 1) and len(values) == width else None


def _is_of(values: Any, dimensions: int) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.kind == "f" and values.ndim == dimensions
