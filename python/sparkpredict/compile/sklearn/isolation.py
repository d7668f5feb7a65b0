# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's isolation forest: how many tests it takes to set a row apart from others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sparkpredict.compile import answers
from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import Forest
from sparkpredict.compile.plan import Output
from sparkpredict.compile.sklearn.takes import takes
from sparkpredict.compile.sklearn.trees import structure


def forest(draft: Draft, model: Any, table: Table) -> dict[str, Output]:
    """sklearn.ensemble.IsolationForest. Its label is one of the depth, to the last bit."""
    trees, most = Forest(), 0.0
    lengths = zip(
        model._decision_path_lengths,  # noqa: SLF001 (the lengths are nowhere else)
        model._average_path_length_per_tree,  # noqa: SLF001
    )
    seen = zip(model.estimators_, model.estimators_features_, lengths)
    for part, features, (path, rest) in seen:
        depth = path + rest - 1.0
        tree = structure(part.tree_, depth)
        trees.add(replace(tree, feature=np.asarray(features)[np.maximum(tree.feature, 0)]))
        most += depth.max()
    depths = draft.add(
        "forest",
        _given(draft, model, table),
        1,
        **trees.fields(),
        target=np.zeros(len(model.estimators_), dtype=np.int32),
        sum="f8",
        base=np.zeros(1),
        base_at="first",
    )
    return _of_depths(draft, model, depths, most)


def _given(draft: Draft, model: Any, table: Table) -> tuple[int, ...]:
    draft.cut(table)
    made = Table(draft.add("cast32", table.columns, len(table.columns)))
    for value in (np.nan, np.inf):
        if not takes(model.score_samples, value, len(table.columns)):
            draft.refuse(made, nan=bool(np.isnan(value)), infinite=value == np.inf, dtype="float32")
    return made.columns


def _of_depths(draft: Draft, model: Any, depths: tuple[int, ...], most: float) -> dict[str, Output]:
    size = len(model.estimators_) * _path_length(model.max_samples_)
    if size == 0.0:
        raise draft.cannot("it was fitted on one row")
    above = _limit(model, size, most)
    label = answers.above(draft, depths[0], above)
    shares = draft.add("link", depths, 1, function="divide", divisor=doubles([size]))
    turned = draft.add("affine", shares, 1, scale=doubles([-1.0]), offset=doubles([0.0]))
    scores = draft.add("link", turned, 1, function="exp2")
    minus = doubles([-1.0])
    samples = draft.add("affine", scores, 1, scale=minus, offset=doubles([0.0]))
    decisions = draft.add("affine", scores, 1, scale=minus, offset=doubles([-model.offset_]))
    return {
        "predict": answers.labelled(draft, label, np.asarray([-1, 1])),
        "decision_function": answers.numbers(draft, decisions),
        "score_samples": answers.numbers(draft, samples),
    }


def _path_length(samples: int) -> float:
    # its own, whose last bits the label hangs on
    from sklearn.ensemble._iforest import _average_path_length

    return float(_average_path_length([samples])[0])


def _limit(model: Any, size: float, most: float) -> float:
    """The greatest depth that is still an outlier's: the decision grows with the depth."""

    def is_outlier(depth: int) -> bool:
        depths = np.asarray([depth]).view(np.float64)
        return bool(-(2 ** -(depths / size))[0] - model.offset_ < 0)

    low, high = (int(np.float64(end).view(np.int64)) for end in (0.0, most))
    if not is_outlier(low):
        return answers.BEFORE_ZERO
    while low < high:  # doubles of one sign are ordered as their bits are
        middle = low + (high - low + 1) // 2
        low, high = (middle, high) if is_outlier(middle) else (low, middle - 1)
    return float(np.int64(low).view(np.float64))
