# SPDX-License-Identifier: Apache-2.0
"""By how much the columns of a plan may differ from the library's, where the last bits are free.

A sum of products in another order differs by the roundings of its terms, which is much where they
cancel; exp and ln differ by an ulp, and so does a probability, which is much for the rest of 1.
What comes later passes that on. Nothing is scored for this: a column is known by its size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.bound import (
    LEAST,
    ROUNDING,
    Bound,
    line,
    rounded,
    same,
    worst_of,
)
from sparkpredict.compile.link_bounds import LINKS
from sparkpredict.compile.operations import TEXT

if TYPE_CHECKING:
    from sparkpredict.compile.plan import ModelPlan, Step


def bounds(plan: ModelPlan, inputs: Any) -> list[Bound]:
    """Of each column of a plan.

    Args:
        plan: the plan.
        inputs: for each of its inputs the numbers of some rows; anything for a text.
    """
    found = [
        _of_input(given.kind != TEXT and values is not None, values)
        for given, values in zip(plan.inputs, inputs)
    ]
    with np.errstate(all="ignore"):
        for step in plan.steps:
            found += _MADE[step.op](step, [found[column] for column in step.inputs])
    return found


def _of_input(is_number: bool, values: Any) -> Bound:  # noqa: FBT001
    return Bound(np.abs(values), least=np.abs(values)) if is_number else Bound(1.0)


def _nothing(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return []


def _flags(step: Step, given: list[Bound]) -> list[Bound]:
    return [Bound(1.0, _anything(given))] * step.out


def _anything(given: list[Bound]) -> Any:
    """Infinite where one of these may be anything, and so what is chosen by it; else 0."""
    return np.where(np.isfinite(worst_of([b.whole for b in given])), 0.0, np.inf)


def _argmax(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    """Where sums overflow, in one order and not in another, any place may be the greatest."""
    return [Bound(float(len(given)), _anything(given))]


def _impute(step: Step, given: list[Bound]) -> list[Bound]:
    return [
        replace(b, size=np.fmax(b.size, np.abs(v)), least=np.fmin(b.least, np.abs(v)))
        for b, v in zip(given, step.fields["values"])
    ]


def _scale(step: Step, given: list[Bound]) -> list[Bound]:
    center = step.fields.get("center", np.zeros(len(given)))
    scale = step.fields.get("scale", np.ones(len(given)))
    return [line(b, 1 / s, c / s) for b, c, s in zip(given, center, scale)]


def _affine(step: Step, given: list[Bound]) -> list[Bound]:
    pairs = zip(given, step.fields["scale"], step.fields["offset"])
    made = [line(b, slope, shift) for b, slope, shift in pairs]
    if "clip" not in step.fields:
        return made
    most = np.abs(step.fields["clip"]).max()
    return [replace(b, size=np.minimum(b.size, most), relative=0.0, error=b.whole) for b in made]


def _codes(step: Step, given: list[Bound]) -> list[Bound]:
    values = np.concatenate([step.fields["values"], step.fields.get("unknown", np.zeros(0))])
    return [Bound(np.abs(values).max(initial=0.0), _anything(given))]


def _product(step: Step, given: list[Bound]) -> list[Bound]:
    pairs = zip(given, given[step.out :])
    return [
        rounded(Bound(a.size * b.size, a.whole * (b.size + b.whole) + b.whole * a.size))
        for a, b in pairs
    ]


def _interpolate(step: Step, given: list[Bound]) -> list[Bound]:
    at, values = step.fields["at"], step.fields["values"]
    run, rise = np.diff(at), np.abs(np.diff(values))
    steepest = (rise[run > 0] / run[run > 0]).max(initial=0.0)
    size = np.abs(values).max()
    own = 8 * ROUNDING * np.maximum(size, rise.max(initial=0.0))
    return [Bound(size, own + b.whole * steepest) for b in given]


def _yeo_johnson(step: Step, given: list[Bound]) -> list[Bound]:
    """The logarithm's ulp, times the power, is that of the answer; nowhere is it steeper."""
    made = []
    for b, power in zip(given, step.fields["powers"]):
        most = np.maximum(abs(power), abs(2 - power))
        inside = most * np.log1p(b.size)
        size = np.expm1(inside) / np.maximum(most, LEAST) + np.log1p(b.size)
        slope = (1 + b.size) ** abs(power - 1)
        error = np.where(b.whole == 0.0, 0.0, b.whole * slope)
        made.append(Bound(size, error, 8 * ROUNDING * (1 + inside)))
    return made


