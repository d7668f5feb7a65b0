# SPDX-License-Identifier: Apache-2.0
"""The links of docs/model-plan.md in numpy: what becomes of sums."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

F = np.float32


def _exp32(x: Any) -> Any:
    return np.exp(x.astype(np.float64)).astype(F)


def _sigmoid32(x, fields):
    x = x.astype(F)
    e = _exp32(np.minimum(-x, F(88.7)))
    return list((F(1) / (e + F(1) + F(1e-16))).astype(np.float64))


def _softmax32(x, fields):
    x = x.astype(F)
    e = _exp32(x - x.max(axis=0))
    total = np.zeros(x.shape[1])
    for row in e:
        total = total + row.astype(np.float64)
    return list((e / total.astype(F)).astype(np.float64))


def _softmax(x, fields):
    e = np.exp(x - x.max(axis=0))
    return list(e / e.sum(axis=0))


def _normalise(x, fields):
    total = x.sum(axis=0)
    return list(np.where(total == 0, 1.0 / len(x), x / np.where(total == 0, 1.0, total)))


def _log_softmax(x, fields):
    below = x - x.max(axis=0)
    return list(below - np.log(np.exp(below).sum(axis=0)))


def _unit(size):
    def link(x, fields):
        found, least = size(x), fields.get("least", [0.0])[0]
        return list(x / np.where((found == 0) | (found < least), 1.0, found))

    return link


def _each(function):
    return lambda x, fields: list(function(x))


LINKS = {
    **{name: _each(getattr(np, name)) for name in ("exp", "expm1", "exp2", "tanh")},
    **{name: _each(getattr(np, name)) for name in ("log", "log1p", "log2", "log10")},
    **{name: _each(getattr(np, name)) for name in ("sqrt", "square", "abs", "reciprocal")},
    **{name: _each(getattr(np, name)) for name in ("cbrt", "sin", "cos", "sinh", "cosh")},
    **{name: _each(getattr(np, name)) for name in ("arctan", "trunc", "floor", "ceil", "rint")},
    "sign": _each(np.sign),
    "probit": _each(stats.norm.ppf),
    "squash": lambda x, f: list(x / (3 * (np.abs(x) + 1))),
    "log_softmax": _log_softmax,
    "unit_sum": _unit(lambda x: np.abs(x).sum(axis=0)),
    "unit_length": _unit(lambda x: np.sqrt((x * x).sum(axis=0))),
    "unit_greatest": _unit(lambda x: np.abs(x).max(axis=0)),
    "sigmoid": lambda x, f: list(1.0 / (1.0 + np.exp(-x))),
    "softmax": _softmax,
    "normalise": _normalise,
    "binary": lambda x, f: [1.0 - x[0], x[0]],
    "divide": lambda x, f: list(x / f["divisor"][0]),
    "signed_square": lambda x, f: list(np.copysign(x * x, x)),
    "round32": lambda x, f: list(x.astype(F).astype(np.float64)),
    "sigmoid32": _sigmoid32,
    "exp32": lambda x, f: list(_exp32(x.astype(F)).astype(np.float64)),
    "softmax32": _softmax32,
    "binary32": lambda x, f: [(F(1) - x[0].astype(F)).astype(np.float64), x[0]],
}
