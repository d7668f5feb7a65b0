# SPDX-License-Identifier: Apache-2.0
"""Which part of an exact carrier holds a model's answers without loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

# For what is declared and what the model answers: the part that takes it, and in which form.
# Decimals take the digits that Python writes, since Java's differ from one JDK to the next.
PARTS: dict[str, dict[str, tuple[str, str]]] = {
    "whole": {
        "long": ("long", "long"),
        "double": ("double", "whole"),
        "text": ("text", "whole text"),
    },
    "decimal": {
        "long": ("long", "long"),
        "double": ("text", "number text"),
        "text": ("text", "number text"),
    },
    "string": {
        "long": ("long", "long"),
        "double": ("double", "double"),
        "text": ("text", "string"),
    },
}
_LONG = np.iinfo(np.int64)


def kind_of(values: Any) -> str:
    """``long``, ``double`` or ``text``: the first of them that changes none of the values.

    Args:
        values: numpy array of any dtype and number of dimensions, also of lists or dicts.
    """
    flat = _flat(values)
    kind = flat.dtype.kind
    if kind in "ib":
        return "long"
    if kind == "u":
        return "text" if flat.size and flat.max() > _LONG.max else "long"
    if kind == "f":
        return "double"
    return _kind_of_objects(flat) if kind == "O" else "text"


def objects(items: list[Any]) -> Any:
    """An array of these items, also where they are lists of one length."""
    array = np.empty(len(items), dtype=object)
    for at, item in enumerate(items):
        array[at] = item
    return array


def holds_lists(values: Any) -> bool:
    """Whether the first item that is there is a list or an array."""
    return isinstance(_first(values), (list, tuple, np.ndarray))


def _kind_of_objects(flat: Any) -> str:
    present = [value for value in flat.ravel() if value is not None and value is not pd.NA]
    whole = [value for value in present if isinstance(value, (int, np.integer, np.bool_))]
    if present and len(whole) == len(present):
        return "long" if all(_LONG.min <= int(value) <= _LONG.max for value in whole) else "text"
    floating = sum(isinstance(value, (float, np.floating)) for value in present)
    if present and floating + len(whole) == len(present):
        return "double" if all(_is_double(int(value)) for value in whole) else "text"
    return "text"


def _is_double(whole: int) -> bool:
    return abs(whole) <= _LONG.max and int(float(whole)) == whole


def _flat(values: Any) -> Any:
    while values.dtype == object:
        if holds_lists(values):
            values = objects([item for row in values if row is not None for item in row])
        elif isinstance(_first(values), Mapping):
            values = objects([item for row in values if row is not None for item in row.values()])
        else:
            break
    return values


def _first(values: Any) -> Any:
    return next((value for value in values if value is not None), None)
