# SPDX-License-Identifier: Apache-2.0
"""The rules that the arrays of a forest keep, docs/model-plan.md; and a forest's figures."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.container import Broken

_SETS = ("set", "set_starts", "set_words")
_FLAGS = 0b11


def check_forest(fields: dict[str, Any], features: int, outputs: int) -> None:
    """Checks the arrays of a forest.

    Args:
        fields: those of the step, of the right kinds.
        features: how many columns it reads.
        outputs: how many it appends.

    Raises:
        Broken: with the rule.
    """
    _check_sizes(fields, outputs)
    _check_values(fields, features)
    if any(name in fields for name in _SETS):
        _check_sets(fields)
    _check_shape(fields)
    _check_sums(fields, outputs)


def nodes_of_trees(fields: dict[str, Any]) -> Any:
    """The tree that each inner node is in."""
    counts = np.diff(fields["tree_nodes"].astype(np.int64))
    return np.repeat(np.arange(len(counts)), counts)


def _check_sizes(fields: dict[str, Any], outputs: int) -> None:
    nodes, leaves = fields["tree_nodes"], fields["tree_leaves"]
    width = 1 if "target" in fields else outputs
    if len(nodes) < 1 or len(nodes) != len(leaves):
        raise Broken("tree_nodes and tree_leaves do not tell the same number of trees")
    for name, starts in (("tree_nodes", nodes), ("tree_leaves", leaves)):
        if starts[0] != 0 or (np.diff(starts.astype(np.int64)) < 0).any():
            raise Broken(f"{name} does not start at 0, or goes down")
    for name in ("feature", "threshold", "left", "right", "flags", "set"):
        if name in fields and len(fields[name]) != nodes[-1]:
            raise Broken(f"{name} has {len(fields[name])} values for {nodes[-1]} nodes")
    if len(fields["leaf"]) != int(leaves[-1]) * width:
        raise Broken(f"leaf has {len(fields['leaf'])} values for {leaves[-1]} leaves of {width}")
    if "target" in fields and len(fields["target"]) != len(nodes) - 1:
        raise Broken(f"target has {len(fields['target'])} values for {len(nodes) - 1} trees")


def _check_values(fields: dict[str, Any], features: int) -> None:
    feature = fields["feature"]
    if len(feature) and not (feature.min() >= 0 and feature.max() < features):
        raise Broken(f"a node tests a feature that is none of the {features} columns")
    if np.isnan(fields["threshold"]).any():
        raise Broken("a threshold is NaN")
    if (fields["flags"] & ~np.uint8(_FLAGS)).any():
        raise Broken("a flag is unknown")


def _check_sets(fields: dict[str, Any]) -> None:
    if not all(name in fields for name in _SETS):
        raise Broken("set, set_starts and set_words come together")
    starts = fields["set_starts"].astype(np.int64)
    if len(starts) < 1 or starts[0] != 0 or (np.diff(starts) < 0).any():
        raise Broken("set_starts does not start at 0, or goes down")
    if starts[-1] != len(fields["set_words"]):
        raise Broken(f"set_words has {len(fields['set_words'])} words, not {starts[-1]}")
    if len(fields["set"]) and not (-1 <= fields["set"].min() < len(starts)):
        raise Broken("a node tests a set of a negative number")
    if len(fields["set"]) and fields["set"].max() >= len(starts) - 1:
        raise Broken(f"a node tests a set that is none of the {len(starts) - 1}")


def _check_shape(fields: dict[str, Any]) -> None:
    """Whether each tree is one: every node and leaf is reached once, and children come later."""
    nodes = fields["tree_nodes"].astype(np.int64)
    leaves = fields["tree_leaves"].astype(np.int64)
    inner, ends = np.diff(nodes), np.diff(leaves)
    if (ends != inner + 1).any():
        raise Broken("a tree has not one leaf more than it has inner nodes")
    tree = nodes_of_trees(fields)
    children = np.concatenate([fields["left"], fields["right"]]).astype(np.int64)
    parents = np.concatenate([np.arange(len(tree)), np.arange(len(tree))])
    trees = np.concatenate([tree, tree])
    below = children >= 0
    within = np.where(below, children < inner[trees], ~children < ends[trees])
    if not within.all():
        raise Broken("a child is none of its tree's nodes or leaves")
    nodes_below = children[below] + nodes[trees[below]]
    if (nodes_below <= parents[below]).any():
        raise Broken("a child comes before its parent")
    leaves_below = ~children[~below] + leaves[trees[~below]]
    if (np.bincount(nodes_below, minlength=len(tree)) > 1).any():
        raise Broken("a node has two parents")
    if (np.bincount(leaves_below, minlength=int(leaves[-1])) > 1).any():
        raise Broken("a leaf has two parents")


def _check_sums(fields: dict[str, Any], outputs: int) -> None:
    if fields["sum"] not in {"f8", "f4"}:
        raise Broken(f"sums in {fields['sum']!r}")
    if fields["base_at"] not in {"first", "last"}:
        raise Broken(f"base_at is {fields['base_at']!r}")
    target = fields.get("target")
    if target is not None and len(target) and not (target.min() >= 0 and target.max() < outputs):
        raise Broken(f"a tree adds to an output that is none of the {outputs}")
