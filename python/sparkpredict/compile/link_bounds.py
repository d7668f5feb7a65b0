# SPDX-License-Identifier: Apache-2.0
"""By how much the links of a plan may differ from the library's: see bounds.py."""

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

if TYPE_CHECKING:
    from sparkpredict.compile.plan import Step

# A few ulp of 1, in which a probability is taken from 1; likewise of float32.
_OF_ONE, _OF_ONE32 = 2.0**-50, 2.0**-22
# Of the smallest double, and how steep it is where a transformer cuts it off.
_MOST_PROBIT, _STEEPEST_PROBIT = 40.0, 2.0**21


def _sigmoid(step: Step, given: list[Bound]) -> list[Bound]:
    last = _last_bits(step)
    return [Bound(1.0, 0.0, 2 * b.whole + last) for b in given]


def _softmax(step: Step, given: list[Bound]) -> list[Bound]:
    last = _last_bits(step) + len(given) * 4 * ROUNDING
    worst = worst_of([b.whole for b in given])
    return [Bound(1.0, 0.0, 2 * worst + last)] * len(given)


def _normalise(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    """Of what has an absolute error nothing is known, as their sum may be as small."""
    worst = 2 * worst_of([b.relative for b in given]) + len(given) * 4 * ROUNDING
    return [Bound(1.0, worst_of([_vague(b) for b in given]), worst)] * len(given)


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
    most = [np.fmax(np.abs(np.log(b.size)), np.abs(np.log(np.fmax(b.least, LEAST)))) for b in given]
    pairs = zip(given, most)
    return [Bound(size, b.relative, _last_bits(step), of_log=b.error) for b, size in pairs]


def _log_of_more(step: Step, given: list[Bound]) -> list[Bound]:
    """Of 1 + x or to another base, by some ulp; of what has an error nothing is known."""
    return [
        replace(
            made,
            error=b.relative + _vague(b),
            of_log=0.0,
            relative=8 * ROUNDING,
        )
        for b, made in zip(given, _log(step, given))
    ]


def _log_softmax(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    size = 2 * worst_of([b.size for b in given]) + np.log(len(given))
    error = 2 * worst_of([b.whole for b in given]) + 8 * ROUNDING * size
    return [Bound(size, error)] * len(given)


def _sqrt(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [rounded(Bound(np.sqrt(b.size), np.sqrt(b.error), b.relative)) for b in given]


def _reciprocal(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(1 / LEAST, _vague(b), b.relative) for b in given]


def _unit(step: Step, given: list[Bound]) -> list[Bound]:
    """By a size that may be tiny; but no answer is beyond 1."""
    last = 0.0 if step.fields["function"] == "unit_greatest" else (len(given) + 4) * ROUNDING
    return [Bound(1.0, _vague(b), 2 * b.relative + last) for b in given]


def _divide(step: Step, given: list[Bound]) -> list[Bound]:
    return [line(b, 1 / step.fields["divisor"][0], 0.0) for b in given]


def _square(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    made = [Bound(b.size**2, b.error * (2 * b.size + b.error), 2 * b.relative) for b in given]
    return [rounded(b) for b in made]


def _wave(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(1.0, b.whole + 4 * ROUNDING, 8 * ROUNDING) for b in given]


def _root3(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(np.cbrt(b.size), np.cbrt(b.error), b.relative + 4 * ROUNDING) for b in given]


def _hyperbolic(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    """Half of exp and of its reciprocal, by a few ulp."""
    size = [np.exp(b.size) for b in given]
    return [Bound(s, b.whole * s, 8 * ROUNDING) for b, s in zip(given, size)]


def _arctan(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(2.0, b.whole, 4 * ROUNDING) for b in given]


def _probit(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    return [Bound(_MOST_PROBIT, b.whole * _STEEPEST_PROBIT, 16 * ROUNDING) for b in given]


def _whole(step: Step, given: list[Bound]) -> list[Bound]:  # noqa: ARG001
    """Whole numbers have no last bits; what is cut has none that are free."""
    return [Bound(b.size + 1) for b in given]


def _vague(bound: Bound) -> Any:
    """Of what is divided by something as small as its error nothing is known."""
    return np.where(np.asarray(bound.error) > 0, np.inf, 0.0)


def _last_bits(step: Step) -> float:
    return _OF_ONE32 if step.fields["function"].endswith("32") else 4 * ROUNDING


LINKS: dict[str, Callable[[Step, list[Bound]], list[Bound]]] = {
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
    **dict.fromkeys(("sin", "cos"), _wave),
    "cbrt": _root3,
    **dict.fromkeys(("sinh", "cosh"), _hyperbolic),
    "arctan": _arctan,
    "probit": _probit,
    **dict.fromkeys(("trunc", "floor", "ceil", "rint", "sign"), _whole),
    "abs": same,
    "squash": lambda _, given: [Bound(1.0, b.whole + 4 * ROUNDING) for b in given],
    "reciprocal": _reciprocal,
    "normalise": _normalise,
    "log": _log,
    "divide": _divide,
    **dict.fromkeys(("square", "signed_square"), _square),
    "round32": same,
}
