# SPDX-License-Identifier: Apache-2.0
"""CatBoost's models.

Source: https://catboost.ai/docs/en/concepts/python-reference_catboost_attributes
"""

from __future__ import annotations

from typing import Any


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The names it was trained with; of a matrix these are the places of its columns."""
    names = tuple(str(name) for name in model.feature_names_)
    placeholders = tuple(str(at) for at in range(len(names)))
    return (None if names == placeholders else names), len(names)


def takes_nan(model: Any) -> bool | None:
    """A number may be missing unless it was told otherwise; of the rest a trial tells."""
    forbidden = model.get_all_params().get("nan_mode") == "Forbidden"
    numbers_only = not (model.get_cat_feature_indices() or model.get_text_feature_indices())
    return not forbidden if numbers_only else None
