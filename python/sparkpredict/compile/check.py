# SPDX-License-Identifier: Apache-2.0
"""Whether a plan keeps the rules of its format, docs/model-plan.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.container import Broken
from sparkpredict.compile.operations import (
    LINKS,
    NUMBER,
    OF_TEXTS,
    OPERATIONS,
    TEXT,
    UNREAD,
    Field,
    Operation,
)
from sparkpredict.compile.trees import check_forest

if TYPE_CHECKING:
    from sparkpredict.compile.plan import ModelPlan, Output, Step

_TOLERANCES = ("bits", "relative", "float32")
_LABELS: dict[str, type | tuple[type, ...]] = {
    "whole": int,
    "number": (int, float),
    "text": str,
    "boolean": bool,
}


def check(plan: ModelPlan) -> None:
    """Checks the whole plan.

    Raises:
        Broken: with the step or output, and the rule.
    """
    kinds = [given.kind for given in plan.inputs]
    if not set(kinds) <= {NUMBER, TEXT, UNREAD}:
        raise Broken(f"an input is of kind {min(set(kinds) - {NUMBER, TEXT, UNREAD})!r}")
    for at, step in enumerate(plan.steps):
        with _named(f"step {at} ({step.op})"):
            kinds += _appended(step, kinds)
    for name, output in plan.outputs.items():
        with _named(f"output {name}"):
            _check_output(output, kinds)
    if plan.default not in plan.outputs:
        raise Broken(f"the default output {plan.default!r} is not among the outputs")


@contextmanager
def _named(part: str) -> Iterator[None]:
    try:
        yield
    except Broken as error:
        raise Broken(f"{part}: {error}") from None


def _appended(step: Step, kinds: list[str]) -> list[str]:
    """The kinds of the columns that a step appends, after all of its rules."""
    operation = OPERATIONS.get(step.op)
    if operation is None:
        raise Broken("the operation is unknown")
    _check_columns(step.inputs, kinds)
    takes = operation.takes or (TEXT if OF_TEXTS & set(step.fields) else NUMBER)
    for column in step.inputs:
        if kinds[column] != takes:
            raise Broken(f"reads column {column}, which is a {kinds[column]}, as a {takes}")
    _check_fields(step, operation)
    _check_counts(step, operation)
    if step.op in _SPECIAL:
        _SPECIAL[step.op](step)
    if step.op == "forest":
        check_forest(step.fields, len(step.inputs), step.out)
    return [operation.gives] * step.out


def _check_columns(columns: tuple[int, ...], kinds: list[str]) -> None:
    for column in columns:
        if type(column) is not int or not 0 <= column < len(kinds):
            raise Broken(f"reads column {column}, and there are {len(kinds)} before it")


def _check_fields(step: Step, operation: Operation) -> None:
    unknown = sorted(set(step.fields) - set(operation.fields))
    if unknown:
        raise Broken(f"the field {unknown[0]} is unknown")
    for name, field in operation.fields.items():
        if name in step.fields:
            _check_field(name, field, step)
        elif not field.optional:
            raise Broken(f"has no {name}")


def _check_field(name: str, field: Field, step: Step) -> None:
    value = step.fields[name]
    if not _is_of(value, field):
        raise Broken(f"{name} is no {field.kind}")
    length = field.length(len(step.inputs), step.out) if field.length is not None else None
    if length is not None and len(value) != length:
        raise Broken(f"{name} has {len(value)} values, not {length}")


def _is_of(value: Any, field: Field) -> bool:
    if field.kind == "flag":
        return isinstance(value, bool)
    if field.kind == "whole":
        return type(value) is int
    if field.kind == "text":
        return isinstance(value, str) or (field.nullable and value is None)
    if field.kind == "texts":
        return isinstance(value, tuple) and all(v is None or isinstance(v, str) for v in value)
    if getattr(value, "ndim", None) != 1:
        return False
    found = f"{value.dtype.kind}{value.dtype.itemsize}"
    return found in {"f8", "f4"} if field.kind == "f" else found == field.kind


def _check_counts(step: Step, operation: Operation) -> None:
    if type(step.out) is not int or step.out < 0:
        raise Broken(f"appends {step.out} columns")
    if operation.reads is not None and len(step.inputs) != operation.reads:
        raise Broken(f"reads {len(step.inputs)} columns, not {operation.reads}")
    if operation.appends is not None and step.out != operation.appends(len(step.inputs)):
        raise Broken(f"appends {step.out} columns, not {operation.appends(len(step.inputs))}")


def _check_link(step: Step) -> None:
    function = step.fields["function"]
    if function not in LINKS:
        raise Broken(f"the function {function!r} is unknown")
    if step.out != LINKS[function](len(step.inputs)):
        raise Broken(f"{function} of {len(step.inputs)} columns does not append {step.out}")
    if function.startswith("binary") and len(step.inputs) != 1:
        raise Broken(f"{function} reads one column")
    if (function == "divide") != ("divisor" in step.fields):
        raise Broken("divide has a divisor, and no other function has")
    if "least" in step.fields and not function.startswith("unit_"):
        raise Broken(f"{function} has no least size")


def _check_categories(step: Step) -> None:
    fields = step.fields
    known = [name for name in ("texts", "hashes", "numbers") if name in fields]
    if len(known) != 1:
        raise Broken("has texts, or hashes of these, or numbers")
    categories = list(fields[known[0]])
    distinct = {repr(c + 0.0) if isinstance(c, float) else c for c in categories}
    if len(distinct) != len(categories):
        raise Broken("a category is there twice")
    meanings = fields["places"] if step.op == "onehot" else fields["values"]
    if len(meanings) != len(categories):
        raise Broken(f"{len(categories)} categories, and {len(meanings)} meanings of them")
    if step.op == "onehot":
        places = [*meanings.tolist(), fields.get("unknown", -1)]
        if any(not -1 <= place < step.out for place in places):
            raise Broken(f"a place is not among its {step.out} columns")


def _check_product(step: Step) -> None:
    if len(step.inputs) % 2:
        raise Broken("a factor is alone")


def _check_bins(step: Step) -> None:
    edges, starts = step.fields["edges"], step.fields["starts"].astype(np.int64)
    if starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] != len(edges):
        raise Broken("starts does not start at 0, goes down, or does not end with the edges")
    parts = [edges[start:end] for start, end in zip(starts, starts[1:])]
    if any(not (np.diff(part) >= 0).all() for part in parts) or np.isnan(edges).any():
        raise Broken("edges are not sorted")


def _check_points(step: Step) -> None:
    at, values = step.fields["at"], step.fields["values"]
    if len(at) == 0 or len(at) != len(values):
        raise Broken(f"{len(at)} points, and {len(values)} values there")
    if not (np.diff(at) >= 0).all() or np.isnan(at).any():
        raise Broken("the points are not sorted")


def _check_inside(step: Step) -> None:
    low, high = step.fields["inside"]
    if not low <= high:
        raise Broken("no number is inside")


def _check_spline(step: Step) -> None:
    knots, degree = step.fields["knots"], step.fields["degree"]
    if degree < 1 or len(knots) != step.out + degree + 1:
        raise Broken(f"{len(knots)} knots of degree {degree} do not make {step.out} columns")
    if not np.isfinite(knots).all() or not (np.diff(knots) >= 0).all():
        raise Broken("the knots are not sorted")
    if step.out <= degree:
        raise Broken("the knots have nothing between them")


def _check_output(output: Output, kinds: list[str]) -> None:
    _check_columns(output.columns, kinds)
    if any(kinds[column] != NUMBER for column in output.columns):
        raise Broken("a column of it is text")
    if output.tolerance not in _TOLERANCES:
        raise Broken(f"the tolerance {output.tolerance!r} is unknown")
    if not output.array and len(output.columns) != 1:
        raise Broken(f"one value for each row, of {len(output.columns)} columns")
    if output.label_kind is None:
        return
    kind = _LABELS.get(output.label_kind)
    if kind is None or output.array:
        raise Broken("labels are whole, number, text or boolean, and one for each row")
    if any(
        not isinstance(label, kind) or (output.label_kind == "whole" and isinstance(label, bool))
        for label in output.labels
    ):
        raise Broken(f"a label is no {output.label_kind}")


_SPECIAL: dict[str, Callable[[Step], None]] = {
    "link": _check_link,
    "onehot": _check_categories,
    "codes": _check_categories,
    "product": _check_product,
    "bins": _check_bins,
    "interpolate": _check_points,
    "refuse_outside": _check_inside,
    "spline": _check_spline,
}
