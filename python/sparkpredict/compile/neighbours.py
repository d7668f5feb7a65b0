# SPDX-License-Identifier: Apache-2.0
"""Rows that come to a node of a tree with a value on its threshold, right beside it, or missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.origins import Coded, Line, Origin

if TYPE_CHECKING:
    from sparkpredict.compile.domains import Domain

_AT_ONCE = 512
_SINGLE, _DOUBLE, _SCALED = 6, 3, 5


@dataclass(frozen=True)
class Chosen:
    """Nodes of one tree of a forest.

    Attributes:
        tree: its place.
        nodes: theirs, from the tree's first.
    """

    tree: int
    nodes: Any


def chosen(fields: dict[str, Any], most: int, random: np.random.Generator) -> Iterator[Chosen]:
    """Nodes of all trees alike, and of all features of a tree alike.

    Args:
        fields: of the forest.
        most: how many nodes about, of all trees together.
        random: draws among equals.
    """
    sizes = np.diff(fields["tree_nodes"].astype(np.int64))
    share = _share(sizes, most)
    for tree in np.flatnonzero(sizes):
        start = int(fields["tree_nodes"][tree])
        features = fields["feature"][start : start + sizes[tree]]
        shuffled = random.permutation(sizes[tree])
        by_feature = shuffled[np.argsort(features[shuffled], kind="stable")]
        of = features[by_feature]
        turn = np.arange(len(of)) - np.searchsorted(of, of)  # the n-th node of its feature
        order = by_feature[np.argsort(turn, kind="stable")]
        for first in range(0, share[tree], _AT_ONCE):
            yield Chosen(int(tree), order[first : min(first + _AT_ONCE, share[tree])])


def _share(sizes: Any, most: int) -> Any:
    """How many nodes of each tree: the same number, or all; what is left is spread evenly."""
    low, high = 0, int(sizes.max(initial=0))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if np.minimum(sizes, middle).sum() <= most else (low, middle - 1)
    share = np.minimum(sizes, low)
    more = np.flatnonzero(sizes > low)
    left = min(max(0, most - int(share.sum())), len(more))
    share[more[np.linspace(0, len(more), left, endpoint=False).astype(int)]] += 1
    return share


def rows(
    fields: dict[str, Any],
    found: Chosen,
    given: list[Origin | None],
    domains: list[Domain],
    base: Any,
) -> tuple[Any, Any]:
    """For each chosen node rows that come to it.

    Args:
        fields: of the forest.
        found: the nodes.
        given: where the forest's columns come from.
        domains: of the inputs.
        base: a row for each node: what the rest of its rows is.

    Returns:
        Rows with each number on and beside the node's threshold; and one row without a number.
    """
    made = base.copy()
    low, high = _intervals(fields, found, len(given))
    for place in np.flatnonzero((low > -np.inf).any(axis=0) | (high < np.inf).any(axis=0)):
        origin = given[place]
        bounded = np.isfinite(low[:, place]) | np.isfinite(high[:, place])
        if bounded.any() and origin is not None:
            _move_inside(made, origin, domains, bounded, low[:, place], high[:, place])
        if isinstance(origin, Line):  # no number is above infinity: right of it is what is missing
            made[np.isposinf(low[:, place]), origin.input] = np.nan
    beside = _beside(fields, found, given, domains, made)
    return beside, _without(fields, found, given, domains, made)


def _intervals(fields: dict[str, Any], found: Chosen, features: int) -> tuple[Any, Any]:
    """Where each feature must be for a row to come to each node: low < x <= high."""
    start, end = (int(at) for at in fields["tree_nodes"][found.tree : found.tree + 2])
    left, right = fields["left"][start:end], fields["right"][start:end]
    parent = np.full(end - start, -1)
    for children in (left, right):
        parent[children[children >= 0]] = np.flatnonzero(children >= 0)
    low = np.full((len(found.nodes), features), -np.inf)
    high = np.full((len(found.nodes), features), np.inf)
    rows, nodes = np.arange(len(found.nodes)), np.asarray(found.nodes)
    while True:
        above = parent[nodes]
        rows, nodes, above = rows[above >= 0], nodes[above >= 0], above[above >= 0]
        if not len(rows):
            return low, high
        feature, threshold = fields["feature"][start + above], fields["threshold"][start + above]
        plain = _tests_numbers(fields, start + above)
        to_left = (left[above] == nodes) & plain
        to_right = (left[above] != nodes) & plain
        at = (rows[to_left], feature[to_left])
        high[at] = np.minimum(high[at], threshold[to_left])
        at = (rows[to_right], feature[to_right])
        low[at] = np.maximum(low[at], threshold[to_right])
        nodes = above


def _tests_numbers(fields: dict[str, Any], nodes: Any) -> Any:
    return fields["set"][nodes] < 0 if "set" in fields else np.ones(len(nodes), dtype=bool)


def _move_inside(
    made: Any, origin: Origin, domains: list[Domain], bounded: Any, low: Any, high: Any
) -> None:
    """Moves an input to where its column lies inside its interval."""
    if isinstance(origin, Coded):
        inside = (origin.values > low[:, np.newaxis]) & (origin.values <= high[:, np.newaxis])
        movable = bounded & inside.any(axis=1)
        category = inside.argmax(axis=1)
        made[movable, origin.input] = _places(origin, domains)[category[movable]]
        return
    with np.errstate(all="ignore"):
        middle = low / 2 + high / 2
        above, below = (end + side * (1 + np.abs(end)) for end, side in ((low, 1), (high, -1)))
        beside = np.where(np.isfinite(high), below, above)
        target = origin.back(np.where(np.isfinite(middle), middle, beside))
        value = domains[origin.input].fitting(made[:, origin.input])
        current = (value - origin.shift) / origin.slope
    inside = (current > low) & (current <= high)
    moved = bounded & ~inside & np.isfinite(target)
    made[moved, origin.input] = target[moved]


def _places(origin: Coded, domains: list[Domain]) -> Any:
    """Categories as the numbers that stand for them in a matrix of rows."""
    domain = domains[origin.input]
    if domain.is_text:
        return np.asarray([domain.places[category] for category in origin.categories])
    return np.asarray(origin.categories, dtype=np.float64)


def _beside(
    fields: dict[str, Any],
    found: Chosen,
    given: list[Origin | None],
    domains: list[Domain],
    made: Any,
) -> Any:
    start = int(fields["tree_nodes"][found.tree])
    features = fields["feature"][start + found.nodes]
    thresholds = fields["threshold"][start + found.nodes]
    numbers = _tests_numbers(fields, start + found.nodes) & np.isfinite(thresholds)
    parts = [made[:0]]
    for place in np.unique(features[numbers]):
        origin = given[place]
        if not isinstance(origin, Line):
            continue
        nodes = np.flatnonzero((features == place) & numbers)
        values = near(thresholds[nodes], origin, domains[origin.input])
        tried = np.repeat(made[nodes], values.shape[1], axis=0)
        tried[:, origin.input] = values.reshape(-1)
        parts.append(tried[np.isfinite(tried[:, origin.input])])
    return np.concatenate(parts)


def _without(
    fields: dict[str, Any],
    found: Chosen,
    given: list[Origin | None],
    domains: list[Domain],
    made: Any,
) -> Any:
    features = fields["feature"][int(fields["tree_nodes"][found.tree]) + found.nodes]
    gone = made.copy()
    for node, feature in enumerate(features):
        origin = given[feature]
        if origin is not None:
            gone[node, origin.input] = -1.0 if domains[origin.input].is_text else np.nan
    return gone


def near(thresholds: Any, origin: Line, domain: Domain) -> Any:
    """Inputs on a threshold and on both sides of it, as close as the input's type allows."""
    with np.errstate(all="ignore"):
        middle = origin.back(thresholds)
        if domain.numbers:  # an encoder may refuse all others
            known = np.unique(domain.numbers)
            after = np.searchsorted(known, middle, side="right")
            ends = (np.clip(after - 1, 0, None), np.clip(after, None, len(known) - 1))
            beside = [known[end] for end in ends]
        elif domain.type in {"byte", "short", "integer", "long"}:
            floor = np.floor(middle)
            beside = [floor - 1, floor, floor + 1, floor + 2]
        elif not origin.is_same:
            up, down = np.nextafter(middle, np.inf), np.nextafter(middle, -np.inf)
            further = np.abs(middle) * 2e-15 + 1e-300
            beside = [middle, up, down, middle + further, middle - further]
        else:
            beside = [middle, np.nextafter(middle, np.inf), np.nextafter(middle, -np.inf)]
            if origin.narrow or domain.type == "float":
                single = middle.astype(np.float32)
                up = np.nextafter(single, np.float32(np.inf))
                down = np.nextafter(single, np.float32(-np.inf))
                beside += [single.astype(float), up.astype(float), down.astype(float)]
    return np.column_stack(beside)


def width(given: list[Origin | None]) -> int:
    """About how many rows a node takes."""
    lines = [origin for origin in given if isinstance(origin, Line)]
    if any(line.narrow for line in lines):
        return _SINGLE
    return _DOUBLE if all(line.is_same for line in lines) else _SCALED
