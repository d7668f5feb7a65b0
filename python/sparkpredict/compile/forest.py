# SPDX-License-Identifier: Apache-2.0
"""Packs trees, as libraries keep them, into the arrays of a forest. See docs/model-plan.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MISSING_LEFT = 1
ZERO_IS_MISSING = 2
LEAF = -1


@dataclass(frozen=True)
class Tree:
    """One tree, one entry for each node and leaf; the first is the root.

    Attributes:
        left: the place of the left child; LEAF for a leaf.
        right: that of the right child.
        feature: what a node tests; anything for a leaf.
        threshold: likewise, float64: left if x <= threshold.
        flags: of MISSING_LEFT and ZERO_IS_MISSING.
        value: what a leaf gives, (entries,) or (entries, outputs).
        sets: for nodes that test a set, place to words of 32 bits.
    """

    left: Any
    right: Any
    feature: Any
    threshold: Any
    flags: Any
    value: Any
    sets: dict[int, Any] | None = None


class Forest:
    """Collects trees, in the order in which their leaves are added up."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Any]] = {name: [] for name in _DTYPES}
        self._nodes = [0]
        self._leaves = [0]
        self._sets: dict[bytes, int] = {}
        self._words: list[Any] = []

    def __len__(self) -> int:
        return len(self._nodes) - 1

    def add(self, tree: Tree) -> None:
        """Adds one tree."""
        order = _order(np.asarray(tree.left), np.asarray(tree.right))
        left, right = np.asarray(tree.left)[order], np.asarray(tree.right)[order]
        is_leaf = left == LEAF
        place = np.where(is_leaf, ~(np.cumsum(is_leaf) - 1), np.cumsum(~is_leaf) - 1)
        packed = np.zeros(len(tree.left), dtype=np.int64)
        packed[order] = place
        inner = order[~is_leaf]
        self._parts["left"].append(packed[left[~is_leaf]])
        self._parts["right"].append(packed[right[~is_leaf]])
        self._parts["feature"].append(np.asarray(tree.feature)[inner])
        sets = self._numbered(tree.sets or {}, inner)
        self._parts["set"].append(sets)
        threshold = np.asarray(tree.threshold, dtype=np.float64)[inner]
        self._parts["threshold"].append(np.where(sets >= 0, 0.0, threshold))
        self._parts["flags"].append(np.asarray(tree.flags)[inner])
        self._parts["leaf"].append(np.asarray(tree.value)[order[is_leaf]].reshape(-1))
        self._nodes.append(self._nodes[-1] + len(inner))
        self._leaves.append(self._leaves[-1] + int(is_leaf.sum()))

    def fields(self, leaf: str = "f8") -> dict[str, Any]:
        """The arrays of the step.

        Args:
            leaf: the width that leaves are kept in.
        """
        made = {
            name: np.concatenate([np.zeros(0, dtype), *self._parts[name]]).astype(dtype)
            for name, dtype in {**_DTYPES, "leaf": np.dtype(leaf)}.items()
        }
        made["tree_nodes"] = np.asarray(self._nodes, dtype=np.uint32)
        made["tree_leaves"] = np.asarray(self._leaves, dtype=np.uint32)
        if not self._words:
            del made["set"]
            return made
        made["set_starts"] = np.cumsum([0, *map(len, self._words)]).astype(np.uint32)
        made["set_words"] = np.concatenate(self._words).astype(np.uint32)
        return made

    def _numbered(self, sets: dict[int, Any], inner: Any) -> Any:
        """The number of the set that each node tests; equal sets have one number."""
        numbers = np.full(len(inner), -1, dtype=np.int32)
        at = {int(node): place for place, node in enumerate(inner)} if sets else {}
        for node, words in sets.items():
            key = np.asarray(words, dtype=np.uint32).tobytes()
            if key not in self._sets:
                self._sets[key] = len(self._words)
                self._words.append(np.asarray(words, dtype=np.uint32))
            numbers[at[node]] = self._sets[key]
        return numbers


_DTYPES: dict[str, Any] = {
    "feature": np.int32,
    "threshold": np.float64,
    "left": np.int32,
    "right": np.int32,
    "flags": np.uint8,
    "set": np.int32,
    "leaf": np.float64,
}


def _order(left: Any, right: Any) -> Any:
    """The entries that belong to the tree, children after parents.

    Mostly as they are; XGBoost leaves gaps where it has pruned, and may fill them again.
    """
    places = np.arange(len(left))
    inner = left != LEAF
    children = np.concatenate([left[inner], right[inner]])
    parents = np.concatenate([places[inner], places[inner]])
    if len(children) == len(left) - 1 and (children > parents).all():
        return places
    level, levels = np.zeros(1, dtype=np.int64), []
    while len(level):
        levels.append(level)
        inside = level[left[level] != LEAF]
        level = np.column_stack([left[inside], right[inside]]).reshape(-1)
    return np.concatenate(levels)
