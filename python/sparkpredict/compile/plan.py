# SPDX-License-Identifier: Apache-2.0
"""A model as plain numbers, for an engine without Python. The format: docs/model-plan.md."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sparkpredict.compile import container
from sparkpredict.compile.check import check
from sparkpredict.compile.container import Broken
from sparkpredict.compile.operations import OPERATIONS

BITS, RELATIVE, FLOAT32 = "bits", "relative", "float32"
_SAME = {True: "same", False: "differs"}
_READ = {told: same for same, told in _SAME.items()}


@dataclass(frozen=True)
class Input:
    """One input of a plan.

    Attributes:
        name: the feature's name, or its place.
        kind: ``number``, ``text``, or ``any`` for one that no step reads.
    """

    name: str
    kind: str


@dataclass(frozen=True)
class Step:
    """One step of a plan.

    Attributes:
        op: one of ``operations.OPERATIONS``.
        inputs: the columns that it reads.
        out: how many columns it appends.
        fields: its fields; numpy arrays stand for themselves.
    """

    op: str
    inputs: tuple[int, ...]
    out: int
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Output:
    """What one of the model's methods answers.

    Attributes:
        columns: the columns that it is made of.
        array: whether each row has an array, not one value.
        tolerance: ``bits``, ``relative`` or ``float32``: how close to the Python model it is.
        label_kind: ``whole``, ``number``, ``text`` or ``boolean`` where the column holds the place
            of a label; else None.
        labels: the labels by place.
    """

    columns: tuple[int, ...]
    array: bool = False
    tolerance: str = BITS
    label_kind: str | None = None
    labels: tuple[Any, ...] = ()


@dataclass(frozen=True)
class ModelPlan:
    """A model plan.

    Attributes:
        inputs: in the order of the model's features.
        steps: in the order of their columns.
        outputs: by the names that ``output=`` takes.
        default: the output that is meant where none is named.
        widens: whether FLOAT arguments may be widened to DOUBLE without changing an answer.
        whole: whether arguments that are all whole numbers may be.
    """

    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    outputs: dict[str, Output]
    default: str
    widens: bool
    whole: bool = True

    def to_bytes(self) -> bytes:
        """The member of the artifact.

        Raises:
            ValueError: the plan breaks a rule of the format.
        """
        check(self)
        arrays: dict[str, Any] = {}
        steps = [_step_head(at, step, arrays) for at, step in enumerate(self.steps)]
        outputs = {
            name: _output_head(name, output, arrays) for name, output in self.outputs.items()
        }
        head = {
            "version": container.VERSION,
            "inputs": [{"name": i.name, "kind": i.kind} for i in self.inputs],
            "steps": steps,
            "outputs": outputs,
            "default": self.default,
            "float32": _SAME[self.widens],
            "whole": _SAME[self.whole],
        }
        return container.write(container.PLAN, head, arrays)

    @property
    def columns(self) -> int:
        """How many columns it has, inputs included."""
        return len(self.inputs) + sum(step.out for step in self.steps)

    @property
    def forests(self) -> tuple[Step, ...]:
        """Its steps that are forests."""
        return tuple(step for step in self.steps if step.op == "forest")


def digest(data: bytes) -> str:
    """What a plan is known by: 64 hexadecimal digits of its bytes."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes) -> ModelPlan:
    """Reads a plan.

    Raises:
        ValueError: the bytes are no plan, or one that breaks a rule of the format.
    """
    head, arrays = container.read(container.PLAN, data)
    try:
        plan = ModelPlan(
            inputs=tuple(Input(i["name"], i["kind"]) for i in head["inputs"]),
            steps=tuple(_step(at, entry, arrays) for at, entry in enumerate(head["steps"])),
            outputs={n: _output(entry, arrays) for n, entry in head["outputs"].items()},
            default=head["default"],
            widens=_READ[head["float32"]],
            whole=_READ[head["whole"]],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise Broken(f"the head has no or a wrong {error}") from error
    check(plan)
    return plan


def _step_head(at: int, step: Step, arrays: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"op": step.op, "in": list(step.inputs), "out": step.out}
    for name, value in step.fields.items():
        if hasattr(value, "dtype"):
            arrays[f"{at}.{name}"] = value
            told[name] = f"{at}.{name}"
        else:
            told[name] = list(value) if isinstance(value, tuple) else value
    return told


def _step(at: int, entry: dict[str, Any], arrays: dict[str, Any]) -> Step:
    known = OPERATIONS.get(entry["op"])
    if known is None:
        raise Broken(f"step {at}: the operation {entry['op']!r} is unknown")
    fields: dict[str, Any] = {}
    for name, value in entry.items():
        kind = known.fields[name].kind if name in known.fields else None
        if kind in {"f8", "f4", "i4", "u4", "u1", "f"}:
            fields[name] = arrays[value]
        elif name not in {"op", "in", "out"}:
            fields[name] = tuple(value) if isinstance(value, list) else value
    return Step(entry["op"], tuple(entry["in"]), entry["out"], fields)


def _output_head(name: str, output: Output, arrays: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "columns": list(output.columns),
        "form": "array" if output.array else "scalar",
        "tolerance": output.tolerance,
    }
    if output.label_kind is not None:
        values: Any = list(output.labels)
        if output.label_kind == "number":
            import numpy as np

            arrays[f"labels.{name}"] = np.asarray(values, dtype=np.float64)
            values = f"labels.{name}"
        told["labels"] = {"kind": output.label_kind, "values": values}
    return told


def _output(entry: dict[str, Any], arrays: dict[str, Any]) -> Output:
    labels = entry.get("labels")
    values: Any = ()
    if labels is not None:
        named = labels["kind"] == "number"
        values = arrays[labels["values"]].tolist() if named else labels["values"]
    return Output(
        columns=tuple(entry["columns"]),
        array={"array": True, "scalar": False}[entry["form"]],
        tolerance=entry["tolerance"],
        label_kind=labels["kind"] if labels is not None else None,
        labels=tuple(values),
    )
