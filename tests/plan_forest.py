# SPDX-License-Identifier: Apache-2.0
"""The step ``forest`` of docs/model-plan.md with numpy, node by node; see plan_numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

NEAR_ZERO = float(np.float32(1e-35))


def forest(fields, given, out, rows, flaws):
    """The sums of the leaves, one array for each of its columns."""
    dtype = {"f8": np.float64, "f4": np.float32}[fields["sum"]]
    trees = len(fields["tree_nodes"]) - 1
    target = fields.get("target")
    leaf = fields["leaf"].reshape(-1, 1 if target is not None else out).astype(dtype)
    base = fields["base"].astype(dtype)
    first = fields["base_at"] == "first"
    sums = np.zeros((out, rows), dtype) + (base[:, None] if first else dtype(0))
    sums = sums.astype(dtype)
    for tree in range(trees):
        values = leaf[_leaves(fields, tree, given, rows)]
        if target is not None:
            sums[target[tree]] = (sums[target[tree]] + values[:, 0]).astype(dtype)
        else:
            sums = (sums + values.T).astype(dtype)
    if not first:
        sums = (sums + base[:, None]).astype(dtype)
    if "divisor" in fields:
        sums = (sums / dtype(fields["divisor"][0])).astype(dtype)
    return list(sums.astype(np.float64))


def _leaves(fields: dict[str, Any], tree: int, given: list[Any], rows: int) -> Any:
    """The leaf of each row in one tree: all rows go down together, a level at a time."""
    start, end = fields["tree_nodes"][tree : tree + 2].astype(int)
    at = np.zeros(rows, dtype=np.int64) if end > start else np.full(rows, -1)
    matrix = np.asarray(given) if given else np.zeros((0, rows))
    while (at >= 0).any():
        walking = np.flatnonzero(at >= 0)
        nodes = start + at[walking]
        left = _goes_left(fields, nodes, matrix[fields["feature"][nodes], walking])
        at[walking] = np.where(left, fields["left"][nodes], fields["right"][nodes])
    return int(fields["tree_leaves"][tree]) + ~at


def _goes_left(fields: dict[str, Any], nodes: Any, x: Any) -> Any:
    flags = fields["flags"][nodes]
    missing = np.isnan(x) | (((flags & 2) != 0) & (np.abs(x) <= NEAR_ZERO))
    left = x <= fields["threshold"][nodes]
    if "set" in fields:
        tested = fields["set"][nodes]
        members = [s >= 0 and _member(fields, s, v) for s, v in zip(tested, x)]
        left = np.where(tested >= 0, members, left)
    return np.where(missing, (flags & 1) != 0, left)


def _member(fields: dict[str, Any], found: int, value: float) -> bool:
    start, end = (int(v) for v in fields["set_starts"][found : found + 2])
    if np.isnan(value) or np.isinf(value):
        return False
    whole = int(value)  # toward zero
    if whole < 0 or whole // 32 >= end - start:
        return False
    return bool(int(fields["set_words"][start + whole // 32]) >> (whole % 32) & 1)
