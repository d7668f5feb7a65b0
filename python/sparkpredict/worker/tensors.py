# SPDX-License-Identifier: Apache-2.0
"""From columns to tensors of the shapes that a signature states.

A row of a tensor comes as nested arrays of its shape, or flat in C order; a lone tensor of k
numbers for each row may come as k columns.
Source: https://mlflow.org/docs/latest/ml/model/signatures, tensor-based signatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def may_come_as_numbers(choice: dict[str, Any]) -> bool:
    """Whether it is one tensor of a known number of values for each row."""
    shapes = choice["shapes"]
    return len(shapes) == 1 and len(shapes[0]) == 1 and shapes[0][0] > 0


def tensors(choice: dict[str, Any], columns: Sequence[Any]) -> Any:
    """One array, or a dict of arrays by name.

    Args:
        choice: names, and for each its shape without the batch and its element type.
        columns: Series of one length in the order of the names, or one for each number of a row.

    Raises:
        ValueError: a row is of another shape, or a value does not fit the element type.
    """
    known = zip(choice["names"], choice["shapes"], choice["dtypes"])
    if len(columns) > len(choice["names"]):
        name, _, dtype = next(known)
        made = {name: typed(np.column_stack([column.to_numpy() for column in columns]), dtype)}
    else:
        made = {
            name: tensor(column, tuple(shape), dtype)
            for (name, shape, dtype), column in zip(known, columns)
        }
    return made if choice["named"] else next(iter(made.values()))


def tensor(column: Any, shape: tuple[int, ...], dtype: str) -> Any:
    r"""The rows of a column as an array of shape (rows, \\*shape)."""
    rows = column.to_numpy()
    if not shape:
        return typed(rows, dtype)
    if rows.dtype != object:  # k numbers of which k is one
        return typed(rows.reshape(-1, 1), dtype)
    return typed(np.stack([_shaped(row, shape) for row in rows]), dtype)


def groups(choice: dict[str, Any], columns: Sequence[Any]) -> list[Any] | None:
    """The rows of a batch by the shapes of their tensors; None if these are all alike.

    A model takes tensors of one shape at a time, also where the signature leaves a size open.

    Returns:
        For each combination of shapes the places of its rows.
    """
    if choice["layout"] != "tensors":
        return None
    open_ones = [column for column, shape in zip(columns, choice["shapes"]) if -1 in shape]
    found: dict[Any, list[int]] = {}
    for at in range(len(columns[0]) if open_ones else 0):
        key = tuple(_lengths(column.iloc[at]) for column in open_ones)
        found.setdefault(key, []).append(at)
    return [np.asarray(rows) for rows in found.values()] if len(found) > 1 else None


def _lengths(row: Any) -> tuple[int, ...]:
    """How long an array is, its first element, and so on; nothing for what is no array."""
    lengths = []
    while isinstance(row, (list, np.ndarray)) and len(row):
        lengths.append(len(row))
        row = row[0]
    return tuple(lengths)


def typed(values: Any, dtype: str) -> Any:
    """Another element type, if every value fits; floats are rounded to narrower ones.

    Raises:
        ValueError: a value does not fit.
    """
    if dtype == "object":
        return values.astype(object)
    if values.dtype == object and any(value is None for value in values.flat):
        values = _without_none(values, dtype)
    if dtype == "str":
        return values.astype(str)
    wanted = np.dtype(dtype)
    if wanted == values.dtype:
        return values
    with np.errstate(over="ignore", invalid="ignore"):
        made = values.astype(wanted)
    if wanted.kind in "iub" and not np.array_equal(made, values):
        raise ValueError(f"a value that does not fit {dtype}")
    return made


def _without_none(values: Any, dtype: str) -> Any:
    if dtype == "str" or np.dtype(dtype).kind != "f":
        raise ValueError(f"NULL in a tensor of {dtype}")
    numbers = [np.nan if value is None else value for value in values.flat]
    return np.asarray(numbers, dtype=np.float64).reshape(values.shape)


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
