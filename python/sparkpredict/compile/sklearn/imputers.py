# SPDX-License-Identifier: Apache-2.0
"""sklearn.impute.SimpleImputer, of numbers and of texts, with its indicator."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.operations import NUMBER, TEXT
from sparkpredict.compile.sklearn.texts import null_text


def simple_imputer(draft: Draft, imputer: Any, table: Table) -> Table:
    """One column for each feature of which the training had a value, then the indicators."""
    if table.sparse:
        raise draft.cannot("it is given a sparse matrix")
    missing, statistics = imputer.missing_values, imputer.statistics_
    if not _is_nan(missing) and type(missing) not in {int, float, str}:
        raise draft.cannot(f"missing_values={missing!r} is not handled")
    texts = [isinstance(value, str) for value in statistics]
    if not any(texts):  # an array of objects, as texts make it, is not looked through
        draft.refuse(table, nan=not _is_nan(missing))
    kept = [
        at
        for at, value in enumerate(statistics)
        if imputer.keep_empty_features or not _is_nan(value)
    ]
    columns = tuple(
        _text(draft, table.columns[at], missing, statistics[at])
        if texts[at]
        else _number(draft, table.columns[at], missing, statistics[at])
        for at in kept
    )
    if imputer.indicator_ is not None:
        columns += tuple(
            _indicated(draft, table.columns[at], missing, is_text=texts[at])
            for at in imputer.indicator_.features_
        )
    return Table(columns)


def _is_nan(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def _number(draft: Draft, column: int, missing: Any, value: Any) -> int:
    if isinstance(missing, str):  # no number is
        draft.read((column,), NUMBER)
        return column
    if not isinstance(value, (int, float, np.number)):
        raise draft.cannot(f"it fills in {value!r}, which is neither a number nor a text")
    if float(np.float32(value)) != float(value):
        draft.widens = False
    return draft.add("impute", (column,), 1, missing=doubles([missing]), values=doubles([value]))[0]


def _text(draft: Draft, column: int, missing: Any, value: str) -> int:
    if not _can_be_missing(missing):
        draft.read((column,), TEXT)
        return column
    return draft.add("impute_text", (column,), 1, missing=_told(missing), values=(str(value),))[0]


def _indicated(draft: Draft, column: int, missing: Any, *, is_text: bool) -> int:
    if not is_text:
        return draft.add("missing", (column,), 1, missing=doubles([missing]))[0]
    if not _can_be_missing(missing):
        raise draft.cannot("add_indicator marks a value that no text has")
    return draft.add("missing_text", (column,), 1, missing=_told(missing))[0]


def _can_be_missing(missing: Any) -> bool:
    """Whether a text or a NULL can be what the imputer looks for."""
    return isinstance(missing, str) or (_is_nan(missing) and _is_nan(null_text()))


def _told(missing: Any) -> str | None:
    return missing if isinstance(missing, str) else None
