# SPDX-License-Identifier: Apache-2.0
"""A plan while it is being made: the columns so far, and what was asked of the inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sparkpredict.compile.operations import (
    ALWAYS_DOUBLE,
    FREE,
    FREE32,
    NUMBER,
    OF_TEXTS,
    OPERATIONS,
    TEXT,
    UNREAD,
)
from sparkpredict.compile.plan import BITS, FLOAT32, RELATIVE, Input, ModelPlan, Output, Step
from sparkpredict.compile.unsupported import CannotCompile

NAN_TOLD = "Input X contains NaN."
_TOLERANCES = (BITS, RELATIVE, FLOAT32)
INFINITY_TOLD = "Input X contains infinity or a value too large for dtype('{dtype}')."


@dataclass(frozen=True)
class Table:
    """What one part of a model gives to the next: columns side by side.

    Attributes:
        columns: their numbers.
        sparse: whether the library keeps them as a sparse matrix.
    """

    columns: tuple[int, ...]
    sparse: bool = False

    def taken(self, places: Any) -> Table:
        """Some of its columns."""
        return replace(self, columns=tuple(self.columns[at] for at in places))


class Draft:
    """Collects the steps of a plan.

    Args:
        inputs: for each feature its name, and the kind that its type says; None for no type.

    Attributes:
        part: the part of the model that is being compiled, for reasons.
        widens: whether FLOAT arguments may be widened to DOUBLE; parts set it to False.
        whole: whether arguments that are all whole numbers may be converted to DOUBLE; likewise.
        doubles: the columns that are known to be float64 in the library.
    """

    def __init__(self, inputs: list[tuple[str, str | None]]) -> None:
        self._names = [name for name, _ in inputs]
        self._declared = [kind for _, kind in inputs]
        self._kinds: list[str | None] = [None] * len(inputs)
        self._freedom = [0] * len(inputs)
        self._steps: list[Step] = []
        self._narrow: set[int] = set()
        self.doubles: set[int] = set()
        self._made: dict[Any, tuple[int, ...]] = {}
        self.part = "the model"
        self.widens = True
        self.whole = True

    @property
    def table(self) -> Table:
        """All inputs."""
        return Table(tuple(range(len(self._names))))

    def add(self, op: str, columns: tuple[int, ...], out: int, **fields: Any) -> tuple[int, ...]:
        """Appends a step; fields that are None are left out, unless they can be null.

        Returns:
            The numbers of the columns that it appends; of the same step where it is there already.
        """
        known = OPERATIONS[op].fields
        kept = {n: v for n, v in fields.items() if v is not None or known[n].nullable}
        if op == "forest":  # too large to look for, and never there twice
            return self._append(op, columns, out, kept)
        key = (op, columns, out, *((n, _comparable(v)) for n, v in sorted(kept.items())))
        if key not in self._made:
            self._made[key] = self._append(op, columns, out, kept)
        return self._made[key]

    def _append(
        self, op: str, columns: tuple[int, ...], out: int, fields: dict[str, Any]
    ) -> tuple[int, ...]:
        self.read(columns, OPERATIONS[op].takes or (TEXT if OF_TEXTS & set(fields) else NUMBER))
        first = len(self._kinds)
        self._steps.append(Step(op, columns, out, fields))
        self._kinds += [OPERATIONS[op].gives] * out
        if op in ALWAYS_DOUBLE or (op == "impute" and self.are_doubles(columns)):
            self.doubles.update(range(first, first + out))
        what = fields.get("function", op)
        own = 2 if what in FREE32 else int(what in FREE)
        self._freedom += [max([own, *(self._freedom[c] for c in columns)])] * out
        return tuple(range(first, first + out))

    def tolerance(self, columns: tuple[int, ...]) -> str:
        """What can be promised of an output of these columns, by the steps that they come from."""
        return _TOLERANCES[max((self._freedom[c] for c in columns), default=0)]

    def loosen(self, columns: tuple[int, ...]) -> None:
        """Notes that the library itself adds up these columns in an order that is not fixed."""
        for column in columns:
            self._freedom[column] = max(1, self._freedom[column])

    def settle(self, columns: tuple[int, ...]) -> None:
        """Notes that these columns have the library's bits, whatever steps they come from."""
        for column in columns:
            self._freedom[column] = 0

    def narrow(self, columns: tuple[int, ...]) -> None:
        """Notes that the library holds these columns in float32, and would go on in it."""
        self._narrow.update(columns)

    def is_narrow(self, columns: tuple[int, ...]) -> bool:
        """Whether the library holds one of these in float32."""
        return not self._narrow.isdisjoint(columns)

    def cut(self, table: Table) -> None:
        """Notes that numbers are compared with thresholds, beside which a last bit is everything.

        Raises:
            CannotCompile: the last bits of one are free.
        """
        if self.tolerance(table.columns) != BITS:
            raise self.cannot(
                "it compares numbers with thresholds whose last bits are not the same everywhere: "
                "they come from sums of products or functions like exp"
            )

    def kind(self, column: int) -> str | None:
        """``number`` or ``text``; None for an input that nothing is known of yet."""
        if self._kinds[column] is None:
            return self._declared[column]
        return self._kinds[column]

    def reads(self, column: int) -> bool:
        """Whether a step reads an input."""
        return self._kinds[column] is not None

    def are_doubles(self, columns: tuple[int, ...]) -> bool:
        """Whether the library has float64 there, by the types of the features and the steps."""
        return self.doubles.issuperset(columns)

    def read(self, columns: tuple[int, ...], kind: str) -> None:
        """Notes that columns are read as numbers or as texts.

        Raises:
            CannotCompile: one is the other.
        """
        for column in columns:
            known = self.kind(column)
            if known is not None and known != kind:
                is_input = column < len(self._names)
                named = f"feature {self._names[column]}" if is_input else "a column"
                raise self.cannot(f"it reads {named}, which is a {known}, as a {kind}")
            self._kinds[column] = kind

    def refuse(
        self, table: Table, *, nan: bool, infinite: bool = True, dtype: str = "float64"
    ) -> None:
        """Makes rows bad that have a NaN or an infinity there, as scikit-learn's checks do."""
        self.read(table.columns, NUMBER)
        infinity = INFINITY_TOLD.format(dtype=dtype)
        if nan and table.columns:
            self.add("refuse", table.columns, 0, nan=True, infinite=False, message=NAN_TOLD)
        if infinite and table.columns:
            self.add("refuse", table.columns, 0, nan=False, infinite=True, message=infinity)

    def cannot(self, reason: str) -> CannotCompile:
        """Why the part that is being compiled cannot be; to be raised."""
        return CannotCompile(self.part, reason)

    def finish(self, outputs: dict[str, Output], default: str) -> ModelPlan:
        """The plan.

        Args:
            outputs: what it answers.
            default: the output that is meant where none is named.
        """
        kinds = self._kinds[: len(self._names)]
        return ModelPlan(
            inputs=tuple(Input(n, kind or UNREAD) for n, kind in zip(self._names, kinds)),
            steps=tuple(self._steps),
            outputs=outputs,
            default=default,
            widens=self.widens,
            whole=self.whole,
        )


def _comparable(value: Any) -> Any:
    return (value.dtype.str, value.tobytes()) if isinstance(value, np.ndarray) else value


def doubles(values: Any) -> Any:
    """An array of float64, flat."""
    return np.asarray(values, dtype=np.float64).reshape(-1)
