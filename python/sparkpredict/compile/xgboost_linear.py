# SPDX-License-Identifier: Apache-2.0
"""XGBoost's booster=gblinear: sums of products in float32, in the order of the features.

Source: https://github.com/dmlc/xgboost, ``src/gbm/gblinear.cc``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sparkpredict.compile.draft import Draft, Table


def linear(draft: Draft, booster: Any, learner: dict[str, Any], given: Table) -> tuple[int, ...]:
    """The margins of a booster, one for each of its outputs; what is missing adds nothing."""
    starts = _of_nothing(booster)
    weights = np.asarray(learner["gradient_booster"]["model"]["weights"], dtype=np.float32)
    by_feature = weights.reshape(-1, len(starts))[: len(given.columns)]  # the last row are biases
    return draft.add(
        "linear32",
        given.columns,
        len(starts),
        coefficients=np.ascontiguousarray(by_feature.T).reshape(-1),
        intercept=starts,
    )


def _of_nothing(booster: Any) -> Any:
    """What it says of a row of missing values: biases and base scores, with their bits."""
    from xgboost import DMatrix

    row = np.full((1, booster.num_features()), np.nan, dtype=np.float32)
    names, types = booster.feature_names, booster.feature_types
    data = DMatrix(row, feature_names=names, feature_types=types)
    return np.ravel(booster.predict(data, output_margin=True)).astype(np.float32)
