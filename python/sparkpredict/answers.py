# SPDX-License-Identifier: Apache-2.0
"""Which of a model's answers a binding returns, and in which form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

from sparkpredict import by_class, flavors, returns, schema
from sparkpredict.errors import BindArgumentError, ReturnTypeError
from sparkpredict.worker.methods import PREDICT

if TYPE_CHECKING:
    from sparkpredict.descriptor import Descriptor
    from sparkpredict.inspect import Inspected
    from sparkpredict.package import Package

_SEVERAL = t.ArrayType(t.DoubleType())
# Where no row is known that the model takes, these still have one form only.
_ALWAYS: dict[str, t.DataType] = {
    **dict.fromkeys(by_class.METHODS, _SEVERAL),
    "transform": _SEVERAL,
    "contributions": _SEVERAL,
    "score_samples": t.DoubleType(),
    "leaf": t.ArrayType(t.LongType()),
}


@dataclass(frozen=True)
class Answer:
    """What PREDICT returns.

    Attributes:
        declared: its type.
        carrier: what the worker sends of it.
        ask: what the worker asks a classifier for; None for a model's answer as it is.
    """

    declared: t.DataType
    carrier: returns.Carrier
    ask: dict[str, Any] | None = None


def settle(
    declared: t.DataType | None,
    output: str | None,
    *,
    package: Package,
    inspected: Inspected,
    alias: str,
    uri: str,
    capture: bool = False,
) -> Answer:
    """The answer of a binding.

    Args:
        declared: what the user declared; None for what the model says.
        output: what the user wants to be asked of the model; None for MLflow's predict.
        package: what the model folder says.
        inspected: what the loaded model says.
        alias: for error texts.
        uri: likewise.
        capture: whether the errors of bad rows travel beside the scores.

    Raises:
        BindArgumentError: the model has no such output.
        ReturnTypeError: the declared type does not fit the output, or none is known.
    """
    descriptor = inspected.descriptor
    _check_has(descriptor, package, output, alias)
    signed = schema.output_type(package.outputs) if output is None else None
    found = _found(inspected, output) if output is not None else None
    if declared is None:
        declared = signed or (found.type if found else None)
        if declared is None:
            raise ReturnTypeError("PREDICT_RETURN_TYPE_MISSING", uri=uri)
    wanted = by_class.wanted(declared, output, descriptor, _signed_names(package))
    if wanted is not None:
        ask = {**wanted.ask, "one_pass": inspected.one_pass}
        return Answer(declared, returns.carrier(declared, wanted.known, capture=capture), ask)
    if found is not None:
        _check_form(declared, found, str(output), descriptor)
    return Answer(declared, returns.carrier(declared, signed, capture=capture))


@dataclass(frozen=True)
class _Found:
    """What an output is like: its type, and how many values it has where that is known."""

    type: t.DataType
    width: int | None = None


def _check_has(descriptor: Descriptor, package: Package, output: str | None, alias: str) -> None:
    if output is None and descriptor.flavor not in flavors.FLAVORS:
        return
    own = package.flavors.get("python_function", {}).get("predict_fn", PREDICT)
    wanted = output or str(own)
    if descriptor.methods and wanted not in descriptor.methods:
        raise BindArgumentError(
            "PREDICT_OUTPUT_UNKNOWN",
            alias=alias,
            flavor=descriptor.flavor,
            output=wanted,
            known=", ".join(descriptor.methods),
        )


def _found(inspected: Inspected, output: str) -> _Found | None:
    """By the model's answer to one row, else by what the output is in every model."""
    answer = inspected.trial.answer(output) if inspected.trial is not None else None
    observed = schema.observed_type(answer)
    always = _ALWAYS.get(output) if inspected.descriptor.flavor in flavors.FLAVORS else None
    if observed is None:
        return _Found(always) if always is not None else None
    kind, width = observed
    if output in {"leaf", "apply"}:  # places of leaves, which XGBoost writes as floats
        kind = _whole(kind)
    return _Found(kind, width)


def _whole(kind: t.DataType) -> t.DataType:
    return t.ArrayType(_whole(kind.elementType)) if isinstance(kind, t.ArrayType) else t.LongType()


def _check_form(declared: t.DataType, found: _Found, output: str, descriptor: Descriptor) -> None:
    """Refuses to cut a row of values down to its first, or to make a row of one value."""
    several = isinstance(found.type, t.ArrayType)
    if isinstance(declared, t.ArrayType) and not several:
        raise returns.unsupported(
            declared, f"output {output!r} is one value for each row. Declare it so"
        )
    if isinstance(declared, t.MapType):
        raise returns.unsupported(declared, f"output {output!r} has no keys. Declare ARRAY<DOUBLE>")
    if isinstance(declared, t.StructType):
        width = found.width if several else 1
        if width not in {None, len(declared.fields)}:
            raise returns.unsupported(
                declared,
                f"output {output!r} has {width} values for each row, not {len(declared.fields)}",
            )
    elif not isinstance(declared, t.ArrayType) and several and found.width != 1:
        raise returns.unsupported(declared, by_class.several(output, found.width, descriptor))


def _signed_names(package: Package) -> set[str]:
    return {str(column["name"]).lower() for column in package.outputs or () if "name" in column}
