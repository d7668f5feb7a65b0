# SPDX-License-Identifier: Apache-2.0
"""Lists and dicts as they stand in a column: one for each row, of leaves of one kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .exact import objects
from .leaves import NotThatLeaf, listed
from .number_leaves import listed_rows


def lists(values: Any, leaf: str, depth: int, array: Callable[[Any], Any]) -> list[Any]:
    """Lists of the declared depth.

    Args:
        values: numpy array, one item or row for each row of the batch.
        leaf: see ``leaf_values``.
        depth: of the lists.
        array: makes a numpy array of a list.

    Raises:
        NotThatLeaf: it is nested otherwise, or holds something else.
    """
    if len(values) == 0:
        return []
    if depth == 0:
        return listed(values, leaf)
    if values.dtype != object and values.ndim != depth + 1:
        raise NotThatLeaf(f"values of shape {values.shape}")
    if depth == 1 and leaf in {"double", "whole"} and values.dtype.kind in "iubf":
        return listed_rows(values, leaf)
    return [
        None if row is None else lists(array(_row(row)), leaf, depth - 1, array) for row in values
    ]


def _row(row: Any) -> Any:
    if not isinstance(row, (list, tuple, np.ndarray)):
        raise NotThatLeaf(f"values such as {str(row)[:40]!r} where a list is declared")
    return row


def maps(rows: Any, leaf: str) -> list[Any]:
    """Dicts from text; all their values are converted at once, which is a tenth of the time.

    Raises:
        NotThatLeaf: a row is no dict, or holds something else.
    """
    for row in rows:
        if row is not None and not isinstance(row, Mapping):
            raise NotThatLeaf(f"a {type(row).__name__} for a row")
    flat = [item for row in rows if row is not None for item in row.values()]
    values = iter(listed(objects(flat), leaf))
    return [None if row is None else {str(key): next(values) for key in row} for row in rows]
