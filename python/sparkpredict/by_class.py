# SPDX-License-Identifier: Apache-2.0
"""A classifier's answers by class: which fields mean what. The worker's part: worker/classes.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import types as t

from sparkpredict import returns
from sparkpredict.flavors import FLAVORS, labels
from sparkpredict.worker import parts
from sparkpredict.worker.methods import PREDICT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sparkpredict.descriptor import Descriptor

# The outputs with one column for each class.
METHODS = ("predict_proba", "predict_log_proba", "predict_joint_log_proba")
LABEL, PROBABILITY, PROBABILITIES = "label", "probability", "probabilities"
_NESTED = (t.ArrayType, t.MapType, t.StructType)
_NUMBERS = (t.NumericType, t.BooleanType)


@dataclass(frozen=True)
class Wanted:
    """What to ask of a classifier.

    Attributes:
        ask: for the worker.
        known: what the answers' types are, as a signature would say it.
    """

    ask: dict[str, Any]
    known: t.DataType | None


def wanted(
    declared: t.DataType, output: str | None, descriptor: Descriptor, signed: set[str]
) -> Wanted | None:
    """What a declared type means for this model; None where it is no matter of classes.

    Args:
        declared: the return type.
        output: what the user wants to be asked of the model.
        descriptor: the model.
        signed: the outputs that its signature names, in lower case.

    Raises:
        ReturnTypeError: the fields neither are classes nor fit them.
    """
    classes = descriptor.classes
    if classes is None:
        _check_not_meant(declared, output, descriptor, signed)
        return None
    texts = [labels.text(label) for label in classes]
    if isinstance(declared, t.StructType) and declared.fields:
        if _is_by_part(declared, output, texts) and not _named(declared) <= signed:
            return _by_part(declared, classes, texts)
        if output in METHODS:
            return _by_name(declared, output, texts)
    if isinstance(declared, t.MapType) and output in METHODS:
        return Wanted(_ask([(None, parts.MAP)], texts, output), None)
    return None


def _check_not_meant(
    declared: t.DataType, output: str | None, descriptor: Descriptor, signed: set[str]
) -> None:
    """Refuses a classifier's fields of a library's model that is known to be none."""
    if not isinstance(declared, t.StructType) or not _is_by_part(declared, output, []):
        return
    is_known = descriptor.methods and descriptor.flavor in FLAVORS
    is_meant = len(declared.fields) > 1 and all(_has_form(field) for field in declared)
    if is_known and is_meant and not _named(declared) <= signed:
        raise returns.unsupported(
            declared,
            "the model has no predict_proba with classes (a native Booster knows no labels). "
            "Save a classifier, or declare what an output gives: " + _listed(descriptor.methods),
        )


def _has_form(field: t.StructField) -> bool:
    """Whether its type is what a classifier's field of that name can have."""
    nested = isinstance(field.dataType, _NESTED)
    return nested == (field.name.lower() == PROBABILITIES)


def _named(declared: t.StructType) -> set[str]:
    return {field.name.lower() for field in declared}


def _is_by_part(declared: t.StructType, output: str | None, texts: list[str]) -> bool:
    names = _named(declared)
    return (
        output in {None, PREDICT, "predict_proba"}
        and names <= {LABEL, PROBABILITY, PROBABILITIES}
        and len(names) == len(declared.fields)
        and names.isdisjoint(text.lower() for text in texts)
    )


def _by_part(declared: t.StructType, classes: tuple[Any, ...], texts: list[str]) -> Wanted:
    fields, known = [], t.StructType()
    for field in declared:
        part, kind = _part(declared, field, classes)
        fields.append((field.name, part))
        if kind is not None:
            known = known.add(field.name, kind)
    return Wanted(_ask(fields, texts, "predict_proba"), known)


def _part(
    declared: t.StructType, field: t.StructField, classes: tuple[Any, ...]
) -> tuple[str, t.DataType | None]:
    kind, name = field.dataType, field.name.lower()
    if name == PROBABILITIES:
        if isinstance(kind, t.MapType):
            return parts.MAP, None
        if isinstance(kind, t.ArrayType) and not isinstance(kind.elementType, _NESTED):
            return parts.LIST, None
        raise returns.unsupported(
            declared, f"{field.name} is MAP<STRING, DOUBLE>, or ARRAY<DOUBLE>"
        )
    if isinstance(kind, _NESTED):
        raise returns.unsupported(declared, f"{field.name} is one value for each row")
    if name == PROBABILITY:
        return parts.PROBABILITY, t.DoubleType()
    if isinstance(kind, t.StringType):
        return parts.LABEL_TEXT, t.StringType()
    if any(isinstance(label, str) for label in classes) and isinstance(kind, _NUMBERS):
        raise returns.unsupported(
            declared, f"the labels are text such as {classes[0]!r}: {field.name} STRING"
        )
    return parts.LABEL, None


def _by_name(declared: t.StructType, output: str, texts: list[str]) -> Wanted:
    names = [field.name for field in declared]
    if all(name in texts for name in names):
        return _at(names, [texts.index(name) for name in names], texts, output)
    folded = [text.lower() for text in texts]
    if len(set(folded)) == len(folded) and all(name.lower() in folded for name in names):
        return _at(names, [folded.index(name.lower()) for name in names], texts, output)
    if not any(name.lower() in folded for name in names) and len(names) == len(texts):
        return _at(names, list(range(len(names))), texts, output)
    raise returns.unsupported(
        declared,
        f"output {output!r} has the classes {_listed(texts)}. Name fields after classes, or as "
        "many other fields as there are classes",
    )


def _at(names: list[str], places: list[int], texts: list[str], output: str) -> Wanted:
    return Wanted(_ask(list(zip(names, places)), texts, output), None)


def _ask(fields: list[tuple[Any, Any]], texts: list[str], output: str) -> dict[str, Any]:
    return {"fields": fields, "classes": texts, "of": output}


def several(output: str, width: int | None, descriptor: Descriptor) -> str:
    """Why one value cannot hold an output, and what to declare in its place."""
    if output not in METHODS:
        count = str(width) if width is not None else "several"
        return (
            f"output {output!r} has {count} values for each row. Write ARRAY<DOUBLE>, or a field "
            "for each"
        )
    texts = [labels.text(label) for label in descriptor.classes or ()]
    classes = f" ({_listed(texts)})" if texts else ""
    parts = (
        ", or 'label STRING, probability DOUBLE, probabilities MAP<STRING, DOUBLE>'"
        if texts and output == "predict_proba"
        else ""
    )
    return (
        f"output {output!r} has one value for each class{classes}. Write ARRAY<DOUBLE>{parts}, or "
        "one field for each class"
    )


def _listed(texts: Sequence[str]) -> str:
    most = 10
    return ", ".join(texts[:most]) + (", ..." if len(texts) > most else "")
