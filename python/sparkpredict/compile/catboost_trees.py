# SPDX-License-Identifier: Apache-2.0
"""CatBoost's trees, as its JSON has them, by node."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft
from sparkpredict.compile.forest import LEAF, MISSING_LEFT, Tree

_NUMBER = "FloatFeature"


def oblivious(draft: Draft, told: dict[str, Any], features: dict[int, Any], out: int) -> Tree:
    """A tree whose nodes of one level have the same test.

    Args:
        draft: for reasons.
        told: splits, of which the first decides the lowest bit of a leaf's number, and leaves.
        features: of numbers, by their index.
        out: how many numbers a leaf has.

    Raises:
        CannotCompile: a split is not one of numbers.
    """
    splits = [_tested(draft, split, features) for split in told["splits"][::-1]]
    inner = 2 ** len(splits) - 1
    leaves = np.asarray(told["leaf_values"], dtype=np.float64).reshape(inner + 1, out)
    level = np.repeat(np.arange(len(splits)), [2**at for at in range(len(splits))])
    tests = np.asarray(splits, dtype=np.float64).reshape(-1, 3)[level]
    return _tree(tests, 2 * np.arange(inner) + 1, 2 * np.arange(inner) + 2, leaves)


def with_shape(draft: Draft, told: dict[str, Any], features: dict[int, Any], out: int) -> Tree:
    """A tree of any shape, told as a node in a node; likewise."""
    nodes: list[tuple[Any, ...]] = []
    leaves: list[Any] = []
    waiting = [(told, -1, 0)]
    places: list[list[int]] = []  # of each node its children: of leaves the complements
    while waiting:
        node, parent, side = waiting.pop()
        is_leaf = "split" not in node
        if parent >= 0:
            places[parent][side] = ~len(leaves) if is_leaf else len(nodes)
        if is_leaf:
            leaves.append(np.asarray(node["value"], dtype=np.float64).reshape(out))
            continue
        waiting += [(node["right"], len(nodes), 1), (node["left"], len(nodes), 0)]
        nodes.append(_tested(draft, node["split"], features))
        places.append([0, 0])
    tests = np.asarray(nodes, dtype=np.float64).reshape(-1, 3)
    children = np.asarray(places, dtype=np.int64).reshape(-1, 2)
    children = np.where(children < 0, len(nodes) + ~children, children)
    return _tree(tests, children[:, 0], children[:, 1], np.asarray(leaves))


def _tested(draft: Draft, split: dict[str, Any], features: dict[int, Any]) -> tuple[Any, ...]:
    """The feature, the border that goes left, and whether a missing value does."""
    if split["split_type"] != _NUMBER:
        raise draft.cannot(f"a split is a {split['split_type']}")
    feature = features[split["float_feature_index"]]
    left = feature["nan_value_treatment"] != "AsTrue"
    return feature["flat_feature_index"], np.float32(split["border"]), left * MISSING_LEFT


def _tree(tests: Any, left: Any, right: Any, leaves: Any) -> Tree:
    """Of nodes, and leaves behind them."""
    ends, inner = np.full(len(leaves), LEAF), len(tests)
    return Tree(
        left=np.concatenate([left, ends]).astype(np.int64),
        right=np.concatenate([right, ends]).astype(np.int64),
        feature=np.concatenate([tests[:, 0], ends]).astype(np.int64),
        threshold=np.concatenate([tests[:, 1], np.zeros(len(leaves))]),
        flags=np.concatenate([tests[:, 2], np.zeros(len(leaves))]).astype(np.uint8),
        value=np.concatenate([np.zeros((inner, leaves.shape[1])), leaves]),
    )
