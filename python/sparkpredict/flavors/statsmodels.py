# SPDX-License-Identifier: Apache-2.0
"""Fitted models of statsmodels.

Source: https://www.statsmodels.org/stable/endog_exog.html, and ``model_formulas``.
"""

from __future__ import annotations

from typing import Any


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The names of what it was fitted with; a formula names columns in a way of its own."""
    described = getattr(model, "model", None)
    if getattr(described, "formula", None) is not None:
        return None, None
    names = tuple(str(name) for name in getattr(described, "exog_names", None) or ())
    return names or None, len(names) or None


def takes_nan(model: Any) -> bool | None:
    """Only a trial can tell."""
    del model
    return None
