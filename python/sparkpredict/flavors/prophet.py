# SPDX-License-Identifier: Apache-2.0
"""Forecasts of Prophet.

Source: https://facebook.github.io/prophet/docs/quick_start.html
"""

from __future__ import annotations

from typing import Any

DATE = "ds"


def inputs(model: Any) -> tuple[str, ...]:
    """A date, and what the model was told of: limits of its growth, regressors, conditions."""
    limits = (["cap"] if model.growth == "logistic" else []) + (
        ["floor"] if model.logistic_floor else []
    )
    conditions = [found["condition_name"] for found in model.seasonalities.values()]
    return (DATE, *limits, *model.extra_regressors, *dict.fromkeys(filter(None, conditions)))
