# SPDX-License-Identifier: Apache-2.0
"""XGBoost boosters and their scikit-learn wrappers."""

from __future__ import annotations

import math
from typing import Any

from sparkpredict.errors import ModelError


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The names a booster was trained with, if any, and its number of features."""
    booster = _booster(model)
    names = booster.feature_names
    return (tuple(str(name) for name in names) if names else None), int(booster.num_features())


def takes_nan(model: Any) -> bool | None:
    """NaN is a missing value, unless a wrapper was told that another number is.

    Source: https://xgboost.readthedocs.io/en/stable/faq.html, "How to deal with missing values".
    """
    missing = getattr(model, "missing", math.nan)
    return True if missing is None or math.isnan(missing) else None


def categories(model: Any) -> tuple[Any, ...] | None:
    """For each feature the categories that it was trained with; None where none has any.

    Source: https://xgboost.readthedocs.io/en/stable/tutorials/categorical.html: a model stores them
    since 3.1. Before, and where it was trained on codes, only the trainer knows what a code means.

    Raises:
        ModelError: PREDICT_CATEGORIES_UNKNOWN.
    """
    booster = _booster(model)
    types = booster.feature_types or []
    if "c" not in types:
        return None
    stored: list[Any] = [None] * len(types)
    if hasattr(booster, "get_categories"):
        stored = [values for _, values in booster.get_categories(export_to_arrow=True).to_arrow()]
    if any(kind == "c" and values is None for kind, values in zip(types, stored)):
        raise ModelError(
            "PREDICT_CATEGORIES_UNKNOWN",
            cause="XGBoost stores categories since 3.1, and only those of a data frame; this model "
            "holds nothing but their codes",
        )
    return tuple(tuple(v.to_pylist()) if v is not None else None for v in stored)


def _booster(model: Any) -> Any:
    return model.get_booster() if hasattr(model, "get_booster") else model
