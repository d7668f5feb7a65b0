# SPDX-License-Identifier: Apache-2.0
"""From the declared return type to the carrier: what travels from the Python worker to the JVM.

The worker does not narrow numbers. It sends doubles for narrow numbers; for BIGINT, DECIMAL and
STRING, which a double cannot hold, a struct of three with one filled, unless the signature says
which it is. The JVM casts to the declared type, the same for every engine. For a whole type the
worker cuts only what would be gone too late: the fraction of a number that no double holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

from sparkpredict.errors import ReturnTypeError
from sparkpredict.worker.carrier import CAPTURED, ERROR, EXACT, VALUE

if TYPE_CHECKING:
    from collections.abc import Callable

_NARROW: dict[type[t.DataType], str] = {
    t.ByteType: "whole",
    t.ShortType: "whole",
    t.IntegerType: "whole",
    t.FloatType: "double",
    t.DoubleType: "double",
}
_EXACT: dict[type[t.DataType], str] = {
    t.LongType: "whole",
    t.DecimalType: "decimal",
    t.StringType: "string",
}
_WHOLE = (t.ByteType, t.ShortType, t.IntegerType, t.LongType)
_REAL = (t.FloatType, t.DoubleType)
_DECLARED: dict[type[t.DataType], str] = {
    t.BooleanType: "boolean",
    t.BinaryType: "binary",
    t.DateType: "date",
    t.TimestampType: "timestamp",
}
# Types that only some versions of Spark have, by name; one too old must get to be told so.
_SOMETIMES = {
    "DayTimeIntervalType": "interval",
    "TimestampNTZType": "wall clock",
    "TimeType": "time",
}


@dataclass(frozen=True)
class Carrier:
    """A carrier's Spark type, and the same as the worker reads it.

    Attributes:
        type: what the carrier UDF is declared with.
        shape: see ``worker/carrier.py``.
    """

    type: t.DataType
    shape: dict[str, Any]


def carrier(declared: t.DataType, output: t.DataType | None, *, capture: bool = False) -> Carrier:
    """The carrier of a declared type.

    Args:
        declared: what the user declared.
        output: what the model's signature says it answers; None when it says nothing.
        capture: whether the errors of bad rows travel beside the scores.

    Raises:
        ReturnTypeError: values of this type cannot be scored.
    """
    plain = _carrier(declared, output)
    return _captured(plain, declared) if capture else plain


def _captured(inner: Carrier, declared: t.DataType) -> Carrier:
    fields = [t.StructField(VALUE, inner.type)]
    if isinstance(inner.type, t.StructType):
        fields = list(inner.type.fields)
    if any(field.name == ERROR for field in fields):
        raise unsupported(declared, f"with on_error='capture' no field can be called {ERROR}")
    fields.append(t.StructField(ERROR, t.StringType()))
    return Carrier(t.StructType(fields), {"kind": CAPTURED, "shape": inner.shape})


def _carrier(declared: t.DataType, output: t.DataType | None) -> Carrier:
    if isinstance(declared, t.StructType):
        return _struct(declared, output)
    if isinstance(declared, t.MapType):
        return _map(declared, declared)
    return _value(declared, output, declared)


def _value(declared: t.DataType, output: t.DataType | None, whole: t.DataType) -> Carrier:
    """A scalar or an array of any depth."""
    leaf, depth = _unnested(declared)
    known, _ = _unnested(output) if output is not None else (None, 0)
    if type(leaf) in _EXACT:
        settled = _settled(leaf, known)
        return _nested(*settled, depth) if settled else _exact(_EXACT[type(leaf)], depth)
    if type(leaf) in _NARROW:
        return _nested(t.DoubleType(), _NARROW[type(leaf)], depth)
    name = _DECLARED.get(type(leaf)) or _SOMETIMES.get(type(leaf).__name__)
    if name is None:
        raise unsupported(whole, f"{_text(leaf)} has no form in which Python returns it to Spark")
    return _nested(leaf, name, depth)


def _settled(leaf: t.DataType, known: t.DataType | None) -> tuple[t.DataType, str] | None:
    """The one exact leaf that the signature promises, if it does."""
    if isinstance(known, _WHOLE):
        return t.LongType(), "long"
    if isinstance(known, _REAL) and not isinstance(leaf, t.DecimalType):
        return t.DoubleType(), "whole" if isinstance(leaf, t.LongType) else "double"
    if isinstance(known, t.StringType) and isinstance(leaf, t.StringType):
        return t.StringType(), "string"
    return None


def _nested(leaf: t.DataType, name: str, depth: int) -> Carrier:
    if depth == 0:
        return Carrier(leaf, {"kind": "scalar", "leaf": name})
    kind = leaf
    for _ in range(depth):
        kind = t.ArrayType(kind)
    return Carrier(kind, {"kind": "array", "leaf": name, "depth": depth})


def _exact(name: str, depth: int) -> Carrier:
    kinds = {part: _nested(leaf, name, depth).type for part, leaf in _PARTS.items()}
    return _three(kinds, _nested(t.DoubleType(), name, depth).shape)


_PARTS = {"long": t.LongType(), "double": t.DoubleType(), "text": t.StringType()}


def _three(kinds: dict[str, t.DataType], shape: dict[str, Any]) -> Carrier:
    fields = [t.StructField(EXACT[part], kind) for part, kind in kinds.items()]
    return Carrier(t.StructType(fields), {"kind": "exact", "shape": shape})


def _struct(declared: t.StructType, output: t.DataType | None) -> Carrier:
    fields: list[t.StructField] = []
    shapes: list[tuple[str, dict[str, Any]]] = []
    outputs = (
        {field.name: field.dataType for field in output} if isinstance(output, t.StructType) else {}
    )
    for field in declared:
        inner = _field(field, outputs.get(field.name), declared)
        shapes.append((field.name, inner.shape))
        if inner.shape["kind"] == "exact":
            parts = {f"{part.name}:{field.name}": part.dataType for part in inner.type}  # type: ignore[attr-defined]
            fields += [t.StructField(name, kind) for name, kind in parts.items()]
        else:
            fields.append(t.StructField(field.name, inner.type))
    if not fields:
        raise unsupported(declared, "it has no fields")
    return Carrier(t.StructType(fields), {"kind": "struct", "fields": shapes})


def _field(field: t.StructField, output: t.DataType | None, whole: t.DataType) -> Carrier:
    if isinstance(field.dataType, t.MapType):
        return _map(field.dataType, whole)
    leaf, _ = _unnested(field.dataType)
    if isinstance(leaf, (t.StructType, t.MapType)):
        raise unsupported(whole, f"field {field.name} is nested")
    return _value(field.dataType, output, whole)


def _map(declared: t.MapType, whole: t.DataType) -> Carrier:
    if type(declared.keyType) is not t.StringType:
        raise unsupported(whole, "keys other than STRING have no form in Python's answers")
    leaf = declared.valueType
    if type(leaf) in _NARROW:
        return _from_text(t.DoubleType(), _NARROW[type(leaf)])
    if isinstance(leaf, t.LongType):
        kinds = {part: _from_text(kind, "whole").type for part, kind in _PARTS.items()}
        return _three(kinds, {"kind": "map", "leaf": "whole"})
    if type(leaf) is t.StringType:
        return _from_text(leaf, "string")
    if isinstance(leaf, t.BooleanType):
        return Carrier(declared, {"kind": "map", "leaf": "boolean"})
    raise unsupported(whole, f"map values of type {_text(leaf)}")


def _from_text(leaf: t.DataType, name: str) -> Carrier:
    return Carrier(t.MapType(t.StringType(), leaf), {"kind": "map", "leaf": name})


def _unnested(kind: t.DataType) -> tuple[t.DataType, int]:
    depth = 0
    while isinstance(kind, t.ArrayType):
        kind, depth = kind.elementType, depth + 1
    return kind, depth


def _text(kind: t.DataType) -> str:
    try:
        return kind.simpleString()
    except Exception:  # noqa: BLE001 (abstract types have no text of their own)
        return type(kind).__name__


def unsupported(declared: t.DataType, cause: str) -> ReturnTypeError:
    """The error of a declared type that cannot be scored."""
    return ReturnTypeError("PREDICT_RETURN_TYPE_UNSUPPORTED", type=_text(declared), cause=cause)


def checked(build: Callable[[], Any], declared: t.DataType) -> Any:
    """Builds the carrier UDF; a type that this Spark does not take becomes our error.

    Raises:
        ReturnTypeError: this Spark's Python functions cannot return that type.
    """
    try:
        return build()
    except (TypeError, NotImplementedError, ValueError) as error:
        cause = str(error).strip().partition("\n")[0]
        raise unsupported(
            declared, f"this Spark's Python functions do not return it ({cause})"
        ) from error
