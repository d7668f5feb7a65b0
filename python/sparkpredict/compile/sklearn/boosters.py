# SPDX-License-Identifier: Apache-2.0
"""Boosted trees of other libraries at the end of a pipeline, which gives them a matrix."""

from __future__ import annotations

from typing import Any

from sparkpredict.compile import lightgbm as of_lightgbm
from sparkpredict.compile import xgboost as of_xgboost
from sparkpredict.compile.draft import Draft, Table
from sparkpredict.compile.plan import Output


def lightgbm(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """A wrapper of LightGBM; whole numbers may come to it as such, and it makes them float32."""
    draft.cut(table)
    if not set(table.columns).isdisjoint(draft.table.columns):
        draft.whole = False
    return of_lightgbm.outputs(draft, model, table)


def xgboost(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """A wrapper of XGBoost; it takes categories from a frame alone, and here a matrix comes."""
    draft.cut(table)
    if "c" in (model.get_booster().feature_types or []):
        raise draft.cannot("it splits categories, and stands in a pipeline")
    made = of_xgboost.outputs(draft, model, table)
    for output in made.values():
        draft.narrow(output.columns)
    return made
