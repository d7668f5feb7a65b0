# SPDX-License-Identifier: Apache-2.0
"""The steps that a plan may have: their fields, and how many columns they read and append."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NUMBER = "number"
TEXT = "text"
UNREAD = "any"


@dataclass(frozen=True)
class Field:
    """One field of a step.

    Attributes:
        kind: ``f8``, ``f4``, ``i4``, ``u4`` or ``u1`` for an array (``f``: f8 or f4), ``text``,
            ``texts`` (a list of which one may be null), ``flag``, ``whole``.
        optional: whether it may be absent.
        nullable: whether a text may be null.
        length: how long an array or list is, by the numbers of columns read and appended; None for
            a length that only the step as a whole can tell.
    """

    kind: str
    optional: bool = False
    nullable: bool = False
    length: Callable[[int, int], int] | None = None


@dataclass(frozen=True)
class Operation:
    """One kind of step.

    Attributes:
        fields: its fields by name.
        appends: how many columns it appends for n that it reads; None for any number.
        reads: how many columns it reads; None for any number.
        takes: the kind of the columns that it reads; None for either.
        gives: the kind of those that it appends.
    """

    fields: dict[str, Field]
    appends: Callable[[int], int] | None = None
    reads: int | None = None
    takes: str | None = NUMBER
    gives: str = NUMBER


def _one(n: int, m: int) -> int:  # noqa: ARG001 (the form of all lengths)
    return 1


def _each(n: int, m: int) -> int:  # noqa: ARG001
    return n


def _each_output(n: int, m: int) -> int:  # noqa: ARG001
    return m


def _same(n: int) -> int:
    return n


_CATEGORIES = {
    "texts": Field("texts", optional=True),
    "hashes": Field("i4", optional=True),
    "numbers": Field("f8", optional=True),
}
_VALUE = Field("f8", length=_one)

OPERATIONS: dict[str, Operation] = {
    "cast32": Operation({}, _same),
    "refuse": Operation(
        {"nan": Field("flag"), "infinite": Field("flag"), "message": Field("text")}, lambda _: 0
    ),
    "refuse_outside": Operation(
        {"inside": Field("f8", length=lambda _n, _m: 2), "message": Field("text")}, lambda _: 0
    ),
    "impute": Operation({"missing": _VALUE, "values": Field("f8", length=_each)}, _same),
    "missing": Operation({"missing": _VALUE}, _same),
    "impute_text": Operation(
        {"missing": Field("text", nullable=True), "values": Field("texts", length=_each)},
        _same,
        takes=TEXT,
        gives=TEXT,
    ),
    "missing_text": Operation({"missing": Field("text", nullable=True)}, _same, takes=TEXT),
    "scale": Operation(
        {
            "center": Field("f8", optional=True, length=_each),
            "scale": Field("f8", optional=True, length=_each),
        },
        _same,
    ),
    "affine": Operation(
        {
            "scale": Field("f8", length=_each),
            "offset": Field("f8", length=_each),
            "clip": Field("f8", optional=True, length=lambda _n, _m: 2),
        },
        _same,
    ),
    "product": Operation({}, lambda n: n // 2),
    "bins": Operation(
        {"edges": Field("f8"), "starts": Field("u4", length=lambda n, _m: n + 1)}, _same
    ),
    "interpolate": Operation(
        {
            "at": Field("f8"),
            "values": Field("f8"),
            "beyond": Field("f8", optional=True, length=_one),
        },
        _same,
        reads=1,
    ),
    "spline": Operation(
        {
            "knots": Field("f8"),
            "degree": Field("whole"),
            "periodic": Field("flag"),
            "ends": Field("f8", optional=True, length=lambda _n, m: 4 * m),
        },
        reads=1,
    ),
    "yeo_johnson": Operation({"powers": Field("f8", length=_each)}, _same),
    "onehot": Operation(
        {**_CATEGORIES, "places": Field("i4"), "unknown": Field("whole", optional=True)},
        reads=1,
        takes=None,
    ),
    "codes": Operation(
        {
            **_CATEGORIES,
            "values": Field("f8"),
            "unknown": Field("f8", optional=True, length=_one),
        },
        lambda _: 1,
        reads=1,
        takes=None,
    ),
    "linear": Operation(
        {
            "coefficients": Field("f8", length=lambda n, m: n * m),
            "intercept": Field("f8", length=_each_output),
        }
    ),
    "linear32": Operation(
        {
            "coefficients": Field("f4", length=lambda n, m: n * m),
            "intercept": Field("f4", length=_each_output),
        }
    ),
    "forest": Operation(
        {
            "tree_nodes": Field("u4"),
            "tree_leaves": Field("u4"),
            "feature": Field("i4"),
            "threshold": Field("f8"),
            "left": Field("i4"),
            "right": Field("i4"),
            "flags": Field("u1"),
            "set": Field("i4", optional=True),
            "set_starts": Field("u4", optional=True),
            "set_words": Field("u4", optional=True),
            "leaf": Field("f"),
            "target": Field("i4", optional=True),
            "sum": Field("text"),
            "base": Field("f8", length=_each_output),
            "base_at": Field("text"),
            "divisor": Field("f8", optional=True, length=_one),
        }
    ),
    "link": Operation(
        {
            "function": Field("text"),
            "divisor": Field("f8", optional=True, length=_one),
            "least": Field("f8", optional=True, length=_one),
        }
    ),
    "argmax": Operation({}, lambda _: 1),
    "weighted_median": Operation({"weights": Field("f8", length=_each)}, lambda _: 1),
    "threshold": Operation({"above": _VALUE}, lambda _: 1, reads=1),
}

# What the links append for n columns.
LINKS: dict[str, Callable[[int], int]] = {
    **dict.fromkeys(("sigmoid", "exp", "expm1", "exp2", "tanh"), _same),
    **dict.fromkeys(("log", "log1p", "log2", "log10"), _same),
    **dict.fromkeys(("sqrt", "square", "abs", "reciprocal", "squash", "cbrt"), _same),
    **dict.fromkeys(("sin", "cos", "sinh", "cosh", "arctan", "probit"), _same),
    **dict.fromkeys(("trunc", "floor", "ceil", "rint", "sign"), _same),
    **dict.fromkeys(("softmax", "log_softmax", "normalise", "divide"), _same),
    **dict.fromkeys(("unit_sum", "unit_length", "unit_greatest"), _same),
    **dict.fromkeys(("signed_square", "round32", "sigmoid32", "exp32", "softmax32"), _same),
    **dict.fromkeys(("binary", "binary32"), lambda _: 2),
}

# The fields of categories that are texts.
OF_TEXTS = frozenset(("texts", "hashes"))
# The steps of which libraries make float64, whatever comes in.
ALWAYS_DOUBLE = frozenset(
    (
        *("scale", "affine", "linear", "forest", "link"),
        *("product", "bins", "interpolate", "yeo_johnson", "weighted_median", "spline"),
    )
)
# The steps and links whose last bits are free, and those that are so in float32.
FREE = frozenset(
    (
        *("interpolate", "yeo_johnson", "spline"),
        *("sin", "cos", "sinh", "cosh", "arctan", "cbrt", "probit"),
        *("linear", "softmax", "log_softmax", "normalise", "unit_sum", "unit_length"),
        *("sigmoid", "exp", "expm1", "exp2", "tanh", "log", "log1p", "log2", "log10"),
    )
)
FREE32 = frozenset(("sigmoid32", "exp32", "softmax32"))
