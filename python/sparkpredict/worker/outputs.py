# SPDX-License-Identifier: Apache-2.0
"""From whatever a model's predict returns to the column that the carrier declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .carrier import EXACT, describe
from .conditions import WorkerError
from .leaves import NotThatLeaf, leaf_values


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
        if self.shape["kind"] == "map":
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
            return {name: result.iloc[:, at].to_numpy() for at, name in enumerate(names)}
        if isinstance(result, pd.Series):
            return {str(result.name or 0): _array(result.to_numpy())}
        if isinstance(result, Mapping):
            return {str(name): _array(values) for name, values in result.items()}
        if isinstance(result, (list, tuple)) and result and isinstance(result[0], Mapping):
            return self._named(pd.DataFrame(list(result)))
        return {"0": _array(result)}

    def _one(self, named: dict[str, Any], shape: dict[str, Any]) -> Any:
        inner = shape["shape"] if shape["kind"] == "exact" else shape
        values = self._as_array(named, inner) if inner["kind"] == "array" else self._leftmost(named)
        if shape["kind"] == "exact":
            return pd.DataFrame(self._exact(values, inner))
        return self._shaped(values, inner)

    def _leftmost(self, named: dict[str, Any]) -> Any:
        values = next(iter(named.values()))
        while values.ndim > 1:
            values = values[:, 0]
        return values

    def _as_array(self, named: dict[str, Any], shape: dict[str, Any]) -> Any:
        if len(named) > 1:
            return np.column_stack(list(named.values()))
        values = next(iter(named.values()))
        nested = values.ndim > 1 or (values.dtype == object and _holds_lists(values))
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
                inner = shape["shape"]
                values = (
                    self._as_array(one, inner) if inner["kind"] == "array" else self._leftmost(one)
                )
                exact = self._exact(values, inner)
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
        kind = _exact_kind(values)
        leaf = {"long": "long", "double": "double", "text": "string"}[kind]
        filled = self._shaped(values, {**shape, "leaf": leaf})
        nothing = pd.Series([None] * len(filled), dtype=object)
        return {part: filled if name == kind else nothing for name, part in EXACT.items()}

    def _shaped(self, values: Any, shape: dict[str, Any]) -> pd.Series[Any]:
        try:
            if shape["kind"] == "scalar":
                return leaf_values(values, shape["leaf"])
            return pd.Series(_lists(values, shape["leaf"], shape["depth"]), dtype=object)
        except NotThatLeaf as error:
            raise self._mismatch(str(error), shape) from error

    def _maps(self, result: Any, rows: int) -> pd.Series[Any]:
        values = list(result.to_dict("records") if isinstance(result, pd.DataFrame) else result)
        self._check_rows(len(values), rows)
        return pd.Series([self._map(value) for value in values], dtype=object)

    def _map(self, value: Any) -> dict[str, Any] | None:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self._mismatch(f"a {type(value).__name__} for a row", self.shape)
        try:
            converted = leaf_values(_array(list(value.values())), self.shape["leaf"])
        except NotThatLeaf as error:
            raise self._mismatch(str(error), self.shape) from error
        plain = [None if item is pd.NA else item for item in converted.tolist()]
        return dict(zip([str(key) for key in value], plain))

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
    elif hasattr(values, "to_numpy"):
        values = values.to_numpy()
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        array = _objects(list(values))
    return array.reshape(1) if array.ndim == 0 else array


def _holds_lists(values: Any) -> bool:
    first = next((value for value in values if value is not None), None)
    return isinstance(first, (list, tuple, np.ndarray))


def _exact_kind(values: Any) -> str:
    flat = values
    while flat.dtype == object and _holds_lists(flat):
        flat = _objects([item for row in flat if row is not None for item in row])
    if flat.dtype.kind in "iub":
        return "long"
    if flat.dtype.kind == "f":
        return "double"
    if flat.dtype == object:
        kinds = {type(value) for value in flat.ravel() if value is not None and value is not pd.NA}
        if kinds and kinds <= {int, bool, np.int64, np.int32, np.bool_}:
            return "long"
        if kinds and kinds <= {float, int, np.float64, np.float32}:
            return "double"
    return "text"


def _objects(items: list[Any]) -> Any:
    array = np.empty(len(items), dtype=object)
    for at, item in enumerate(items):
        array[at] = item
    return array


def _lists(values: Any, leaf: str, depth: int) -> list[Any]:
    """Lists of the declared depth, or NotThatLeaf."""
    if depth == 0:
        return [None if item is pd.NA else item for item in leaf_values(values, leaf).tolist()]
    if values.dtype != object and values.ndim != depth + 1:
        raise NotThatLeaf(f"values of shape {values.shape}")
    if depth == 1 and leaf == "double" and values.dtype.kind in "iubf":
        return list(np.asarray(values, dtype=np.float64))
    return [None if row is None else _lists(_row(row), leaf, depth - 1) for row in values]


def _row(row: Any) -> Any:
    if not isinstance(row, (list, tuple, np.ndarray)):
        raise NotThatLeaf(f"values such as {str(row)[:40]!r} where a list is declared")
    return _array(row)
