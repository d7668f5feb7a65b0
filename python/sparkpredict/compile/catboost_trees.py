# SPDX-License-Identifier: Apache-2.0
"""CatBoost's trees, as its JSON has them, by node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft
from sparkpredict.compile.forest import LEAF, MISSING_LEFT, Tree

_NUMBER, _CATEGORY = "FloatFeature", "OneHotFeature"


@dataclass(frozen=True)
class Tests:
    """What nodes can test.

    Attributes:
        numbers: of each feature of numbers its column, and whether a missing value goes left.
        hashes: of each feature of categories and hash of one the column that is 1 for it.
    """

    numbers: dict[int, tuple[int, bool]]
    hashes: dict[tuple[int, int], int]


def oblivious(draft: Draft, told: dict[str, Any], tests: Tests, out: int) -> Tree:
    """A tree whose nodes of one level have the same test.

    Args:
        draft: for reasons.
        told: splits, of which the first decides the lowest bit of a leaf's number, and leaves.
        tests: what a node can test.
        out: how many numbers a leaf has.

    Raises:
        CannotCompile: a split is neither one of numbers nor of a category.
    """
    splits = [_tested(draft, split, tests) for split in told["splits"][::-1]]
    inner = 2 ** len(splits) - 1
    leaves = np.asarray(told["leaf_values"], dtype=np.float64).reshape(inner + 1, out)
    level = np.repeat(np.arange(len(splits)), [2**at for at in range(len(splits))])
    made = np.asarray(splits, dtype=np.float64).reshape(-1, 3)[level]
    return _tree(made, 2 * np.arange(inner) + 1, 2 * np.arange(inner) + 2, leaves)


def with_shape(draft: Draft, told: dict[str, Any], tests: Tests, out: int) -> Tree:
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
        nodes.append(_tested(draft, node["split"], tests))
        places.append([0, 0])
    made = np.asarray(nodes, dtype=np.float64).reshape(-1, 3)
    children = np.asarray(places, dtype=np.int64).reshape(-1, 2)
    children = np.where(children < 0, len(nodes) + ~children, children)
    return _tree(made, children[:, 0], children[:, 1], np.asarray(leaves))


def _tested(draft: Draft, split: dict[str, Any], tests: Tests) -> tuple[Any, ...]:
    """The column, the border that goes left, and whether a missing value does."""
    if split["split_type"] == _NUMBER:
        column, left = tests.numbers[split["float_feature_index"]]
        return column, np.float32(split["border"]), left * MISSING_LEFT
    if split["split_type"] == _CATEGORY:
        return tests.hashes[split["cat_feature_index"], split["value"]], 0.5, MISSING_LEFT
    raise draft.cannot(f"a split is a {split['split_type']}")


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
