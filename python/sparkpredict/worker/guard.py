# SPDX-License-Identifier: Apache-2.0
"""The rows of a batch that the query needs a score of; the others are not given to the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def split(choice: dict[str, Any], columns: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any]:
    """Takes the guard off a batch's columns, if there is one.

    Args:
        choice: the layout and the names, as the driver settled them.
        columns: the model's inputs, then for a guarded call one column of booleans.

    Returns:
        The inputs of the rows that are to be scored, and which rows these are as an array of
        booleans; the columns as they are and None where all rows are scored.
    """
    if not _is_guarded(choice, columns):
        return columns, None
    needed = columns[-1].to_numpy().astype(bool)
    inputs = columns[:-1]
    if needed.all():
        return inputs, None
    return tuple(column[needed].reset_index(drop=True) for column in inputs), needed


def _is_guarded(choice: dict[str, Any], columns: tuple[Any, ...]) -> bool:
    """Whether there is one column more than the layout has; a matrix never holds booleans."""
    if choice["layout"] == "matrix":
        return bool(columns[-1].dtype == np.bool_)
    return len(columns) > (1 if choice["layout"] == "frame" else len(choice["names"]))


def spread(scores: Any, needed: Any) -> Any:
    """The scores of the needed rows in their places, and NULL in the others.

    Args:
        scores: a Series, or a DataFrame for a struct, with one row for each needed one.
        needed: an array of booleans, one for each row of the batch.
    """
    if isinstance(scores, pd.DataFrame):
        return pd.DataFrame({name: spread(scores[name], needed) for name in scores.columns})
    if isinstance(scores.dtype, np.dtype) and scores.dtype.kind in "iubO":  # have no NULL
        values = np.full(len(needed), None, dtype=object)
        values[needed] = scores.to_numpy(dtype=object)
        return pd.Series(values, dtype=object)
    places = np.where(needed, np.cumsum(needed) - 1, -1)
    return pd.Series(scores.array.take(places, allow_fill=True))
