# SPDX-License-Identifier: Apache-2.0
"""What stands in a batch beside the model's inputs: flaws, the call's parameters, the guard."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import tensors


@dataclass(frozen=True)
class Batch:
    """The rows of one call.

    Attributes:
        inputs: the model's inputs: Series of one length, or one DataFrame.
        flaws: for each row why its arguments cannot be given to the model, and None where they
            can; None if there is no such row.
        params: the call's own inference parameters; None if it gives none.
        needed: which rows are to be scored, as an array of booleans; None if all are.
    """

    inputs: tuple[Any, ...]
    flaws: Any = None
    params: dict[str, Any] | None = None
    needed: Any = None

    @property
    def given(self) -> Any:
        """Which rows the model is given, as an array of booleans; None if all."""
        if self.flaws is None:
            return self.needed
        whole = pd.isna(self.flaws)
        return whole if self.needed is None else whole & self.needed


def split(choice: dict[str, Any], columns: tuple[Any, ...]) -> Batch:
    """Takes a batch's columns apart, which the JVM puts in this order; each of the last may lack.

    Args:
        choice: the layout and the names, as the driver settled them.
        columns: the model's inputs, then a column of texts (the flaws), one of bytes (the
            parameters as JSON, the same in every row) and one of booleans (the guard).
    """
    count = _inputs(choice, columns)
    flaws, params, needed = None, None, None
    for column in columns[count:]:
        if column.dtype == np.bool_:
            needed = _needed(column)
        elif isinstance(_first(column), (bytes, bytearray)):
            params = json.loads(bytes(_first(column)))
        else:
            flaws = _flaws(column)
    return Batch(columns[:count], needed_flaws(flaws, needed), params, needed)


def needed_flaws(flaws: Any, needed: Any) -> Any:
    """The flaws of needed rows; what is wrong with a row that nobody needs does not matter."""
    if flaws is None:
        return None
    found = flaws if needed is None else np.where(needed, flaws, None)
    return None if pd.isna(found).all() else found


def _inputs(choice: dict[str, Any], columns: tuple[Any, ...]) -> int:
    """How many of the columns are the model's."""
    if choice["layout"] == "frame":
        return 1
    if choice["layout"] == "matrix":
        return 1 if _holds_rows(columns[0]) else int(choice["count"])
    if choice["layout"] == "tensors" and tensors.may_come_as_numbers(choice):
        return 1 if _holds_rows(columns[0]) else int(choice["shapes"][0][0])
    return len(choice["names"])


def _holds_rows(column: Any) -> bool:
    """Whether a matrix comes as one column of arrays; if all are NULL, nothing else is known."""
    if column.dtype != object:
        return False
    first = _first(column)
    return first is None or isinstance(first, (list, tuple, np.ndarray))


def _needed(column: Any) -> Any:
    needed = column.to_numpy()
    return None if needed.all() else needed


def _flaws(column: Any) -> Any:
    missing = column.isna().to_numpy()
    return None if missing.all() else np.where(missing, None, column.to_numpy(dtype=object))


def _first(column: Any) -> Any:
    """The first value that is there."""
    present = column.notna().to_numpy()
    return column.iloc[int(present.argmax())] if present.any() else None
