# SPDX-License-Identifier: Apache-2.0
"""XGBoost boosters and their scikit-learn wrappers."""

from __future__ import annotations

from typing import Any


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The names a booster was trained with, if any, and its number of features."""
    booster = model.get_booster() if hasattr(model, "get_booster") else model
    names = booster.feature_names
    return (tuple(str(name) for name in names) if names else None), int(booster.num_features())
