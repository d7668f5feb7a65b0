# SPDX-License-Identifier: Apache-2.0
"""An ONNX graph as a Python function: batches in, one row of answers for each row.

MLflow's own wrapper makes one long row of an output of several values, leaves the threads to ONNX
Runtime, which takes all cores, and runs what nobody asks for.
Source: https://onnxruntime.ai/docs/api/python/api_summary.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from . import feeds
from .onnx_session import session

# numpy's names by ONNX Runtime's; a text is an object.
_DTYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(int8)": "int8",
    "tensor(int16)": "int16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(uint8)": "uint8",
    "tensor(uint16)": "uint16",
    "tensor(uint32)": "uint32",
    "tensor(uint64)": "uint64",
    "tensor(bool)": "bool",
}
_TEXTS = "tensor(string)"


class OnnxModel:
    """A graph in a session of its own.

    Args:
        path: the file of the graph; weights in other files lie beside it.
        options: what MLmodel says of the flavor: providers, session options.
    """

    def __init__(self, path: Path, options: Mapping[str, Any] | None = None) -> None:
        self.path = path
        # A classifier's labels, as the driver knows them.
        self.classes_: Any = None
        self.session = session(path, options)
        self.inputs = self.session.get_inputs()
        self.names = tuple(output.name for output in self.session.get_outputs())
        self._sequences = {o.name for o in self.session.get_outputs() if not _is_tensor(o.type)}

    def predict(self, data: Any) -> Any:
        """All outputs: one as it is, several by name."""
        if len(self.names) == 1:
            return self._run(self.names, data)[0]
        return dict(zip(self.names, self._run(self.names, data)))

    def output(self, name: str) -> Callable[[Any], Any]:
        """One output; the others are not computed further than it needs."""
        return lambda data: self._run((name,), data)[0]

    @property
    def takes_matrix(self) -> bool:
        """Whether a row is one vector of numbers."""
        shape = self.inputs[0].shape
        return len(self.inputs) == 1 and len(shape) == 2 and self.inputs[0].type != _TEXTS

    def _run(self, names: tuple[str, ...], data: Any) -> list[Any]:
        given = self._feeds(data)
        found = self.session.run(list(names), given)
        rows = len(next(iter(given.values())))
        return [
            _by_row(values, rows) if name in self._sequences else values
            for name, values in zip(names, found)
        ]

    def _feeds(self, data: Any) -> dict[str, Any]:
        names = [one.name for one in self.inputs]
        given = zip(self.inputs, feeds.by_input(names, data))
        return {one.name: _fitted(values, one) for one, values in given}


def _is_tensor(kind: str) -> bool:
    return kind.startswith("tensor(")


def _fitted(values: Any, one: Any) -> Any:
    """Values of the input's element type and rank.

    Raises:
        ValueError: a value does not fit the type, or the rows have another shape.
    """
    if one.type == _TEXTS:
        return feeds.fitted(_texts(values), "object", len(one.shape))
    return feeds.fitted(values, _dtype(one), len(one.shape))


def _dtype(one: Any) -> str:
    if one.type not in _DTYPES:
        raise ValueError(f"input {one.name} is a {one.type}, of which no column is made")
    return _DTYPES[one.type]


def _texts(values: Any) -> Any:
    """Texts as objects: numpy's own type of them loses a NUL at the end."""
    if any(value is None for value in np.ravel(values)):
        raise ValueError("NULL in a tensor of texts")
    return np.asarray(values, dtype=object)


def _by_row(values: Any, rows: int) -> Any:
    """A sequence's values for each row, as numbers side by side.

    A map for each row, as a classifier's ZipMap gives them, is a row of numbers by class. A
    sequence of tensors that have all rows each is for each row an array of its part of them.
    """
    if not isinstance(values, list) or not values:
        return values
    if isinstance(values[0], Mapping):
        return np.asarray([list(row.values()) for row in values])
    tensors = [np.asarray(one) for one in values]
    if all(one.ndim and len(one) == rows for one in tensors):
        return np.stack(tensors, axis=1)
    return values
