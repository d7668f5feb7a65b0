# SPDX-License-Identifier: Apache-2.0
"""scikit-learn estimators and pipelines.

Source: https://scikit-learn.org/stable/glossary.html, ``feature_names_in_`` and ``n_features_in_``.
"""

from __future__ import annotations

from typing import Any


def inputs(model: Any) -> tuple[tuple[str, ...] | None, int | None]:
    """The feature names an estimator was fitted with, and how many features."""
    names = getattr(model, "feature_names_in_", None)
    count = getattr(model, "n_features_in_", None)
    return (
        tuple(str(name) for name in names) if names is not None else None,
        int(count) if count is not None else None,
    )
