# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's transformers that leave features out."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.inside import Inside
from sparkpredict.compile.sklearn.takes import takes

CLASSES = (
    *("GenericUnivariateSelect", "SelectFdr", "SelectFpr", "SelectFwe"),
    *("SelectKBest", "SelectPercentile", "VarianceThreshold"),
    *("RFE", "RFECV", "SelectFromModel", "SequentialFeatureSelector"),
)


def selected(draft: Draft, part: Any, table: Table) -> Table:
    """The features that the fitted selector supports; it says itself what it lets in."""
    if getattr(part, "_sklearn_output_config", {}).get("transform", "default") != "default":
        raise draft.cannot("set_output changes what it lets in")
    if not table.sparse:
        numbers = Table(tuple(c for c in table.columns if draft.kind(c) != "text"))
        let_in = {
            value: takes(part.transform, value, len(table.columns)) for value in (np.nan, np.inf)
        }
        if not let_in[np.nan]:
            draft.refuse(numbers, nan=True, infinite=False)
        if not let_in[np.inf]:
            draft.refuse(numbers, nan=False)
    return table.taken(np.flatnonzero(part.get_support()))


def eliminated(model: Any, table: Table, inside: Inside) -> dict[str, Output]:
    """sklearn.feature_selection.RFE and RFECV as predictors: their estimator, of some features."""
    kept = selected(inside.draft, model, table)
    return inside.answer(model.estimator_, kept, "estimator_")
