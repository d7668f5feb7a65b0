# SPDX-License-Identifier: Apache-2.0
"""From what a batch is arranged as to the named inputs of a graph, of its types and ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from . import tensors


def by_input(names: Sequence[str], data: Any) -> list[Any]:
    """The values of each input: by name, else in the graph's order.

    Args:
        names: of the inputs.
        data: a frame, a dict by name, or an array for a single input.
    """
    if len(names) == 1:
        return [_together(data[names[0]] if _names(data, names) else data)]
    if isinstance(data, Mapping):
        return [data[name] for name in names]
    columns = data if set(names) <= set(data.columns) else data.set_axis(list(names), axis=1)
    return [_values(columns[name]) for name in names]


def fitted(values: Any, dtype: str, rank: int | None) -> Any:
    """Values of an element type and a rank, where they differ by a size of one at most.

    Raises:
        ValueError: a value does not fit the type.
    """
    made = tensors.typed(values, dtype)
    if made.ndim == 1 and rank == 2:
        return made.reshape(-1, 1)
    if made.ndim == 2 and made.shape[1] == 1 and rank == 1:
        return made.ravel()
    return made


def _names(data: Any, names: Sequence[str]) -> bool:
    return isinstance(data, Mapping) and names[0] in data


def _together(data: Any) -> Any:
    """All columns of a frame as one array; a lone column of arrays as their rows."""
    if isinstance(data, Mapping):  # one input, by a name of the signature's own
        (data,) = data.values()
    if not isinstance(data, pd.DataFrame):
        return data
    if data.shape[1] == 1:
        return _values(data.iloc[:, 0])
    return np.column_stack([column.to_numpy() for _, column in data.items()])


def _values(column: Any) -> Any:
    values = column.to_numpy()
    nested = values.dtype == object and len(values) and isinstance(values[0], (list, np.ndarray))
    return np.stack([np.asarray(row) for row in values]) if nested else values
