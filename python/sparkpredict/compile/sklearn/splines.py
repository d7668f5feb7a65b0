# SPDX-License-Identifier: Apache-2.0
"""scikit-learn's SplineTransformer."""

from __future__ import annotations

from typing import Any

import numpy as np

from sparkpredict.compile.draft import Draft, Table, doubles
from sparkpredict.compile.sklearn.expansions import dense


def splines(draft: Draft, part: Any, table: Table) -> Table:
    """sklearn.preprocessing.SplineTransformer: for each feature all of its B-splines."""
    dense(draft, table)
    if part.degree < 1:
        raise draft.cannot("degree=0 is not handled")
    if part.extrapolation == "linear" and part.degree == 1:
        raise draft.cannot("extrapolation='linear' of degree=1 is not handled")
    zeros = getattr(part, "handle_missing", "error") == "zeros"  # since 1.8
    draft.refuse(table, nan=not zeros, infinite=True)
    draft.widens = False
    columns: tuple[int, ...] = ()
    for column, spline in zip(table.columns, part.bsplines_):
        made = _each(draft, part, spline, column)
        columns += made if part.include_bias else made[:-1]
    return Table(columns, sparse=bool(getattr(part, "sparse_output", False)))


def _each(draft: Draft, part: Any, spline: Any, column: int) -> tuple[int, ...]:
    knots, degree = doubles(spline.t), int(part.degree)
    count, ends = len(knots) - degree - 1, None
    low, high = knots[degree], knots[-degree - 1]
    if not low < high:
        raise draft.cannot("a feature had one value alone")
    if part.extrapolation == "error":
        told = "`X` contains values beyond the limits of the knots."
        draft.add("refuse_outside", (column,), 0, inside=doubles([low, high]), message=told)
    if part.extrapolation in {"constant", "linear", "error"}:
        ends = _ends(spline, degree, slopes=part.extrapolation == "linear")
    periodic = part.extrapolation == "periodic"
    given = {"knots": knots, "degree": degree, "periodic": periodic, "ends": ends}
    made = draft.add("spline", (column,), count, **given)
    if not periodic:
        return made
    # the last splines are the first ones of the next period
    wraps = np.eye(count - degree, count)
    wraps[np.arange(degree), count - degree + np.arange(degree)] = 1.0
    none = np.zeros(len(wraps))
    return draft.add("linear", made, len(wraps), coefficients=doubles(wraps), intercept=none)


def _ends(spline: Any, degree: int, *, slopes: bool) -> Any:
    """Values and slopes at both ends of the range; of splines that do not reach it, 0."""
    rows = []
    count = len(spline.t) - degree - 1
    for end, reached in (
        (spline.t[degree], np.arange(count) < degree),
        (spline.t[-degree - 1], np.arange(count) >= count - degree),
    ):
        rows.append(np.where(reached, spline(end), 0.0))
        rows.append(np.where(reached & slopes, spline(end, nu=1), 0.0))
    return doubles(np.concatenate(rows))