def _linear(step: Step, given: list[Bound]) -> list[Bound]:
    made = []
    weights = np.abs(step.fields["coefficients"].reshape(step.out, len(given)))
    for row, last in zip(weights, np.abs(step.fields["intercept"])):
        size = sum((w * b.size for w, b in zip(row, given)), last)
        error = sum((w * b.whole for w, b in zip(row, given)), 0.0)
        terms = len(given) + 2
        made.append(Bound(size, error + 2 * terms * ROUNDING * size))
    return made


def _linear32(step: Step, given: list[Bound]) -> list[Bound]:
    """In one order, and of float32 alone, so with the library's bits."""
    weights = np.abs(step.fields["coefficients"].astype(np.float64)).reshape(step.out, len(given))
    starts = np.abs(step.fields["intercept"].astype(np.float64))
    return [
        Bound(sum((w * b.size for w, b in zip(row, given)), start))
        for row, start in zip(weights, starts)
    ]


def _spline(step: Step, given: list[Bound]) -> list[Bound]:
    """Inside of the knots at most 1; outside they go on as lines, or as polynomials."""
    knots, degree = step.fields["knots"], step.fields["degree"]
    run = np.diff(knots)
    widest, least = knots[-1] - knots[0], run[run > 0].min(initial=np.inf)
    far = np.fmax(given[0].size + np.abs(knots).max(), widest) / least
    if "ends" in step.fields:
        slopes = np.abs(step.fields["ends"]).reshape(4, -1)[[1, 3]].max()
        size, steepest = 1 + slopes * far * least, np.fmax(slopes, 2 * degree / least)
    elif step.fields["periodic"]:
        size, steepest = 1.0, 2 * degree / least
    else:
        size = (2 * far) ** degree
        steepest = size * degree / least
    own = 16 * (degree + 1) * ROUNDING * size
    return [Bound(size, own + np.where(given[0].whole == 0, 0.0, given[0].whole * steepest))] * (
        step.out
    )


def _forest(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    """Boosted sums have one order; a mean is added up by several jobs in any order."""
    fields, out = step.fields, step.out
    trees = len(fields["tree_nodes"]) - 1
    leaf = np.abs(fields["leaf"].astype(np.float64)).max(initial=0.0)
    size = trees * leaf + np.abs(fields["base"]).max(initial=0.0)
    size /= np.abs(fields["divisor"][0]) if "divisor" in fields else 1.0
    return [Bound(size, 0.0 if "target" in fields else 2.0 * trees * ROUNDING * leaf)] * out


def _link(step: Step, given: list[Bound]) -> list[Bound]:
    return LINKS[step.fields["function"]](step, given)


_MADE: dict[str, Callable[[Step, list[Bound]], list[Bound]]] = {
    **dict.fromkeys(("cast32", "impute_text"), same),
    **dict.fromkeys(("missing", "missing_text", "onehot", "threshold"), _flags),
    **dict.fromkeys(("refuse", "refuse_outside"), _nothing),
    "impute": _impute,
    "scale": _scale,
    "affine": _affine,
    "codes": _codes,
    "linear": _linear,
    "linear32": _linear32,
    "spline": _spline,
    "forest": _forest,
    "link": _link,
    "product": _product,
    "bins": lambda step, given: [Bound(float(len(step.fields["edges"])))] * len(given),
    "interpolate": _interpolate,
    "yeo_johnson": _yeo_johnson,
    "weighted_median": lambda _, given: [Bound(worst_of([b.size for b in given]))],
    "argmax": _argmax,
}
