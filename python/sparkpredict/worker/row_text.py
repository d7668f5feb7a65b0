# SPDX-License-Identifier: Apache-2.0
"""The values of one row for an error text: by name, bounded, and honest about what is left out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .number_leaves import is_absent

_MOST_VALUES = 20
_LONGEST_VALUE = 80
_LONGEST = 500


def row_text(choice: dict[str, Any], columns: tuple[Any, ...], at: int) -> str:
    """Such as ``a = 1.0, b = NULL and 3 more``.

    Args:
        choice: the layout and the names, as the driver settled them.
        columns: the model's inputs.
        at: which row, from zero.
    """
    return _text([(name, column.iloc[at]) for name, column in _named(choice, columns)])


def flawed_row_text(choice: dict[str, Any], columns: tuple[Any, ...], at: int, flaw: str) -> str:
    """The same for a row whose arguments do not fit, without what merely stands in for them.

    The flaw names the value that does not fit; what the column holds in its place, and zeros of
    whole numbers and false, which may stand in for a NULL, are no values of the query's.
    """
    values = []
    for name, column in _named(choice, columns):
        stands_in = column.dtype.kind in "iub" and not column.iloc[at]
        if not stands_in and not flaw.startswith((f"feature {name}:", f"feature {name} is ")):
            values.append((name, column.iloc[at]))
    return _text(values, left_out=len(_named(choice, columns)) - len(values))


def _named(choice: dict[str, Any], columns: tuple[Any, ...]) -> list[tuple[str, Any]]:
    if choice["layout"] == "frame":
        frame = columns[0]
        return [(str(name), frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
    names = choice["names"] if len(choice["names"]) == len(columns) else range(len(columns))
    return [(str(name), column) for name, column in zip(names, columns)]


def _text(values: list[tuple[str, Any]], left_out: int = 0) -> str:
    shown: list[str] = []
    length = 0
    for name, value in values[:_MOST_VALUES]:
        text = f"{_cut(name)} = {_cut(_value(value))}"
        length += len(text) + 2
        if length > _LONGEST:
            break
        shown.append(text)
    rest = len(values) - len(shown) + left_out
    return ", ".join(shown) + (f" and {rest} more" if rest and shown else "" if shown else "none")


def _value(value: Any) -> str:
    if is_absent(value):
        return "NULL"
    if isinstance(value, np.ndarray):
        more = f", ... {value.size} values" if value.size > 5 else ""
        return f"[{', '.join(_value(item) for item in value.ravel()[:5])}{more}]"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return repr(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."
