# SPDX-License-Identifier: Apache-2.0
"""How far from the Python model's answer an engine's may be, where their last bits are free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.plan import BITS, FLOAT32

if TYPE_CHECKING:
    from sparkpredict.compile.bound import Bound
    from sparkpredict.compile.plan import Output

_RELATIVE = {FLOAT32: 2.0**-22}
# Some steps of the smallest doubles, of which a share is none.
_SMALLEST = 8 * 5e-324


def within(output: Output, answers: Any, bounds: list[Bound]) -> Any:
    """For each answer how far from it is agreement; None where nothing but the bits is.

    Args:
        output: of a plan.
        answers: (rows, columns).
        bounds: of the plan's columns for these rows.

    Returns:
        As the answers; infinite where a sum overflows on the way, and may be anything.
    """
    if output.tolerance == BITS:
        return None
    near = np.empty_like(answers)
    with np.errstate(all="ignore"):
        for at, column in enumerate(output.columns):
            size = np.abs(answers[:, at])
            size = np.where(np.isfinite(size), size, 0.0)
            least = _RELATIVE.get(output.tolerance, 1e-12) * size
            near[:, at] = least + bounds[column].distance(answers[:, at]) + _SMALLEST
    return np.where(np.isnan(near), np.inf, near)


def close(scores: Any, distances: Any) -> Any:
    """For each row whether its two best classes are so near that either is right.

    Args:
        scores: of the classes, or one that is compared with 0 where there are two.
        distances: how far from each is agreement.
    """
    with np.errstate(all="ignore"):
        if scores.shape[1] == 1:
            return ~(np.abs(scores[:, 0]) > distances[:, 0])
        best = np.sort(scores, axis=1)[:, -2:]
        return ~(best[:, 1] - best[:, 0] > 2 * distances.max(axis=1))
