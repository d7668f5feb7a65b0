# SPDX-License-Identifier: Apache-2.0
"""One row that a model may take: its own example, or one made of types and known values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sparkpredict.descriptor import COLUMNS, MATRIX, TENSORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sparkpredict.descriptor import Descriptor, Feature
    from sparkpredict.package import Package

DTYPES = {
    "byte": "int8",
    "short": "int16",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
}
_TIMES = ("date", "timestamp", "timestamp_ntz")
_SYNTHETIC: dict[str, Any] = {
    **dict.fromkeys(DTYPES, 1),
    **dict.fromkeys(_TIMES, "2024-01-01"),
    "string": "a",
    "boolean": True,
    "binary": b"a",
}


def rows(package: Package, descriptor: Descriptor, known: dict[Any, Any]) -> Iterator[list[Any]]:
    """The rows to try, the likeliest first: one value for each feature.

    Args:
        package: where the model's own example is.
        descriptor: the layout and the features.
        known: values that a fitted encoder takes, by name or place.
    """
    saved = _saved(package, descriptor)
    if saved is not None:
        yield saved
    if descriptor.layout == MATRIX:
        yield [known.get(at, 1.0) for at in range(descriptor.feature_count or 0)]
    elif descriptor.layout == TENSORS:
        yield [_tensor(feature) for feature in descriptor.features]
    elif descriptor.layout == COLUMNS and all(_is_plain(f) for f in descriptor.features):
        yield [_value(at, f, known) for at, f in enumerate(descriptor.features)]


def columns(descriptor: Descriptor, values: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """The columns of some rows, as a worker gets them from Spark."""
    kinds = [_kind(feature) for feature in descriptor.features] or [None] * len(values[0])
    return tuple(_column(list(column), kind) for column, kind in zip(zip(*values), kinds))


def _column(values: list[Any], kind: str | None) -> pd.Series[Any]:
    missing = any(value is None for value in values)
    if kind in _TIMES:
        return pd.to_datetime(pd.Series(values))
    if kind in DTYPES or (kind is None and all(_is_number(value) for value in values)):
        dtype = np.dtype(DTYPES.get(kind or "double", "float64"))
        whole = dtype.kind == "i" and missing  # comes as doubles, in which NULL is NaN
        filled = [np.nan if value is None else value for value in values]
        return pd.Series(filled, dtype="float64" if whole else dtype)
    return pd.Series(values, dtype=None if kind == "boolean" and not missing else object)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _is_plain(feature: Feature) -> bool:
    return feature.type is None or _kind(feature) in _SYNTHETIC


def _kind(feature: Feature) -> str | None:
    """Its type by name; that of an array, which is a dict as JSON, is like no other."""
    return feature.type if feature.type is None or isinstance(feature.type, str) else "nested"


def _value(at: int, feature: Feature, known: dict[Any, Any]) -> Any:
    if feature.categories:
        return feature.categories[0]
    return known.get(feature.name, known.get(at, _SYNTHETIC.get(_kind(feature) or "double", 1.0)))


def _tensor(feature: Feature) -> Any:
    """A row of a tensor of ones, or of texts; one value where a size is open."""
    shape = [1 if size == -1 else size for size in feature.shape or ()]
    one = "a" if feature.type == "string" or feature.dtype == "str" else 1.0
    return np.full(shape, one).tolist() if shape else one


def _saved(package: Package, descriptor: Descriptor) -> list[Any] | None:
    """The first row of the example that MLflow saved along, in the features' order."""
    if package.example is None:
        return None
    try:
        told = json.loads(package.example.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if descriptor.layout == TENSORS:
        return _saved_tensors(told, descriptor)
    by_part = told if isinstance(told, dict) else {"data": told}  # an array is a list of its rows
    data = by_part.get("data", by_part.get("inputs"))
    if not isinstance(data, list) or not data or not isinstance(data[0], list):
        return None
    row = data[0]
    if descriptor.layout == COLUMNS and by_part.get("columns"):
        by_name = dict(zip((str(name) for name in by_part["columns"]), row))
        row = [by_name.get(feature.name) for feature in descriptor.features]
    return row if len(row) == descriptor.feature_count else None


def _saved_tensors(told: Any, descriptor: Descriptor) -> list[Any] | None:
    """The first row of each: an array alone, or arrays by name."""
    names = [feature.name for feature in descriptor.features]
    alone = len(names) == 1 and isinstance(told, list)
    tensors = [told] if alone else [told.get(name) for name in names] if _is_by_name(told) else []
    if not tensors or not all(isinstance(rows, list) and rows for rows in tensors):
        return None
    return [rows[0] for rows in tensors]


def _is_by_name(told: Any) -> bool:
    return isinstance(told, dict) and "data" not in told and "inputs" not in told
