# SPDX-License-Identifier: Apache-2.0
"""Which input a column of a plan is made of, and what input makes it have some value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from sparkpredict.compile import city_hash

if TYPE_CHECKING:
    from sparkpredict.compile.plan import ModelPlan, Step


@dataclass(frozen=True)
class Line:
    """A number made of one input: about ``input = slope * column + shift``.

    Attributes:
        input: the place of the input.
        slope: see above.
        shift: see above.
        narrow: whether it is rounded to float32 on the way.
    """

    input: int
    slope: float = 1.0
    shift: float = 0.0
    narrow: bool = False

    @property
    def is_same(self) -> bool:
        """Whether the column is the input itself, perhaps rounded."""
        return self.slope == 1.0 and self.shift == 0.0

    def back(self, values: Any) -> Any:
        """The inputs that make the column have some values, nearly."""
        return values if self.is_same else values * self.slope + self.shift


@dataclass(frozen=True)
class Coded:
    """A number that stands for the category that an input is.

    Attributes:
        input: the place of the input.
        categories: texts or numbers; None for NULL.
        codes: what stands for each.
        place: where this is given, the column is 1 for the categories of that code, else 0.
    """

    input: int
    categories: tuple[Any, ...]
    codes: Any
    place: int | None = None

    @property
    def values(self) -> Any:
        """What the column is for each category."""
        return self.codes if self.place is None else (self.codes == self.place).astype(np.float64)


# Evaluated at run time, so in the form that Python 3.9 reads.
Origin = Union[Line, Coded]


def origins(plan: ModelPlan) -> list[Origin | None]:
    """For each column where it comes from; None for what is made of several columns."""
    found: list[Origin | None] = [Line(at) for at in range(len(plan.inputs))]
    for step in plan.steps:
        found += _made(step, [found[column] for column in step.inputs])
    return found


def categories(step: Step) -> tuple[Any, ...]:
    """The categories of a step that has some; texts that are likely to be so for their hashes."""
    if "texts" in step.fields:
        return tuple(step.fields["texts"])
    if "hashes" in step.fields:
        return tuple(city_hash.likely(int(found)) for found in step.fields["hashes"])
    return tuple(step.fields["numbers"].tolist())


def _made(step: Step, given: list[Origin | None]) -> list[Origin | None]:
    if step.op in {"impute", "impute_text"} or step.fields.get("function") == "trunc":
        return given
    if step.op == "cast32":
        return [replace(o, narrow=True) if isinstance(o, Line) else o for o in given]
    if step.op in {"scale", "affine"}:
        return [_scaled(o, *_inverse(step, at)) for at, o in enumerate(given)]
    if step.op in {"onehot", "codes"} and isinstance(given[0], Line):
        known, place = categories(step), given[0].input
        if step.op == "codes":
            return [Coded(place, known, step.fields["values"])]
        return [Coded(place, known, step.fields["places"], at) for at in range(step.out)]
    return [None] * step.out


def _scaled(origin: Origin | None, slope: float, shift: float) -> Origin | None:
    if not isinstance(origin, Line) or not np.isfinite([slope, shift]).all() or slope == 0.0:
        return None
    return replace(origin, slope=origin.slope * slope, shift=origin.slope * shift + origin.shift)


def _inverse(step: Step, at: int) -> tuple[float, float]:
    """Slope and shift from a scaled number back to the number."""
    fields = step.fields
    with np.errstate(all="ignore"):
        if step.op == "affine":
            slope = np.float64(1.0) / fields["scale"][at]
            return float(slope), float(-fields["offset"][at] * slope)
    slope = fields["scale"][at] if "scale" in fields else 1.0
    return float(slope), float(fields["center"][at] if "center" in fields else 0.0)
