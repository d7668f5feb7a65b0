# SPDX-License-Identifier: Apache-2.0
"""LightGBM boosters and their scikit-learn wrappers."""

from __future__ import annotations

from typing import Any


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The names a booster was trained with; ``Column_0``, ... are its own placeholders."""
    booster = getattr(model, "booster_", model)
    names = tuple(str(name) for name in booster.feature_name())
    placeholders = tuple(f"Column_{at}" for at in range(len(names)))
    return (None if names == placeholders else names), int(booster.num_feature())
