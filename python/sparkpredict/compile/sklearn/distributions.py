# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's transformers that make a feature's distribution another."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.sklearn import numbers
from sparkpredict.compile.sklearn.expansions import dense

_LEAST = 5e-324  # of what is positive
_NEAR_END = 1e-7  # scikit-learn's BOUNDS_THRESHOLD


def power(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.preprocessing.PowerTransformer, by Yeo and Johnson or by Box and Cox."""
    dense(draft, table)
    draft.refuse(table, nan=False)
    draft.widens = False
    powers = doubles(part.lambdas_)
    if not np.isfinite(powers).all():
        raise draft.cannot("one of its lambdas_ is no number")
    if part.method == "box-cox":
        made = Table(_box_cox(draft, powers, table))
    else:
        made = Table(draft.add("yeo_johnson", table.columns, len(powers), powers=powers))
    if not part.standardize:
        return made
    return numbers.standard_scaler(draft, part._scaler, made)  # noqa: SLF001


def _box_cox(draft: Draft, powers: Any, table: Table) -> tuple[int, ...]:
    """``(exp(p * ln(x)) - 1) / p``, and ``ln(x)`` where p is 0; of positive numbers alone."""
    told = "The Box-Cox transformation can only be applied to strictly positive data"
    draft.add("refuse_outside", table.columns, 0, inside=doubles([_LEAST, np.inf]), message=told)
    made = list(draft.add("link", table.columns, len(powers), function="log"))
    for at, power in enumerate(powers):
        if power != 0.0:
            scale = {"scale": doubles([power]), "offset": np.zeros(1)}
            inside = draft.add("affine", (made[at],), 1, **scale)
            less = draft.add("link", inside, 1, function="expm1")
            made[at] = draft.add("scale", less, 1, scale=doubles([power]))[0]
    return tuple(made)


def quantiles(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.preprocessing.QuantileTransformer, to a uniform or a normal distribution."""
    dense(draft, table)
    draft.refuse(table, nan=False)
    draft.widens = False
    is_normal = part.output_distribution == "normal"
    if is_normal:
        draft.cut(table)  # what is near an end jumps to it
    columns: tuple[int, ...] = ()
    for at, column in enumerate(table.columns):
        points = doubles(part.quantiles_[:, at])
        shares = _shares(draft, points, doubles(part.references_), column)
        columns += _normal(draft, points, column, shares) if is_normal else shares
    return Table(columns)


def _shares(draft: Draft, points: Any, values: Any, column: int) -> tuple[int, ...]:
    """The mean of two interpolations, from both ends."""
    up = draft.add("interpolate", (column,), 1, at=_ends(points), values=values)
    turned = draft.add("affine", (column,), 1, scale=doubles([-1]), offset=doubles([-0.0]))
    points, values = _ends(-points[::-1]), -values[::-1]
    down = draft.add("interpolate", turned, 1, at=points, values=values)
    half = {"coefficients": doubles([0.5, -0.5]), "intercept": np.zeros(1)}
    return draft.add("linear", up + down, 1, **half)


def _ends(points: Any) -> Any:
    """The points of a line, whose first alone counts at its end where others are equal to it."""
    equal = points == points[0]
    equal[0] = False
    return np.where(equal, np.nextafter(points[0], np.inf), points)


def _normal(draft: Draft, points: Any, column: int, shares: tuple[int, ...]) -> tuple[int, ...]:
    """The number below which such a share of a normal distribution is.

    What is as near to the first or last point as 1e-7 is moved beyond it, and then cut off there.
    """
    from scipy import stats  # type: ignore[import-untyped]

    low = _greatest(lambda x: x - _NEAR_END < points[0], points[0] + _NEAR_END)
    high = -_greatest(lambda x: -x + _NEAR_END > points[-1], -(points[-1] - _NEAR_END))
    after = float(np.nextafter(low, np.inf))
    edges = doubles([after, max(high, after)])
    side = draft.add("bins", (column,), 1, edges=edges, starts=np.asarray([0, 2], np.uint32))
    far = draft.add("affine", side, 1, scale=doubles([10.0]), offset=doubles([-10.0]))
    both = {"coefficients": np.ones(2), "intercept": np.zeros(1)}
    moved = draft.add("linear", shares + far, 1, **both)
    one = {"scale": np.ones(1), "offset": np.zeros(1)}
    cut = draft.add("affine", moved, 1, **one, clip=doubles([0.0, 1.0]))
    made = draft.add("link", cut, 1, function="probit")
    end = _NEAR_END - np.spacing(1)
    return draft.add("affine", made, 1, **one, clip=doubles(stats.norm.ppf([end, 1 - end])))


def _greatest(holds: Any, near: float) -> float:
    """The greatest number for which something holds, which is near this one."""
    found = float(near)
    while not holds(found):
        found = float(np.nextafter(found, -np.inf))
    while holds(float(np.nextafter(found, np.inf))):
        found = float(np.nextafter(found, np.inf))
    return found
