# SPDX-License-Identifier: Apache-2.0
"""The trees of scikit-learn's histogram-based boosting: doubles, missing values, categories."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.forest import LEAF, MISSING_LEFT, Forest, Tree
from sparkpredict.compile.sklearn import encoders


def sums(draft: Draft, model: Any, table: Table) -> tuple[int, ...]:
    """The raw predictions: the baseline, then the trees in order."""
    given = _preprocessed(draft, model, table)
    forest = Forest()
    for stage in model._predictors:  # noqa: SLF001 (the trees are nowhere else)
        for predictor in stage:
            forest.add(_tree(predictor))
    outputs = int(model.n_trees_per_iteration_)
    return draft.add(
        "forest",
        given.columns,
        outputs,
        **forest.fields(),
        target=np.tile(np.arange(outputs, dtype=np.int32), len(model._predictors)),  # noqa: SLF001
        sum="f8",
        base=doubles(model._baseline_prediction),  # noqa: SLF001
        base_at="first",
    )


def _tree(predictor: Any) -> Tree:
    nodes = predictor.nodes
    is_leaf = nodes["is_leaf"].astype(bool)
    categorical = np.flatnonzero(nodes["is_categorical"].astype(bool) & ~is_leaf)
    bitsets = predictor.raw_left_cat_bitsets
    return Tree(
        left=np.where(is_leaf, LEAF, nodes["left"].astype(np.int64)),
        right=np.where(is_leaf, LEAF, nodes["right"].astype(np.int64)),
        feature=nodes["feature_idx"],
        threshold=nodes["num_threshold"],
        flags=nodes["missing_go_to_left"].astype(np.uint8) * MISSING_LEFT,
        value=nodes["value"],
        sets={int(at): bitsets[nodes["bitset_idx"][at]] for at in categorical},
    )


def _preprocessed(draft: Draft, model: Any, table: Table) -> Table:
    """Categorical features as codes, before all others: how the trees number them."""
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix")
    draft.cut(table)
    if getattr(model, "is_categorical_", None) is None:
        return table
    columns = getattr(model, "_preprocessor", None)
    if columns is None:
        raise draft.cannot("it was fitted on categories by a scikit-learn before 1.4")
    is_categorical = np.asarray(model.is_categorical_)
    encoder = columns.named_transformers_["encoder"]
    coded = encoders.ordinal(draft, encoder, table.taken(np.flatnonzero(is_categorical)))
    numbers = table.taken(np.flatnonzero(~is_categorical))
    return Table(coded.columns + numbers.columns)
