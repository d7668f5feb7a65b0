# SPDX-License-Identifier: Apache-2.0
"""From whatever a model's predict returns to the column that the carrier declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .carrier import EXACT, describe
from .conditions import WorkerError
from .exact import PARTS, holds_lists, kind_of, objects
from .leaves import NotThatLeaf, leaf_values
from .nested import lists, maps


class Outputs:
    """Turns one model's answers into columns of its carrier.

    Args:
        choice: the carrier's shape, and alias and digest for error texts.
    """

    def __init__(self, choice: dict[str, Any]) -> None:
        self.alias = choice["alias"]
        self.digest = choice["digest"][:12]
        self.shape = choice["carrier"]

    def empty(self) -> Any:
        """The column of a batch without rows."""
        nothing = pd.Series([], dtype=object)
        if self.shape["kind"] == "exact":
            return pd.DataFrame(dict.fromkeys(EXACT.values(), nothing))
        if self.shape["kind"] != "struct":
            return nothing
        names: list[str] = []
        for name, shape in self.shape["fields"]:
            exact = shape["kind"] == "exact"
            names += [f"{part}:{name}" for part in EXACT.values()] if exact else [name]
        return pd.DataFrame(dict.fromkeys(names, nothing))

    def column(self, result: Any, rows: int) -> Any:
        """One Series, or a DataFrame for a struct, with one value for each row.

        Raises:
            WorkerError: PREDICT_ROW_COUNT or PREDICT_OUTPUT_MISMATCH.
        """
        if self.shape.get("shape", self.shape)["kind"] == "map":
            return self._maps(result, rows)
        named = self._named(result)
        if not named or any(values.ndim > 1 and values.shape[1] == 0 for values in named.values()):
            raise self._mismatch("no column", self.shape)
        for values in named.values():
            self._check_rows(len(values), rows)
        if self.shape["kind"] == "struct":
            return self._struct(named)
        return self._one(named, self.shape)

    def _check_rows(self, found: int, rows: int) -> None:
        if found != rows:
            raise WorkerError(
                "PREDICT_ROW_COUNT", alias=self.alias, digest=self.digest, found=found, rows=rows
            )

    def _named(self, result: Any) -> dict[str, Any]:
        """The outputs by name, in the model's order; unnamed columns are counted from 0."""
        if result is None:
            raise self._mismatch("None", self.shape)
        if isinstance(result, pd.DataFrame):
            names = [str(name) for name in result.columns]
            if len(set(names)) < len(names):
                names = [f"{name}#{at}" for at, name in enumerate(names)]
            return {name: _plain(result.iloc[:, at]) for at, name in enumerate(names)}
        if isinstance(result, pd.Series):
            return {str(result.name or 0): _array(result)}
        if isinstance(result, Mapping):
            return {str(name): _array(values) for name, values in result.items()}
        if isinstance(result, (list, tuple)) and result and isinstance(result[0], Mapping):
            return self._columns(result)
        return {"0": _array(result)}

    def _columns(self, rows: Sequence[Any]) -> dict[str, Any]:
        """Dicts by their keys; not by way of pandas, where NULL and integers become doubles."""
        for row in rows:
            if not isinstance(row, Mapping):
                raise self._mismatch(f"a {type(row).__name__} after a dict", self.shape)
        names = dict.fromkeys(name for row in rows for name in row)
        return {str(name): objects([row.get(name) for row in rows]) for name in names}

    def _one(self, named: dict[str, Any], shape: dict[str, Any]) -> Any:
        inner = shape["shape"] if shape["kind"] == "exact" else shape
        values = self._values(named, inner)
        if shape["kind"] == "exact":
            return pd.DataFrame(self._exact(values, inner))
        return self._shaped(values, inner)

    def _values(self, named: dict[str, Any], shape: dict[str, Any]) -> Any:
        return self._as_array(named, shape) if shape["kind"] == "array" else self._leftmost(named)

    def _leftmost(self, named: dict[str, Any]) -> Any:
        values = next(iter(named.values()))
        while values.ndim > 1:
            values = values[:, 0]
        return values

    def _as_array(self, named: dict[str, Any], shape: dict[str, Any]) -> Any:
        if len(named) > 1:
            return _stacked(list(named.values()))
        values = next(iter(named.values()))
        nested = values.ndim > 1 or (values.dtype == object and holds_lists(values))
        if not nested and len(values):
            raise self._mismatch(f"one value for each row ({values.dtype})", shape)
        return values

    def _struct(self, named: dict[str, Any]) -> pd.DataFrame:
        fields = self.shape["fields"]
        named = self._fields(named, [name for name, _ in fields])
        columns: dict[str, Any] = {}
        for name, shape in fields:
            one = {name: named[name]}
            if shape["kind"] == "exact":
                exact = self._exact(self._values(one, shape["shape"]), shape["shape"])
                columns.update({f"{part}:{name}": values for part, values in exact.items()})
            else:
                columns[name] = self._one(one, shape)
        return pd.DataFrame(columns)

    def _fields(self, named: dict[str, Any], names: list[str]) -> dict[str, Any]:
        """The declared fields among the outputs: by name, or by place where they have no names."""
        if all(name in named for name in names):
            return named
        folded = {name.lower(): values for name, values in named.items()}
        if all(name.lower() in folded for name in names):
            return {name: folded[name.lower()] for name in names}
        only = next(iter(named.values()))
        if len(named) == 1 and only.ndim == 2 and only.shape[1] == len(names):
            return {name: only[:, at] for at, name in enumerate(names)}
        if len(named) == len(names) == 1:
            return {names[0]: only}
        raise self._mismatch(f"the outputs {', '.join(named)}", self.shape)

    def _exact(self, values: Any, shape: dict[str, Any]) -> dict[str, Any]:
        """One filled column for whole numbers, other numbers or text; the other two are NULL."""
        part, leaf = PARTS[shape["leaf"]][kind_of(values)]
        filled = self._shaped(values, {**shape, "leaf": leaf}, shape)
        nothing = pd.Series([None] * len(filled), dtype=object)
        return {name: filled if kind == part else nothing for kind, name in EXACT.items()}

    def _shaped(
        self, values: Any, shape: dict[str, Any], declared: dict[str, Any] | None = None
    ) -> pd.Series[Any]:
        try:
            if shape["kind"] == "scalar":
                return leaf_values(values, shape["leaf"])
            if shape["kind"] == "map":
                return pd.Series(maps(values, shape["leaf"]), dtype=object)
            return pd.Series(lists(values, shape["leaf"], shape["depth"], _array), dtype=object)
        except NotThatLeaf as error:
            raise self._mismatch(str(error), declared or shape) from error

    def _maps(self, result: Any, rows: int) -> Any:
        found = list(result.to_dict("records") if isinstance(result, pd.DataFrame) else result)
        self._check_rows(len(found), rows)
        values = objects(found)
        if self.shape["kind"] == "exact":
            return pd.DataFrame(self._exact(values, self.shape["shape"]))
        return self._shaped(values, self.shape)

    def _mismatch(self, found: str, shape: dict[str, Any]) -> WorkerError:
        return WorkerError(
            "PREDICT_OUTPUT_MISMATCH", alias=self.alias, found=found, expected=describe(shape)
        )


