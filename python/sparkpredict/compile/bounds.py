# SPDX-License-Identifier: Apache-2.0
"""By how much the columns of a plan may differ from the library's, where the last bits are free.

A sum of products in another order differs by the roundings of its terms, which is much where they
cancel; exp and ln differ by an ulp, and so does a probability, which is much for the rest of 1.
What comes later passes that on. Nothing is scored for this: a column is known by its size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkpredict.compile.operations import TEXT

if TYPE_CHECKING:
    from sparkpredict.compile.plan import ModelPlan, Step

ROUNDING = 2.0**-53
# A few ulp of 1, in which a probability is taken from 1; likewise of float32.
_OF_ONE, _OF_ONE32 = 2.0**-50, 2.0**-22
_LEAST = 5e-324


@dataclass(frozen=True)
class Bound:
    """Of one column, for each row or for all alike: |difference| <= error + relative * |number|.

    Attributes:
        size: what no number is beyond, whatever its sign.
        error: see above.
        relative: see above.
        of_log: an error of what a logarithm was taken of, to be divided by that.
    """

    size: Any
    error: Any = 0.0
    relative: Any = 0.0
    of_log: Any = 0.0

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


def bounds(plan: ModelPlan, inputs: Any) -> list[Bound]:
    """Of each column of a plan.

    Args:
        plan: the plan.
        inputs: for each of its inputs the numbers of some rows; anything for a text.
    """
    found = [
        Bound(1.0 if given.kind == TEXT or values is None else np.abs(values))
        for given, values in zip(plan.inputs, inputs)
    ]
    with np.errstate(all="ignore"):
        for step in plan.steps:
            found += _MADE[step.op](step, [found[column] for column in step.inputs])
    return found


def _rounded(bound: Bound, roundings: float = 1.0) -> Bound:
    """After some more operations; on the same bits they give the same bits."""
    differs = (np.asarray(bound.error) > 0) | (np.asarray(bound.relative) > 0)
    return replace(bound, relative=bound.relative + differs * roundings * 2 * ROUNDING)


def _same(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001 (the form of all)
    return given


def _nothing(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return []


def _flags(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(1.0)] * step.out


def _impute(step: Step, given: list[Bound]) -> list[Bound]:
    return [
        replace(b, size=np.fmax(b.size, np.abs(v))) for b, v in zip(given, step.fields["values"])
    ]


def _scale(step: Step, given: list[Bound]) -> list[Bound]:
    center = step.fields.get("center", np.zeros(len(given)))
    scale = step.fields.get("scale", np.ones(len(given)))
    return [_line(b, 1 / s, c / s) for b, c, s in zip(given, center, scale)]


def _affine(step: Step, given: list[Bound]) -> list[Bound]:
    pairs = zip(given, step.fields["scale"], step.fields["offset"])
    made = [_line(b, slope, shift) for b, slope, shift in pairs]
    if "clip" not in step.fields:
        return made
    most = np.abs(step.fields["clip"]).max()
    return [replace(b, size=np.minimum(b.size, most), relative=0.0, error=b.whole) for b in made]


def _line(bound: Bound, slope: float, shift: float) -> Bound:
    size = bound.size * abs(slope) + abs(shift)
    return _rounded(Bound(size, bound.whole * abs(slope)), 3.0)


def _codes(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    values = np.concatenate([step.fields["values"], step.fields.get("unknown", np.zeros(0))])
    return [Bound(np.abs(values).max(initial=0.0))]


def _linear(step: Step, given: list[Bound]) -> list[Bound]:
    made = []
    weights = np.abs(step.fields["coefficients"].reshape(step.out, len(given)))
    for row, last in zip(weights, np.abs(step.fields["intercept"])):
        size = sum((w * b.size for w, b in zip(row, given)), last)
        error = sum((w * b.whole for w, b in zip(row, given)), 0.0)
        terms = len(given) + 2
        made.append(Bound(size, error + 2 * terms * ROUNDING * size))
    return made


def _forest(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    """Boosted sums have one order; a mean is added up by several jobs in any order."""
    fields, out = step.fields, step.out
    trees = len(fields["tree_nodes"]) - 1
    leaf = np.abs(fields["leaf"].astype(np.float64)).max(initial=0.0)
    size = trees * leaf + np.abs(fields["base"]).max(initial=0.0)
    size /= np.abs(fields["divisor"][0]) if "divisor" in fields else 1.0
    return [Bound(size, 0.0 if "target" in fields else 2.0 * trees * ROUNDING * leaf)] * out


def _link(step: Step, given: list[Bound]) -> list[Bound]:
    return _LINKS[step.fields["function"]](step, given)


def _sigmoid(step: Step, given: list[Bound]) -> list[Bound]:
    last = _last_bits(step)
    return [Bound(1.0, 0.0, 2 * b.whole + last) for b in given]


def _softmax(step: Step, given: list[Bound]) -> list[Bound]:
    last = _last_bits(step) + len(given) * 4 * ROUNDING
    worst = _worst([b.whole for b in given])
    return [Bound(1.0, 0.0, 2 * worst + last)] * len(given)


def _normalise(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    """Of what has an absolute error nothing is known, as their sum may be as small."""
    worst = 2 * _worst([b.relative for b in given]) + len(given) * 4 * ROUNDING
    vague = np.asarray(_worst([b.error for b in given])) > 0
    return [Bound(1.0, np.where(vague, np.inf, 0.0), worst)] * len(given)


def _binary(step: Step, given: list[Bound]) -> list[Bound]:
    rest = _OF_ONE32 if step.fields["function"].endswith("32") else _OF_ONE
    return [Bound(1.0 + given[0].size, given[0].whole + rest), given[0]]


def _exp(step: Step, given: list[Bound]) -> list[Bound]:
    last = _last_bits(step)
    return [Bound(np.exp(b.size), 0.0, b.whole + last) for b in given]


def _expm1(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(np.exp(b.size) + 1, b.whole, b.whole + 4 * ROUNDING) for b in given]


def _tanh(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(1.0, b.whole, 8 * ROUNDING) for b in given]


def _log(step: Step, given: list[Bound]) -> list[Bound]:
    most = [np.fmax(np.abs(np.log(b.size)), -np.log(_LEAST)) for b in given]
    pairs = zip(given, most)
    return [Bound(size, b.relative, _last_bits(step), of_log=b.error) for b, size in pairs]


def _log_of_more(step: Step, given: list[Bound]) -> list[Bound]:
    """Of 1 + x or to another base, by some ulp; of what has an error nothing is known."""
    return [
        replace(made, error=_unless_same(b), of_log=0.0, relative=8 * ROUNDING)
        for b, made in zip(given, _log(step, given))
    ]


def _log_softmax(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    size = 2 * _worst([b.size for b in given]) + np.log(len(given))
    error = 2 * _worst([b.whole for b in given]) + 8 * ROUNDING * size
    return [Bound(size, error)] * len(given)


def _sqrt(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [_rounded(Bound(np.sqrt(b.size), np.sqrt(b.error), b.relative)) for b in given]


def _reciprocal(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(1 / _LEAST, _unless_same(b)) for b in given]


def _unit(step: Step, given: list[Bound]) -> list[Bound]:
    """By a size that may be tiny; but no answer is beyond 1."""
    last = 0.0 if step.fields["function"] == "unit_greatest" else (len(given) + 4) * ROUNDING
    return [Bound(1.0, _unless_same(b), 2 * b.relative + last) for b in given]


def _unless_same(bound: Bound) -> Any:
    return np.where(np.asarray(bound.error) + bound.of_log > 0, np.inf, 0.0)


def _divide(step: Step, given: list[Bound]) -> list[Bound]:
    return [_line(b, 1 / step.fields["divisor"][0], 0.0) for b in given]


def _square(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    made = [Bound(b.size**2, b.error * (2 * b.size + b.error), 2 * b.relative) for b in given]
    return [_rounded(b) for b in made]


def _last_bits(step: Step) -> float:
    return _OF_ONE32 if step.fields["function"].endswith("32") else 4 * ROUNDING


def _worst(parts: list[Any]) -> Any:
    worst = parts[0]
    for part in parts[1:]:
        worst = np.maximum(worst, part)
    return worst


_LINKS: dict[str, Callable[[Step, list[Bound]], list[Bound]]] = {
    **dict.fromkeys(("sigmoid", "sigmoid32"), _sigmoid),
    **dict.fromkeys(("softmax", "softmax32"), _softmax),
    **dict.fromkeys(("binary", "binary32"), _binary),
    **dict.fromkeys(("exp", "exp2", "exp32"), _exp),
    "expm1": _expm1,
    "tanh": _tanh,
    **dict.fromkeys(("log1p", "log2", "log10"), _log_of_more),
    "log_softmax": _log_softmax,
    **dict.fromkeys(("unit_sum", "unit_length", "unit_greatest"), _unit),
    "sqrt": _sqrt,
    "abs": _same,
    "reciprocal": _reciprocal,
    "normalise": _normalise,
    "log": _log,
    "divide": _divide,
    **dict.fromkeys(("square", "signed_square"), _square),
    "round32": _same,
}
_MADE: dict[str, Callable[[Step, list[Bound]], list[Bound]]] = {
    **dict.fromkeys(("cast32", "impute_text"), _same),
    **dict.fromkeys(("missing", "missing_text", "onehot", "threshold"), _flags),
    "refuse": _nothing,
    "impute": _impute,
    "scale": _scale,
    "affine": _affine,
    "codes": _codes,
    "linear": _linear,
    "forest": _forest,
    "link": _link,
    "argmax": lambda _, given: [Bound(float(len(given)))],
}
