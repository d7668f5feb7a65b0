# SPDX-License-Identifier: Apache-2.0
"""Settles how a model's inputs are matched: by its signature, else by what it knows itself.

And what it has to say of its outputs, its categories, and of a NULL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

from sparkpredict import flavors, schema
from sparkpredict.descriptor import COLUMNS, FRAME, MATRIX, TENSORS, Descriptor, Feature
from sparkpredict.errors import ModelError
from sparkpredict.worker import graphs, methods, named

if TYPE_CHECKING:
    from sparkpredict.package import Package
    from sparkpredict.trial import Trial


@dataclass(frozen=True)
class Inspected:
    """What was found out of a model.

    Attributes:
        descriptor: what travels with it.
        one_pass: whether a classifier's label always is the class of the highest probability.
        trial: asks it for scores of made-up rows; None when it is not loaded on this side.
    """

    descriptor: Descriptor
    one_pass: bool = False
    trial: Trial | None = None


def describe(package: Package, digest: str, model: Any) -> Descriptor:
    """The descriptor of a model; see ``inspected``."""
    return inspected(package, digest, model).descriptor


def inspected(package: Package, digest: str, model: Any, kept_out: str | None = None) -> Inspected:
    """What a model's folder and the loaded model say.

    Args:
        package: what its folder says.
        digest: of the folder.
        model: the loaded Python function, or None when the model is not loaded on this side.
        kept_out: why it is not.

    Raises:
        ModelError: it has categories, and does not say which.
    """
    output = schema.output_type(package.outputs)
    common: dict[str, Any] = {
        "digest": digest,
        "flavor": package.flavor,
        "params": package.params,
        "output": output.jsonValue() if output is not None else None,
        "mlflow_version": package.mlflow_version,
        "size": package.size,
    }
    if model is None:
        notes = (f"not loaded when bound: {kept_out}",)
        return Inspected(Descriptor(**common, **_inputs(package, flavors.Inputs()), notes=notes))
    from sparkpredict.trial import Trial  # pandas, which importing sparkpredict does not bring

    own, outputs = flavors.inputs(package.flavor, model), flavors.outputs(package.flavor, model)
    descriptor = Descriptor(
        **common,
        **_inputs(package, own),
        methods=outputs.methods or (),
        classes=outputs.classes,
    )
    descriptor = _with_categories(descriptor, own, model)
    trial = Trial(package, descriptor, model, own.values or {})
    if outputs.methods is None:
        descriptor = replace(descriptor, methods=_parts(package, trial))
    return Inspected(_with_nulls(descriptor, own, trial), outputs.one_pass, trial)


def _parts(package: Package, trial: Trial) -> tuple[str, ...]:
    """All of what a model answers, and its parts by name; nothing where nobody tells them."""
    answer = trial.answer(None)
    if answer is not None:
        return tuple(dict.fromkeys((methods.PREDICT, *named.names(answer))))
    signed = tuple(str(column["name"]) for column in package.outputs or () if "name" in column)
    return tuple(dict.fromkeys((methods.PREDICT, *signed))) if signed else ()


def _with_categories(descriptor: Descriptor, own: flavors.Inputs, model: Any) -> Descriptor:
    """Its features with the categories that the model was trained with, by name or place."""
    kinds = [feature.type for feature in descriptor.features]
    numbers = frozenset(at for at, kind in enumerate(kinds) if _is_number(kind))
    texts = tuple(at for at, kind in enumerate(kinds) if kind == "string")
    found = flavors.categories(descriptor.flavor, model, numbers, texts)
    if found is None:
        return descriptor
    if len(found) != len(descriptor.features):
        raise ModelError("PREDICT_CATEGORIES_UNKNOWN", cause="the model's features have no names")
    names = [feature.name for feature in descriptor.features]
    if own.names is not None and set(own.names) == set(names):
        found = tuple(found[own.names.index(name)] for name in names)
    features = zip(descriptor.features, found)
    return replace(
        descriptor, features=tuple(_of_categories(feature, known) for feature, known in features)
    )


_NUMBERS = frozenset({"byte", "short", "integer", "long", "float", "double"})
_OF: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}


def _is_number(kind: Any) -> bool:
    return isinstance(kind, str) and kind in _NUMBERS  # an array is a dict here


def _of_categories(feature: Feature, known: Any) -> Feature:
    if known is None:
        return feature
    own = _OF.get(type(known[0])) if known else None
    return replace(feature, categories=known, type=feature.type or own)


def _with_nulls(descriptor: Descriptor, own: flavors.Inputs, trial: Trial) -> Descriptor:
    """Whether its inputs take a NULL: by what its library says, else by trying."""
    if descriptor.layout == FRAME:
        return descriptor
    if own.takes_nan is not None and not descriptor.params and _are_numbers(descriptor):
        return _taking(descriptor, [own.takes_nan] * (descriptor.feature_count or 0))
    asked = None if "predict" in descriptor.methods else next(iter(descriptor.methods), None)
    taken, note = trial.takes_null(asked)
    descriptor = replace(descriptor, notes=(*descriptor.notes, note) if note else descriptor.notes)
    return _taking(descriptor, taken)


def _are_numbers(descriptor: Descriptor) -> bool:
    return all(f.type is None or _is_number(f.type) or f.categories for f in descriptor.features)


def _taking(descriptor: Descriptor, taken: list[bool | None]) -> Descriptor:
    if descriptor.layout == MATRIX:
        every = None if None in taken else all(taken)
        return replace(descriptor, takes_null=every)
    features = zip(descriptor.features, taken)
    return replace(
        descriptor, features=tuple(replace(f, takes_null=takes) for f, takes in features)
    )


def _inputs(package: Package, own: flavors.Inputs) -> dict[str, Any]:
    signature = package.inputs or own.tensors
    if package.flavor in _RANKED and signature and _come_apart(package.flavor, signature):
        signature = [schema.of_one_value(column) for column in signature]
    if signature and all(column.get("type") != "tensor" for column in signature):
        if any("name" in column for column in signature) or own.names or not own.count:
            return _columns(tuple(_feature(at, column) for at, column in enumerate(signature)))
        return {"layout": MATRIX, "feature_count": len(signature)}
    if signature and all(_is_tensor(column) for column in signature):
        by_library = package.flavor in flavors.FLAVORS
        found = _of_tensors(signature, own, by_library=by_library)
        if found is not None:
            return found
    return _of_model(own)


def _come_apart(flavor: str, signature: list[dict[str, Any]]) -> bool:
    """Whether inputs of one value come as columns; a lone one of numbers does so in any case."""
    kind = schema.element_type(signature[0].get("tensor-spec", {}))
    is_number = isinstance(kind, t.NumericType)
    return len(signature) > 1 or (flavor == graphs.ONNX and not is_number)


def _of_tensors(
    signature: list[dict[str, Any]], own: flavors.Inputs, *, by_library: bool
) -> dict[str, Any] | None:
    first = signature[0]
    if len(signature) == 1 and _is_matrix(first, by_library=by_library):
        count, elements = _shape(first)[1], _elements(first["tensor-spec"])
        return {"layout": MATRIX, "feature_count": count, **elements} if not own.names else None
    return None if by_library else _tensors(signature)


def _of_model(own: flavors.Inputs) -> dict[str, Any]:
    if own.names:
        return _columns(tuple(Feature(name) for name in own.names))
    if own.count:
        return {"layout": MATRIX, "feature_count": own.count}
    return {"layout": FRAME}


# Their graphs say of which rank each input is.
_RANKED = frozenset({graphs.ONNX, graphs.TENSORFLOW, graphs.KERAS})


def _columns(features: tuple[Feature, ...]) -> dict[str, Any]:
    return {"layout": COLUMNS, "features": features, "feature_count": len(features)}


def _feature(at: int, column: dict[str, Any]) -> Feature:
    kind = schema.column_type(column)
    return Feature(
        name=str(column.get("name", at)),
        type=kind.jsonValue() if kind is not None else None,
        optional=column.get("required") is False or column.get("optional") is True,
    )


def _tensors(signature: list[dict[str, Any]]) -> dict[str, Any]:
    features = tuple(
        replace(_feature(at, column), shape=tuple(_shape(column)[1:]), dtype=_dtype(column))
        for at, column in enumerate(signature)
    )
    named = all("name" in column for column in signature)
    return {
        "layout": TENSORS,
        "features": features,
        "feature_count": len(features),
        "named": named,
    }


def _elements(spec: dict[str, Any]) -> dict[str, Any]:
    """The element type of a matrix, if it is one of numbers."""
    kind = schema.element_type(spec)
    if kind is None or spec["dtype"] == "str":
        return {"dtype": None}
    return {"dtype": spec["dtype"], "element": kind.jsonValue()}


def _is_tensor(column: dict[str, Any]) -> bool:
    """Whether it is a tensor of rows: its first size is that of the batch."""
    return column.get("type") == "tensor" and _shape(column)[:1] == [-1]


def _is_matrix(column: dict[str, Any], *, by_library: bool) -> bool:
    shape = _shape(column)
    return (by_library or "name" not in column) and len(shape) == 2 and shape[1] > 0


def _shape(column: dict[str, Any]) -> list[int]:
    return [int(size) for size in column["tensor-spec"].get("shape", [])]


def _dtype(column: dict[str, Any]) -> str:
    return str(column["tensor-spec"].get("dtype"))