def _array(values: Any) -> Any:
    """One value, or one nested list, for each row; also for sparse matrices and tensors."""
    if hasattr(values, "toarray"):
        values = values.toarray()
    elif hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    elif isinstance(values, pd.Series):
        values = _plain(values)
    elif hasattr(values, "to_numpy"):
        values = values.to_numpy()
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        array = objects(list(values))
    if isinstance(values, (list, tuple)) and array.dtype.kind == "f" and _is_large(array):
        array = np.asarray(values, dtype=object)  # integers among floats have lost their digits
    return array.reshape(1) if array.ndim == 0 else array


def _stacked(columns: list[Any]) -> Any:
    """One row of all columns for each row."""
    matrix = np.column_stack(columns)
    if (
        matrix.dtype.kind == "f"
        and any(c.dtype.kind in "iu" for c in columns)
        and _is_large(matrix)
    ):
        matrix = np.column_stack([column.astype(object) for column in columns])
    return matrix


def _is_large(numbers: Any) -> bool:
    return bool((np.abs(numbers) >= _EXACT_DOUBLES).any())


_EXACT_DOUBLES = 2.0**53


def _plain(column: pd.Series[Any]) -> Any:
    """A Series as numpy has it; pandas would turn the NULL of its own types into NaN."""
    if isinstance(column.dtype, np.dtype) or not column.isna().any():
        return column.to_numpy()
    return column.to_numpy(dtype=object, na_value=None)
