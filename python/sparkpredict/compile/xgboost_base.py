# SPDX-License-Identifier: Apache-2.0
"""What XGBoost's sums start from: the margin of its base score, with the bits that it uses."""

from __future__ import annotations

from typing import Any

import numpy as np

_ROWS = 64
_ULPS = 2


def base_margin(booster: Any, base_score: str, trees: list[dict[str, Any]], targets: Any) -> Any:
    """The margins that give the booster's own answers after its first round; None if none does.

    What the objective makes of the base score differs between versions, and its logarithm is that
    of a C library, an ulp up or down. So likely margins are tried, and the booster is asked.

    Args:
        booster: the booster.
        base_score: as its JSON tells it: a number, or a list of them.
        trees: as its JSON tells them.
        targets: the output that each tree adds to.

    Returns:
        float32, one for each output.
    """
    data = _data(booster)
    margins = booster.predict(data, output_margin=True, iteration_range=(0, 1))
    margins = np.reshape(margins, (_ROWS, -1))
    leaves = booster.predict(data, pred_leaf=True, iteration_range=(0, 1))
    leaves = np.reshape(leaves, (_ROWS, -1)).astype(np.int64)
    outputs = margins.shape[1]
    scores = np.asarray(base_score.strip("[]").split(","), dtype=np.float32)
    found = np.zeros(outputs, dtype=np.float32)
    for output, score in enumerate(np.broadcast_to(scores, (outputs,))):
        added = [
            np.asarray(trees[at]["split_conditions"], dtype=np.float32)[leaves[:, at]]
            for at in range(leaves.shape[1])
            if targets[at] == output
        ]
        fitting = [m for m in _likely(score) if _sums_to(m, added, margins[:, output])]
        if not fitting:
            return None
        found[output] = fitting[0]
    return found


def _data(booster: Any) -> Any:
    """Rows that go many ways: numbers, and one of missing values."""
    from xgboost import DMatrix

    rows = np.random.default_rng(0).normal(size=(_ROWS, booster.num_features()))
    types = booster.feature_types
    categorical = [at for at, kind in enumerate(types or ()) if kind == "c"]
    rows[:, categorical] = np.nan
    rows[0] = np.nan
    names = booster.feature_names
    return DMatrix(rows, feature_names=names, feature_types=types, enable_categorical=True)


def _likely(score: Any) -> list[Any]:
    """The score itself, its logit and its logarithm, and the float32 beside them."""
    one = np.float32(1.0)
    with np.errstate(all="ignore"):
        odds = (one / score - one).astype(np.float64)
        middles = [score, np.float32(-np.log(odds)), np.float32(np.log(score.astype(np.float64)))]
    return [near for middle in middles if np.isfinite(middle) for near in _near(middle)]


def _near(middle: Any) -> list[Any]:
    found, up, down = [middle], middle, middle
    for _ in range(_ULPS):
        up = np.nextafter(up, np.float32(np.inf))
        down = np.nextafter(down, np.float32(-np.inf))
        found += [up, down]
    return found


def _sums_to(base: Any, added: list[Any], margins: Any) -> bool:
    total = np.full(_ROWS, base, dtype=np.float32)
    for leaves in added:
        total = total + leaves
    return bool(np.array_equal(total, margins))
