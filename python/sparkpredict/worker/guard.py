# SPDX-License-Identifier: Apache-2.0
"""Scores of some rows of a batch: picked out for the model, put together, back in their places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def picked(columns: tuple[Any, ...], given: Any) -> tuple[Any, ...]:
    """The rows that the model is given, counted from zero.

    Args:
        columns: Series of one length, or one DataFrame.
        given: an array of booleans, one for each row.
    """
    return tuple(column[given].reset_index(drop=True) for column in columns)


def joined(parts: list[Any]) -> Any:
    """The scores of parts of a batch as the scores of one, NULL and NaN as they were.

    Args:
        parts: Series, or DataFrames of the same columns, of one carrier and none of them empty.
    """
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], pd.DataFrame):
        names = parts[0].columns
        return pd.DataFrame({name: joined([part[name] for part in parts]) for name in names})
    if any(_is_floating(part) for part in parts):
        return _joined_floats(parts)
    return pd.concat(parts, ignore_index=True)


def _joined_floats(parts: list[Any]) -> Any:
    """Doubles; one part may be plain, one masked, and one without any value a column of None."""
    if len({part.dtype for part in parts}) == 1:
        return pd.concat(parts, ignore_index=True)
    numbers = [
        part.to_numpy(dtype=np.float64, na_value=np.nan)
        if _is_floating(part)
        else np.full(len(part), np.nan)
        for part in parts
    ]
    missing = [
        np.zeros(len(part), dtype=bool) if part.dtype == np.float64 else part.isna().to_numpy()
        for part in parts
    ]
    return pd.Series(pd.arrays.FloatingArray(np.concatenate(numbers), np.concatenate(missing)))


def _is_floating(part: Any) -> bool:
    return part.dtype in (np.float64, pd.Float64Dtype())


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
