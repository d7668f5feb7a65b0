# SPDX-License-Identifier: Apache-2.0
"""MLflow's signature as Spark types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

if TYPE_CHECKING:
    from collections.abc import Sequence

# https://mlflow.org/docs/latest/ml/model/signatures: MLflow's column types
_COLUMNS: dict[str, t.DataType] = {
    "boolean": t.BooleanType(),
    "integer": t.IntegerType(),
    "long": t.LongType(),
    "float": t.FloatType(),
    "double": t.DoubleType(),
    "string": t.StringType(),
    "binary": t.BinaryType(),
    "datetime": t.TimestampType(),
}

_TENSORS: dict[str, t.DataType] = {
    "bool": t.BooleanType(),
    "int8": t.IntegerType(),
    "int16": t.IntegerType(),
    "int32": t.IntegerType(),
    "int64": t.LongType(),
    "uint8": t.IntegerType(),
    "uint16": t.IntegerType(),
    "uint32": t.LongType(),
    "uint64": t.LongType(),
    "float16": t.FloatType(),
    "float32": t.FloatType(),
    "float64": t.DoubleType(),
    "str": t.StringType(),
}


def column_type(column: dict[str, Any]) -> t.DataType | None:
    """The Spark type of one column of a signature; None where it takes anything."""
    kind = column.get("type")
    if kind == "array":
        items = column_type(column.get("items", {}))
        return t.ArrayType(items) if items is not None else None
    if kind == "map":
        values = column_type(column.get("values", {}))
        return t.MapType(t.StringType(), values) if values is not None else None
    if kind == "object":
        return _object(column.get("properties", {}))
    if kind == "tensor":
        return tensor_type(column["tensor-spec"])
    return _COLUMNS.get(str(kind))


def _object(properties: dict[str, Any]) -> t.DataType | None:
    fields = {name: column_type(property_) for name, property_ in properties.items()}
    if any(data_type is None for data_type in fields.values()):
        return None
    return t.StructType([t.StructField(name, kind) for name, kind in fields.items() if kind])


def tensor_type(spec: dict[str, Any]) -> t.DataType | None:
    """The Spark type of one row of a tensor: a scalar, or nested arrays."""
    leaf = element_type(spec)
    for _ in list(spec.get("shape", []))[1:]:
        leaf = t.ArrayType(leaf) if leaf is not None else None
    return leaf


def of_one_value(column: dict[str, Any]) -> dict[str, Any]:
    """A tensor whose rows have one value each, as ONNX graphs often do, by that value."""
    spec = column.get("tensor-spec", {})
    if spec.get("shape") != [-1, 1]:
        return column
    return {**column, "tensor-spec": {**spec, "shape": [-1]}}


def element_type(spec: dict[str, Any]) -> t.DataType | None:
    """The Spark type of one value of a tensor; None where it takes anything."""
    return _TENSORS.get(str(spec.get("dtype")))


def output_type(outputs: Sequence[dict[str, Any]] | None) -> t.DataType | None:
    """The Spark type of a model's whole answer, as far as its signature says.

    One unnamed or single output is that output's type; several are a struct by name.
    """
    if not outputs:
        return None
    if len(outputs) == 1:
        return column_type(outputs[0])
    fields = []
    for at, column in enumerate(outputs):
        kind = column_type(column)
        if kind is None:
            return None
        fields.append(t.StructField(str(column.get("name", at)), kind))
    return t.StructType(fields)


_OBSERVED = {"f": t.DoubleType(), "i": t.LongType(), "u": t.LongType(), "b": t.BooleanType()}


def observed_type(answer: Any) -> tuple[t.DataType, int | None] | None:
    """The Spark type of an answer of one row, and how many values it has; None for other forms."""
    import numpy as np

    if answer is None:
        return None
    try:
        dense = np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer)
    except ValueError:
        return None
    if dense.ndim == 0 or (dense.dtype == object and not isinstance(dense.flat[0], str)):
        return None
    leaf = _OBSERVED.get(dense.dtype.kind, t.StringType() if dense.dtype.kind in "UO" else None)
    if leaf is None:
        return None
    kind: t.DataType = leaf
    for _ in range(dense.ndim - 1):
        kind = t.ArrayType(kind)
    return kind, int(dense.shape[1]) if dense.ndim > 1 else None
