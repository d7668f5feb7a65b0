# SPDX-License-Identifier: Apache-2.0
"""From array columns to tensors of the shapes that a signature states.

A row of a tensor comes as nested arrays of its shape, or flat in C order.
Source: https://mlflow.org/docs/latest/ml/model/signatures, tensor-based signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def tensors(choice: dict[str, Any], columns: Sequence[Any]) -> Any:
    """One array, or a dict of arrays by name.

    Args:
        choice: names, and for each its shape without the batch and its element type.
        columns: Series of one length in the order of the names.

    Raises:
        ValueError: a row is of another shape, or a value does not fit the element type.
    """
    made = {
        name: tensor(column, tuple(shape), dtype)
        for name, shape, dtype, column in zip(
            choice["names"], choice["shapes"], choice["dtypes"], columns
        )
    }
    return made if choice["named"] else next(iter(made.values()))


def tensor(column: Any, shape: tuple[int, ...], dtype: str) -> Any:
    r"""The rows of a column as an array of shape (rows, \\*shape)."""
    rows = column.to_numpy()
    if not shape:
        return _typed(rows, dtype)
    if rows.dtype != object:
        raise ValueError(f"a single value where a tensor of shape {shape} is expected")
    shaped = [_shaped(row, shape) for row in rows]
    if len({row.shape for row in shaped}) > 1:
        raise ValueError("the rows of one batch have tensors of different shapes")
    return _typed(np.stack(shaped), dtype)


def _shaped(row: Any, shape: tuple[int, ...]) -> Any:
    if row is None:
        raise ValueError("NULL where a tensor is expected")
    values = _dense(row)
    nested = values.ndim == len(shape) and all(
        size in {-1, found} for size, found in zip(shape, values.shape)
    )
    if nested:
        return values
    if values.ndim != 1 or values.size == 0 or values.size % _known(shape):
        raise ValueError(f"values of shape {values.shape} where {shape} is expected")
    return values.reshape(shape)


def _known(shape: tuple[int, ...]) -> int:
    """How many values the sizes that are stated make; the size of the whole is a multiple."""
    known = [size for size in shape if size != -1]
    return int(np.prod(known)) if known else 1


def _dense(row: Any) -> Any:
    """Nested arrays come from Arrow as arrays of arrays."""
    values = np.asarray(row)
    if values.dtype == object and len(values) and isinstance(values[0], (list, np.ndarray)):
        return np.asarray([_dense(part) for part in values])
    return values


def _typed(values: Any, dtype: str) -> Any:
    """Another element type, if every value fits; floats are rounded to narrower ones."""
    if dtype == "str":
        return values.astype(object)
    wanted = np.dtype(dtype)
    if values.dtype == object and any(value is None for value in values.flat):
        if wanted.kind != "f":
            raise ValueError(f"NULL in a tensor of {dtype}")
        values = np.asarray([np.nan if v is None else v for v in values.flat]).reshape(values.shape)
    typed = values.astype(wanted)
    if wanted.kind in "iub" and not np.array_equal(typed, values):
        raise ValueError(f"a value that does not fit {dtype}")
    return typed
