# SPDX-License-Identifier: Apache-2.0
"""The model of these tests, computed by hand."""

from __future__ import annotations

from collections import defaultdict


def f(a, b):
    """The fixture ``regression``; with halves and small numbers every step is exact."""
    return 2 * a - b + 0.5


def scores(rows):
    """The score of each row."""
    return [f(row.a, row.b) for row in rows]


def by_k(rows, key=lambda row: row.k):
    """The rows of each group, by k or by another key."""
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)
