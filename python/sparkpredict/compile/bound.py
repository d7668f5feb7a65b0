# SPDX-License-Identifier: Apache-2.0
"""By how much one column of a plan may differ from the library's: see bounds.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sparkpredict.compile.plan import Step

ROUNDING = 2.0**-53
LEAST = 5e-324


@dataclass(frozen=True)
class Bound:
    """Of one column, for each row or for all alike: |difference| <= error + relative * |number|.

    Attributes:
        size: what no number is beyond, whatever its sign.
        error: see above.
        relative: see above.
        of_log: an error of what a logarithm was taken of, to be divided by that.
        least: what no number is nearer to 0 than.
    """

    size: Any
    error: Any = 0.0
    relative: Any = 0.0
    of_log: Any = 0.0
    least: Any = 0.0

    @property
    def whole(self) -> Any:
        """The error altogether."""
        unknown = np.where(np.asarray(self.of_log) > 0, np.inf, 0.0)
        return self.error + np.where(self.relative == 0.0, 0.0, self.relative * self.size) + unknown

    def distance(self, answers: Any) -> Any:
        """How far from the library's answers is agreement."""
        size = np.abs(answers)
        size = np.where(np.isfinite(size), size, 0.0)
        under = 0.0 if np.all(self.of_log == 0.0) else self.of_log / np.exp(answers)
        return self.error + self.relative * size + under


def rounded(bound: Bound, roundings: float = 1.0) -> Bound:
    """After some more operations; on the same bits they give the same bits."""
    return replace(bound, relative=bound.relative + _differs(bound) * roundings * 2 * ROUNDING)


def line(bound: Bound, slope: float, shift: float) -> Bound:
    """After a multiplication and an addition, whose terms may cancel."""
    size = bound.size * abs(slope) + abs(shift)
    roundings = _differs(bound) * 6 * ROUNDING * size
    return Bound(size, bound.whole * abs(slope) + roundings)


def _differs(bound: Bound) -> Any:
    return np.asarray(bound.error + bound.relative + bound.of_log) > 0


def worst_of(parts: list[Any]) -> Any:
    """For each row the greatest."""
    worst = parts[0]
    for part in parts[1:]:
        worst = np.maximum(worst, part)
    return worst


def same(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001 (the form of all)
    """Of a step that passes numbers on."""
    return given
